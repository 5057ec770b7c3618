"""What a text says is shown to those who read it: kept with its number, told to open pages once a second."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from network.drafts import html, markdown
from network.drafts.models import Draft
from network.drafts.tree import Node, Run
from network.extensions import db
from network.people.models import Person


def show(draft: Draft, nodes: Sequence[Node]) -> None:
    """Keep what the text says at its number, and let the thing whose text it is say the same."""
    draft.html = html.render(nodes, _names(nodes))
    draft.shown_number = draft.number
    draft.parent.follow_draft(draft, markdown.write(nodes))  # type: ignore[attr-defined]  # whoever owns a draft has it


def _names(nodes: Sequence[Node]) -> dict[int, str]:
    """The names of those who have suggested something here."""
    ids: set[Any] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        waiting += node.children
        for run in node.runs:
            if isinstance(run, Run):
                ids |= {run.marks.get("insertion"), run.marks.get("deletion")} - {None, 0}
    if not ids:
        return {}
    people = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {person.id: person.recorded_name for person in people}
