"""The page of a case, and what its moderators do there."""

from collections import Counter
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import joinedload, selectinload
from wtforms import SelectChoice

from network.changes import Invalid, Refused, Stale
from network.dates import comma, day, until
from network.discussions.forms import PAUSES
from network.discussions.models import Message
from network.discussions.policy import may_see_text
from network.doors import deed, often, person
from network.files.models import File
from network.moderation import actions, policy, queue, rules
from network.moderation.forms import AnswerForm, DecideForm, LiftForm
from network.moderation.models import CaseEntry, Measure, ModerationCase, Report
from network.people.models import Person
from network.things import find

blueprint = Blueprint("cases", __name__)

WITH = [
    joinedload(ModerationCase.person).selectinload(Person.memberships),  # type: ignore[attr-defined]  # groups add it
    joinedload(ModerationCase.group),
    joinedload(ModerationCase.claimed_by),
    selectinload(ModerationCase.reports).joinedload(Report.person),
    selectinload(ModerationCase.entries).joinedload(CaseEntry.by),
]


@blueprint.app_template_filter("measured")
def measured(entry: CaseEntry) -> str:
    """How much of a measure: how slow a discussion has become, or until when somebody writes nothing."""
    if entry.measure == Measure.SLOW and entry.undo:
        seconds = entry.undo.get("set")
        return str(PAUSES.get(seconds, "")) if isinstance(seconds, int) else ""
    return until(entry.until) if entry.until else ""


def _found(id: str) -> ModerationCase:
    return find(ModerationCase, id, options=WITH)


@blueprint.get("/cases/<id>")
@login_required
def show(id: str) -> str:
    """All that is known about a case, and what can be decided."""
    return _page(_found(id))


def _page(case: ModerationCase, *, decide: Any = None, answer: Any = None, lift: Any = None) -> str:
    user = person()
    thing, held = queue.surroundings(case)
    measures = policy.measures_for(user, case)
    may_judge, may_answer = policy.may_judge(user, case), policy.may_answer(user, case)
    if decide is None and may_judge:
        decide = DecideForm(formdata=None, data={"rule": _reason(case)})
        _offer(decide, user, case, measures)
    if answer is None and may_answer:
        answer = AnswerForm(formdata=None)
    for form in (decide, answer):
        if form is not None:
            form.version.data = case.version  # what the page shows now, also to whoever came second
    liftable = policy.liftable(user, case)
    if lift is None and liftable:
        lift = LiftForm(formdata=None, prefix="lift-")
        _offer_to_lift(lift, liftable)
    is_for_others = case.waits and not may_judge and not may_answer
    shown = isinstance(thing, Message) and may_see_text(user, thing)
    return render_template(
        "moderation/show.html",
        moderation_case=case,
        thing=thing,
        held=held,
        message=thing if shown else None,
        file=thing if isinstance(thing, File) and thing.removed_at is None else None,
        decide=decide if may_judge else None,
        answer=answer if may_answer else None,
        lift=lift,
        liftable=liftable,
        holder=case.holder,
        may_judge=may_judge,
        may_release=policy.may_release(user, case),
        next_id=None if case.waits else queue.next_for(user, case),
        why_others=policy.why_others(user, case) if is_for_others else "",
        needs_another=is_for_others and user.works_in_office and queue.is_stuck(case),
    )


def _reason(case: ModerationCase) -> str:
    """The rule that those who reported it name most often."""
    named = Counter(report.rule for report in case.open_reports if report.rule != rules.WATCHED)
    return named.most_common(1)[0][0] if named else ""


def _offer_to_lift(form: LiftForm, entries: list[CaseEntry]) -> None:
    form.offer(
        SelectChoice(str(entry.id), f"{entry.measure_label}{comma()}{day(entry.at)}") for entry in entries
    )


def _offer(form: DecideForm, user: Any, case: ModerationCase, measures: list[Measure]) -> None:
    to = queue.groups_to_move_to(user, case) if Measure.MOVE in measures else []
    form.offer([one for one in measures if one != Measure.MOVE or to], to)


def page_of(case: ModerationCase) -> str:
    """The address of a case."""
    return url_for("cases.show", id=case.id)


deed(blueprint, "/cases/<id>/claim", ModerationCase, actions.claim, page_of)
deed(blueprint, "/cases/<id>/release", ModerationCase, actions.release, page_of)


@blueprint.post("/cases/<id>/decide")
@login_required
@often
def decide(id: str) -> Any:
    """Judge it. Who comes second reads what has happened, and what they typed is kept."""
    case, user = _found(id), person()
    if not policy.may_judge(user, case):
        raise _refused_or_stale(case, request.form.get("version", ""))
    form = DecideForm()
    _offer(form, user, case, policy.measures_for(user, case))
    status = 422
    if form.validate():
        try:
            actions.decide(user, case, **form.facts())
        except Stale as stale:
            form.form_errors.append(stale.description)
            status = 409
        except Refused as refused:
            if not policy.may_judge(user, _found(id)):  # not any more: somebody was quicker
                raise _refused_or_stale(_found(id), request.form.get("version", "")) from refused
            form.form_errors.append(refused.description)
            status = 403
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The case is decided. The person whom it concerns and those who reported it are told."))
            return redirect(page_of(case), 303)
    return _page(_found(id), decide=form), status


def _refused_or_stale(case: ModerationCase, version: str) -> Exception:
    """Somebody was quicker, if the page was made before the case's last change; else the rule says no."""
    if policy.may_see(person(), case) and version != str(case.version) and case.decided_by_id:
        return Stale(actions.NOT_THE_SAME)
    return Refused(policy.may_judge.because)  # type: ignore[attr-defined]  # set by its decorator


@blueprint.post("/cases/<id>/answer")
@login_required
@often
def answer(id: str) -> Any:
    """Decide an objection."""
    case, user = _found(id), person()
    if not policy.may_answer(user, case):
        raise Refused(policy.may_answer.because)  # type: ignore[attr-defined]  # set by its decorator
    form = AnswerForm()
    status = 422
    if form.validate():
        try:
            actions.answer(user, case, **form.facts())
        except Stale as stale:
            form.form_errors.append(stale.description)
            status = 409
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The objection is answered."))
            return redirect(page_of(case), 303)
    return _page(_found(id), answer=form), status


@blueprint.post("/cases/<id>/lift")
@login_required
@often
def lift(id: str) -> Any:
    """End a measure before its time."""
    case, user = _found(id), person()
    if not policy.may_lift(user, case):
        raise Refused(policy.may_lift.because)  # type: ignore[attr-defined]  # set by its decorator
    form = LiftForm(prefix="lift-")
    _offer_to_lift(form, policy.liftable(user, case))
    if form.validate():
        actions.lift(user, case, **form.facts())
        flash(_("The measure has ended. The person is told."))
        return redirect(page_of(case), 303)
    return _page(_found(id), lift=form), 422
