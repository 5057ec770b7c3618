"""That nothing has happened, however small."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def nothing_written() -> Iterator[None]:
    """Fails if anything was written into the database, whatever it was."""
    pending: list[str] = []
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            pending.append(" ".join(statement.split())[:160])

    def keep(_connection: Any) -> None:
        written.extend(pending)
        pending.clear()

    def forget(_connection: Any) -> None:
        pending.clear()

    listeners = (("before_cursor_execute", note), ("commit", keep), ("rollback", forget))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)
    assert not written, "what was refused has changed something:\n" + "\n".join(written)
