"""What features below do when a meeting is prepared, changes or is called off.

Each function is called inside the running action, as `function(actor, meeting)`; what it writes is
committed with the action or not at all.
"""

from collections.abc import Callable
from typing import Any

from network.meetings.models import Meeting

Hook = Callable[[Any, Meeting], object]

prepared: list[Hook] = []  # a series has made the next draft
announced_changed: list[Hook] = []  # a meeting that people know of, or its agenda, is no longer as told
cancelled: list[Hook] = []


def call(functions: list[Hook], actor: Any, meeting: Meeting) -> None:
    """Call each of them, in the order of the features."""
    for function in functions:
        function(actor, meeting)
