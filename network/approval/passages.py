"""The passages of approved minutes, one by one, as the Office chooses which of them are erased.

Where a passage stands is said in one list for the versions (`in_version`) and in one for the things of the
meeting (`in_things`); what is offered, shown and put in its place follows from these. A passage is named by
its id: text-<item>-<number>, decision-<id>, action-<id>, addendum-<number>, title-<item>, meeting,
guest-<number>, reason-<action>, approval.
"""

from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect

from network.approval.snapshot import Content
from network.drafts import markdown
from network.drafts.tree import Run
from network.meetings.models import Meeting
from network.minutes.content import things_named
from network.minutes.models import ActionState


@dataclass(frozen=True)
class Passage:
    """What can be erased: `place` is the number and title of its item, empty where it belongs to none."""

    id: str
    kind: str  # text, decision, action, addendum, title, meeting, guest, reason, approval
    place: str
    text: str


@dataclass(frozen=True)
class Spot:
    """Where a passage stands: a field of a part of a version, or of a thing. One passage may have several."""

    id: str
    kind: str
    place: str
    holder: Any
    field: str
    further: tuple[str, ...] = ()  # what else the holder says of the same; it says nothing afterwards
    is_markdown: bool = False

    @property
    def text(self) -> str:
        """What it says."""
        of_part = isinstance(self.holder, dict)
        return str(self.holder[self.field] if of_part else getattr(self.holder, self.field))

    def put(self, mark: str) -> None:
        """Let it say the mark, as much of it as there is room for."""
        said = {
            **dict.fromkeys(self.further, ""),
            self.field: in_markdown(mark) if self.is_markdown else mark,
        }
        if isinstance(self.holder, dict):
            self.holder.update(said)
            if self.kind == "guest":
                self.holder["erased"] = True  # nobody is called so
            return
        for field, text in said.items():
            setattr(self.holder, field, fitting(text, self.holder, field))


def fitting(text: str, holder: Any, field: str) -> str:
    """The text, cut where the column of a thing holds less."""
    most = inspect(type(holder)).attrs[field].columns[0].type.length
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"


def in_version(content: Content) -> Iterator[Spot]:
    """All that can be erased of a version, in its order."""
    yield Spot("meeting", "meeting", "", content["meeting"], "title")
    yield from _guests(content)
    for item in content["items"]:
        place = f"{item['number']} {item['title']}"
        yield Spot(f"title-{item['id']}", "title", str(item["number"]), item, "title")
        for one in item["paragraphs"]:
            if not things_named(one["text"]):
                yield Spot(one["id"], "text", place, one, "text", is_markdown=True)
        for one in item["decisions"]:
            yield Spot(f"decision-{one['id']}", "decision", place, one, "text", ("plain", "how"), True)
        for one in item["actions"]:
            yield Spot(f"action-{one['id']}", "action", place, one, "text")
    for one in content["addenda"]:
        yield Spot(f"addendum-{one['number']}", "addendum", "", one, "text", is_markdown=True)
    if content["approval"]["result"]:
        yield Spot("approval", "approval", "", content["approval"], "result")


def _guests(content: Content) -> Iterator[Spot]:
    """Those without an account who attended or presented an item, by the place where they stand first."""
    lists = content["attendance"]
    rows = [*lists["present"], *lists["excused"], *lists["absent"]]
    rows += [one for item in content["items"] for one in item["presenters"]]
    first: dict[str, int] = {}
    for number, one in enumerate(rows, 1):
        if one["id"] is None and one["name"]:
            known = first.setdefault(one["name"], number)
            yield Spot(f"guest-{known}", "guest", "", one, "name", ("organisation",))


def in_things(meeting: Meeting, content: Content) -> Iterator[Spot]:
    """Where the things of the meeting say the same, or what no version says: why an action was dropped.

    `content` is a version: by the names of its guests those of the meeting are found.
    """
    guests = {spot.text: spot.id for spot in _guests(content)}
    yield Spot("meeting", "meeting", "", meeting, "title")
    for row in meeting.attendances:
        if row.person_id is None and row.guest_name in guests:
            id = guests[row.guest_name]
            yield Spot(id, "guest", "", row, "guest_name", ("guest_organisation", "answer_note"))
    for item in meeting.agenda:
        place = f"{item.number} {item.title}"
        yield Spot(f"title-{item.id}", "title", item.number, item, "title")
        for presenter in item.presenters:
            if presenter.person_id is None and presenter.name in guests:
                yield Spot(guests[presenter.name], "guest", place, presenter, "name")
        for one in item.decisions:
            yield Spot(f"decision-{one.id}", "decision", place, one, "text", ("plain", "how"), True)
        for one in item.actions:
            yield Spot(f"action-{one.id}", "action", place, one, "text")
            if one.state == ActionState.DROPPED and one.reason:
                yield Spot(f"reason-{one.id}", "reason", place, one, "reason")


def passages(said: Sequence[Content], meeting: Meeting) -> list[Passage]:
    """Those of all versions, as the newest (the first of `said`) has them, in its order, and of the meeting.

    A paragraph of which an addendum has made a decision's words is one itself.
    """
    spots = [spot for content in said for spot in in_version(content)]
    spots += [spot for spot in in_things(meeting, said[0]) if spot.kind == "reason"]
    found: dict[str, Passage] = {}
    for spot in spots:
        found.setdefault(spot.id, Passage(spot.id, spot.kind, spot.place, spot.text))
    return list(found.values())


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
    gone = {one["text"] for one in said["addenda"] if f"addendum-{one['number']}" in ids}
    by_addendum = {
        one["id"]: f"addendum-{one.get('addendum')}" for item in said["items"] for one in item["paragraphs"]
    }
    for spot in list(in_version(said)):
        if spot.id in ids or by_addendum.get(spot.id) in ids:
            spot.put(mark)
    for one in said["addenda"]:
        if one["was"] in gone or one["paragraph"] in told_of:
            one["was"] = ""
        if {f"addendum-{one['number']}", one["paragraph"]} & ids:
            one["text"], one["was"], one["reason"] = in_markdown(mark), "", mark
    return said


def is_mark(passage: Passage, marks: Collection[str]) -> bool:
    """Whether it is erased already."""
    return passage.text in marks or passage.text in {in_markdown(mark) for mark in marks}
