"""E-mail: written in an action, in the language of whoever gets it, and sent after the commit.

A letter is a row that is written in the action's own transaction: no commit, no letter. A job sends what
waits. Each letter is claimed before it is sent, by setting the time of its next try; a process that
dies in between leaves it to that next try. So a letter can, at worst, leave twice, and then with the same
Message-ID, which lets most mail programs show it once; the other way round an invitation could be lost.
"""

from flask import Flask

from network import texts
from network.letters.jobs import forget_sent, send_again, send_waiting
from network.letters.mail import sent_from
from network.letters.models import Letter, waiting
from network.letters.writing import BLANK_LINES, LOOKS, erase, erase_for, look, write

__all__ = [
    "BLANK_LINES",
    "LOOKS",
    "Letter",
    "erase",
    "erase_for",
    "forget_sent",
    "look",
    "send_again",
    "send_waiting",
    "sent_from",
    "waiting",
    "write",
]


def init_app(app: Flask) -> None:
    """Offer what texts of letters need."""
    app.jinja_env.filters.setdefault("plain", texts.plain)
