"""How often something may be tried: for an account, and generously for an address that a whole hall shares.

An account is here the address that was typed, whether it exists or not, so that a limit tells nothing.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from flask_babel import ngettext
from flask_limiter.util import get_remote_address
from limits import parse

from network.extensions import limiter
from network.people.models import token_hash

log = logging.getLogger(__name__)

EQUAL_SECONDS = 0.25  # more than any of the answers takes that must not be told apart by their time


def spend(what: str, account: str | int) -> int:
    """Count one try of `what` ("sign-in", "letters", "uploads"); how many seconds to wait, or 0."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return 0
    wait = 0
    for rate, key in _rates(what, account):
        limit = parse(current_app.config[rate])
        try:
            if not limiter.limiter.hit(limit, key):
                wait = max(wait, int(limiter.limiter.get_window_stats(limit, key)[0] - time.time()) + 1)
        except Exception:  # whatever the store of the counts raises: a lost Redis must not close the door
            log.warning("rate not counted", exc_info=True)
    return wait


def forgive(what: str, account: str | int) -> None:
    """Forget an account's tries: only failures in a row shall count."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return
    try:
        for rate, key in _rates(what, account):
            if ":account:" in key:
                limiter.limiter.clear(parse(current_app.config[rate]), key)
    except Exception:  # as above
        log.warning("rate not cleared", exc_info=True)


def _rates(what: str, account: str | int) -> list[tuple[str, str]]:
    """(setting, key) for the account, hashed since addresses are personal, and for the address."""
    name = what.upper().replace("-", "_")
    whose, where = token_hash(str(account)), get_remote_address()
    rates = [
        # From one address little; from all together more, so that nobody is locked out by somebody else.
        (f"RATE_{name}_ACCOUNT", f"{what}:account:{whose}:{where}"),
        (f"RATE_{name}_ACCOUNT_ANYWHERE", f"{what}:account:{whose}"),
        (f"RATE_{name}_ADDRESS", f"{what}:address:{where}"),
    ]
    return [(rate, key) for rate, key in rates if rate in current_app.config]


def sentence(seconds: int) -> str:
    """What to tell somebody who has to wait."""
    minutes = -(-seconds // 60)
    return ngettext(
        "That was tried very often. Please wait a minute and try again. Nothing is lost.",
        "That was tried very often. Please wait %(num)s minutes and try again. Nothing is lost.",
        minutes,
    )


@contextmanager
def in_equal_time() -> Iterator[None]:
    """Let what happens inside take the same time whether there is an account or not."""
    began = time.perf_counter()
    yield
    time.sleep(max(0.0, EQUAL_SECONDS - (time.perf_counter() - began)))
