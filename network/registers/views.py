"""Decisions of all groups, what replaces a decision, and actions ticked off by link."""

from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from network import links
from network.changes import Change, Invalid, Refused, Stale
from network.doors import ask, person
from network.extensions import db, limiter
from network.meetings.models import AgendaItem, Meeting
from network.minutes import lines, policy, registers
from network.minutes.models import Action, ActionState, Decision, DecisionState
from network.people.models import Person
from network.registers import letters, lists
from network.registers.forms import SupersedeForm
from network.registers.letters import PURPOSE
from network.things import find, now, whole

blueprint = Blueprint("registers", __name__)

LINK_AGE = timedelta(days=90)  # what is still open then is ticked off on its page
UNDO = timedelta(days=1)  # how long the link takes back what it has done


@blueprint.get("/decisions")
@login_required
def everything() -> str:
    """The register of all groups whose meetings one may read: by group, topic, year, state and words."""
    user = person()
    groups, years, topics = lists.choices(user)
    narrowed = registers.narrowed(request.args)
    group_id, topic = whole(request.args.get("group")), request.args.get("topic", "")
    query = lists.decisions_seen_by(user, group_id=group_id, topic=topic, **narrowed)
    pages = db.paginate(query, per_page=30, max_per_page=30, error_out=False)
    return render_template(
        "registers/everything.html",
        pages=pages,
        later=registers.replaced_by(user, pages.items),
        groups=groups,
        years=years,
        topics=topics,
        states=list(DecisionState),
        group_id=group_id,
        topic=topic,
        **narrowed,
    )


@blueprint.route("/decisions/<id>/supersede", methods=["GET", "POST"])
@login_required
def supersede(id: str) -> Any:
    """Say which decision replaces this one."""
    meeting = joinedload(Decision.parent).joinedload(AgendaItem.parent).joinedload(Meeting.parent)
    decision = find(Decision, id, options=[*Decision.look(), meeting])
    ask(policy.may_settle, decision)
    later = registers.replacements_for(person(), decision)
    form = SupersedeForm(
        sorted(later, key=lambda one: one.group_id != decision.group_id)
    )  # its own group first
    if form.validate_on_submit():
        try:
            lines.supersede(current_user, decision, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return redirect(url_for(Decision.page, id=decision.id), 303)
    page = render_template("registers/supersede.html", decision=decision, form=form)
    return page, 422 if form.is_submitted() else 200


# Ticking off by link


class LinkGone(Exception):
    """The link cannot be used; `args[0]` says why, and `status` is 404 or 410."""

    def __init__(self, sentence: str, status: int = 410) -> None:
        super().__init__(sentence)
        self.status = status


@blueprint.errorhandler(LinkGone)
def gone(error: LinkGone) -> Any:
    """Say what is wrong with the link, and where the action can be ticked off otherwise."""
    return render_template("registers/link_gone.html", sentence=error.args[0]), error.status


@blueprint.after_request
def keep_no_copy(response: Response) -> Response:
    """Pages of links carry a secret in their address: no copy stays in the browser."""
    if "token" in (request.view_args or {}):
        response.headers["Cache-Control"] = "no-store"
    return response


def _holder() -> str:
    """For rates: a link is the account of its holder; nobody else has it."""
    return f"link:{(request.view_args or {}).get('token', '')[:80]}:{get_remote_address()}"


@blueprint.route("/done/<token>", methods=["GET", "POST"])
@limiter.limit(lambda: current_app.config["RATE_DEEDS_ACCOUNT"], key_func=lambda: _holder(), methods=["POST"])
def done_by_link(token: str) -> Any:
    """What is to be done, and one button; once it is done, who did it, and for a day the way back.

    Opening the page does nothing by itself.
    """
    action, holder = _of_link(token)
    language = holder.language
    chosen = current_user.is_authenticated or session.get("language")
    if chosen or language not in current_app.config["LANGUAGES"]:
        return _done_page(token, action, holder)
    with force_locale(language):
        return _done_page(token, action, holder)


def _of_link(token: str) -> tuple[Action, Person]:
    """The action and whoever has it to do still and may tick it off: the link does no more than they."""
    try:
        facts = links.read(PURPOSE, token, LINK_AGE)
    except links.Expired:
        raise LinkGone(_("This link has expired.")) from None
    except links.Broken:
        raise LinkGone(_("This link is not complete. Please open it again from the letter."), 404) from None
    number, holder_id = whole(facts.get("action")), whole(facts.get("person"))
    options = [joinedload(Action.room), *Action.look(), joinedload(Action.person).joinedload(Person.room)]
    action = db.session.get(Action, number, options=options) if number else None
    if action is None or action.removed_at is not None:
        raise LinkGone(_("This action does not exist any more."))
    holder = next((one for one in letters.concerned(action) if one.id == holder_id), None)
    if holder is None or not holder.is_active:
        raise LinkGone(_("This action is not yours any more."))
    if not policy.may_end(holder, action):
        raise LinkGone(_("This group has been archived. Nothing changes there any more."))
    return action, holder


def _done_page(token: str, action: Action, holder: Person) -> Any:
    if request.method == "GET":
        return _page(token, action, holder)
    undo = "undo" in request.form
    if undo and action.state != ActionState.OPEN and not _may_undo(action, holder):
        return _page(token, action, holder), 409
    try:
        (lines.reopen if undo else lines.tick_off)(holder, action)
    except (Refused, Stale):  # ended otherwise between opening the page and pressing the button
        return _page(token, action, holder), 409
    return redirect(url_for(".done_by_link", token=token), 303)


def _page(token: str, action: Action, holder: Person) -> str:
    last = _end_of(action)
    return render_template(
        "registers/done.html",
        action=action,
        holder=holder,
        token=token,
        ended_by=last.actor.label if last is not None and last.actor is not None else "",
        may_undo=_may_undo(action, holder),
    )


def _end_of(action: Action) -> Change | None:
    """The line of the journal that tells who has ended it, if it has ended."""
    if action.state == ActionState.OPEN:
        return None
    return next(
        (one for one, _words in registers.history_of(action) if one.verb in ("done", "dropped")), None
    )


def _may_undo(action: Action, holder: Person) -> bool:
    """Whether its holder has ticked it off themselves, within a day."""
    if action.state != ActionState.DONE or action.ended_at is None or action.ended_at < now() - UNDO:
        return False
    last = _end_of(action)
    return last is not None and last.actor_id == holder.id
