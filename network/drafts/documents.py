"""Documents in memory: a cache of what the rows say. Rows are the truth."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, XmlFragment
from sqlalchemy import Connection, select

from network.drafts.models import DraftAuthor, DraftSnapshot, DraftUpdate
from network.drafts.wire import Update, Vector, read_vector

log = logging.getLogger(__name__)

ROOT = "default"  # the name of the document's content, as the editor has it
MOST_HELD = 200
DEEPEST = 100  # levels of elements; far fewer are shown
NOTHING = b"\x00\x00"  # an update that says nothing
UNKNOWN = b"\x00"  # the state vector of an empty document

updates, snapshots, authors = (
    model.__table__
    for model in (DraftUpdate, DraftSnapshot, DraftAuthor)  # type: ignore[attr-defined]
)


class Damaged(ValueError):
    """The library could not apply an update. The document that it was given must not be used any more."""


def apply(document: Doc[Any], update: bytes) -> None:
    """Apply an update. Raises Damaged, also where the library itself fails."""
    try:
        document.apply_update(update)
    except ValueError as error:
        raise Damaged from error
    except BaseException as error:  # a panic of the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Damaged from error


def content(document: Doc[Any]) -> XmlFragment:
    """What the document says."""
    return document.get(ROOT, type=XmlFragment)


@dataclass
class Document:
    """A document as far as this process has read it: up to the update with this `number`."""

    draft_id: int
    number: int = 0
    kept_number: int = 0  # of the newest snapshot that is known
    size: int = 0  # bytes, at most, when sent as a whole
    levels: int = 0  # at most
    known: Vector = field(default_factory=dict)
    authors: dict[int, int | None] = field(default_factory=dict)  # the person behind each client
    document: Doc[Any] = field(default_factory=Doc)

    def read(self, rows: Connection) -> None:
        """Take in what has been stored since; of an empty document, all of it."""
        newer: list[Any] = []
        if not self.number:
            newest = (
                select(snapshots.c.number, snapshots.c.update)
                .where(snapshots.c.draft_id == self.draft_id)
                .order_by(snapshots.c.number.desc())
                .limit(1)
            )
            newer += rows.execute(newest)
            self.kept_number = newer[0].number if newer else 0
        after = newer[0].number if newer else self.number
        query = select(updates.c.number, updates.c.update).where(
            updates.c.draft_id == self.draft_id, updates.c.number > after
        )
        newer += rows.execute(query.order_by(updates.c.number))
        if not newer:
            return
        for row in newer:
            apply(self.document, row.update)
            self.number = row.number
            self.size += len(row.update)
        self.known = read_vector(self.document.get_state())
        self.levels = DEEPEST  # looked at anew when it matters
        who = select(authors.c.client, authors.c.person_id).where(authors.c.draft_id == self.draft_id)
        self.authors = {int(row.client): row.person_id for row in rows.execute(who)}

    def forget(self) -> None:
        """Be empty again, so that it is read anew: it may say what the rows do not."""
        self.number = self.kept_number = self.size = self.levels = 0
        self.known, self.authors, self.document = {}, {}, Doc()

    def take(self, update: bytes, said: Update) -> None:
        """Take in an update that has been read and fits. Raises Damaged."""
        apply(self.document, update)
        self.size += len(update)
        self.levels += said.levels
        for client, end in said.ends.items():
            self.known[client] = max(end, self.known.get(client, 0))

    def is_too_deep(self) -> bool:
        """Whether elements are nested deeper than the library can bear; counts only when it may be so."""
        if self.levels > DEEPEST:
            self.levels = depth(content(self.document))
        return self.levels > DEEPEST

    def whole(self) -> bytes:
        """All of it as one update. Tells how large the document is by the way."""
        found = self.document.get_update()
        self.size = len(found)
        return found

    def difference(self, known: bytes) -> bytes:
        """What somebody lacks who knows this much (a state vector). Raises Damaged for what is none."""
        if known == UNKNOWN:
            return self.whole()
        try:
            return self.document.get_update(known)
        except ValueError as error:
            raise Damaged from error


def depth(fragment: XmlFragment) -> int:
    """How deep elements are nested in each other."""
    deepest = 0
    with fragment.doc.transaction():
        level = list(fragment.children)
        while level:
            deepest += 1
            level = [child for one in level if hasattr(one, "children") for child in one.children]
    return deepest


class Held:
    """The documents that this process has in memory, those longest unused let go first."""

    def __init__(self) -> None:
        self.documents: OrderedDict[int, tuple[threading.Lock, Document]] = OrderedDict()
        self.lock = threading.Lock()

    @contextmanager
    def opened(self, draft_id: int) -> Iterator[Document]:
        """The document of a draft, for nobody else meanwhile. One that is not in memory is empty, to be read.

        Whoever holds it may wait for the database, so it is not opened by whoever has begun to write there.
        """
        with self.lock:
            if draft_id in self.documents:
                self.documents.move_to_end(draft_id)
            else:
                self.documents[draft_id] = (threading.Lock(), Document(draft_id))
            lock, document = self.documents[draft_id]
            if len(self.documents) > MOST_HELD:
                self.documents.popitem(last=False)
        with lock:
            yield document
