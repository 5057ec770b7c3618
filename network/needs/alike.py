"""Which needs look like one that is being written, so that it is not told twice.

Titles are compared by the pieces of three letters that their words share, which finds what is written almost
alike; and word by word, where one is the beginning or a part of the other, which finds inflected words and
the inside of compounds ("Arzt" in "Arztbesuch"). Both work in every language and on both databases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select

from network.extensions import db
from network.needs import lists
from network.needs.models import OPEN, Need, NeedState
from network.texts import folded
from network.things import now

COMPARED = 600  # of the newest needs
SHOWN = 4
MET_LATELY = timedelta(days=90)
LEAST = 0.4  # the share of pieces from which a need is alike
SHORT = 4  # letters: words up to this say little (and, for, the)
SAME_PLACE = 0.08  # what the same municipality or topic adds
PIECES = 5  # that two titles share at least, or all of the smaller one: more than a beginning and an ending
WORD = 4  # letters of a word that is compared with others at least
STEM = 5  # letters that two words share at least, unless one of them is shorter: "schwer" is no "Schwimmkurs"
ENDING = 2  # letters that may be an ending
IN_COMPOUND = 0.75  # what a word counts that stands behind another one in a compound
BY_WORDS = 0.8  # what it counts if all words of the shorter title are in the other, so half are enough
# Words of titles that say that something is missing, or when, or nothing at all.
_LITTLE = """
aber alle auch beim dass dies diese dieser eine einem einen einer eines fehlen fehlt finden findet
für geben gibt haben hier hilft immer jeder jemand kann kein keine keinem keinen keiner können mehr
mehrere menschen muss müssen nach nicht niemand niemanden noch nur oder ohne sehr sein sich sind
abend abends morgens mittags nachmittag nachmittags vormittag vormittags wochenende woche
viel viele vier wenig wenige wenn werden wird während
about after also does during enough find finds from have help into lack many missing more much
afternoon evening evenings morning mornings night week weekend
nobody none only people some than that their them there they this very when where which while with
without
أحد إلى التي الذين الناس توجد على عند لديهم ليس ليست يوجد
бути вони дуже коли людей люди між нема немає ніхто потрібно після також тільки через якщо
"""
SAYS_LITTLE = frozenset(folded(_LITTLE).split())


@dataclass(frozen=True)
class Wanted:
    """What is known so far of the need that is being written."""

    title: str
    municipality_id: int | None = None
    topic_id: int | None = None


@dataclass(frozen=True)
class Said:
    """A title as it is compared."""

    pieces: frozenset[str]  # of three letters, of its telling words; of all words where none tells anything
    words: tuple[str, ...]  # those that say more than that something is missing


def said(title: str) -> Said:
    """What a title says."""
    words = "".join(sign if sign.isalnum() else " " for sign in folded(title)).split()
    telling = [word for word in words if len(word) > SHORT] or words
    return Said(
        frozenset(
            padded[at : at + 3]
            for word in telling
            for padded in [f" {word} "]
            for at in range(len(padded) - 2)
        ),
        tuple(dict.fromkeys(word for word in words if len(word) >= WORD and word not in SAYS_LITTLE)),
    )


def likeness(one: Said, other: Said) -> float:
    """The share of the smaller one that both have: a short title may stand inside a long one."""
    smaller = min(len(one.pieces), len(other.pieces))
    common = len(one.pieces & other.pieces)
    by_pieces = common / smaller if smaller > 2 and common >= min(PIECES, smaller) else 0.0
    few, many = sorted((one.words, other.words), key=len)
    shared = sum(max((_related(word, there) for there in many), default=0.0) for word in few)
    return max(by_pieces, BY_WORDS * shared / len(few) if few else 0.0)


def _related(one: str, other: str) -> float:
    """Whether one word, perhaps without its ending, stands in the other; a short one at one of its ends.

    1 where the other begins with it; less where it stands behind something: a Parkplatz is another Platz.
    """
    short, long = sorted((one, other), key=len)
    if len(short) < STEM:
        begins, found = long.startswith(short), long.endswith(short)
    else:
        stem = short[: max(STEM, len(short) - ENDING)]
        begins, found = long.startswith(stem), stem in long
    return 1.0 if begins else IN_COMPOUND * found


def alike(
    user: Any, wanted: Wanted, *, most: int = SHOWN, besides: int | None = None, met: bool = False
) -> list[Need]:
    """The needs that are like it and that the user may see, the most alike first: two statements.

    With `met` also those of the same title that were met lately: what is missing may be there by now.
    """
    mine = said(wanted.title)
    if len(mine.pieces) < 3:
        return []
    offered: ColumnElement[bool] = Need.state.in_((NeedState.REPORTED, *OPEN))
    if met:
        offered = or_(offered, and_(Need.state == NeedState.MET, Need.answered_at > now() - MET_LATELY))
    known = db.session.execute(
        select(Need.id, Need.title, Need.municipality_id, lists.topic_of_need(), Need.state)
        .where(
            *lists.seen_by(user),
            offered,
            Need.id != (besides or 0),
        )
        .order_by(Need.id.desc())
        .limit(COMPARED)
    )
    marks: dict[int, float] = {}
    for id, title, municipality_id, topic_id, state in known:
        mark = likeness(mine, said(title))
        is_same = state != NeedState.MET or said(title) == mine
        if mark >= LEAST and is_same:
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
    known = [(one, said(one.title)) for one in others]
    found = {}
    for need in needs:
        mine = said(need.title)
        marks = [
            (likeness(mine, theirs) + SAME_PLACE * (one.municipality_id == need.municipality_id), one.id, one)
            for one, theirs in known
            if one.id != need.id and likeness(mine, theirs) >= LEAST
        ]
        if marks:
            found[need.id] = max(marks)[2]
    return found
