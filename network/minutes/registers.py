"""Minutes, decisions and actions in lists: of a group, of a person, of a meeting's list of attendance."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from network import dates
from network.agenda.carry_over import Candidate, carry_over_sources, from_item
from network.attendance.models import Attendance
from network.extensions import db
from network.groups.models import Group
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, ItemKind, Meeting
from network.minutes.models import (
    Action,
    ActionState,
    Decision,
    DecisionState,
    ItemMinutes,
    Minutes,
    MinutesReader,
)
from network.people import export
from network.people.models import Person, PersonState
from network.things import now

REVIEW_MINUTES = 5  # planned for a decision whose review is due
FOLLOW_UP_MINUTES = 5  # at most, for an item that comes again since something of it is still to be done


def minutes_of(group: Group) -> Select[tuple[Minutes]]:
    """All minutes of a group, the newest first."""
    meeting = aliased(Meeting, flat=True)
    return (
        select(Minutes)
        .join(meeting, Minutes.meeting_id == meeting.id)
        .where(meeting.parent_id == group.id, meeting.removed_at.is_(None))
        .order_by(meeting.starts_at.desc(), Minutes.id.desc())
        .options(joinedload(Minutes.parent))
    )


def decisions_of(group: Group, *, year: int | None = None, wanted: str = "") -> Select[tuple[Decision]]:
    """The register of a group, the newest first: numbered decisions of a year, with all these words."""
    query = (
        select(Decision)
        .where(Decision.group_id == group.id, Decision.number.is_not(None), Decision.removed_at.is_(None))
        .order_by(Decision.year.desc(), Decision.number.desc())
        .options(*Decision.look(), joinedload(Decision.parent).joinedload(AgendaItem.parent))
    )
    if year is not None:
        query = query.where(Decision.year == year)
    for word in wanted.split()[:8]:
        query = query.where(
            or_(
                Decision.text.icontains(word, autoescape=True),
                Decision.plain.icontains(word, autoescape=True),
            )
        )
    return query


def years_of(group: Group) -> list[int]:
    """The years that have decisions in the register, the newest first."""
    return list(
        db.session.scalars(
            select(Decision.year)
            .where(Decision.group_id == group.id, Decision.number.is_not(None))
            .distinct()
            .order_by(Decision.year.desc())
        )
    )


def _actions() -> Select[tuple[Action]]:
    """Actions with all that a list of them shows; those without a day come last."""
    return (
        select(Action)
        .where(Action.removed_at.is_(None))
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
        .options(*Action.look(), joinedload(Action.parent).joinedload(AgendaItem.parent))
    )


def open_actions_of(group: Group) -> list[Action]:
    """What is still to be done in a group, the most urgent first."""
    query = _actions().where(Action.group_id == group.id, Action.state == ActionState.OPEN)
    return list(db.session.scalars(query))


def actions_for(person: Any, *, ended: bool = False) -> list[Action]:
    """What a person has to do in all groups, or the last hundred that have ended."""
    query = _actions().where(Action.person_id == person.id)
    if ended:
        query = query.where(Action.state != ActionState.OPEN).order_by(None).order_by(Action.ended_at.desc())
        return list(db.session.scalars(query.limit(100)))
    return list(db.session.scalars(query.where(Action.state == ActionState.OPEN)))


def is_overdue(action: Action) -> bool:
    """Whether its day has passed and it is still open."""
    today = dates.local(now()).date()
    return action.state == ActionState.OPEN and action.due_on is not None and action.due_on < today


# Attendance, as minutes tell it


@dataclass(frozen=True)
class Part:
    """An organisation's people at a meeting; the name is empty for engaged citizens."""

    organisation: str
    people: list[Attendance]


@dataclass(frozen=True)
class AttendanceOfMinutes:
    """Who was there, by organisation, and who was not."""

    present: list[Part]
    excused: list[Attendance]
    absent: list[Attendance]

    @property
    def count(self) -> int:
        """How many people were there."""
        return sum(len(part.people) for part in self.present)


def by_organisation(meeting: Meeting) -> AttendanceOfMinutes:
    """The list of attendance for the head of the minutes."""
    rows = sorted(meeting.attendances, key=lambda row: row.position)
    present: dict[str, list[Attendance]] = {}
    for row in rows:
        if row.was_present:
            present.setdefault(row.organisation_name, []).append(row)
    return AttendanceOfMinutes(
        present=[Part(name, people) for name, people in present.items()],
        excused=[row for row in rows if row.presence == "excused"],
        absent=[row for row in rows if row.presence == "absent"],
    )


def recipients(meeting: Meeting) -> list[Person]:
    """Who gets the minutes, each once: those who were invited or were there, and those who asked for it.

    Only who has an account with an address and wants such letters; who asked must still be one who may read.
    """
    asked = {row.person_id for row in meeting.attendances if row.invited or row.was_present}
    readers = select(MinutesReader.person_id).where(MinutesReader.group_id == meeting.parent_id)
    people = db.session.scalars(
        select(Person)
        .where(
            or_(Person.id.in_(asked), Person.id.in_(readers)),
            Person.state == PersonState.ADMITTED,
            Person.email.is_not(None),
        )
        .order_by(Person.id)
        .options(selectinload(Person.memberships))
    )
    return [
        person
        for person in people
        if "minutes" not in (person.unwanted_letters or ())
        and (person.id in asked or meetings.may_read(person, meeting))
    ]


def asked_for_minutes(user: Any, group: Group) -> bool:
    """Whether somebody asked to get all minutes of a group."""
    return db.session.get(MinutesReader, (group.id, user.id)) is not None


# What the next agenda should take over


def _items_with_open_actions(meeting: Meeting) -> Iterable[Candidate]:
    """Items of the group's meetings of which something is still to be done."""
    still_open = select(Action.parent_id).where(
        Action.group_id == meeting.parent_id,
        Action.state == ActionState.OPEN,
        Action.removed_at.is_(None),
    )
    items = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.id.in_(still_open), AgendaItem.parent_id != meeting.id)
        .options(joinedload(AgendaItem.parent))
        .order_by(AgendaItem.id)
    )
    for item in items:
        if item.kind != ItemKind.OPEN_ACTIONS:
            minutes = min(item.planned_minutes, FOLLOW_UP_MINUTES)
            yield from_item(item, _l("Something is still to be done"), planned_minutes=minutes)


def _decisions_to_review(meeting: Meeting) -> Iterable[Candidate]:
    """Decisions in force whose review date has come by the day of the meeting."""
    decisions = db.session.scalars(
        select(Decision)
        .where(
            Decision.group_id == meeting.parent_id,
            Decision.state == DecisionState.IN_FORCE,
            Decision.number.is_not(None),
            Decision.review_on <= dates.local(meeting.starts_at).date(),
            Decision.removed_at.is_(None),
        )
        .options(joinedload(Decision.group), joinedload(Decision.parent))
        .order_by(Decision.year, Decision.number)
    )
    for decision in decisions:
        yield Candidate(
            key=f"decision:{decision.id}",
            title=str(_l("Review of decision %(number)s", number=decision.citation)),
            kind=ItemKind.DECISION,
            reason=_l("Its review date has come"),
            planned_minutes=REVIEW_MINUTES,
            if_it_fits=True,
            text=decision.text,
            internal=decision.parent.kept_internal,
        )


carry_over_sources += [_items_with_open_actions, _decisions_to_review]


# A person's own data


def _actions_of(person: Person) -> list[dict[str, Any]]:
    """What was given to the person to do."""
    found = db.session.scalars(_actions().where(Action.person_id == person.id))
    return [
        {
            "group": action.group.name,
            "text": action.text,
            "due_on": action.due_on,
            "state": str(action.state_label),
            "reason": action.reason,
            "ended_at": action.ended_at,
        }
        for action in found
    ]


def _texts_of(person: Person) -> list[dict[str, Any]]:
    """The minutes that the person was the last to write in."""
    found = db.session.scalars(
        select(ItemMinutes)
        .where(ItemMinutes.written_by_id == person.id)
        .order_by(ItemMinutes.id)
        .options(joinedload(ItemMinutes.parent).joinedload(AgendaItem.parent))
    )
    return [
        {
            "meeting": minutes.parent.parent.title,
            "item": minutes.parent.title,
            "text": minutes.text,
            "written_at": minutes.written_at,
        }
        for minutes in found
    ]


export.add(
    "actions",
    _actions_of,
    _l("My actions"),
    {
        "group": _l("Group"),
        "text": _l("What"),
        "due_on": _l("By when"),
        "state": _l("State"),
        "reason": _l("Reason"),
        "ended_at": _l("Ended"),
    },
)
export.add(
    "minutes",
    _texts_of,
    _l("Minutes that I wrote"),
    {
        "meeting": _l("Meeting"),
        "item": _l("Agenda item"),
        "text": _l("Text"),
        "written_at": _l("Written"),
    },
)
