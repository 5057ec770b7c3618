"""What a draft says is changed as a whole: steps of actions, as typing is not (see storing.py)."""

import difflib
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import gettext as _
from pycrdt import Doc
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from network.changes import Invalid, Stale, afterwards, record
from network.cores import in_turns
from network.drafts import markdown, showing, tree
from network.drafts.documents import Document, apply, content
from network.drafts.models import Draft, DraftVersion
from network.drafts.storing import MOST_DOCUMENT, MOST_UPDATE, append, append_first, desk
from network.drafts.tree import Node
from network.drafts.wire import read
from network.extensions import db
from network.things import Thing, now

Text = tuple[int, str, int | None, datetime]  # its number, Markdown, who wrote it and when


def begin(actor: Any, owner: Thing, texts: Sequence[Text] = ()) -> Draft:
    """Step of an action of the owner's feature: its text is written together from now on.

    `texts` are what it has said so far, one after another: they are written into the document exactly once,
    since the room is held, and stay its versions.
    """
    known: Draft | None = db.session.scalars(select(Draft).where(Draft.owner_id == owner.id)).one_or_none()
    if known is not None:
        return known
    draft = _of(owner, actor)
    db.session.add(draft)
    db.session.flush()
    for number, text, by_id, at in texts:
        draft.number = number - 1
        _put(draft, _stored(draft), markdown.parse(text), by_id, at)
    record("begun", draft, by=actor)
    return draft


def begin_with(actor: Any, owners: Sequence[tuple[Thing, Sequence[Node]]]) -> list[Draft]:
    """Step of an action: the texts of owners that are being made here, all at once, each as `actor` wrote it.

    Nobody can have entered such a text yet, and nothing of it has to be read. Nobody is shown as who wrote
    it last. Raises Invalid for too long a text.
    """
    at, drafts, written = now(), list[Draft](), list[tuple[Draft, bytes]]()
    for owner, nodes in in_turns(owners):
        draft = _of(owner, actor)
        writer: Doc[Any] = Doc(client_id=random.getrandbits(32))
        drafts.append(draft)
        if not _replace(writer, nodes, exactly=False):
            continue  # it says nothing
        update = writer.get_update()
        if len(update) > MOST_UPDATE:
            raise Invalid(text=_("This is too long."))
        draft.number = draft.told_number = 1
        draft.written_at = at
        showing.show(draft, tree.read(content(writer)), 1)
        written.append((draft, update))
    db.session.add_all([owner for owner, _nodes in owners])
    db.session.flush()
    for draft, (owner, _nodes) in zip(drafts, owners, strict=True):
        draft.parent_id = draft.owner_id = owner.id
    db.session.add_all(drafts)
    db.session.flush()
    rows = db.session.connection()
    brought = [(draft.id, update, read(update)) for draft, update in written]
    append_first(rows.connection, rows.dialect, brought, actor.id, at)
    return drafts


def begin_anew(actor: Any, old: Draft, nodes: Sequence[Node]) -> Draft:
    """Step of an action: another draft in the place of one that was emptied, which says this.

    Its updates are counted on from there, so that whoever has seen the old text has not seen this one. Nobody
    is known to have written what it says.
    """
    owner = old.parent
    old.owner_id = old.id
    db.session.flush()
    draft = _of(owner, actor)
    draft.number = draft.shown_number = draft.told_number = old.number + 1
    db.session.add(draft)
    db.session.flush()
    if not nodes or _put(draft, _stored(draft), nodes, None, now()) is None:
        showing.show(draft, [], draft.number)
    db.session.expire(owner, ["draft"])
    return draft


def _of(owner: Thing, actor: Any) -> Draft:
    draft = Draft(parent_id=owner.id, owner_id=owner.id, room_id=owner.room_id, created_by_id=actor.id)
    set_committed_value(draft, "parent", owner)  # it is asked at once for whose text it is
    return draft


def show_without(draft: Draft, person: Thing) -> None:
    """Step of an action: show what it says without the name of somebody who has suggested something."""
    showing.show(draft, _nodes(draft), draft.number, but=person.id)


def write_text(actor: Any, draft: Draft, *, text: str, number: int) -> bool:
    """Step of an action: let the text be this one, as somebody without the editor has written it.

    `number` is the update up to which they have seen it. Returns whether anything changed; the same text
    again is no change. Raises Stale if somebody has written in between.
    """
    lock(draft)
    nodes, document = markdown.parse(text), _stored(draft)
    if markdown.write(nodes) == markdown.write(tree.read(content(document.document))):
        return False
    must_have_seen(draft, number)
    if draft.number:
        # What it said until now stays a version, however soon after it was written.
        db.session.add(DraftVersion(draft_id=draft.id, number=draft.number, by_id=draft.written_by_id))
    return _write(actor, draft, nodes, document)


def must_have_seen(draft: Draft, number: int) -> None:
    """Raise Stale if somebody has written since the update with this number."""
    if number != draft.number:
        who = draft.written_by
        if who is not None:
            raise Stale(_("%(who)s has written here in the meantime.", who=who.name))
        raise Stale(_("Somebody has written here in the meantime."))


def write(actor: Any, draft: Draft, nodes: Sequence[Node], *, exactly: bool = False) -> bool:
    """Step of an action: let the document say this, changing only the blocks that differ.

    So whoever writes elsewhere in it meanwhile loses nothing. Blocks are alike if they are so in Markdown,
    or `exactly`. Returns whether anything changed.
    """
    lock(draft)
    return _write(actor, draft, nodes, _stored(draft), exactly)


def _write(
    actor: Any, draft: Draft, nodes: Sequence[Node], document: Document, exactly: bool = False
) -> bool:
    update = _put(draft, document, nodes, actor.id, now(), exactly)
    if update is None:
        return False
    afterwards(partial(desk().relay, draft.id, draft.room.epoch, update))
    return True


def _put(
    draft: Draft,
    document: Document,
    nodes: Sequence[Node],
    by_id: int | None,
    at: datetime,
    exactly: bool = False,
) -> bytes | None:
    """Store the update that makes the document, as it is stored, say this; None if it does already."""
    rows = db.session.connection()
    writer: Doc[Any] = Doc(client_id=random.getrandbits(32))  # longer ids are not safe with the library
    apply(writer, document.whole())
    before = writer.get_state()
    if not _replace(writer, nodes, exactly):
        return None
    update = writer.get_update(before)
    if len(update) > MOST_UPDATE or document.size + len(update) > MOST_DOCUMENT:
        raise Invalid(text=_("This is too long."))
    draft.number += 1
    draft.written_by_id, draft.written_at = by_id, at
    db.session.flush()
    append(rows.connection, rows.dialect, document, draft.number, [(update, read(update), by_id)], at)
    showing.show(draft, tree.read(content(writer)), draft.number)
    draft.told_number = draft.number  # by the action that this is a step of
    return update


def lock(draft: Draft) -> None:
    """Nothing is stored meanwhile by those who type; what it is known to be is what it is now."""
    db.session.scalars(
        select(Draft)
        .where(Draft.id == draft.id)
        .with_for_update(of=Draft.__table__)  # only its own row, however it is loaded
        .execution_options(populate_existing=True)
    ).one()


def _stored(draft: Draft) -> Document:
    """The document, held, as it is stored; of a new one there is nothing to be read."""
    document = Document(draft.id)
    if draft.number:
        document.read(db.session.connection())
    return document


def _nodes(draft: Draft) -> list[Node]:
    return tree.read(content(_stored(draft).document))


def _replace(writer: Doc[Any], nodes: Sequence[Node], exactly: bool) -> bool:
    """Change the top blocks that differ; all others stay as they are, with what is known of them.

    Of what Markdown says nothing stays too, if that is what is compared: what is only suggested.
    Returns whether anything has changed.
    """
    fragment = content(writer)
    said_by: Callable[[Sequence[Node]], str] = repr if exactly else markdown.write
    there = [(place, said_by(blocks)) for place, blocks in enumerate(tree.read_each(fragment))]
    old = [(place, said) for place, said in there if said]
    given = [(node, said_by([node])) for node in nodes]
    new = [(node, said) for node, said in given if said]
    matcher = difflib.SequenceMatcher(None, [said for _at, said in old], [said for _n, said in new], False)
    changes = [change for change in matcher.get_opcodes() if change[0] != "equal"]
    with writer.transaction():
        for _kind, start, end, first, last in reversed(changes):
            place = old[start][0] if start < len(old) else len(fragment.children)
            for gone, _said in reversed(old[start:end]):
                del fragment.children[gone]
            tree.write(fragment, [node for node, _said in new[first:last]], place)
    return bool(changes)


def close(draft: Draft) -> None:
    """Step of an action: nobody writes here from now on, and what it says is shown to the last word."""
    lock(draft)
    draft.open = False
    showing.show(draft, _nodes(draft), draft.number)
    db.session.flush()


def open_again(draft: Draft) -> None:
    """Step of an action: it may be written in once more."""
    lock(draft)
    draft.open = True
    db.session.flush()
