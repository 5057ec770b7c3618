"""What a thing can be linked with: found by words or by an address, and what the two usually have to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select, union_all
from sqlalchemy.orm import aliased

from network import quotes, search
from network.discussions.titles import meant, thing_at
from network.drafts.markdown import without_lines
from network.extensions import db
from network.groups.models import Group
from network.loop.ends import title_of, with_all_above
from network.loop.models import Link, LinkKind
from network.meetings.models import AgendaItem, Meeting
from network.minutes.models import Decision
from network.search_entries import SearchEntry
from network.texts import summary
from network.things import Thing, whole

NAME = 60  # characters of a name in a sentence with two of them
MOST = 15  # things that are offered at once: who sees more looks for a further word
PATH = re.compile(r"(?:/[\w-]+){1,6}", re.ASCII)
PLACE = re.compile(r"[\w-]{1,80}", re.ASCII)
PARAGRAPH = re.compile(r"text-(\d{1,15})-\d{1,4}", re.ASCII)

# What is found stands for itself, but for parts: their text is found, and what is linked is the whole.
LINKABLE = ("need", "goal", "decision", "action", "agenda_item", "meeting", "thread", "message")
PART_OF = ("goal_text", "item_minutes")

# One word for one of each; the results of a search are called by many.
CALLED = {
    "need": _l("Need"),
    "goal": _l("Goal"),
    "decision": _l("Decision"),
    "action": _l("Action"),
    "agenda_item": _l("Agenda item"),
    "meeting": _l("Meeting"),
    "thread": _l("Discussion"),
    "message": _l("Message"),
    "group": _l("Group"),
    "organisation": _l("Organisation"),
    "progress_report": _l("Progress report"),
}


@dataclass(frozen=True)
class Way:
    """What a thing has to do with another one; `turned`: it is said of the other one."""

    kind: LinkKind
    turned: bool = False

    @property
    def value(self) -> str:
        """As a form names it."""
        return f"{self.kind.value}{'_back' if self.turned else ''}"


# Whole sentences with both names, since a single word leaves open which of the two it is said of.
SENTENCES = {
    LinkKind.SERVES: _l("“%(this)s” serves “%(other)s”"),
    LinkKind.ADOPTED_BY: _l("“%(this)s” was adopted by “%(other)s”"),
    LinkKind.DISCUSSED_IN: _l("“%(this)s” is discussed in “%(other)s”"),
    LinkKind.EVIDENCE: _l("“%(other)s” is evidence of “%(this)s”"),
    LinkKind.MET_BY: _l("“%(other)s” meets “%(this)s”"),
    LinkKind.FOLLOWS_FROM: _l("“%(this)s” follows from “%(other)s”"),
}
WAYS = tuple(Way(kind, turned) for kind in LinkKind for turned in (False, True))

TALKS = ("agenda_item", "meeting", "thread", "group")
_USUAL = {
    ("goal", "need"): LinkKind.SERVES,
    ("goal", "goal"): LinkKind.SERVES,
    ("goal", "decision"): LinkKind.ADOPTED_BY,
    ("action", "goal"): LinkKind.SERVES,
    ("action", "need"): LinkKind.SERVES,
    ("decision", "need"): LinkKind.SERVES,
    ("need", "organisation"): LinkKind.MET_BY,
    ("need", "offer"): LinkKind.MET_BY,
    **{
        (one, talk): LinkKind.DISCUSSED_IN
        for one in ("need", "goal", "decision", "action", "progress_report")
        for talk in TALKS
    },
    ("thread", "agenda_item"): LinkKind.DISCUSSED_IN,
    ("thread", "meeting"): LinkKind.DISCUSSED_IN,
}

ORDER = ("group", "meeting", "agenda_item", "thread", "message", "need", "decision", "goal", "action")


def way_of(value: str) -> Way | None:
    """The way that a form names, if there is such a one."""
    return next((way for way in WAYS if way.value == value), None)


def usual(thing: Thing, other: Thing) -> Way:
    """What two things of these types usually have to do with each other."""
    here, there = thing.type, other.type
    if here in ("progress_report", "milestone"):
        return Way(LinkKind.EVIDENCE)
    if there in ("progress_report", "milestone"):
        return Way(LinkKind.EVIDENCE, turned=True)
    if (here, there) in _USUAL:
        return Way(_USUAL[here, there])
    if (there, here) in _USUAL:
        return Way(_USUAL[there, here], turned=True)
    # What comes later in this order follows from what comes before it.
    return Way(LinkKind.FOLLOWS_FROM, turned=_place(here) < _place(there))


def ways(thing: Thing, other: Thing) -> list[Way]:
    """What two things can have to do with each other, the usual first."""
    first = usual(thing, other)
    if first.kind in (LinkKind.EVIDENCE, LinkKind.MET_BY):
        return [first]
    found = [first]
    if thing.type == other.type:
        found.append(Way(first.kind, not first.turned))
    if {thing.type, other.type} == {"goal", "decision"}:
        found.append(Way(LinkKind.SERVES, turned=thing.type == "goal"))
    # What comes later in the order is more likely to follow from what comes before it.
    later = Way(LinkKind.FOLLOWS_FROM, turned=_place(thing.type) < _place(other.type))
    found += [later, Way(LinkKind.FOLLOWS_FROM, not later.turned)]
    return list(dict.fromkeys(found))


def sentence(way: Way, thing: Thing, other: Thing) -> str:
    """It, said with the names of both."""
    this, that = (other, thing) if way.turned else (thing, other)
    names = {"this": summary(title_of(this), NAME), "other": summary(title_of(that), NAME)}
    said = str(SENTENCES[way.kind])
    return said % quotes.put(said, names)


def _place(type_: str) -> int:
    return ORDER.index(type_) if type_ in ORDER else -1


@dataclass(frozen=True)
class Offered:
    """Something that can be linked: what the form sends for it, and what the reader sees of it."""

    thing: Thing
    value: str
    called: Any
    where: str  # the group, or the meeting and its group
    says: str
    ways: list[tuple[str, str]]  # what it can be: as a form names it, and a whole sentence; the usual first

    @property
    def title(self) -> str:
        """What it is called."""
        return title_of(self.thing)


def named(address: str) -> tuple[int, str, str] | None:
    """The id that an address of ours names, the place on that page if one is meant, and the type it tells."""
    address = address.strip()
    found = thing_at(address) if address.startswith(("/", "http://", "https://")) else None
    if found is None:
        return None
    parts = urlsplit(address)
    meant = bool(PLACE.fullmatch(parts.fragment)) and PATH.fullmatch(parts.path)
    paragraph = PARAGRAPH.fullmatch(parts.fragment)
    (id, type_), path = found, parts.path
    if type_ == "minutes":
        minutes = db.session.get(Thing, id)
        if minutes is not None and minutes.type == type_:  # published: it is the meeting's page for members
            id, path = minutes.parent_id or id, f"/meetings/{minutes.parent_id}/minutes"
    if paragraph and type_ == "minutes":
        # A paragraph of minutes belongs to its item; the address of the minutes holds the meeting's id.
        item = db.session.get(AgendaItem, whole(paragraph.group(1)) or 0)
        if item is not None and item.parent_id == id:
            id, type_ = item.id, item.type
    return id, f"{path}#{parts.fragment}" if meant else "", type_


def said_of_merged(user: Any, address: str) -> str:
    """What is said where an address leads to what was merged into that which is linked now; else nothing."""
    found = named(address)
    other = db.session.get(Thing, found[0]) if found is not None else None
    linked = meant(user, other)
    if other is None or linked is None or linked is other:
        return ""
    return _(
        "“%(title)s” was merged into “%(other)s”, which is linked now.",
        title=other.label,
        other=linked.label,
    )


NO_EVIDENCE = ("person", "need")  # what is missing, and who somebody is, shows nothing


def thing_named(address: str) -> Thing | None:
    """What an address of ours names, if it is there and what the address says; no rule is asked."""
    found = named(address)
    other = db.session.get(Thing, found[0]) if found is not None else None
    return other if found is not None and other is not None and is_meant(other, found[2]) else None


def is_meant(thing: Thing, type_: str) -> bool:
    """Whether a thing is what its address says: the page of minutes is that of its meeting."""
    return not type_ or thing.type == type_ or (type_ == "minutes" and isinstance(thing, Meeting))


def place_on(thing: Thing, paragraph: str) -> str:
    """Where a link begins: at a paragraph of the minutes of an item, if that is what is named."""
    found = PARAGRAPH.fullmatch(paragraph)
    if found is None or not isinstance(thing, AgendaItem) or whole(found.group(1)) != thing.id:
        return ""
    return f"/meetings/{thing.parent_id}/minutes#{paragraph}"


def offered(user: Any, thing: Thing, wanted: str) -> list[Offered]:
    """What the user may see that has all the words, or is at the address: at most six statements."""
    address = named(wanted)
    if address is not None:
        id, _place, type_ = address
        found = with_all_above({id})
        other = found.get(id)
        if other is None or other.id == thing.id or other.removed_at is not None:
            return []
        stands = meant(user, other) if is_meant(other, type_) else None
        if stands is None:
            return []
        if stands is not other:
            said = _("“%(title)s” was merged into it.", title=other.label)
            return [replace(_offer(thing, stands, f"/t/{stands.id}"), says=said)] if stands != thing else []
        return [_offer(thing, other, wanted.strip())]
    hits = search.find(user, wanted)
    ids = list(
        db.session.scalars(hits.entries.where(SearchEntry.kind.in_(LINKABLE + PART_OF)).limit(MOST * 2))
    )
    held = with_all_above({thing.id, *ids})
    chosen: dict[int, Thing] = {}
    for id in ids:
        one = held.get(id)
        if one is None or not hits.shows(one):
            continue
        if one.type in PART_OF:
            one = held.get(one.parent_id or 0)
        if one is not None and one.id != thing.id and type(one).rules["see"](user, one):
            chosen.setdefault(one.id, one)
    return [_offer(thing, one, f"/t/{one.id}") for one in list(chosen.values())[:MOST]]


# What things of a type are linked with most often, of their own group.
SUGGESTED = {
    "goal": ("decision", "need", "agenda_item"),
    "need": ("goal",),
    "decision": ("goal", "need"),
    "action": ("goal", "decision"),
    "progress_report": ("agenda_item", "decision"),
}
SUGGESTED_ELSE = ("goal", "need")
MOST_SUGGESTED = 5  # of each type
# Said from below, where not the newest are the best: ids of those of a type, the best first.
best: dict[str, Callable[[], Select[int]]] = {}


def suggested(user: Any, thing: Thing) -> list[Offered]:
    """What such a thing is linked with most often, the newest of its group first: five statements at most.

    Needs belong to no group; a need itself is served by goals of all of them.
    """
    group = _group_of(thing)
    wanted = SUGGESTED.get(thing.type, SUGGESTED_ELSE)
    ids = list(db.session.scalars(union_all(*(select(_newest(type_, group).subquery()) for type_ in wanted))))
    linked = select(Link.parent_id, Link.to_id).where(
        or_(Link.parent_id == thing.id, Link.to_id == thing.id), Link.removed_at.is_(None)
    )
    known = {thing.id, *(id for pair in db.session.execute(linked) for id in pair)}
    held = with_all_above({thing.id, *(id for id in ids if id not in known)})
    found = [held[id] for id in ids if id in held and id not in known]
    found = [one for one in found if type(one).rules["see"](user, one)]
    shown = (one for type_ in wanted for one in [one for one in found if one.type == type_][:MOST_SUGGESTED])
    return [_offer(thing, one, f"/t/{one.id}") for one in shown]


def _group_of(thing: Any) -> Group | None:
    while thing is not None and not isinstance(thing, Group):
        thing = getattr(thing, "parent", None)
    return thing


def _newest(type_: str, group: Group | None) -> Select[int]:
    """Ids of the newest of a type: what was begun last, and of a group where there is one."""
    if type_ in best:
        return best[type_]().limit(MOST_SUGGESTED * 2)
    query = select(Thing.id).where(Thing.type == type_, Thing.removed_at.is_(None))
    if group is not None and type_ == "agenda_item":
        meeting = aliased(Meeting, flat=True)
        held = select(meeting.id).where(meeting.parent_id == group.id, meeting.started_at.is_not(None))
        query = query.where(Thing.parent_id.in_(held))
    elif group is not None and type_ == "decision":
        decision = Decision.__table__
        query = query.where(Thing.id.in_(select(decision.c.id).where(decision.c.group_id == group.id)))
    elif group is not None and type_ == "goal":
        query = query.where(Thing.parent_id == group.id)
    return query.order_by(Thing.id.desc()).limit(MOST_SUGGESTED * 2)


def _offer(thing: Thing, other: Thing, value: str) -> Offered:
    source = search.sources().get(other.type)
    text = summary(without_lines(source.text(other)), 140) if source is not None else ""
    return Offered(
        thing=other,
        value=value,
        called=CALLED.get(other.type, ""),
        where=_where(other),
        says="" if text[:NAME] in title_of(other) else text,
        ways=[(way.value, sentence(way, thing, other)) for way in ways(thing, other)],
    )


def _where(thing: Any) -> str:
    names: list[str] = []
    above = getattr(thing, "parent", None)
    while above is not None:
        if isinstance(above, Group | Meeting):
            names.append(above.label)
        above = getattr(above, "parent", None)
    return ", ".join(names)
