"""Updates of documents are stored: checked, in order, in few transactions, and then told to the others.

This is the one place besides actions where something changes that survives a reload: typing takes no room
lock, as ballots take none. Its rule was asked when the writer entered; the statement that gives an update
its number says at once whether what was known then still holds, and if not, the rule is asked anew.
"""

import base64
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Flask, current_app
from pycrdt import merge_updates
from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import SQLAlchemyError

from network.drafts.documents import Damaged, Document, Held
from network.drafts.statements import statements
from network.drafts.wire import Unreadable, Update, read
from network.drafts.writers import Writer, ask_anew, name
from network.extensions import db, socketio
from network.things import now
from network.transactions import begin_immediate

log = logging.getLogger(__name__)

MOST_UPDATE = 1024 * 1024  # bytes
MOST_DOCUMENT = 5 * 1024 * 1024
ASK_EVERY = 60  # seconds after which the rule is asked anew in any case
TRIES = 4


class NotStored(Exception):
    """An update was refused: `error` is a word of the live protocol."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass
class _Sent:
    """An update that waits to be stored."""

    writer: Writer
    data: bytes
    said: Update
    is_done: bool = False
    refused: str = ""


_told: list[Callable[["Desk", int], None]] = []


def when_stored(function: Callable[["Desk", int], None]) -> Callable[["Desk", int], None]:
    """Let a function be told of the id of each draft that has moved on."""
    _told.append(function)
    return function


def desk() -> "Desk":
    """Where the updates of the current application's documents are stored."""
    return desk_of(current_app._get_current_object())  # type: ignore[attr-defined]  # of the proxy


def desk_of(app: Flask) -> "Desk":
    """The same for an application."""
    found: Desk | None = app.extensions.get("drafts")
    if found is None:
        found = app.extensions["drafts"] = Desk(app)
    return found


def clear(app: Flask) -> None:
    """Forget the documents and close what is held open, before the data behind them are replaced."""
    found: Desk | None = app.extensions.pop("drafts", None)
    if found is not None:
        found.close()


class Desk:
    """Where the updates of an application's documents are stored. One in each process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.held = Held()
        self.waiting: dict[int, list[_Sent]] = {}
        self._engine: Engine | None = None
        self._open: list[Connection] = []

    @property
    def engine(self) -> Engine:
        """The database, to be written in: on PostgreSQL each statement sees what is committed."""
        if self._engine is None:
            with self.app.app_context():
                engine: Engine = db.engine
            options = {"writes": True} if engine.dialect.name == "sqlite" else {}
            level = {} if options else {"isolation_level": "READ COMMITTED"}
            self._engine = engine.execution_options(**options, **level)
        return self._engine

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """A transaction on the driver's connection, which stays open: to fetch one takes long."""
        rows = self._open.pop() if self._open else self.engine.connect()
        try:
            driver: Any = rows.connection.driver_connection
            if rows.dialect.name == "sqlite":
                begin_immediate(lambda: driver.execute("BEGIN IMMEDIATE"))
            yield driver
            driver.commit()
        except BaseException as error:
            rows.close()
            if isinstance(error, rows.dialect.loaded_dbapi.Error):
                raise SQLAlchemyError("the database refused") from error
            raise
        self._open.append(rows)

    def close(self) -> None:
        """Close the connections that are held open."""
        while self._open:
            self._open.pop().close()

    def store(self, writer: Writer, data: bytes) -> None:
        """Store an update and tell it to the others. Returns once it is committed. Raises NotStored.

        Whoever comes while others are stored waits and is then stored together with all who waited.
        """
        if len(data) > MOST_UPDATE:
            raise NotStored("too_large")
        try:
            sent = _Sent(writer, data, read(data))
        except Unreadable:
            raise NotStored("invalid") from None
        if self._is_doubtful(writer) and not ask_anew(self.app, writer):
            raise NotStored("forbidden")
        self.waiting.setdefault(writer.draft_id, []).append(sent)
        with self.held.opened(writer.draft_id) as document:
            if not sent.is_done:
                self._store_waiting(document)
        if sent.refused:
            raise NotStored(sent.refused)

    def _is_doubtful(self, writer: Writer) -> bool:
        """Whether what was known of the writer's rights is too old, or has ended by the clock."""
        ended = writer.until is not None and writer.until <= now()
        return ended or not writer.may_write or time.monotonic() - writer.asked_at > ASK_EVERY

    def _store_waiting(self, document: Document) -> None:
        """Store what waits, and what has arrived by then; and tell all of it at once.

        To tell takes longer than all else: whoever came while the first were stored does not wait for
        that, and both are told in the time of one.
        """
        stored: list[_Sent] = []
        try:
            stored += self._store_all(document, self.waiting.pop(document.draft_id, []))
            socketio.sleep(0)  # those whose updates have arrived come along
            stored += self._store_those_who_came(document)
        finally:
            for _epoch, together in groupby(stored, key=lambda sent: sent.writer.epoch):
                self._tell(document.draft_id, list(together))

    def _store_those_who_came(self, document: Document) -> list[_Sent]:
        """They are refused where it fails; whoever was stored before them has nothing to do with that."""
        try:
            return self._store_all(document, self.waiting.pop(document.draft_id, []))
        except Exception:
            log.exception("draft updates not stored", extra={"draft": document.draft_id})
            return []

    def _store_all(self, document: Document, batch: list[_Sent]) -> list[_Sent]:
        """Those of them that were stored; the others are refused, or all if the database fails."""
        try:
            return self._try_to_store(document, batch)
        except BaseException:
            document.forget()
            raise
        finally:
            for one in batch:
                if not one.is_done:
                    one.is_done, one.refused = True, one.refused or "stale"

    def _try_to_store(self, document: Document, batch: list[_Sent]) -> list[_Sent]:
        taken = self._take_all(document, batch)
        for _try in range(TRIES):
            if not taken or self._commit(document, taken):
                break
            # Something has changed since they entered: each is asked for on fresh rows.
            document.forget()
            for sent in taken:
                if not ask_anew(self.app, sent.writer):
                    self._refuse(sent, "forbidden")
            taken = self._take_all(document, [sent for sent in taken if not sent.refused])
        else:
            for sent in taken:
                self._refuse(sent, "stale")
            document.forget()
            return []
        for sent in taken:
            sent.is_done = True
        return taken

    def _refuse(self, sent: _Sent, error: str) -> None:
        sent.refused, sent.is_done = error, True
        about = {"draft": sent.writer.draft_id, "person": sent.writer.person_id, "bytes": len(sent.data)}
        log.warning("draft update refused: %s", error, extra=about)

    def _take_all(self, document: Document, batch: Iterable[_Sent]) -> list[_Sent]:
        """Let the document in memory say it too; those that may not be are refused."""
        taken: list[_Sent] = []
        for sent in batch:
            try:
                self._take(document, sent)
                taken.append(sent)
            except NotStored as refused:
                self._refuse(sent, refused.error)
            except Damaged:
                self._refuse(sent, "invalid")
                document.forget()
                for one in taken:
                    self._take(document, one)
        return taken

    def _take(self, document: Document, sent: _Sent) -> None:
        if not document.number or not sent.said.fits(document.known):
            self._read(document)
            if not sent.said.fits(document.known):
                raise NotStored("stale")
        for client in sent.said.news(document.known):
            if document.authors.get(client, sent.writer.person_id) != sent.writer.person_id:
                raise NotStored("invalid")  # in the name of somebody else
        length = len(sent.data)
        if document.size + length > MOST_DOCUMENT and len(document.whole()) + length > MOST_DOCUMENT:
            raise NotStored("too_large")
        document.take(sent.data, sent.said)
        if document.is_too_deep():
            raise Damaged

    def _read(self, document: Document) -> None:
        with self.app.app_context(), db.engine.connect() as rows:
            document.read(rows)

    def _commit(self, document: Document, taken: list[_Sent]) -> bool:
        """Write them as rows, in one transaction. False if the writers' rights are not as they were."""
        last = taken[-1].writer
        if any(sent.writer.epoch != last.epoch for sent in taken):
            return False
        moment = now()
        dialect = self.engine.dialect
        known = statements(dialect)
        with self._writing() as driver:
            values = {
                "draft": document.draft_id,
                "room": last.room_id,
                "known_epoch": last.epoch,
                "count": len(taken),
                "person": last.person_id,
                "moment": known.moment(moment),
            }
            found = known.move_on.run(driver, values).fetchall()
            if not found:
                return False
            number: int = found[0][0]
            first = number - len(taken) + 1
            if document.number != first - 1:
                self._read(document)  # another process has stored some, and can store no more until we commit
            brought = [(sent.data, sent.said, sent.writer.person_id) for sent in taken]
            append(driver, dialect, document, first, brought, moment)
            document.number = number
        return True

    def _tell(self, draft_id: int, taken: list[_Sent]) -> None:
        """Those who have entered hear of it, all at once; whoever sent alone does not hear themselves."""
        writers = {sent.writer.sid for sent in taken}
        whole = taken[0].data if len(taken) == 1 else merge_updates(*(sent.data for sent in taken))
        skipped = taken[0].writer.sid if len(writers) == 1 else None
        self.relay(draft_id, taken[0].writer.epoch, whole, skipped)
        for function in _told:
            function(self, draft_id)

    def relay(self, draft_id: int, epoch: int, data: bytes, skipped: str | None = None) -> None:
        """Send a stored update to everybody who has entered. A lost one costs time, never data."""
        message = {"draft": draft_id, "update": base64.b64encode(data).decode()}
        try:
            socketio.server.emit("draft.update", message, room=name(draft_id, epoch), skip_sid=skipped)
        except Exception:  # Redis away
            log.exception("draft update not told")


def append(
    driver: Any,
    dialect: Dialect,
    document: Document,
    first: int,
    brought: list[tuple[bytes, Update, int | None]],
    moment: datetime,
) -> None:
    """Write updates under the numbers from `first` on, and whose the clients are that were not known yet."""
    known = statements(dialect)
    at = known.moment(moment)
    known.append.run(
        driver,
        *(
            {"draft_id": document.draft_id, "number": number, "by_id": by, "at": at, "update": data}
            for number, (data, _said, by) in enumerate(brought, first)
        ),
    )
    clients = {
        client: by for _data, said, by in brought for client in said.ends if client not in document.authors
    }
    if clients:
        known.sign.run(
            driver,
            *(
                {"draft_id": document.draft_id, "client": str(client), "person_id": by}
                for client, by in clients.items()
            ),
        )
        document.authors.update(clients)


def append_first(
    driver: Any,
    dialect: Dialect,
    brought: Sequence[tuple[int, bytes, Update]],
    by_id: int | None,
    moment: datetime,
) -> None:
    """Write the first updates of new drafts (id, data, what it says), and whose their clients are."""
    if not brought:
        return
    known = statements(dialect)
    row = {"number": 1, "by_id": by_id, "at": known.moment(moment)}
    known.append.run(driver, *({**row, "draft_id": id, "update": data} for id, data, _said in brought))
    signed = [(id, client) for id, _data, said in brought for client in said.ends]
    known.sign.run(
        driver, *({"draft_id": id, "client": str(client), "person_id": by_id} for id, client in signed)
    )
