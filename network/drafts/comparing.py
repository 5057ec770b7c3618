"""What is different between two versions of a text: block by block, and in a block word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from network.drafts import html, markdown
from network.drafts.tree import Node

WORD = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
MOST_WORDS = (
    4_000  # of both blocks; longer ones are shown one after the other, since comparing takes too long
)
SAME, GONE, NEW, CHANGED = "same", "gone", "new", "changed"


@dataclass(frozen=True)
class Difference:
    """What became of a block, as it is shown."""

    kind: str
    html: Markup


def compare(before: Sequence[Node], after: Sequence[Node]) -> list[Difference]:
    """The blocks of both in order: those in both, those that are gone, new, or say something else."""
    old, new = [repr(node) for node in before], [repr(node) for node in after]
    found: list[Difference] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Difference(SAME, html.render([node])) for node in before[a:b]]
            continue
        pairs = min(b - a, d - c)
        for left, right in zip(before[a : a + pairs], after[c : c + pairs], strict=True):
            found.append(Difference(CHANGED, _words(markdown.block(left), markdown.block(right))))
        found += [Difference(GONE, _whole("del", node)) for node in before[a + pairs : b]]
        found += [Difference(NEW, _whole("ins", node)) for node in after[c + pairs : d]]
    return found


def _whole(tag: str, node: Node) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), html.render([node]))


def _words(before: str, after: str) -> Markup:
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        old, new = [before], [after]
    said = Markup()
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            said += escape("".join(old[a:b]))
            continue
        if b > a:
            said += Markup("<del>{}</del>").format("".join(old[a:b]))
        if d > c:
            said += Markup("<ins>{}</ins>").format("".join(new[c:d]))
    return Markup('<p dir="auto">{}</p>').format(said)
