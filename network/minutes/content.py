"""What the minutes of an item say, paragraph by paragraph: the one place where their text is read for good.

Corrections point to these paragraphs, and approval freezes them.
"""

from collections.abc import Sequence
from typing import Any

from network.changes import record
from network.extensions import db
from network.meetings.models import AgendaItem
from network.minutes.models import ItemMinutes, MinutesRevision
from network.texts import blocks
from network.things import now


def content(item_minutes: ItemMinutes | None) -> list[str]:
    """The paragraphs, lists and quotations in their order, each as Markdown; none if nothing is written."""
    return blocks(item_minutes.text) if item_minutes is not None else []


def put_right(actor: Any, item: AgendaItem, paragraphs: Sequence[str]) -> ItemMinutes:
    """Step of an action: let these paragraphs (Markdown) be the text of an item whose minutes were sent.

    Nobody writes in them any more; this is how a correction that was taken comes in. The text that it
    replaces is kept among the earlier versions.
    """
    return put(actor, item, "\n\n".join(paragraphs), keep=True)


def put(actor: Any, item: AgendaItem, text: str, *, keep: bool) -> ItemMinutes:
    """Step of an action: the text in place of the present one, of which a revision is kept if it shall be."""
    minutes: ItemMinutes | None = item.minutes
    is_first = minutes is None
    if minutes is None:
        minutes = ItemMinutes(parent=item, room_id=item.room_id, item_id=item.id, created_by_id=actor.id)
        minutes.revision = 0
        db.session.add(minutes)
    elif keep:
        db.session.add(
            MinutesRevision(
                item_minutes_id=minutes.id,
                revision=minutes.revision,
                text=minutes.text,
                written_by_id=minutes.written_by_id,
                written_at=minutes.written_at or now(),
            )
        )
    minutes.text = text
    minutes.revision += 1
    minutes.written_by_id, minutes.written_at = actor.id, now()
    record("begun" if is_first else "written", minutes, by=actor)
    db.session.expire(item, ["minutes"])
    return minutes
