"""What is different between two texts, word by word, and between two versions, paragraph by paragraph."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from network.approval.snapshot import Content, worded

WORD = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
MOST_WORDS = 4_000  # of both texts; longer ones are shown one after the other, since comparing takes too long
SAME, GONE, NEW = "same", "gone", "new"
Piece = tuple[str, str]


def words(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order, each with whether it is in both, gone or new."""
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return [(SAME, before)] if before == after else [(GONE, before), (NEW, after)]
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        pieces = [(SAME, old[a:b])] if tag == "equal" else [(GONE, old[a:b]), (NEW, new[c:d])]
        found += [(kind, "".join(part)) for kind, part in pieces if part]
    return _joined(found)


def _joined(found: list[Piece]) -> list[Piece]:
    """A blank between two words that changed changes with them: else each word is marked by itself."""
    pieces: list[Piece] = []
    for place, (kind, text) in enumerate(found):
        between = 0 < place < len(found) - 1 and kind == SAME and text.isspace()
        if between:
            pieces += [(GONE, text), (NEW, text)]
        else:
            pieces.append((kind, text))
    merged: list[Piece] = []
    run: dict[str, str] = {}
    for kind, text in [*pieces, (SAME, "")]:
        if kind == SAME:
            merged += [(one, run[one]) for one in (GONE, NEW) if run.get(one)]
            run = {}
            merged += [(SAME, text)] if text else []
        else:
            run[kind] = run.get(kind, "") + text
    return merged


@dataclass(frozen=True)
class Difference:
    """What became of a paragraph, or of an addendum, from one version to another."""

    place: str  # the item's number and title, or empty for an addendum
    id: str
    pieces: list[Piece]
    number: int = 0  # of the addendum


def versions(before: Content, after: Content) -> list[Difference]:
    """All paragraphs that are not the same in both, in their order, and the addenda that came."""
    places = {
        one["id"]: f"{item['number']} {item['title']}"
        for content in (before, after)
        for item in content["items"]
        for one in item["paragraphs"]
    }
    old, new = worded(before), worded(after)
    found = [
        Difference(places[id], id, words(old.get(id, ""), new.get(id, "")))
        for id in dict.fromkeys([*old, *new])
        if old.get(id) != new.get(id)
    ]
    told = {one["number"] for one in before["addenda"]}
    return found + [_came(one) for one in after["addenda"] if one["number"] not in told]


def _came(addendum: dict[str, Any]) -> Difference:
    said = addendum["reason"] if addendum["paragraph"] else addendum["text"]  # its paragraph shows the rest
    return Difference("", f"addendum-{addendum['number']}", [(NEW, said)], addendum["number"])
