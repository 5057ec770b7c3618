"""The JSON that goes over the wire: letters as they are, not as escapes of six signs each.

A sentence in Arabic or Ukrainian is a third as long so, for every reader of a room.
"""

import json
from typing import Any

from engineio import json as strict

COMPACT = {"separators": (",", ":")}  # as the libraries ask for it

# Made once: to make them anew for each message took longer than a short message itself.
_decode = json.JSONDecoder(parse_int=strict._safe_int).decode  # refuses numbers of thousands of digits
_encode = json.JSONEncoder(ensure_ascii=False, **COMPACT).encode  # type: ignore[arg-type]  # as above


def loads(data: str | bytes) -> Any:
    """What a client sends, or another process."""
    return _decode(data) if isinstance(data, str) else strict.loads(data)


def dumps(value: Any, **more: Any) -> str:
    """Half a sign, which no one can write and UTF-8 does not know, is escaped as before."""
    text = _encode(value) if more == COMPACT else json.dumps(value, **more, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, **more)
    return text
