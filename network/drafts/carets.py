"""Where those who write are in a text: Yjs awareness, passed on, never stored.

A message says of a client: its id, a clock, and a state (JSON; null when it has gone).
"""

import json
from typing import Any

from pycrdt import write_var_uint

from network.drafts.wire import Unreadable, read_caret

_states: dict[tuple[int, str], tuple[int, int, bytes]] = {}  # by draft and connection: client, clock, message


def checked(sid: str, draft_id: int, message: bytes, user: dict[str, Any]) -> list[bytes]:
    """What to tell the others of a message of one client: who it is as we know it, and that an earlier
    client of the same connection has gone. Raises Unreadable.
    """
    client, clock, text = read_caret(message)
    if any(
        draft == draft_id and whose != sid and known[0] == client for (draft, whose), known in _states.items()
    ):
        raise Unreadable  # the caret of somebody else
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if state is not None and not isinstance(state, dict):
        raise Unreadable
    known = _states.pop((draft_id, sid), None)
    told = [_message(known[0], known[1] + 1, None)] if known is not None and known[0] != client else []
    if state is None:
        return [*told, _message(client, clock, None)]
    written = _message(client, clock, {"cursor": state.get("cursor"), "user": user})
    _states[draft_id, sid] = (client, clock, written)
    return [*told, written]


def present(draft_id: int) -> list[bytes]:
    """The carets that are in a text now, for whoever comes in."""
    return [message for (draft, _sid), (_client, _clock, message) in _states.items() if draft == draft_id]


def gone(sid: str, draft_id: int) -> bytes | None:
    """What tells the others that a connection's caret has gone; None if it had none."""
    known = _states.pop((draft_id, sid), None)
    return _message(known[0], known[1] + 1, None) if known is not None else None


def _message(client: int, clock: int, state: dict[str, Any] | None) -> bytes:
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()
    numbers = b"".join(write_var_uint(number) for number in (1, client, clock, len(text)))
    return numbers + text
