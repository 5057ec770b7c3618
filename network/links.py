"""Signed links: whoever holds one may do exactly the one thing that it is for, until it expires.

A token says what it is for and the ids that matter, readable but not to be forged or put to another
use. Which links work once only is for the feature to say: it signs a fact that changes with the deed
(a person's `links_epoch`, the state of a row) and compares it. Opening a link never acts.
"""

from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

LONGEST = 2000  # characters; ours are far shorter


class Broken(Exception):
    """The token was changed, cut off, made for something else, or is none."""


class Expired(Exception):
    """The token is genuine and too old."""


def make(purpose: str, **facts: Any) -> str:
    """A token for one purpose ("reset", "answer", ...) with ids and short words, safe in an address."""
    return str(_signer(purpose).dumps(facts))


def read(purpose: str, token: str, max_age: timedelta | int | None = None) -> dict[str, Any]:
    """The facts of a token that was made for this purpose, at most `max_age` (or as many seconds) ago.

    None means that it does not grow old. Raises Expired, or Broken for all that is no token of ours.
    """
    if len(token) > LONGEST or not token.isascii():
        raise Broken
    seconds = int(max_age.total_seconds()) if isinstance(max_age, timedelta) else max_age
    try:
        facts = _signer(purpose).loads(token, max_age=seconds)
    except SignatureExpired:
        raise Expired from None
    except BadData:
        raise Broken from None
    if not isinstance(facts, dict):
        raise Broken
    return facts


def _signer(purpose: str) -> URLSafeTimedSerializer:
    """One salt for each purpose, so that a token for one thing is worthless for another."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"link:{purpose}")
