"""What the clock does with actions: remind of them."""

from datetime import date, timedelta
from typing import Any

from network import dates
from network.changes import action
from network.minutes import policy
from network.minutes.models import Action
from network.registers import letters

AHEAD = timedelta(days=7)  # before the day
LATEST = timedelta(days=7)  # after it: what could not be told by then is not told any more


@action(policy.may_remind)
def remind(actor: Any, deed: Action) -> Action:
    """Remind whoever has it to do, ahead of the day and when it has come: once each, and anew if it moves.

    Not on record, since nobody but its reader is concerned. Done again it does nothing.
    """
    today = dates.today()
    if _is_due_ahead(deed, today):
        deed.reminded_ahead_of = deed.due_on
    elif _is_due(deed, today):
        deed.reminded_on = deed.due_on
    else:
        return deed
    letters.remind(deed, today=today)
    return deed


def _is_due_ahead(deed: Action, today: date) -> bool:
    """Whether the first reminder is to go; what was agreed so shortly before needs none."""
    if deed.due_on is None or deed.reminded_ahead_of == deed.due_on:
        return False
    agreed = dates.local(deed.created_at).date()
    return deed.due_on - AHEAD <= today < deed.due_on and agreed < deed.due_on - AHEAD


def _is_due(deed: Action, today: date) -> bool:
    """Whether the second reminder is to go, on the day or as soon after it as the clock runs again."""
    if deed.due_on is None or deed.reminded_on == deed.due_on:
        return False
    agreed = dates.local(deed.created_at).date()
    return deed.due_on <= today <= deed.due_on + LATEST and agreed < deed.due_on
