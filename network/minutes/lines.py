"""What can be done to the lines of minutes: decisions with their register, and actions with their life."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from network.changes import Invalid, Refused, Stale, action, record
from network.cores import in_turns
from network.dates import local
from network.directory.models import Organisation
from network.extensions import db
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting, MeetingState
from network.minutes import policy, registers
from network.minutes.models import Action, ActionState, Decision, DecisionState
from network.people.models import Person
from network.things import fill_in, now

# Decisions


def _with_register(item: AgendaItem) -> list[int]:
    """The group's room: numbers are given under its lock, so they have no gaps and none comes twice."""
    return [item.parent.parent.room_id]


@action(policy.may_write, rooms=_with_register)
def decide(
    actor: Any,
    item: AgendaItem,
    *,
    text: str,
    how: str = "",
    plain: str = "",
    organisation_id: int | None = None,
    review_on: date | None = None,
) -> Decision:
    """Record a decision. It gets its number when the meeting ends, or at once if it has ended."""
    meeting = item.parent
    decision = Decision(
        parent=item, room_id=meeting.room_id, group=meeting.parent, created_by_id=actor.id, text=text
    )
    db.session.add(decision)
    _fill_decision(decision, meeting, how, plain, organisation_id, review_on)
    if meeting.state == MeetingState.CLOSED:
        _give_number(decision, meeting)
    record("decided", decision, by=actor)
    return decision


@action(policy.may_change_part)
def change_decision(
    actor: Any,
    decision: Decision,
    *,
    text: str,
    how: str = "",
    plain: str = "",
    organisation_id: int | None = None,
    review_on: date | None = None,
) -> Decision:
    """Put a decision into other words, while the minutes are written."""
    decision.text = text
    _fill_decision(decision, decision.parent.parent, how, plain, organisation_id, review_on)
    record("changed", decision, by=actor)
    return decision


def _fill_decision(
    decision: Decision,
    meeting: Meeting,
    how: str,
    plain: str,
    organisation_id: int | None,
    review_on: date | None,
) -> None:
    if review_on is not None and review_on < local(meeting.starts_at).date():
        raise Invalid(review_on=_l("Please choose a day after the meeting."))
    _must_exist(organisation_id)
    decision.how, decision.plain = how, plain
    decision.organisation_id, decision.review_on = organisation_id, review_on


def _with_group(decision: Decision) -> list[int]:
    """The group's room: what stands on a decision is made under its lock."""
    return [decision.group.room_id]


@action(policy.may_remove_decision, rooms=_with_group)
def remove_decision(actor: Any, decision: Decision) -> Decision:
    """Take a decision out that has no number yet; `restore_decision` brings it back.

    Raises Refused if something stands on it.
    """
    if decision.removed_at is None:
        why = next((why for says in Decision.kept if (why := says(actor, decision))), None)
        if why is not None:
            raise Refused(why)
        decision.removed_at = now()
        record("removed", decision, by=actor)
    return decision


@action(policy.may_remove_decision)
def restore_decision(actor: Any, decision: Decision) -> Decision:
    """Undo a removal. After the end of the meeting it gets its number like any other."""
    if decision.removed_at is not None:
        meeting = decision.parent.parent
        if meeting.state == MeetingState.CLOSED:
            raise Refused(_l("The meeting has ended without this decision. Please record it anew."))
        decision.removed_at = None
        record("restored", decision, by=actor)
    return decision


@action(policy.may_settle)
def settle(actor: Any, decision: Decision, *, state: str) -> Decision:
    """Record what became of a decision: in force, carried out or lifted.

    Raises Invalid for superseded, which names the decision that replaces it: see `supersede`.
    """
    if state == DecisionState.SUPERSEDED:
        raise Invalid(state=_l("Please choose the decision that replaces it."))
    if decision.state != DecisionState(state):
        decision.state, decision.superseded_by_id = DecisionState(state), None
        record("settled", decision, by=actor, also=[decision.group.room])
    return decision


@action(policy.may_settle)
def supersede(actor: Any, decision: Decision, *, by_id: int) -> Decision:
    """Record that a later decision replaces this one. A chain of them never closes to a circle, since each
    link leads on in time; so no other decision has to be held.

    Raises Invalid for what is not later, not in force, or not of this group or the whole network.
    """
    later = next((one for one in registers.replacements_for(actor, decision) if one.id == by_id), None)
    if later is None:
        raise Invalid(by_id=_l("Please choose a later decision of this group or of the network."))
    if decision.superseded_by_id != later.id:
        decision.state, decision.superseded_by_id = DecisionState.SUPERSEDED, later.id
        record("superseded", decision, by=actor, also=[decision.group.room])
    return decision


@action(meetings.may_run)
def number_decisions(actor: Any, meeting: Meeting) -> list[Decision]:
    """Give the decisions of a meeting their numbers, in the order of the agenda: a step of ending it.

    The action around it holds the group's room, so another meeting of the group that ends at the same
    moment counts on from here. Number and end are one transaction: neither is there without the other.
    """
    fill_in(meeting.agenda, selectinload(AgendaItem.decisions))
    decisions = [decision for item in meeting.agenda for decision in item.decisions]
    waiting = [decision for decision in decisions if decision.number is None]
    for number, decision in enumerate(in_turns(waiting), _next_number(meeting) if waiting else 1):
        decision.year, decision.number = _year(meeting), number
        record("numbered", decision, by=actor)
    db.session.flush()
    return decisions


def _give_number(decision: Decision, meeting: Meeting) -> None:
    decision.year, decision.number = _year(meeting), _next_number(meeting)
    db.session.flush()


def _year(meeting: Meeting) -> int:
    """The year in which its decisions are counted."""
    return local(meeting.starts_at).year


def _next_number(meeting: Meeting) -> int:
    """The next number of the group in the year of the meeting."""
    last = db.session.scalar(
        select(func.max(Decision.number)).where(
            Decision.group_id == meeting.parent_id, Decision.year == _year(meeting)
        )
    )
    return (last or 0) + 1


# Actions


@action(policy.may_write)
def agree(
    actor: Any,
    item: AgendaItem,
    *,
    text: str,
    person_id: int | None = None,
    organisation_id: int | None = None,
    due_on: date | None = None,
) -> Action:
    """Record who does what by when."""
    meeting = item.parent
    facts = {"room_id": meeting.room_id, "created_by_id": actor.id, "state": ActionState.OPEN}
    deed = Action(parent=item, group=meeting.parent, text=text, **facts)
    db.session.add(deed)
    _fill_action(deed, meeting, person_id, organisation_id, due_on)
    record("agreed", deed, by=actor, also=_concerned(deed))
    return deed


@action(policy.may_change_part)
def change_action(
    actor: Any,
    deed: Action,
    *,
    text: str,
    person_id: int | None = None,
    organisation_id: int | None = None,
    due_on: date | None = None,
) -> Action:
    """Change what an action says, while the minutes are written."""
    deed.text = text
    _fill_action(deed, deed.parent.parent, person_id, organisation_id, due_on)
    record("changed", deed, by=actor, also=_concerned(deed))
    return deed


def _fill_action(
    deed: Action, meeting: Meeting, person_id: int | None, organisation_id: int | None, due_on: date | None
) -> None:
    if due_on is not None and due_on < local(meeting.starts_at).date():
        raise Invalid(due_on=_l("Please choose a day after the meeting."))
    person = db.session.get(Person, person_id) if person_id is not None else None
    chosen = person_id is not None and person_id != deed.person_id  # whoever has it already keeps it
    if chosen and (person is None or not policy.may_be_asked(person, meeting)):
        raise Invalid(person_id=_l("Please choose somebody from the group or from the meeting."))
    _must_exist(organisation_id)
    if person_id != deed.person_id:  # whoever has it to do now has not been reminded yet
        deed.reminded_ahead_of = deed.reminded_on = None
    deed.person, deed.organisation_id, deed.due_on = person, organisation_id, due_on


def _must_exist(organisation_id: int | None) -> None:
    if organisation_id is not None and db.session.get(Organisation, organisation_id) is None:
        raise Invalid(organisation_id=_l("Please choose one of the entries."))


def _concerned(deed: Action) -> list[Any]:
    """The group's page shows open actions, and whoever has it to do is told."""
    return [deed.group.room, *([deed.person.room] if deed.person else [])]


@action(policy.may_change_part)
def remove_action(actor: Any, deed: Action) -> Action:
    """Take an action out of the minutes; `restore_action` brings it back."""
    if deed.removed_at is None:
        deed.removed_at = now()
        record("removed", deed, by=actor, also=_concerned(deed))
    return deed


@action(policy.may_change_part)
def restore_action(actor: Any, deed: Action) -> Action:
    """Undo a removal."""
    if deed.removed_at is not None:
        deed.removed_at = None
        record("restored", deed, by=actor, also=_concerned(deed))
    return deed


@action(policy.may_end)
def tick_off(actor: Any, deed: Action) -> Action:
    """It is done."""
    return _end(actor, deed, ActionState.DONE)


@action(policy.may_end)
def drop(actor: Any, deed: Action, *, reason: str) -> Action:
    """It will not be done, and why."""
    return _end(actor, deed, ActionState.DROPPED, reason)


@action(policy.may_end)
def reopen(actor: Any, deed: Action) -> Action:
    """It is to be done after all."""
    return _end(actor, deed, ActionState.OPEN)


def _end(actor: Any, deed: Action, state: ActionState, reason: str = "") -> Action:
    if deed.state == state:
        return deed
    if state != ActionState.OPEN and deed.state != ActionState.OPEN:
        raise Stale(_("This action has already been ended: %(state)s.", state=deed.state_label))
    deed.state, deed.reason = state, reason
    deed.ended_at = now() if state != ActionState.OPEN else None
    verb = {ActionState.DONE: "done", ActionState.DROPPED: "dropped", ActionState.OPEN: "reopened"}[state]
    record(verb, deed, by=actor, also=_concerned(deed))
    return deed
