"""What a thing can be linked with: found by words or by an address, and what the two usually have to do."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from network import search
from network.discussions.titles import thing_at
from network.drafts.markdown import without_lines
from network.extensions import db
from network.groups.models import Group
from network.loop.ends import with_all_above
from network.loop.models import LinkKind
from network.meetings.models import AgendaItem, Meeting
from network.search_entries import SearchEntry
from network.texts import summary
from network.things import Thing, whole

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


# Whole sentences, since a single word leaves open which of the two it is said of.
SENTENCES = {
    Way(LinkKind.SERVES): _l("This serves the other one"),
    Way(LinkKind.SERVES, True): _l("The other one serves this"),
    Way(LinkKind.ADOPTED_BY): _l("This was adopted by the other one"),
    Way(LinkKind.ADOPTED_BY, True): _l("This adopts the other one"),
    Way(LinkKind.DISCUSSED_IN): _l("This is discussed in the other one"),
    Way(LinkKind.DISCUSSED_IN, True): _l("This is about the other one"),
    Way(LinkKind.EVIDENCE): _l("The other one is evidence of this"),
    Way(LinkKind.EVIDENCE, True): _l("This is evidence of the other one"),
    Way(LinkKind.MET_BY): _l("The other one meets this"),
    Way(LinkKind.MET_BY, True): _l("This meets the other one"),
    Way(LinkKind.FOLLOWS_FROM): _l("This follows from the other one"),
    Way(LinkKind.FOLLOWS_FROM, True): _l("This led to the other one"),
}

TALKS = ("agenda_item", "meeting", "thread")
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
    return next((way for way in SENTENCES if way.value == value), None)


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
    way: Way

    @property
    def words(self) -> Any:
        """What it would be: a whole sentence."""
        return SENTENCES[self.way]


def named(address: str) -> tuple[int, str, str] | None:
    """The id that an address of ours names, the place on that page if one is meant, and the type it tells."""
    address = address.strip()
    found = thing_at(address) if address.startswith(("/", "http://", "https://")) else None
    if found is None:
        return None
    parts = urlsplit(address)
    meant = bool(PLACE.fullmatch(parts.fragment)) and PATH.fullmatch(parts.path)
    paragraph = PARAGRAPH.fullmatch(parts.fragment)
    id, type_ = found
    if paragraph and type_ == "minutes":
        # A paragraph of minutes belongs to its item; the address of the minutes holds the meeting's id.
        item = db.session.get(AgendaItem, whole(paragraph.group(1)) or 0)
        if item is not None and item.parent_id == id:
            id, type_ = item.id, item.type
    return id, f"{parts.path}#{parts.fragment}" if meant else "", type_


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
        if not is_meant(other, type_) or not type(other).rules["see"](user, other):
            return []
        return [_offer(thing, other, wanted.strip())]
    hits = search.find(user, wanted)
    ids = list(
        db.session.scalars(hits.entries.where(SearchEntry.kind.in_(LINKABLE + PART_OF)).limit(MOST * 2))
    )
    held = with_all_above(set(ids))
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


def _offer(thing: Thing, other: Thing, value: str) -> Offered:
    source = search.sources().get(other.type)
    text = summary(without_lines(source.text(other)), 140) if source is not None else ""
    return Offered(
        thing=other,
        value=value,
        called=CALLED.get(other.type, ""),
        where=_where(other),
        says=text if not text.startswith(other.label) or len(text) > len(other.label) else "",
        way=usual(thing, other),
    )


def _where(thing: Any) -> str:
    names: list[str] = []
    above = getattr(thing, "parent", None)
    while above is not None:
        if isinstance(above, Group | Meeting):
            names.append(above.label)
        above = getattr(above, "parent", None)
    return ", ".join(names)
