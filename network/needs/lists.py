"""Which needs a page shows: in few statements, whatever there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload

from network.changes import Change
from network.directory.models import Topic, topic_of
from network.extensions import db
from network.goals.models import GoalState
from network.groups.models import Group, GroupKind
from network.needs.following import served
from network.needs.models import OPEN, Need, NeedLanguage, NeedState, NeedSupport, TargetGroup
from network.people.models import Affiliation
from network.search_entries import SearchEntry, matches, words_of
from network.things import moment

LATELY = timedelta(days=14)
# What is told of a need to those who see it: the letters about it tell the same.
NEWS = ("confirmed", "declined", "merged", "received", "taken up", "let go", "met", "reopened")

STATES = {
    "open": (NeedState.REPORTED, *OPEN),
    "reported": (NeedState.REPORTED,),
    "confirmed": (NeedState.CONFIRMED,),
    "taken_up": (NeedState.TAKEN_UP,),
    "met": (NeedState.MET,),
    "declined": (NeedState.DECLINED,),
    "all": tuple(state for state in NeedState if state != NeedState.MERGED),
}


def seen_by(user: Any) -> list[ColumnElement[bool]]:
    """Conditions for the needs that somebody may see, as `policy.may_see` says of one."""
    if user.works_in_office:
        return [Need.removed_at.is_(None)]
    return [Need.removed_at.is_(None), or_(Need.confirmed_at.is_not(None), Need.person_id == user.id)]


def line() -> list[Any]:
    """Loader options for all that a line of a list says."""
    return [joinedload(Need.municipality), joinedload(Need.topics)]


def topic_of_need() -> Any:
    """The topic's id as a column."""
    return (
        select(func.min(topic_of.c.topic_id))
        .where(topic_of.c.thing_id == Need.id)
        .correlate(Need.__table__)
        .scalar_subquery()
    )


def _number_of_organisations() -> Any:
    return (
        select(func.count(NeedSupport.organisation_id))
        .where(NeedSupport.need_id == Need.id)
        .correlate(Need.__table__)
        .scalar_subquery()
    )


def _number_of_all() -> Any:
    return (
        select(func.count(NeedSupport.id))
        .where(NeedSupport.need_id == Need.id)
        .correlate(Need.__table__)
        .scalar_subquery()
    )


def numbers_of(needs: Sequence[Need]) -> dict[int, tuple[int, int]]:
    """How many organisations and how many engaged citizens see each of them: one statement."""
    if not needs:
        return {}
    rows = db.session.execute(
        select(
            NeedSupport.need_id,
            func.count(NeedSupport.organisation_id),
            func.count(NeedSupport.id) - func.count(NeedSupport.organisation_id),
        )
        .where(NeedSupport.need_id.in_([need.id for need in needs]))
        .group_by(NeedSupport.need_id)
    )
    return {id: (organisations, citizens) for id, organisations, citizens in rows}


def counted_for(user: Any, needs: Sequence[Need]) -> set[int]:
    """Ids of those at which all whom the user may speak for count already: one statement."""
    if not needs:
        return set()
    rows = db.session.execute(
        select(NeedSupport.need_id, NeedSupport.organisation_id).where(
            NeedSupport.need_id.in_([need.id for need in needs]), _said_for(user)
        )
    )
    said = {(need_id, organisation_id) for need_id, organisation_id in rows}
    return {need.id for need in needs if all((need.id, voice) in said for voice in voices_of(user))}


def voices_of(user: Any) -> list[int | None]:
    """The organisations for which somebody may speak; None for themself as an engaged citizen."""
    found: list[int | None] = [one.organisation_id for one in user.affiliations]
    return [*found, None] if user.engaged_citizen or not found else found


def _said_for(user: Any) -> ColumnElement[bool]:
    return or_(
        NeedSupport.organisation_id.in_(user.organisation_ids),
        and_(NeedSupport.organisation_id.is_(None), NeedSupport.person_id == user.id),
    )


@dataclass(frozen=True)
class Narrowed:
    """What the register is narrowed by; empty means all."""

    topic_id: int | None = None
    municipality_id: int | None = None
    language: str = ""
    target: str | None = None
    state: str = "open"
    wanted: str = ""
    mine: bool = False
    group_id: int | None = None


ORDERS = ("new", "seen", "old")


def register(user: Any, narrowed: Narrowed, order: str = "new") -> Select[tuple[Need]]:
    """A statement for the needs that fit and that somebody may see; merged ones stand at what they led to.

    Of a need for the whole district every municipality is thought, so it is found with each.
    """
    query = select(Need).where(*seen_by(user), Need.state.in_(STATES.get(narrowed.state, STATES["open"])))
    if narrowed.topic_id is not None:
        query = query.where(Need.topics.any(Topic.id == narrowed.topic_id))
    if narrowed.municipality_id is not None:
        query = query.where(
            or_(Need.municipality_id == narrowed.municipality_id, Need.municipality_id.is_(None))
        )
    if narrowed.language:
        query = query.where(Need.languages.any(NeedLanguage.code == narrowed.language))
    if narrowed.target is not None:
        query = query.where(Need.target == narrowed.target)
    if narrowed.group_id is not None:
        query = query.where(Need.group_id == narrowed.group_id)
    if narrowed.mine:
        query = query.where(_is_mine(user))
    if words_of(narrowed.wanted):
        found = select(SearchEntry.thing_id).where(SearchEntry.kind == Need.__tablename__)
        query = query.where(Need.id.in_(found.where(matches(narrowed.wanted))))
    ways = {
        "new": (Need.id.desc(),),
        "old": (Need.id,),
        "seen": (_number_of_organisations().desc(), _number_of_all().desc(), Need.id.desc()),
    }
    return query.order_by(*ways[order])


def _is_mine(user: Any) -> ColumnElement[bool]:
    """Observed by the user, or seen too by them or by an organisation of theirs."""
    # As a statement: not every page that asks has loaded whom the user belongs to.
    own = select(Affiliation.organisation_id).where(Affiliation.person_id == user.id)
    said = select(NeedSupport.need_id).where(
        or_(NeedSupport.person_id == user.id, NeedSupport.organisation_id.in_(own))
    )
    return or_(Need.person_id == user.id, Need.id.in_(said))


def what_became(user: Any) -> Select[int]:
    """Ids of needs that somebody observed or sees too, and of which others have decided something lately."""
    line = Change.__table__
    told = select(line.c.thing_id).where(
        line.c.verb.in_(NEWS),
        line.c.made_at > moment(LATELY),
        or_(line.c.actor_id.is_(None), line.c.actor_id != user.id),
    )
    return select(Need.id).where(Need.id.in_(told), _is_mine(user), Need.removed_at.is_(None))


def languages_named() -> list[str]:
    """The languages that any need names."""
    return list(db.session.scalars(select(NeedLanguage.code).distinct()))


def merged_and_achieved(user: Any, need: Need) -> tuple[list[Need], bool]:
    """What was merged into it and may be seen, the oldest first; whether it is perhaps met: one statement.

    What was merged before it was confirmed stays with those who saw it, its title too.
    """
    query = select(Need).where(
        or_(
            and_(Need.merged_into_id == need.id, *seen_by(user)),
            and_(Need.id == need.id, _goal_is_achieved()),
        )
    )
    found = list(db.session.scalars(query.order_by(Need.id)))
    return [one for one in found if one.id != need.id], need in found


def groups_for(user: Any, need: Need) -> list[Group]:
    """The groups in which the user may do something about a need: where it came up first, then by topic."""
    places = [place.group_id for place in user.memberships if place.active]
    mine = true() if user.works_in_office else or_(Group.id.in_(places), Group.kind.in_(_OF_ALL))
    query = select(Group).where(Group.archived_at.is_(None), Group.removed_at.is_(None), mine)
    found = db.session.scalars(query.options(joinedload(Group.topics))).unique().all()
    topic_id = need.topic.id if need.topic else None

    def nearness(group: Group) -> tuple[Any, ...]:
        alike = any(topic.id == topic_id for topic in group.topics)
        return (group.id != need.group_id, not alike, group.name)

    return sorted(found, key=nearness)


_OF_ALL = (GroupKind.COORDINATION, GroupKind.PLENARY)


def last_of(user: Any) -> Need | None:
    """The need that somebody observed last: what they observe next is often about the same."""
    query = select(Need).where(Need.person_id == user.id).order_by(Need.id.desc()).limit(1)
    return db.session.scalars(query.options(joinedload(Need.topics))).unique().one_or_none()


# What waits for the Office


def to_judge() -> Select[int]:
    """Ids of needs that nobody has confirmed or declined yet, the oldest first."""
    waits = Need.state == NeedState.REPORTED, Need.removed_at.is_(None)
    return select(Need.id).where(*waits).order_by(Need.id)


def untaken() -> Select[int]:
    """Ids of needs that no goal has taken up, the oldest first."""
    waits = Need.state == NeedState.CONFIRMED, Need.removed_at.is_(None)
    return select(Need.id).where(*waits).order_by(Need.confirmed_at, Need.id)


def perhaps_met() -> Select[int]:
    """Ids of needs whose goal was achieved: while no other goal in force serves them, or lately."""
    query = select(Need.id).where(_goal_is_achieved(), Need.removed_at.is_(None))
    return query.order_by(Need.answered_at, Need.id)


def _goal_is_achieved() -> ColumnElement[bool]:
    lately = served(GoalState.ACHIEVED, ended_since=moment(LATELY))
    alone = and_(served(GoalState.ACHIEVED), ~served(GoalState.ADOPTED))
    return and_(Need.state == NeedState.TAKEN_UP, or_(lately, alone))


def of_group(group: Group) -> ColumnElement[bool]:
    """The condition for what came up in a group and is still missing."""
    return and_(Need.group_id == group.id, Need.state.in_(OPEN), Need.removed_at.is_(None))


def target_groups() -> list[tuple[str, Any]]:
    """For whom something may be missing: value and words."""
    return [(target.value, target.label) for target in TargetGroup]
