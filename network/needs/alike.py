"""Which needs look like one that is being written, so that it is not told twice.

Titles are compared by the pieces of three letters that their words share, which finds inflected words and
the inside of compounds in every language, and is the same on both databases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select

from network.extensions import db
from network.needs import lists
from network.needs.models import OPEN, Need, NeedState
from network.texts import folded

COMPARED = 600  # of the newest needs
SHOWN = 4
LEAST = 0.4  # the share of pieces from which a need is alike
SHORT = 4  # letters: words up to this say little (and, for, the)
SAME_PLACE = 0.08  # what the same municipality or topic adds


@dataclass(frozen=True)
class Wanted:
    """What is known so far of the need that is being written."""

    title: str
    municipality_id: int | None = None
    topic_id: int | None = None


def pieces(title: str) -> set[str]:
    """The pieces of three letters of its telling words; of all words where none tells anything."""
    words = "".join(sign if sign.isalnum() else " " for sign in folded(title)).split()
    telling = [word for word in words if len(word) > SHORT] or words
    return {
        padded[at : at + 3] for word in telling for padded in [f" {word} "] for at in range(len(padded) - 2)
    }


def likeness(one: set[str], other: set[str]) -> float:
    """The share of the smaller one that both have: a short title may stand inside a long one."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller > 2 else 0.0


def alike(user: Any, wanted: Wanted, *, most: int = SHOWN, besides: int | None = None) -> list[Need]:
    """The needs that are like it and that the user may see, the most alike first: two statements."""
    mine = pieces(wanted.title)
    if len(mine) < 3:
        return []
    known = db.session.execute(
        select(Need.id, Need.title, Need.municipality_id, lists.topic_of_need())
        .where(
            *lists.seen_by(user),
            Need.state.in_((NeedState.REPORTED, *OPEN)),
            Need.id != (besides or 0),
        )
        .order_by(Need.id.desc())
        .limit(COMPARED)
    )
    marks: dict[int, float] = {}
    for id, title, municipality_id, topic_id in known:
        mark = likeness(mine, pieces(title))
        if mark >= LEAST:
            mark += SAME_PLACE * (municipality_id == wanted.municipality_id)
            mark += SAME_PLACE * (topic_id is not None and topic_id == wanted.topic_id)
            marks[id] = mark
    best = sorted(marks, key=lambda id: (-marks[id], -id))[:most]
    if not best:
        return []
    order = case({id: place for place, id in enumerate(best)}, value=Need.id)
    query = select(Need).where(Need.id.in_(best)).order_by(order).options(*lists.line())
    return list(db.session.scalars(query).unique())


def alike_among(needs: Sequence[Need], others: Sequence[Need]) -> dict[int, Need]:
    """To each of these needs, by its id, the one of the others that is most like it, where there is one."""
    known = [(one, pieces(one.title)) for one in others]
    found = {}
    for need in needs:
        mine = pieces(need.title)
        marks = [
            (likeness(mine, theirs) + SAME_PLACE * (one.municipality_id == need.municipality_id), one.id, one)
            for one, theirs in known
            if one.id != need.id and likeness(mine, theirs) >= LEAST
        ]
        if marks:
            found[need.id] = max(marks)[2]
    return found
