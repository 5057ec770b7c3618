"""Addresses at which a letter can be answered: each names thread, person and message, and is signed.

The part before the @ may have 64 characters and loses its capitals on the way, so this is not one of the
signed links of pages: figures in base 36 and 120 bits of a keyed hash in base 32.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app

from network.things import now

PLACE = "{token}"
LONGEST = 64  # characters before the @
DAYS = 90  # that an address works
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,6})-([a-z2-7]{24})")


@dataclass(frozen=True)
class Answered:
    """What an address of ours stands for: who answers in which thread, and which message (0: none)."""

    thread_id: int
    person_id: int
    message_id: int


def address(thread_id: int, person_id: int, message_id: int = 0) -> str:
    """The address for a person's answers in a thread; nothing where mails are not taken in."""
    pattern = str(current_app.config["INBOUND_ADDRESS"])
    if PLACE not in pattern:
        return ""
    facts = "-".join(map(_written, (thread_id, person_id, message_id, _today())))
    made = pattern.replace(PLACE, f"{facts}-{_signature(facts)}")
    return made if len(made.rpartition("@")[0]) <= LONGEST else ""


def read(given: str) -> Answered | None:
    """What an address stands for; None if it is none of ours, was changed or is too old."""
    before, place, after = str(current_app.config["INBOUND_ADDRESS"]).lower().partition(PLACE)
    given = given.strip().lower()
    if not place or not given.startswith(before) or not given.endswith(after):
        return None
    found = _TOKEN.fullmatch(given[len(before) : len(given) - len(after)])
    if found is None:
        return None
    facts = given[len(before) : len(given) - len(after)].rpartition("-")[0]
    if not hmac.compare_digest(_signature(facts), found.group(5)):
        return None
    thread_id, person_id, message_id, day = (int(part, 36) for part in found.groups()[:4])
    if not 0 <= _today() - day <= DAYS:
        return None
    return Answered(thread_id, person_id, message_id)


def _today() -> int:
    return int(now().timestamp() // timedelta(days=1).total_seconds())


def _signature(facts: str) -> str:
    key = hashlib.sha256(b"answers by e-mail:" + str(current_app.config["SECRET_KEY"]).encode()).digest()
    found = hmac.new(key, facts.encode(), hashlib.sha256).digest()[:15]
    return base64.b32encode(found).decode().lower()


def _written(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
