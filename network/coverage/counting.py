"""What is missing where, and what there is: open needs beside organisations and goals, in few statements.

A need is missing where it says: for a municipality or for the whole district, in the languages that it names.
What there is are organisations as the directory knows them and goals that serve the needs. An organisation is
active in a topic if its people belong to a group with that topic, or if it contributes to a goal with it; and
it is active where it lies, in the languages that its people speak. What the reader may not see does not
count, so that a closed group's organisations are not told by their number either.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, Subquery, case, func, or_, select, true, union
from sqlalchemy.orm import joinedload

from network.directory.models import Organisation, Topic, municipalities, topic_of
from network.extensions import db
from network.goals.lists import seen_by
from network.goals.models import Goal, GoalState, goal_organisation
from network.groups.models import Group, GroupKind, Membership, Place, Visibility
from network.loop.models import Link, LinkKind
from network.needs.lists import line
from network.needs.models import OPEN, Need, NeedLanguage, NeedSupport
from network.people.forms import language_name
from network.people.models import Affiliation, Person, PersonState
from network.texts import in_alphabet
from network.things import Labelled

SERVING = (GoalState.ADOPTED, GoalState.ACHIEVED)
WHOLE_DISTRICT = 0  # in place of a municipality's id: what names none holds for all of them


class By(Labelled):
    """What the topics are set against."""

    MUNICIPALITY = "municipality", _l("By municipality")
    LANGUAGE = "language", _l("By language")


Key = int | str  # a municipality's id or WHOLE_DISTRICT; a language's code


@dataclass(frozen=True)
class Where:
    """A row of the picture: a municipality, the whole district, or a language."""

    key: Key
    name: str


@dataclass
class Spot:
    """One topic in one place or language: ids of what is missing there and of what there is."""

    topic: Topic
    where: Where
    needs: set[int] = field(default_factory=set)
    seen: int = 0  # how often it was said of these needs that somebody sees them
    organisations: set[int] = field(default_factory=set)
    goals: set[int] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it."""
        return not (self.needs or self.organisations or self.goals)

    @property
    def thinness(self) -> Fraction:
        """Open needs by what there is, one added, so that a place without anything has a number too."""
        return Fraction(len(self.needs), len(self.organisations) + len(self.goals) + 1)


@dataclass(frozen=True)
class Picture:
    """Topics against places or languages."""

    by: By
    topics: list[Topic]
    rows: list[Where]
    spots: dict[tuple[Key, int], Spot]
    unplaced: int  # open needs without a topic, or without a language where languages are asked for

    def misses(self, where: Where) -> bool:
        """Whether anything is missing in a row."""
        return any(self.spots[where.key, topic.id].needs for topic in self.topics)

    def thinnest(self, most: int) -> list[Spot]:
        """Where little exists and much is missing: the thinnest first, of equal ones what is missed more."""
        missing = [spot for spot in self.spots.values() if spot.needs]
        missing.sort(key=lambda spot: (-spot.thinness, -len(spot.needs), spot.topic.place, spot.where.name))
        return missing[:most]


def picture(user: Any, by: By) -> Picture:
    """The whole picture as somebody may see it: six statements at most, whatever there is."""
    topics = list(db.session.scalars(select(Topic).order_by(Topic.place)))
    needs = db.session.execute(_needs(by)).all()
    serving = _goals_by_need(user)
    active = _active_by_place(user) if by == By.MUNICIPALITY else _active_by_language(user)
    keys: set[Key] = {row.key for row in needs if row.key is not None} | {key for _id, key, _topic in active}
    rows = _places(keys) if by == By.MUNICIPALITY else _languages(keys)
    spots = {(row.key, topic.id): Spot(topic, row) for row in rows for topic in topics}
    placed, known = set(), {row.id for row in needs}
    for id, key, topic_id, seen in needs:
        spot = spots.get((key, topic_id))
        if spot is not None:
            spot.seen += seen if id not in spot.needs else 0
            spot.needs.add(id)
            spot.goals |= serving.get(id, set())
            placed.add(id)
    for id, key, topic_id in active:
        spot = spots.get((key, topic_id))
        if spot is not None:
            spot.organisations.add(id)
    return Picture(by, topics, rows, spots, unplaced=len(known - placed))


def _places(keys: set[Key]) -> list[Where]:
    rows = [Where(one.id, one.name) for one in municipalities()]
    return [Where(WHOLE_DISTRICT, whole_district()), *rows] if WHOLE_DISTRICT in keys else rows


def _languages(keys: set[Key]) -> list[Where]:
    rows = (Where(key, language_name(str(key))) for key in keys)
    return sorted(rows, key=lambda row: in_alphabet(row.name))


def whole_district() -> str:
    """How the row of what names no municipality is called."""
    return _("The whole district")


def _needs(by: By) -> Select[tuple[int, Any, int | None, int]]:
    """Rows (need, key, topic, how many see it) of what is known to all and still missing."""
    seen = select(func.count(NeedSupport.id)).where(NeedSupport.need_id == Need.id).scalar_subquery()
    key: Any = func.coalesce(Need.municipality_id, WHOLE_DISTRICT)
    query = select(
        Need.id,
        (key if by == By.MUNICIPALITY else NeedLanguage.code).label("key"),
        topic_of.c.topic_id,
        seen,
    )
    query = query.outerjoin(topic_of, topic_of.c.thing_id == Need.id)
    if by == By.LANGUAGE:
        query = query.outerjoin(NeedLanguage, NeedLanguage.need_id == Need.id)
    return query.where(Need.state.in_(OPEN), Need.removed_at.is_(None))


# What there is


def _is_there() -> ColumnElement[bool]:
    person = Person.__table__
    return (person.c.state == PersonState.ADMITTED) & person.c.suspended_at.is_(None)


def _active(user: Any) -> Subquery:
    """Rows (organisation, topic), each once: whose people belong to a group, or who contributes to a goal."""
    group, person = Group.__table__, Person.__table__
    places = [place.group_id for place in user.memberships if place.active]
    open_to_user = or_(
        group.c.visibility != Visibility.CLOSED, group.c.id.in_(places), group.c.kind == GroupKind.PLENARY
    )
    in_groups = (
        select(Affiliation.organisation_id, topic_of.c.topic_id)
        .join(person, person.c.id == Affiliation.person_id)
        .join(Membership, Membership.person_id == person.c.id)
        .join(group, group.c.id == Membership.group_id)
        .join(topic_of, topic_of.c.thing_id == group.c.id)
        .where(
            _is_there(),
            Membership.removed_at.is_(None),
            Membership.role.in_((Place.LEAD, Place.MEMBER)),
            group.c.archived_at.is_(None),
            true() if user.works_in_office else open_to_user,
        )
    )
    in_force = seen_by(user).where(Goal.state == GoalState.ADOPTED).with_only_columns(Goal.id)
    contributing = (
        select(goal_organisation.c.organisation_id, topic_of.c.topic_id)
        .join(topic_of, topic_of.c.thing_id == goal_organisation.c.goal_id)
        .where(goal_organisation.c.goal_id.in_(in_force))
    )
    return union(in_groups, contributing).subquery("active")


def _is_listed() -> tuple[ColumnElement[bool], ...]:
    return Organisation.archived.is_(False), Organisation.removed_at.is_(None)


def _active_by_place(user: Any) -> list[tuple[int, Key, int]]:
    """Rows (organisation, municipality or the whole district, topic)."""
    active = _active(user)
    place = func.coalesce(Organisation.municipality_id, WHOLE_DISTRICT)
    query = select(Organisation.id, place, active.c.topic_id)
    query = query.join(active, active.c.organisation_id == Organisation.id).where(*_is_listed())
    return [(id, key, topic_id) for id, key, topic_id in db.session.execute(query)]


def _active_by_language(user: Any) -> list[tuple[int, Key, int]]:
    """Rows (organisation, language, topic)."""
    spoken = _spoken()
    return [
        (id, code, topic_id)
        for id, _place, topic_id in _active_by_place(user)
        for code in sorted(spoken.get(id, ()))
    ]


def _spoken() -> dict[int, set[str]]:
    """The languages that the people of each organisation speak."""
    person = Person.__table__
    found: dict[int, set[str]] = {}
    for id, codes in db.session.execute(
        select(Affiliation.organisation_id, person.c.spoken)
        .join(person, person.c.id == Affiliation.person_id)
        .where(_is_there())
    ):
        found.setdefault(id, set()).update(codes)
    return found


def _serving() -> Any:
    """The columns (goal, need) of a link, from whichever end it was said."""
    goal = case((Link.turned, Link.to_id), else_=Link.parent_id)
    need = case((Link.turned, Link.parent_id), else_=Link.to_id)
    return goal, need


def _goals_by_need(user: Any) -> dict[int, set[int]]:
    """The goals in force or achieved that serve each need."""
    goal, need = _serving()
    seen = seen_by(user).where(Goal.state.in_(SERVING)).with_only_columns(Goal.id)
    found: dict[int, set[int]] = {}
    for goal_id, need_id in db.session.execute(
        select(goal, need).where(
            Link.kind == LinkKind.SERVES, Link.removed_at.is_(None), goal.in_(seen), need.is_not(None)
        )
    ):
        found.setdefault(need_id, set()).add(goal_id)
    return found


# One spot


@dataclass(frozen=True)
class Held:
    """What stands behind the numbers of a spot; in a municipality also what holds for all of them."""

    needs: list[Need]
    organisations: list[Organisation]
    goals: list[Goal]
    needs_of_all: list[Need]
    organisations_of_all: list[Organisation]


def held(user: Any, topic: Topic, by: By, key: Key) -> Held:
    """The things of a spot: four statements at most."""
    needs = db.session.scalars(_needs_at(topic, by, key).order_by(Need.id.desc())).unique().all()
    organisations = _organisations_at(user, topic, by, key)
    everywhere = by == By.MUNICIPALITY and key != WHOLE_DISTRICT
    here = [need for need in needs if not everywhere or need.municipality_id is not None]
    return Held(
        needs=here,
        organisations=[one for one in organisations if not everywhere or one.municipality_id is not None],
        goals=_goals_for(user, [need.id for need in here]),
        needs_of_all=[need for need in needs if everywhere and need.municipality_id is None],
        organisations_of_all=[one for one in organisations if everywhere and one.municipality_id is None],
    )


def _in_place(column: Any, key: Key) -> ColumnElement[bool]:
    """The condition for a municipality, and for what names none."""
    return column.is_(None) if key == WHOLE_DISTRICT else or_(column == key, column.is_(None))


def _needs_at(topic: Topic, by: By, key: Key) -> Select[tuple[Need]]:
    if by == By.LANGUAGE:
        fits = Need.languages.any(NeedLanguage.code == key)
    else:
        fits = _in_place(Need.municipality_id, key)
    query = select(Need).where(Need.state.in_(OPEN), Need.removed_at.is_(None))
    return query.where(Need.topics.any(Topic.id == topic.id), fits).options(*line())


def _organisations_at(user: Any, topic: Topic, by: By, key: Key) -> list[Organisation]:
    active = _active(user)
    ids = select(active.c.organisation_id).where(active.c.topic_id == topic.id)
    query = select(Organisation).where(Organisation.id.in_(ids), *_is_listed())
    query = query.order_by(Organisation.folded_name)
    if by == By.LANGUAGE:
        spoken = _spoken()
        return [one for one in db.session.scalars(query) if key in spoken.get(one.id, ())]
    return list(db.session.scalars(query.where(_in_place(Organisation.municipality_id, key))))


def _goals_for(user: Any, need_ids: list[int]) -> list[Goal]:
    if not need_ids:
        return []
    goal, need = _serving()
    ids = select(goal).where(
        Link.kind == LinkKind.SERVES, Link.removed_at.is_(None), need.in_(need_ids), goal.is_not(None)
    )
    query = seen_by(user).where(Goal.state.in_(SERVING), Goal.id.in_(ids))
    return list(db.session.scalars(query.order_by(Goal.title).options(joinedload(Goal.parent))))
