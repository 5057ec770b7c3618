"""Names in a document: of whom and of which organisations they may be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from network.texts import folded

TITLES = re.compile(r"^(?:(?:herrn?|frau|fr\.|hr\.|mrs?\.?|ms\.?|dr\.|prof\.|h\.c\.)\s+)+", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """Whom and which organisations the names in a document may mean: (id, name)."""

    people: Sequence[tuple[int, str]]
    organisations: Sequence[tuple[int, str]]
    belong: Mapping[int, Sequence[int]] = field(default_factory=dict)  # organisations of a person, main first


@lru_cache(maxsize=10_000)
def spaced(text: str) -> str:
    """For looking for whole words: folded, with single blanks for all signs between them."""
    return " ".join(re.findall(r"\w+", folded(text)))


def stands_in(words: str, text: str) -> bool:
    """Whether a text has these words one behind the other; none at all stand in every text."""
    return f" {spaced(words)} " in f" {spaced(text)} " or not spaced(words)


def first_named(text: str, names: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """Who or what is named first with the whole name; None if two have that name."""
    said = f" {spaced(text)} "
    found = sorted((said.find(f" {spaced(name)} "), id, name) for id, name in names if name.strip())
    places = [(at, id, name) for at, id, name in found if at >= 0]
    if not places or sum(name == places[0][2] for _at, _id, name in places) > 1:
        return None
    return places[0][1], places[0][2]


def alone_named(text: str, people: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """Whose name a text is, with or without the first name; None if that is no or more than one person."""
    wanted = folded(TITLES.sub("", text.strip()))
    exact = [one for one in people if folded(one[1]) == wanted]
    by_last = [one for one in people if folded(one[1]).split()[-1:] == [wanted]]
    found = exact or by_last
    return found[0] if len(found) == 1 else None
