"""The letters of minutes that are sent for correction, and taken back: each a step of an action."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.minutes import policy, registers, told
from network.minutes.models import Minutes
from network.people.letters import write_if_wanted
from network.people.models import Person


def circulated(minutes: Minutes, asked: Person | None) -> None:
    """Those who were invited, came or asked for them get the text; who may correct it reads how.

    `asked` is whom the others ask. An answer goes there if that address is no secret.
    """
    meeting = minutes.parent
    for person in registers.recipients(meeting):
        write_if_wanted(
            person,
            "minutes",
            "minutes_circulated",
            _l("Please check the minutes of “%(title)s”", title=meeting.title),
            headers={"Reply-To": asked.email} if asked and asked.email and asked.email_shown else None,
            about=minutes,
            meeting=meeting,
            minutes=minutes,
            asked=asked,
            may_correct=policy.may_correct(person, minutes),
            parts_of=told.item_parts,
        )


def taken_back(actor: Any, minutes: Minutes, reason: str) -> None:
    """Whoever got the minutes is told that they are being changed, and why."""
    meeting = minutes.parent
    for person in registers.recipients(meeting):
        write_if_wanted(
            person,
            "minutes",
            "minutes_taken_back",
            _l("The minutes of “%(title)s” are being changed", title=meeting.title),
            about=minutes,
            meeting=meeting,
            who=actor.name,
            reason=reason,
        )
