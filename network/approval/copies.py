"""Where words of approved minutes were copied to: the one place that knows every copy of a passage.

An item goes on to later agendas, to templates and to what is made of these, with its title and whoever
presents it; a decision comes back in the text of the item that reviews it; a title comes from a proposal and
is told to those invited. What was removed can be brought back, so it is no exception. Not among the copies
are versions of other minutes that were approved, which are erased by themselves, what a title was taken from
(a need, a goal, a series: they go on), and what somebody wrote anew.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from network.agenda.models import AgendaProposal
from network.approval import passages
from network.approval.snapshot import Content
from network.attendance.models import Attendance
from network.discussions.models import Thread
from network.extensions import db
from network.invitations import tellings
from network.meetings.models import AgendaItem, Meeting, MeetingState
from network.minutes.models import Action, Decision, Minutes
from network.things import Thing

Words = frozenset[str]
NONE: Words = frozenset()


@dataclass(frozen=True)
class Erased:
    """The words of what is erased, by the ids of the passages, and how things were before they go."""

    by_id: Mapping[str, Words]
    kin: Sequence[tuple[AgendaItem, str]]  # as `family` finds them by the words
    signs: Mapping[int, Mapping[int, str]]  # by which those invited hear of changes: by meeting and item

    def of_item(self, id: int) -> Words:
        """Those of the title of an item of the meeting, or of one that came from it."""
        keys = [f"title-{id}", *(key for item, key in self.kin if item.id == id and key.startswith("title"))]
        return NONE.union(*(self.by_id.get(key, NONE) for key in keys))

    def of(self, *kinds: str) -> Words:
        """The words of all passages of these kinds."""
        return NONE.union(*(said for id, said in self.by_id.items() if id.partition("-")[0] in kinds))


@dataclass(frozen=True)
class Copy:
    """A field of a thing, or of a row that belongs to one, in which words of a passage stand."""

    thing: Thing
    holder: Any
    field: str
    words: Words
    further: tuple[str, ...] = ()  # what else the holder says of the same; it says nothing afterwards
    is_markdown: bool = False

    @property
    def stands(self) -> bool:
        """Whether it says any of the words."""
        said = getattr(self.holder, self.field)
        return any(_as_words(one).search(said) for one in self.words)

    def put(self, mark: str) -> None:
        """Let it say the mark in place of the words."""
        instead = passages.in_markdown(mark) if self.is_markdown else mark
        text = without(getattr(self.holder, self.field), self.words, instead)
        setattr(self.holder, self.field, passages.fitting(text, self.holder, self.field))
        for field in self.further:
            setattr(self.holder, field, "")


def without(text: str, words: Collection[str], mark: str) -> str:
    """A text in which the mark stands wherever any of these words stand."""
    for one in sorted(words, key=len, reverse=True):
        text = _as_words(one).sub(lambda _found: mark, text)
    return text


def _as_words(said: str) -> re.Pattern[str]:
    """Nothing is found within a word: a title of few letters would be."""
    return re.compile(rf"(?<!\w){re.escape(said)}(?!\w)")


def erased(meeting: Meeting, said: Sequence[Content], ids: Collection[str]) -> Erased:
    """What these passages say in any version, or in the things of the meeting; `said` the newest first."""
    found: dict[str, set[str]] = {}
    for spot in [
        *(spot for content in said for spot in passages.in_version(content)),
        *passages.in_things(meeting, said[0]),
    ]:
        if spot.id in ids and spot.text:
            found.setdefault(spot.id, set()).add(spot.text)
    kin = family(meeting)
    meetings = dict.fromkeys([meeting, *(item.parent for item, _key in kin)])
    return Erased(
        {id: frozenset(words) for id, words in found.items()},
        kin,
        {one.id: {item.id: tellings.sign_of(item) for item in one.agenda} for one in meetings},
    )


def of(minutes: Minutes, what: Erased) -> list[Copy]:
    """The copies in which the words stand now."""
    meeting: Meeting = minutes.parent
    found = [
        *_of_items(what),
        *_of_proposals(meeting, what),
        *_of_templates(meeting, what),
        *_of_removed(meeting, what),
        *_of_threads(meeting, what),
    ]
    return [copy for copy in found if copy.stands]


def family(meeting: Meeting) -> list[tuple[AgendaItem, str]]:
    """The items that came from items or decisions of a meeting, at whatever remove, each with from which.

    A template may be older than the meeting, and of what was copied once it is not kept from where: these are
    known by their titles, in templates of the group, on its agendas that are still to come, and among what
    was taken off this one.
    """
    table: Any = AgendaItem.__table__
    keys = {item.id: f"title-{item.id}" for item in meeting.agenda}
    own = list(keys)
    decisions = {
        f"decision:{one.id}": f"decision-{one.id}" for item in meeting.agenda for one in item.decisions
    }
    reviews = select(table.c.id, table.c.carried_as).where(table.c.carried_as.in_(list(decisions)))
    keys |= {id: decisions[key] for id, key in db.session.execute(reviews)}
    named = {item.title: f"title-{item.id}" for item in meeting.agenda}
    theirs = aliased(Meeting, flat=True)
    from_nowhere = AgendaItem.carried_from_id.is_(None) & AgendaItem.copied_from_id.is_(None)
    to_come = theirs.state.in_((MeetingState.DRAFT, MeetingState.ANNOUNCED))
    alike = (
        select(AgendaItem.id, AgendaItem.title)
        .join(theirs, theirs.id == AgendaItem.parent_id)
        .where(
            AgendaItem.title.in_(list(named)),
            AgendaItem.id.not_in(own),
            theirs.parent_id == meeting.parent_id,
            or_(theirs.id == meeting.id, theirs.is_template, from_nowhere & to_come),
        )
    )
    for id, title in db.session.execute(alike):
        keys.setdefault(id, named[title])
    first = select(table.c.id, table.c.id.label("first")).where(table.c.id.in_(list(keys)))
    chain = first.cte(recursive=True)
    later = table.alias()
    chain = chain.union(
        select(later.c.id, chain.c.first).join(
            chain, or_(later.c.carried_from_id == chain.c.id, later.c.copied_from_id == chain.c.id)
        )
    )
    found = db.session.execute(
        select(AgendaItem, chain.c.first)
        .join(chain, AgendaItem.id == chain.c.id)
        .where(AgendaItem.id.not_in(own))
        .options(joinedload(AgendaItem.parent))
        .order_by(AgendaItem.id)
    )
    return [(item, keys[first]) for item, first in found.unique()]


def _of_items(what: Erased) -> Iterator[Copy]:
    guests = what.of("guest")
    for item, key in what.kin:
        said = what.by_id.get(key, NONE)
        if key.startswith("decision"):
            yield Copy(item, item, "text", said, is_markdown=True)
        else:
            yield Copy(item, item, "title", said)
        for presenter in item.presenters:
            if presenter.person_id is None:
                yield Copy(item, presenter, "name", guests)


def _of_proposals(meeting: Meeting, what: Erased) -> Iterator[Copy]:
    titles = {item.id: what.by_id.get(f"title-{item.id}", NONE) for item in meeting.agenda}
    for proposal in db.session.scalars(
        select(AgendaProposal).where(AgendaProposal.item_id.in_(list(titles)))
    ):
        yield Copy(proposal, proposal, "title", titles[proposal.item_id or 0])


def _of_templates(meeting: Meeting, what: Erased) -> Iterator[Copy]:
    """A template is called like the meeting that it was made of, unless somebody has thought of a name."""
    templates = select(Meeting).where(Meeting.parent_id == meeting.parent_id, Meeting.is_template)
    for template in db.session.scalars(templates) if what.of("meeting") else ():
        yield Copy(template, template, "title", what.of("meeting"))


def _of_removed(meeting: Meeting, what: Erased) -> Iterator[Copy]:
    """What was taken off: a guest's line that was put on the list anew, a decision that became an action."""
    guests = select(Attendance).where(
        Attendance.parent_id == meeting.id, Attendance.person_id.is_(None), Attendance.removed_at.is_not(None)
    )
    for row in db.session.scalars(guests):
        yield Copy(row, row, "guest_name", what.of("guest"), ("guest_organisation", "answer_note"))
    items = select(AgendaItem.id).where(AgendaItem.parent_id == meeting.id)
    lines = what.of("decision", "action")
    for model, further, is_markdown in ((Decision, ("plain", "how"), True), (Action, (), False)):
        query = select(model).where(model.parent_id.in_(items), model.removed_at.is_not(None))
        for one in db.session.scalars(query):
            yield Copy(one, one, "text", lines, further, is_markdown)


def _of_threads(meeting: Meeting, what: Erased) -> Iterator[Copy]:
    """A discussion about a thing is called like it, unless somebody has given it a name of its own."""
    ids = {meeting.id, *(item.id for item, _key in what.kin)}
    for item in meeting.agenda:
        ids |= {item.id, *(one.id for one in (*item.decisions, *item.actions))}
    for thread in threads_about(ids):
        yield Copy(thread, thread, "own_title", NONE.union(*what.by_id.values()))


def threads_about(ids: Collection[int]) -> list[Thread]:
    """The discussions about things, by the ids of these."""
    return list(db.session.scalars(select(Thread).where(Thread.about_id.in_(ids))))
