"""The JSON that goes over the wire: letters as they are, not as escapes of six signs each.

A sentence in Arabic or Ukrainian is a third as long so, for every reader of a room.
"""

import json
from typing import Any

from engineio import json as strict

loads = strict.loads  # refuses numbers of thousands of digits


def dumps(value: Any, **more: Any) -> str:
    """Half a sign, which no one can write and UTF-8 does not know, is escaped as before."""
    text = json.dumps(value, **more, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, **more)
    return text
