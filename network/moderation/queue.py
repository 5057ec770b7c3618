"""Which cases and messages wait for whom: the heaviest case first, the oldest message first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import aliased, joinedload, undefer

from network.discussions.models import Message, Thread
from network.extensions import db
from network.groups import parts
from network.groups.models import Group, GroupDesk, Place
from network.moderation import policy
from network.moderation.models import CLAIM_LASTS, CaseState, ModerationCase, Report
from network.people.models import OfficeDesk, Person, PersonState, Role
from network.things import Thing, moment, of_types

MOST = 50  # cases on a page, and messages that wait


class Page(Pagination):
    """A page of a list, which learns in the same statement how long the list is."""

    def _query_items(self) -> list[Any]:
        wanted = self._query_args["select"].add_columns(func.count().over())
        rows = db.session.execute(wanted.limit(self.per_page).offset(self._query_offset)).unique().all()
        self._length = rows[0][-1] if rows else 0
        return [row[0] for row in rows]

    def _query_count(self) -> int:
        return int(self._length)


def cases(user: Any, group: Group | None = None) -> Select[tuple[ModerationCase]]:
    """The cases that wait: those on a group's desk, or all. Without the text of anything.

    The Office sees all of them, also one that somebody else of it has to decide; leads no objections.
    """
    query = select(ModerationCase).where(ModerationCase.state != CaseState.DECIDED)
    if not user.works_in_office:
        query = query.where(ModerationCase.state == CaseState.OPEN)
    if group is not None:
        desk = select(GroupDesk.id).where(GroupDesk.parent_id == group.id)
        query = query.where(ModerationCase.parent_id.in_(desk))
    query = query.order_by(ModerationCase.weight.desc(), ModerationCase.opened_at, ModerationCase.id)
    return query.options(*ModerationCase.look())


@dataclass(frozen=True)
class ForOffice:
    """What the Office's page lists, the oldest first, as somebody of the Office sees it."""

    cases: list[ModerationCase]  # that this person can decide and nobody takes care of
    stuck: list[ModerationCase]  # that nobody can decide
    is_stuck: bool  # whether there are such, also one that concerns this very person
    messages: list[Message]


def for_office(user: Any, most: int) -> ForOffice:
    """What waits, of each kind so many at most; one statement for all."""
    both = of_types(ModerationCase, Message)
    case, message = both.ModerationCase, both.Message
    stuck = both.id.in_(_stuck().limit(most))
    query = (
        select(both, stuck.label("stuck"))
        .where(or_(both.id.in_(_unclaimed(user).limit(most)), stuck, both.id.in_(_waiting().limit(most))))
        .options(
            joinedload(case.person),
            joinedload(case.group),
            joinedload(case.claimed_by),
            undefer(case.named_rule),
            undefer(case.first_line),
            joinedload(message.person),
            joinedload(message.parent).joinedload(Thread.group),
        )
    )
    rows = [(one, bool(is_stuck)) for one, is_stuck in db.session.execute(query).unique()]
    cases = [(one, is_stuck) for one, is_stuck in rows if isinstance(one, ModerationCase)]
    cases.sort(key=lambda row: row[0].opened_at)
    return ForOffice(
        cases=[one for one, is_stuck in cases if not is_stuck],
        stuck=[one for one, is_stuck in cases if is_stuck and one.person_id != user.id],
        is_stuck=any(is_stuck for _one, is_stuck in cases),
        messages=sorted((one for one, _no in rows if isinstance(one, Message)), key=lambda one: one.id),
    )


def number(user: Any) -> ColumnElement[int]:
    """How many of all there are for a person of the Office, as a part of another statement."""
    stuck = _stuck().where(ModerationCase.__table__.c.person_id.is_distinct_from(user.id))
    first, *others = (
        select(func.count()).select_from(ids.subquery()).scalar_subquery()
        for ids in (_unclaimed(user), stuck, _waiting())
    )
    return sum(others, first)


def _unclaimed(user: Any) -> Select[int]:
    case = ModerationCase.__table__
    query = select(case.c.id).where(_is_free(), *can_be_decided_by(user.id, in_office=user.works_in_office))
    return query.order_by(case.c.opened_at)


def _stuck() -> Select[int]:
    """Cases of the Office alone that nobody who works in it may decide: it needs one more person."""
    case, person = ModerationCase.__table__, Person.__table__.alias()
    lying, desk = Thing.__table__.alias(), OfficeDesk.__table__
    of_office = (
        select(desk.c.id)
        .join(lying, lying.c.parent_id == desk.c.id)
        .where(lying.c.id == case.c.id)
        .correlate(case)
    )
    somebody = (
        select(person.c.id)
        .where(
            person.c.role == Role.OFFICE,
            person.c.state == PersonState.ADMITTED,
            person.c.suspended_at.is_(None),
            *can_be_decided_by(person.c.id, in_office=True),
        )
        .correlate(case)
    )
    waits = or_(case.c.state == CaseState.OBJECTED, and_(case.c.state == CaseState.OPEN, of_office.exists()))
    return select(case.c.id).where(waits, ~somebody.exists()).order_by(case.c.opened_at)


def is_stuck(case: ModerationCase) -> bool:
    """Whether nobody can decide it, as long as nobody else works in the Office."""
    return db.session.scalar(_stuck().where(ModerationCase.__table__.c.id == case.id)) is not None


def _is_free() -> ColumnElement[bool]:
    case = ModerationCase.__table__
    return or_(case.c.claimed_by_id.is_(None), case.c.claimed_at < moment(CLAIM_LASTS))


def can_be_decided_by(id: Any, *, in_office: bool) -> tuple[ColumnElement[bool], ...]:
    """Of cases that somebody sees: as `may_judge` and `may_answer` say. `id` may be a column."""
    case, report = ModerationCase.__table__, Report.__table__
    mine = exists().where(report.c.case_id == case.c.id, report.c.person_id == id).correlate_except(report)
    answers = and_(case.c.state == CaseState.OBJECTED, case.c.decided_by_id.is_distinct_from(id))
    return (
        or_(case.c.state == CaseState.OPEN, answers if in_office else false()),
        case.c.person_id.is_distinct_from(id),
        ~mine,
    )


def _waiting() -> Select[int]:
    message = Message.__table__
    waits = message.c.state == "waiting", message.c.withdrawn_at.is_(None)
    return select(message.c.id).where(*waits).order_by(message.c.id)


def next_for(user: Any, after: ModerationCase) -> int | None:
    """The case that this moderator can go on with: the heaviest of those that nobody else takes care of."""
    case = ModerationCase.__table__
    query = select(case.c.id).where(
        case.c.id != after.id, _is_free(), *can_be_decided_by(user.id, in_office=user.works_in_office)
    )
    if not user.works_in_office:
        desk = select(Thing.parent_id).where(Thing.id == after.id).scalar_subquery()
        of_desk = select(Thing.id).where(Thing.parent_id == desk)
        query = query.where(case.c.id.in_(of_desk))
    found: int | None = db.session.scalar(
        query.order_by(case.c.weight.desc(), case.c.opened_at, case.c.id).limit(1)
    )
    return found


def waiting_messages(group: Group | None = None) -> Select[tuple[Message]]:
    """Messages that wait for approval, the oldest first."""
    thread = aliased(Thread, flat=True)
    query = select(Message).join(thread, thread.id == Message.thread_id)
    query = query.where(Message.state == "waiting", Message.withdrawn_at.is_(None))
    if group is not None:
        query = query.where(thread.group_id == group.id)
    loaded = joinedload(Message.person), joinedload(Message.parent).joinedload(Thread.group)
    return query.order_by(Message.id).options(*loaded)


def surroundings(case: ModerationCase) -> tuple[Thing | None, list[Thing]]:
    """What a case is about, and its parent, which must be held meanwhile: in one statement."""
    anything = of_types()
    above = select(Thing.parent_id).where(Thing.id == case.target_id).scalar_subquery()
    held = list(
        db.session.scalars(
            select(anything).where(anything.id.in_([case.target_id]) | (anything.id == above))
        ).unique()
    )
    return next((thing for thing in held if thing.id == case.target_id), None), held


def groups_to_move_to(user: Any, case: ModerationCase) -> list[Group]:
    """Other groups that the moderator looks after."""
    query = select(Group).where(Group.archived_at.is_(None), Group.removed_at.is_(None))
    if not user.works_in_office:
        led = [place.group_id for place in user.memberships if place.active and place.role == Place.LEAD]
        query = query.where(Group.id.in_(led))
    if case.group_id is not None:
        query = query.where(Group.id != case.group_id)
    return list(db.session.scalars(query.order_by(Group.name)))


def _cases_of(user: Any, group: Group) -> Select[int] | None:
    """For a group's page, as the next one: for those who moderate it."""
    if not policy.may_see_queue(user, group):
        return None
    desk = select(GroupDesk.id).where(GroupDesk.parent_id == group.id)
    case, lying = ModerationCase.__table__, Thing.__table__.alias()
    on_desk = select(lying.c.id).where(lying.c.parent_id.in_(desk))
    return _few(
        select(case.c.id).where(
            case.c.id.in_(on_desk), *can_be_decided_by(user.id, in_office=user.works_in_office)
        ),
        MOST,
    )


def _messages_of(user: Any, group: Group) -> Select[int] | None:
    if not policy.may_see_queue(user, group):
        return None
    thread, message = Thread.__table__, Message.__table__
    waits = _waiting().join(thread, thread.c.id == message.c.thread_id)
    return _few(waits.where(thread.c.group_id == group.id), MOST)


def _few(ids: Select[int], most: int) -> Select[int]:
    """As a part of a union, which has no limit of its own in SQLite."""
    found = ids.limit(most).subquery()
    return select(found.c.id)


def show_on_group_pages() -> None:
    """Tell those who moderate a group on its page what waits."""
    parts.add_list("cases", ModerationCase, _cases_of, keep=lambda case: case.waits)
    parts.add_list("held_back", Message, _messages_of, keep=lambda message: message.state == "waiting")


def reported_at(person: Person, thing: Thing) -> datetime | None:
    """Since when a report of this person about a thing waits for an answer."""
    mine = Report.person_id == person.id, Report.right.is_(None), ModerationCase.target_id == thing.id
    return db.session.scalars(select(Report.made_at).join(Report.case).where(*mine)).first()  # type: ignore[no-any-return]


def reliability(person: Person) -> int:
    """From 0 to 10, how often measures followed this person's reports; 5 for a first one."""
    right, judged = db.session.execute(
        select(func.coalesce(func.sum(either((Report.right.is_(True), 1), else_=0)), 0), func.count()).where(
            Report.person_id == person.id, Report.right.is_not(None)
        )
    ).one()
    return round(10 * (right + 1) / (judged + 2))
