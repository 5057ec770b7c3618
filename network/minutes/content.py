"""What the minutes of an item say, paragraph by paragraph: the one place where their text is read for good.

Corrections point to these paragraphs, and approval freezes them.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.changes import record
from network.cores import in_turns
from network.drafts import markdown
from network.drafts import texts as drafts
from network.drafts.models import Draft
from network.extensions import db
from network.meetings.models import AgendaItem, Meeting
from network.minutes.models import ItemMinutes, MinutesRevision
from network.texts import blocks
from network.things import fill_in

REFERENCE = re.compile(r"\[\[(decision|action) (\d{1,15})\]\]")  # as a text names a thing


def content(item_minutes: ItemMinutes | None) -> list[str]:
    """The paragraphs, lists and quotations in their order, each as Markdown; none if nothing is written."""
    return blocks(item_minutes.text) if item_minutes is not None else []


def things_named(text: str) -> list[tuple[str, int]]:
    """The decisions and actions that a paragraph consists of: (type, id); none if it says anything itself."""
    lines = text.split()
    named = REFERENCE.findall(text)
    return [(kind, int(id)) for kind, id in named] if len(lines) == 2 * len(named) else []


def put_right(actor: Any, item: AgendaItem, paragraphs: Sequence[str]) -> ItemMinutes:
    """Step of an action: let these paragraphs (Markdown) be the text of an item whose minutes were sent.

    Nobody writes in them any more; this is how a correction that was taken comes in. The text that it
    replaces is kept among the earlier versions.
    """
    return put(actor, item, "\n\n".join(paragraphs))


def put(actor: Any, item: AgendaItem, text: str) -> ItemMinutes:
    """Step of an action: the text (Markdown) in place of the present one, which stays among its versions."""
    is_first = item.minutes is None
    draft = begin_draft(actor, item)
    changed = drafts.write(actor, draft, markdown.parse(text))
    minutes = draft.parent
    if changed or is_first:
        record("begun" if is_first else "written", minutes, by=actor)
    db.session.expire(item, ["minutes"])
    return minutes  # type: ignore[return-value]  # an item's draft belongs to its minutes


def put_first(actor: Any, texts: Sequence[tuple[AgendaItem, str]]) -> None:
    """Step of an action: the texts (Markdown) of items about which nobody has written yet, all at once.

    They stand as if nobody of today had written them; who did stands in the history of each.
    """
    written = []
    for item, text in in_turns(texts):
        minutes = ItemMinutes(parent=item, room_id=item.room_id, item_id=item.id, created_by_id=actor.id)
        minutes.text, minutes.revision = "", 0
        written.append((minutes, markdown.parse(text)))
    for draft in drafts.begin_with(actor, written):
        record("begun", draft, by=actor)
        record("begun", draft.parent, by=actor)
    for item, _text in texts:
        db.session.expire(item, ["minutes"])


def begin_draft(actor: Any, item: AgendaItem) -> Draft:
    """Step of an action: the draft of an item's text, begun with what is written there already."""
    minutes: ItemMinutes | None = item.minutes
    if minutes is None:
        minutes = ItemMinutes(parent=item, room_id=item.room_id, item_id=item.id, created_by_id=actor.id)
        minutes.text, minutes.revision = "", 0
        db.session.add(minutes)
        db.session.flush()
    elif minutes.draft is not None:
        return minutes.draft
    kept = db.session.scalars(
        select(MinutesRevision)
        .where(MinutesRevision.item_minutes_id == minutes.id, MinutesRevision.revision < minutes.revision)
        .order_by(MinutesRevision.revision)
    )
    texts = [(one.revision, one.text, one.written_by_id, one.written_at) for one in kept]
    if minutes.revision:
        texts.append(
            (minutes.revision, minutes.text, minutes.written_by_id, minutes.written_at or minutes.created_at)
        )
    draft = drafts.begin(actor, minutes, texts)
    db.session.expire(minutes, ["draft"])
    return draft


def drafts_of(meeting: Meeting) -> list[Draft]:
    """The drafts of the texts of all items of a meeting."""
    fill_in(meeting.agenda, joinedload(AgendaItem.minutes))
    return [item.minutes.draft for item in meeting.agenda if item.minutes and item.minutes.draft]
