"""Moderation over HTTP: reporting, the queues, one's own part in it, objections."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from network import links, menus
from network.changes import Invalid, Refused
from network.directory.models import Network
from network.discussions.models import Message
from network.doors import ask, back, deed, often, person
from network.extensions import db
from network.files.models import File
from network.groups import policy as groups
from network.groups.models import Group, GroupDesk
from network.moderation import actions, gates, persons, policy, queue, rules, views_cases, views_record
from network.moderation.forms import ReportForm, WordsForm
from network.moderation.models import CaseEntry, CaseState, ModerationCase
from network.people import accounts
from network.people import policy as people
from network.people.models import OfficeDesk, Person
from network.things import Thing, find, whole

blueprint = Blueprint("moderation", __name__)
blueprints = [blueprint, views_cases.blueprint, views_record.blueprint]


@blueprint.app_template_filter("rule_word")
def rule_word(slug: str) -> str:
    """The word of a rule in the reader's language; a reason that is no rule's stays as it is."""
    return rules.word(slug)


# Reporting


@blueprint.route("/things/<id>/report", methods=["GET", "POST"])
@login_required
@often
def report(id: str) -> Any:
    """Tell those who moderate what is wrong with a message, a person or a file."""
    thing = find(Thing, id)
    ask(policy.may_report, thing)
    form = ReportForm()
    if form.validate_on_submit():
        try:
            actions.report(person(), thing, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Thank you. Somebody will look at it, and you will hear what becomes of it."))
            return redirect(_place_of(thing), 303)
    page = render_template(
        "moderation/report.html",
        form=form,
        rules=rules.current(),
        thing=thing,
        message=thing if isinstance(thing, Message) else None,
        reported_at=queue.reported_at(person(), thing) if request.method == "GET" else None,
        place=_place_of(thing),
    )
    return (page, 422) if request.method == "POST" else page


def _place_of(thing: Thing) -> str:
    where = thing.parent if isinstance(thing, File) else thing
    return url_for("rooms.permalink", id=where.id)


deed(blueprint, "/things/<id>/case", Thing, actions.open_case, views_cases.page_of, endpoint="open_case")


@blueprint.post("/messages/<id>/approve")
@login_required
@often
def approve(id: str) -> Any:
    """Let everybody read a message that waited."""
    message = find(Message, id)
    actions.approve(person(), message, version=whole(request.form.get("version")))
    flash(_("The message can be read by everybody now."))
    return back(url_for("messages.show", id=message.id), url_for("messages.more", id=message.id))


# Queues


@blueprint.get("/moderation")
@login_required
def everything() -> str:
    """All that waits, for the Office."""
    if not people.may_work_in_office(person()):
        abort(404)
    return render_template("moderation/queue.html", desk=OfficeDesk.the(), **_pages())


def _pages(group: Group | None = None) -> dict[str, Any]:
    """A page of the cases that wait and of the messages; the longer list says how many pages there are."""
    both = [
        queue.Page(select=query, per_page=queue.MOST, max_per_page=queue.MOST, error_out=False)
        for query in (queue.cases(person(), group), queue.waiting_messages(group))
    ]
    return {"cases": both[0], "messages": both[1], "longer": max(both, key=lambda pages: pages.total or 0)}


@blueprint.get("/groups/<id>/moderation")
@login_required
def of_group(id: str) -> str:
    """What waits in a group, for its leads."""
    group = find(Group, id, policy.may_see_queue)
    desk: GroupDesk = group.desk  # type: ignore[attr-defined]  # added by groups.models
    return render_template(
        "moderation/of_group.html",
        group=group,
        desk=desk,
        **_pages(group),
        may=sorted(groups.rights(person(), group)),
    )


# One's own part in it


@blueprint.get("/moderation/mine")
@login_required
def mine() -> str:
    """What I have reported, and what was decided about what is mine."""
    me = person()
    page = render_template(
        "moderation/mine.html",
        reports=persons.reports_of(me),
        cases=[(case, persons.told(case), policy.may_object(me, case)) for case in persons.cases_about(me)],
    )
    if me.moderated_at is not None:
        accounts.see_moderation(me, me)
    return page


def _is_mine(user: Any, case: ModerationCase) -> bool:
    return bool(user.is_authenticated and user.id == case.person_id)


@blueprint.route("/cases/<id>/object", methods=["GET", "POST"])
@login_required
@often
def object_to(id: str) -> Any:
    """Say why a decision about what is mine is wrong. Who has done so already reads that it is looked at."""
    case = find(ModerationCase, id, _is_mine)
    if case.state == CaseState.OBJECTED:
        if request.method == "POST":
            return redirect(url_for(".object_to", id=case.id), 303)
        return render_template("moderation/object_closed.html", case=case, by_link=False)
    ask(policy.may_object, case)
    form = WordsForm()
    if form.validate_on_submit():
        actions.object_to(person(), case, **form.facts())
        flash(_("Your objection has been sent. Somebody else will look at the decision."))
        return redirect(url_for(".mine"), 303)
    page = render_template("moderation/object.html", form=form, case=case, entry=case.decision, by_link=False)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/objections/<token>", methods=["GET", "POST"])
def object_by_link(token: str) -> Any:
    """The same by the link in the letter, also without signing in; not for another account."""
    case, whose = _of_token(token)
    if current_user.is_authenticated and current_user.id != whose.id:
        raise Refused(_l("This link belongs to another account. Sign out to use it."))
    if case.state == CaseState.OBJECTED and request.method == "POST":
        return redirect(url_for(".object_by_link", token=token), 303)
    if not policy.may_object(whose, case):
        page = render_template("moderation/object_closed.html", case=case, by_link=True)
        return page, 200 if case.state == CaseState.OBJECTED else 410
    form = WordsForm()
    if form.validate_on_submit():
        actions.object_to(whose, case, **form.facts())
        return redirect(url_for(".object_by_link", token=token), 303)
    page = render_template("moderation/object.html", form=form, case=case, entry=case.decision, by_link=True)
    return (page, 422) if request.method == "POST" else page


def _of_token(token: str) -> tuple[ModerationCase, Person]:
    """The case and the person of a link; 404 for what is no link of ours, or one of an earlier decision."""
    try:
        facts = links.read("objection", token)
    except (links.Broken, links.Expired):
        abort(404)
    case = db.session.get(ModerationCase, whole(facts.get("case")) or 0)
    entry = db.session.get(CaseEntry, whole(facts.get("entry")) or 0)
    if case is None or entry is None or case.person is None or case.decision is not entry:
        abort(404)
    return case, case.person


@blueprint.get("/rules")
def list_of_rules() -> str:
    """The rules of the network, for everybody."""
    return render_template("moderation/rules.html", rules=rules.current(), network_id=Network.here().id)


queue.show_on_group_pages()
persons.tell_people()
gates.keep()
Message.offers.extend(
    [
        (_l("Approve"), "moderation.approve", "check", policy.may_approve, True),
        (_l("Report"), "moderation.report", "flag", policy.may_report_only, False),
        (_l("Take a measure"), "moderation.open_case", "gavel", policy.may_open, True),
        (_l("What was decided, and how to object"), "moderation.mine", "gavel", policy.may_read_why, False),
    ]
)

menus.add("profile", 45, _l("Reports and decisions"), "moderation.mine", icon="flag")
menus.add(
    "office", 15, _l("Moderation"), "moderation.everything", icon="gavel", may=people.may_work_in_office
)
menus.add("footer", 5, _l("Rules"), "moderation.list_of_rules")
