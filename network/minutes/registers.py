"""Minutes, decisions and actions in lists: of a group, of a person, of a meeting's list of attendance."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from network import dates
from network.agenda.carry_over import Candidate, carry_over_sources, from_item
from network.attendance.models import Attendance
from network.changes import Change, sentence
from network.extensions import db
from network.groups.models import Group, GroupKind
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, ItemKind, Meeting
from network.minutes import policy
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
from network.people.letters import site_url
from network.people.models import Person, PersonState
from network.things import Thing, now, of_types, whole

DUE = {"overdue": _l("Overdue"), "week": _l("Overdue or due within seven days")}
WEEK = timedelta(days=7)
MOST_OF_HISTORY = 50  # lines
MOST_REPLACEMENTS = 300  # decisions that are offered as the one that replaces another
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


def decisions(*, year: int | None = None, state: str = "", wanted: str = "") -> Select[tuple[Decision]]:
    """Numbered decisions with all that a register shows: of a year, in a state, with all these words."""
    query = (
        select(Decision)
        .where(Decision.number.is_not(None), Decision.removed_at.is_(None))
        .options(*_whole_decision())
    )
    if year is not None:
        query = query.where(Decision.year == year)
    if state:
        query = query.where(Decision.state == state)
    for word in wanted.split()[:8]:
        query = query.where(
            or_(
                Decision.text.icontains(word, autoescape=True),
                Decision.plain.icontains(word, autoescape=True),
            )
        )
    return query


def narrowed(asked: Mapping[str, str]) -> dict[str, Any]:
    """What the address of a register asks for: year, state and words; what is none of them asks for all."""
    state = asked.get("state", "")
    return {
        "year": whole(asked.get("year")),
        "state": state if state in list(DecisionState) else "",
        "wanted": asked.get("q", "").strip()[:100],
    }


def citation_of(decision: Decision) -> str:
    """How a text outside of the program names a decision: number, day and address."""
    return str(
        _l(
            "%(number)s of %(day)s, %(address)s",
            number=decision.citation,
            day=dates.day_written(decision.parent.parent.starts_at),
            address=site_url(url_for(Decision.page, id=decision.id)),
        )
    )


def _whole_decision() -> list[Any]:
    """Loader options: as `look`, with the meeting on which it was decided."""
    return [*Decision.look(), joinedload(Decision.parent).joinedload(AgendaItem.parent)]


def decisions_of(group: Group, **narrowed: Any) -> Select[tuple[Decision]]:
    """The register of a group, the newest first; narrowed as `decisions` says."""
    return (
        decisions(**narrowed)
        .where(Decision.group_id == group.id)
        .order_by(Decision.year.desc(), Decision.number.desc())
    )


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


# Decisions that replace others


def replacements_for(user: Any, decision: Decision) -> list[Decision]:
    """Later decisions that may replace this one: in force or carried out, of its group or of the network."""
    if decision.number is None:
        return []
    item, meeting, group = Thing.__table__.alias(), Meeting.__table__.alias(), Group.__table__
    begun = decision.parent.parent.starts_at
    found = db.session.scalars(
        decisions()
        .join(item, item.c.id == Decision.parent_id)
        .join(meeting, meeting.c.id == item.c.parent_id)
        .join(group, group.c.id == Decision.group_id)
        .where(
            Decision.state.in_((DecisionState.IN_FORCE, DecisionState.CARRIED_OUT)),
            or_(
                Decision.group_id == decision.group_id,
                group.c.kind.in_((GroupKind.COORDINATION, GroupKind.PLENARY)),
            ),
            or_(meeting.c.starts_at > begun, and_(meeting.c.starts_at == begun, Decision.id > decision.id)),
        )
        .order_by(meeting.c.starts_at.desc(), Decision.id.desc())
        .limit(MOST_REPLACEMENTS)
    )
    return [one for one in found if policy.may_see_part(user, one)]


def replaced_by(user: Any, decisions_: Iterable[Decision]) -> dict[int, Decision]:
    """What replaced these decisions, by their ids, as far as the user may see it: at most one statement."""
    ids = {one.superseded_by_id for one in decisions_ if one.superseded_by_id}
    if not ids:
        return {}
    query = select(Decision).where(Decision.id.in_(ids)).options(*_whole_decision())
    later = {one.id: one for one in db.session.scalars(query) if policy.may_see_part(user, one)}
    return {one.id: later[one.superseded_by_id] for one in decisions_ if one.superseded_by_id in later}


def chain_of(user: Any, decision: Decision) -> tuple[list[Decision], list[Decision]]:
    """The decisions that it replaced, and those that replaced it, each the oldest first: one statement.

    Of others only what the user may see.
    """
    table = Decision.__table__
    own = select(table.c.id, table.c.superseded_by_id).where(table.c.id == decision.id)
    later = own.cte("later", recursive=True)
    later = later.union(
        select(table.c.id, table.c.superseded_by_id).join(later, table.c.id == later.c.superseded_by_id)
    )
    earlier = own.cte("earlier", recursive=True)
    earlier = earlier.union(
        select(table.c.id, table.c.superseded_by_id).join(earlier, table.c.superseded_by_id == earlier.c.id)
    )
    rows = db.session.execute(
        select(Decision, Decision.id.in_(select(later.c.id)))
        .where(
            or_(Decision.id.in_(select(later.c.id)), Decision.id.in_(select(earlier.c.id))),
            Decision.id != decision.id,
        )
        .options(*_whole_decision())
    ).all()
    seen = sorted(
        (row for row in rows if policy.may_see_part(user, row[0])),
        key=lambda row: (row[0].parent.parent.starts_at, row[0].id),
    )
    return [one for one, is_later in seen if not is_later], [one for one, is_later in seen if is_later]


# Actions


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


def by_urgency(
    actions: Iterable[Action], *, ended: bool = False
) -> list[tuple[Any, list[tuple[Group, list[Action]]]]]:
    """Actions under the words that say how urgent they are, and there by their groups; the order is kept."""
    parts: dict[str, tuple[Any, dict[Group, list[Action]]]] = {}
    for action in actions:
        words = "" if ended else _urgency(action)
        groups = parts.setdefault(str(words), (words, {}))[1]
        groups.setdefault(action.group, []).append(action)
    return [(words, list(groups.items())) for words, groups in parts.values()]


def _urgency(action: Action) -> Any:
    if is_overdue(action):
        return _l("Overdue")
    if action.due_on is None:
        return _l("Without a date")
    return _l("In the next seven days") if is_due(action, "week") else _l("Later")


def is_due(action: Action, when: str) -> bool:
    """Whether it is `overdue`, or due within a `week` (overdue counts as well); else all are meant."""
    if when == "overdue":
        return is_overdue(action)
    if when == "week":
        return action.due_on is not None and action.due_on <= dates.local(now() + WEEK).date()
    return True


def overdue() -> list[ColumnElement[bool]]:
    """The same as conditions of a statement, of groups that still work."""
    group = Group.__table__
    return [
        Action.state == ActionState.OPEN,
        Action.removed_at.is_(None),
        Action.due_on < dates.moment_day(),
        Action.group_id.in_(select(group.c.id).where(group.c.archived_at.is_(None))),
    ]


def is_overdue(action: Action) -> bool:
    """Whether its day has passed and it is still open."""
    today = dates.today()
    return action.state == ActionState.OPEN and action.due_on is not None and action.due_on < today


def history_of(line: Decision | Action) -> list[tuple[Change, str]]:
    """What happened to a decision or an action, in sentences, the newest first: two statements."""
    lines = db.session.scalars(
        select(Change)
        .where(Change.thing_id == line.id, Change.room_id == line.room_id)
        .order_by(Change.number.desc())
        .limit(MOST_OF_HISTORY)
        .options(selectinload(Change.actor))
    ).all()
    for one in lines:
        set_committed_value(one, "thing", line)
    return [(one, sentence(one, _actor(one.actor))) for one in lines]


def _actor(actor: Any) -> str:
    return actor.label if actor is not None else str(_l("The program"))


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


@dataclass(frozen=True)
class Reviewed:
    """Things of one type that are looked at again from a day on: decisions, and what features below have.

    `due(columns, meeting)` is the condition, on the columns of the type in a statement for all types.
    """

    model: type[Thing]
    due: Callable[[Any, Meeting], ColumnElement[bool]]
    order: Callable[[Any], Any]
    candidate: Callable[[Any], Candidate]


reviewed: list[Reviewed] = []


def _to_review(meeting: Meeting) -> Iterable[Candidate]:
    """Things of the group whose review date has come by the day of the meeting: one statement for all."""
    models: list[Any] = [one.model for one in reviewed]
    anything = of_types(*models)
    conditions = [
        and_(anything.type == name, one.due(columns, meeting))
        for one in reviewed
        for name, columns in [(one.model.__tablename__, getattr(anything, one.model.__name__))]
    ]
    query = select(anything).where(anything.removed_at.is_(None), or_(*conditions))
    options = joinedload(anything.Decision.group), joinedload(anything.Decision.parent)
    found = db.session.scalars(query.options(*options)).unique().all()
    for one in reviewed:
        for thing in sorted((thing for thing in found if isinstance(thing, one.model)), key=one.order):
            yield one.candidate(thing)


def _decision_is_due(decision: Any, meeting: Meeting) -> ColumnElement[bool]:
    return and_(
        decision.group_id == meeting.parent_id,
        decision.state == DecisionState.IN_FORCE,
        decision.number.is_not(None),
        decision.review_on <= dates.local(meeting.starts_at).date(),
    )


def _review_of_decision(decision: Decision) -> Candidate:
    return Candidate(
        key=f"decision:{decision.id}",
        title=str(_l("Review of decision %(number)s", number=decision.citation)),
        kind=ItemKind.DECISION,
        reason=_l("Its review date has come"),
        planned_minutes=REVIEW_MINUTES,
        if_it_fits=True,
        text=decision.text,
        internal=decision.parent.kept_internal,
    )


reviewed.append(Reviewed(Decision, _decision_is_due, lambda one: (one.year, one.number), _review_of_decision))
carry_over_sources += [_items_with_open_actions, _to_review]


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
