"""What members propose for an agenda, and what those who lead answer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.agenda import policy
from network.agenda.items import put_item
from network.agenda.models import AgendaProposal
from network.changes import Invalid, Stale, action, record, take
from network.extensions import db
from network.groups.models import Group
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, ItemKind, Meeting, MeetingState
from network.people.letters import site_url, write_if_wanted
from network.things import now

TAKES_ITEMS = (MeetingState.DRAFT, MeetingState.ANNOUNCED, MeetingState.RUNNING, MeetingState.PAUSED)


def coming_meetings(group: Group) -> list[Meeting]:
    """Meetings of a group whose agenda can still take an item, the next one first; drafts too.

    One that is running comes last: a proposal is meant for the next agenda unless somebody says otherwise.
    """
    found = list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.parent_id == group.id,
                Meeting.state.in_(TAKES_ITEMS),
                Meeting.ends_at > now(),
                Meeting.removed_at.is_(None),
                ~Meeting.is_template,
            )
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )
    return sorted(found, key=lambda meeting: meeting.running)


@action(meetings.may_propose)
def propose(
    actor: Any, group: Group, *, title: str, text: str = "", planned_minutes: int | None = 0
) -> AgendaProposal:
    """Wish for an item on an agenda of the group."""
    proposal = AgendaProposal(
        parent_id=group.id,
        room_id=group.room_id,
        created_by_id=actor.id,
        person_id=actor.id,
        title=title,
        text=text,
        planned_minutes=planned_minutes or 0,
    )
    db.session.add(proposal)
    record("proposed", proposal, by=actor)
    return proposal


@action(policy.may_answer_proposal)
def take_up(actor: Any, proposal: AgendaProposal, *, meeting_id: int | None = None) -> AgendaItem:
    """Put a proposal on the agenda of a coming meeting, the next one unless said otherwise.

    Whoever proposed it presents it. Raises Invalid if there is no such meeting.
    """
    coming = coming_meetings(proposal.parent)
    if meeting_id is not None:
        coming = [meeting for meeting in coming if meeting.id == meeting_id]
    if not coming:
        raise Invalid(meeting_id=_l("There is no such coming meeting. Please plan one first."))
    meeting = coming[0]
    # The group's room is held already, and is older than its meetings' rooms: no circle of waiting.
    take(meeting.room_id)
    db.session.expire(meeting)
    if meeting.over or meeting.removed_at is not None:
        raise Stale(_l("This meeting has ended or was called off meanwhile."))
    return put_on_agenda(actor, proposal, meeting)


def put_on_agenda(actor: Any, proposal: AgendaProposal, meeting: Meeting) -> AgendaItem:
    """Step of an action that holds the rooms of the group and of the meeting."""
    person = proposal.person
    has_place = any(place.active and place.group_id == proposal.parent_id for place in person.memberships)
    item = put_item(
        actor,
        meeting,
        title=proposal.title,
        kind=ItemKind.EXCHANGE,
        text=proposal.text,
        planned_minutes=proposal.planned_minutes,
        presenter_ids=[person.id] if has_place else [],
        presenter_names=[] if has_place else [person.name],
        carried_as=f"proposal:{proposal.id}",
    )
    proposal.state, proposal.item_id, proposal.answered_at = "taken_up", item.id, now()
    proposal.reason = ""
    record("taken up", proposal, by=actor, also=[person.room])
    _tell(actor, proposal, meeting)
    return item


@action(policy.may_answer_proposal)
def postpone_proposal(actor: Any, proposal: AgendaProposal) -> AgendaProposal:
    """Keep a proposal for later: it comes up again when the next agenda is prepared."""
    if proposal.state != "postponed":
        proposal.state, proposal.answered_at = "postponed", now()
        record("postponed", proposal, by=actor, also=[proposal.person.room])
        _tell(actor, proposal)
    return proposal


@action(policy.may_answer_proposal)
def decline_proposal(actor: Any, proposal: AgendaProposal, *, reason: str) -> AgendaProposal:
    """Decline a proposal, with the reason that its author reads."""
    if not reason.strip():
        raise Invalid(reason=_l("Please say why, so that the person understands it."))
    proposal.state, proposal.reason, proposal.answered_at = "declined", reason, now()
    record("declined", proposal, by=actor, also=[proposal.person.room])
    _tell(actor, proposal)
    return proposal


@action(policy.may_withdraw_proposal)
def withdraw(actor: Any, proposal: AgendaProposal) -> AgendaProposal:
    """Take one's own proposal back."""
    proposal.state, proposal.answered_at = "withdrawn", now()
    record("withdrawn", proposal, by=actor)
    return proposal


def _tell(actor: Any, proposal: AgendaProposal, meeting: Meeting | None = None) -> None:
    """A letter to the proposer. It speaks of a plan: only those who plan the meeting see it while a draft."""
    person = proposal.person
    if person.id == actor.id:
        return
    write_if_wanted(
        person,
        "answers",
        "proposal_answered",
        _l("Your proposal “%(title)s”", title=proposal.title),
        about=proposal,
        proposal=proposal,
        group=proposal.parent,
        meeting=meeting,
        answered_by=actor.name,
        url=site_url(f"/groups/{proposal.parent_id}/proposals"),
    )
