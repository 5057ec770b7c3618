"""Pages and deeds on agendas: items, proposals, carry-over, templates."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from network.agenda import actions, persons, proposals
from network.agenda import carry_over as carrying
from network.agenda import policy as agenda
from network.agenda.forms import (
    AddItemForm,
    AnswerForm,
    CarryOverForm,
    ItemForm,
    MoveForm,
    ProposalForm,
    present,
)
from network.agenda.models import AgendaProposal
from network.changes import Invalid, Stale
from network.discussions import policy as discussions
from network.discussions.models import Message
from network.doors import ask, back, find_removed, offer_undo, often, person
from network.extensions import db
from network.groups import policy as groups
from network.groups.models import Group
from network.groups.parts import add_list
from network.meetings import policy
from network.meetings.models import AgendaItem, Meeting, with_agenda
from network.meetings.views import page_of
from network.things import find

blueprint = Blueprint("agenda", __name__)
Message.makes.append((_l("Make this an agenda proposal"), "agenda.new_proposal", "bulb", policy.may_propose))
persons.tell_people()


def open_proposals(group: Group) -> list[AgendaProposal]:
    """What waits for an answer, the oldest first; postponed ones too."""
    query = select(AgendaProposal).where(*_waiting_in(group)).order_by(AgendaProposal.id)
    return list(db.session.scalars(query.options(*AgendaProposal.look())))


def _waiting_in(group: Group) -> list[ColumnElement[bool]]:
    return [
        AgendaProposal.parent_id == group.id,
        AgendaProposal.state.in_(("open", "postponed")),
        AgendaProposal.removed_at.is_(None),
    ]


def proposals_to_show(user: Any, group: Group) -> Select[int] | None:
    """For a group's page: what its members propose."""
    if not groups.may_read(user, group):
        return None
    return select(AgendaProposal.id).where(*_waiting_in(group))


add_list(
    "proposals",
    AgendaProposal,
    proposals_to_show,
    keep=lambda proposal: proposal.waiting and proposal.removed_at is None,
)


# Items


@blueprint.post("/meetings/<id>/items")
@login_required
@often
def add(id: str) -> Any:
    """Put an item on the agenda."""
    meeting = find(Meeting, id, policy.may_read)
    form = AddItemForm()
    if form.validate_on_submit():
        try:
            item = actions.add_item(person(), meeting, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Stale as stale:  # the item that it shall stand under is gone
            form.form_errors.append(stale.description)
        else:
            return redirect(f"{page_of(meeting)}#{item.dom_id}", 303)
    return render_template("agenda/add.html", meeting=meeting, form=form), 422


@blueprint.route("/items/<id>/edit", methods=["GET", "POST"])
@login_required
@often
def change(id: str) -> Any:
    """Everything about an item."""
    item = find(AgendaItem, id, policy.may_see_item)
    ask(policy.may_edit_item, item)
    form = ItemForm(item.parent, item=item, data=None if request.method == "POST" else present(item))
    if form.validate_on_submit():
        try:
            actions.change_item(person(), item, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return redirect(f"{page_of(item.parent)}#{item.dom_id}", 303)
    page = render_template(
        "agenda/edit.html", item=item, meeting=item.parent, form=form, page=page_of(item.parent)
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/items/<id>/move")
@login_required
@often
def move(id: str) -> Any:
    """To a place next to, or under, another item; what dragging sends."""
    item = find(AgendaItem, id, policy.may_see_item)
    form = MoveForm()
    if not form.validate_on_submit():
        raise Invalid(before=_("Please say before or after which item."))
    actions.move_item(person(), item, **form.facts())
    return back(page_of(item.parent))


@blueprint.post("/items/<id>/up", defaults={"step": "up"})
@blueprint.post("/items/<id>/down", defaults={"step": "down"})
@blueprint.post("/items/<id>/indent", defaults={"step": "indent"})
@blueprint.post("/items/<id>/outdent", defaults={"step": "outdent"})
@login_required
@often
def step(id: str, step: str) -> Any:
    """One place up or down, one level in or out: `move_item` with the neighbour there."""
    item = find(AgendaItem, id, policy.may_see_item)
    ask(policy.may_edit_item, item)
    siblings = [other for other in item.parent.agenda if other.under_id == item.under_id]
    at = siblings.index(item)
    where: dict[str, int] = {}
    if step == "up" and at > 0:
        where = {"before": siblings[at - 1].id}
    elif step == "down" and at + 1 < len(siblings):
        where = {"after": siblings[at + 1].id}
    elif step == "indent" and item.under_id is None and at > 0:
        where = {"under": siblings[at - 1].id}
    elif step == "outdent" and item.under_id is not None:
        where = {"after": item.under_id}
    if where:
        actions.move_item(person(), item, **where)
    return back(page_of(item.parent))


@blueprint.post("/items/<id>/remove")
@login_required
@often
def remove(id: str) -> Any:
    """Take an item off the agenda."""
    item = find(AgendaItem, id, policy.may_see_item)
    actions.remove_item(person(), item)
    offer_undo(_("“%(item)s” is off the agenda.", item=item.title), url_for(".restore", id=item.id))
    return back(page_of(item.parent))


@blueprint.post("/items/<id>/restore")
@login_required
@often
def restore(id: str) -> Any:
    """Bring it back."""
    item = find_removed(AgendaItem, id, policy.may_see_item)
    actions.restore_item(person(), item)
    return back(page_of(item.parent))


# Carrying over, templates


@blueprint.route("/meetings/<id>/carry-over", methods=["GET", "POST"])
@login_required
@often
def carry_over(id: str) -> Any:
    """What the agenda should take over: shown first, then put on it."""
    with_items = [joinedload(Meeting.parent), joinedload(Meeting.agenda)]
    meeting = find(Meeting, id, policy.may_read, options=with_items)
    ask(policy.may_set_agenda, meeting)
    form = CarryOverForm()
    if form.validate_on_submit():
        before = len(meeting.agenda)
        carrying.carry_over(person(), meeting, keys=form.keys.data or [])
        added = len(meeting.agenda) - before
        flash(_("The agenda has been completed.") if added else _("Nothing was added to the agenda."))
        return redirect(page_of(meeting), 303)
    offered = carrying.candidates(meeting)
    return render_template(
        "agenda/carry_over.html",
        meeting=meeting,
        form=form,
        candidates=offered,
        suggested=carrying.suggested_minutes(meeting, offered),
        page=page_of(meeting),
    )


@blueprint.get("/meetings/<id>/template")
@login_required
def template(id: str) -> Any:
    """A template and its agenda, to be changed like that of a meeting."""
    meeting = find(Meeting, id, policy.may_read, options=with_agenda())
    if not meeting.is_template:
        return redirect(page_of(meeting))
    return render_template(
        "agenda/template.html", meeting=meeting, may=sorted(policy.rights(person(), meeting))
    )


# Proposals


@blueprint.post("/groups/<id>/proposals")
@login_required
@often
def propose(id: str) -> Any:
    """Wish for an item; the title is enough."""
    group = find(Group, id)
    form = ProposalForm()
    if form.validate_on_submit():
        try:
            made = proposals.propose(person(), group, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Thank you. Those who lead the group see your proposal and answer it."))
            page = url_for(".show_proposals", id=group.id, _anchor=made.dom_id)
            # From a page that held nothing but the form it leads on to what came of it.
            return redirect(page, 303) if "alone" in request.args else back(page)
    ask(policy.may_propose, group)
    return render_template("agenda/propose.html", group=group, form=form), 422


@blueprint.get("/groups/<id>/proposals/new")
@login_required
def new_proposal(id: str) -> Any:
    """The same with text and minutes; with the text of a message, where somebody wants to make more of it."""
    group = find(Group, id)
    ask(policy.may_propose, group)
    form = ProposalForm()
    if "message" in request.args:
        message = find(Message, request.args["message"], discussions.may_see_text)
        form.title.data, form.text.data = message.parent.title[:200], message.text
    return render_template("agenda/propose.html", group=group, form=form)


@blueprint.get("/groups/<id>/proposals")
@login_required
def show_proposals(id: str) -> Any:
    """What waits for an answer, and what came of earlier proposals."""
    group = find(Group, id, groups.may_read)
    answered = db.paginate(
        select(AgendaProposal)
        .where(
            AgendaProposal.parent_id == group.id,
            AgendaProposal.state.not_in(("open", "postponed")),
            AgendaProposal.removed_at.is_(None),
        )
        .order_by(AgendaProposal.answered_at.desc(), AgendaProposal.id.desc())
        .options(*AgendaProposal.look()),
        per_page=20,
        max_per_page=20,
        error_out=False,
    )
    waiting = open_proposals(group)
    return render_template(
        "agenda/proposals.html",
        group=group,
        proposals=waiting,
        mine=[proposal for proposal in waiting if proposal.person_id == person().id],
        answered=answered,
        may=sorted(groups.rights(person(), group)),
    )


@blueprint.route("/proposals/<id>/answer", methods=["GET", "POST"])
@login_required
@often
def answer(id: str) -> Any:
    """Take a proposal up, postpone it, or decline it with a reason."""
    proposal = find(AgendaProposal, id)
    form = AnswerForm(proposals.coming_meetings(proposal.parent))
    if form.validate_on_submit():
        try:
            _answer(proposal, form)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Answered. The person who proposed it is told by e-mail."))
            return redirect(url_for(".show_proposals", id=proposal.parent_id), 303)
    ask(agenda.may_answer_proposal, proposal)  # not before: a repeat of the answer is led to where it led
    page = render_template("agenda/answer.html", proposal=proposal, form=form)
    return (page, 422) if request.method == "POST" else page


def _answer(proposal: AgendaProposal, form: AnswerForm) -> None:
    key = form.key.data
    if form.answer.data == "take_up":
        proposals.take_up(person(), proposal, key=key, meeting_id=form.meeting_id.data)
    elif form.answer.data == "postpone":
        proposals.postpone_proposal(person(), proposal, key=key)
    else:
        proposals.decline_proposal(person(), proposal, key=key, reason=form.reason.data or "")


@blueprint.post("/proposals/<id>/take-up")
@login_required
@often
def take_up(id: str) -> Any:
    """Put it on the agenda of the next meeting with one click."""
    proposal = find(AgendaProposal, id)
    item = proposals.take_up(person(), proposal)
    flash(_("“%(item)s” is on the agenda of %(meeting)s.", item=item.title, meeting=item.parent.title))
    return back(url_for(".show_proposals", id=proposal.parent_id))


@blueprint.post("/proposals/<id>/withdraw")
@login_required
@often
def withdraw(id: str) -> Any:
    """Take one's own proposal back."""
    proposal = find(AgendaProposal, id)
    proposals.withdraw(person(), proposal)
    flash(_("Your proposal is withdrawn."))
    return back(url_for(".show_proposals", id=proposal.parent_id))
