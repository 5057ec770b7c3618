"""The passages of approved minutes, one by one, as the Office chooses which of them are erased.

A passage is a paragraph that says something itself, a decision, an action or an addendum. It is named by its
id: text-<item>-<number>, decision-<id>, action-<id>, addendum-<number>.
"""

from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from network.approval.snapshot import Content
from network.drafts import markdown
from network.drafts.tree import Run
from network.minutes.content import things_named


@dataclass(frozen=True)
class Passage:
    """What can be erased: `place` is the number and title of its item, empty for an addendum."""

    id: str
    kind: str  # text, decision, action, addendum
    place: str
    text: str


def passages(said: Sequence[Content]) -> list[Passage]:
    """Those of all versions, as the newest (the first of `said`) has them, in the order of the items.

    A paragraph of which an addendum has made a decision's words is one itself.
    """
    found = {one.id: one for content in reversed(said) for one in _in(content)}
    order = [one.id for content in said for one in _in(content)]
    return [found[id] for id in dict.fromkeys(order)]


def _in(content: Content) -> Iterator[Passage]:
    for item in content["items"]:
        place = f"{item['number']} {item['title']}"
        for one in item["paragraphs"]:
            if not things_named(one["text"]):
                yield Passage(one["id"], "text", place, one["text"])
        for kind in ("decision", "action"):
            for one in item[f"{kind}s"]:
                yield Passage(f"{kind}-{one['id']}", kind, place, one["text"])
    for one in content["addenda"]:
        yield Passage(f"addendum-{one['number']}", "addendum", "", one["text"])


def in_markdown(mark: str) -> str:
    """The mark where a text is Markdown: no sign in it means anything."""
    return markdown.inline([Run(mark)])


def without(versions: Sequence[Content], ids: Collection[str], mark: str) -> list[Content]:
    """The same versions without these passages: the mark stands in their place.

    What addenda said of a paragraph goes with it, and with an addendum what it has put into a paragraph.
    """
    lines = {one for one in ids if one.startswith(("decision-", "action-"))}
    texts = [paragraph for said in versions for item in said["items"] for paragraph in item["paragraphs"]]
    told_of = {
        one["id"] for one in texts if any(f"{kind}-{id}" in lines for kind, id in things_named(one["text"]))
    }
    return [_without(said, set(ids), told_of, mark) for said in versions]


def _without(content: Content, ids: set[str], told_of: set[str], mark: str) -> Content:
    """`told_of` are the paragraphs that consisted of a decision or an action that is erased."""
    said: Content = deepcopy(content)
    written = in_markdown(mark)
    gone = {one["text"] for one in said["addenda"] if f"addendum-{one['number']}" in ids}
    for item in said["items"]:
        for one in item["paragraphs"]:
            is_meant = one["id"] in ids or f"addendum-{one.get('addendum')}" in ids
            if is_meant and not things_named(one["text"]):
                one["text"] = written
        for one in item["decisions"]:
            if f"decision-{one['id']}" in ids:
                one["text"], one["plain"], one["how"] = written, "", ""
        for one in item["actions"]:
            if f"action-{one['id']}" in ids:
                one["text"] = mark
    for one in said["addenda"]:
        if one["was"] in gone or one["paragraph"] in told_of:
            one["was"] = ""
        if {f"addendum-{one['number']}", one["paragraph"]} & ids:
            one["text"], one["was"], one["reason"] = written, "", mark
    return said


def is_mark(passage: Passage, marks: Collection[str]) -> bool:
    """Whether it is erased already."""
    return passage.text in marks or passage.text in {in_markdown(mark) for mark in marks}
