"""What moderation asks before a message is posted, and what it looks at afterwards."""

import re
from datetime import timedelta
from functools import partial

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from network.changes import CLOCK, Refused, afterwards
from network.discussions import gates
from network.discussions.models import Message, Thread
from network.discussions.policy import may_moderate
from network.extensions import db
from network.moderation import actions, rules
from network.moderation.measures import forget_words
from network.moderation.models import ApproveFirst
from network.people.models import Person
from network.texts import folded
from network.things import now

# An address, with or without its beginning: "www.example.org", "example.org/offer".
LINK = re.compile(
    r"(?i)\b(?:https?://|www\.)\S|[a-z0-9]\.(?:com|net|org|info|biz|shop|top|xyz|ru|de|eu|io|me)\b"
)
WORD = re.compile(r"[^\W_]+")


def waits_for_approval(actor: Person, thread: Thread, text: str, anew: bool) -> bool:
    """Where messages of the group, or of this person in it, have to be approved first."""
    if may_moderate(actor, thread):
        return False
    whom = or_(ApproveFirst.person_id.is_(None), ApproveFirst.person_id == actor.id)
    query = select(ApproveFirst.id).where(ApproveFirst.group_id == thread.group_id, whom)
    return db.session.scalar(query.limit(1)) is not None


def is_new(actor: Person, thread: Thread, text: str, anew: bool) -> bool:
    """New accounts write without links and not quickly, until some messages of theirs stand. Never waits.

    A mistake may be mended at once: only what is `anew` has to wait its time.

    Raises Refused with what holds and until when.
    """
    settings = rules.settings()
    if not settings.first_posts or may_moderate(actor, thread):
        return False
    standing = select(Message.id).where(
        Message.person_id == actor.id, Message.state == "posted", Message.withdrawn_at.is_(None)
    )
    counted = standing.limit(settings.first_posts).subquery()
    if (db.session.scalar(select(func.count()).select_from(counted)) or 0) >= settings.first_posts:
        return False
    if LINK.search(text):
        raise Refused(
            _l(
                "Your first %(number)d messages cannot hold links. Please send this one without.",
                number=settings.first_posts,
            )
        )
    if not anew:
        return False
    last = db.session.scalar(select(func.max(Message.created_at)).where(Message.person_id == actor.id))
    wait = last + timedelta(seconds=settings.first_seconds) - now() if last else timedelta()
    if wait > timedelta():
        raise Refused(
            _l(
                "Your account is new. You can write again in %(seconds)d seconds.",
                seconds=int(wait.total_seconds()) + 1,
            )
        )
    return False


def watch(message: Message) -> None:
    """Once a message with a word to watch is posted, somebody is asked to look at it; it stays as it is."""
    found = watched_word(message.text)
    if found:
        afterwards(partial(_report, message.id, found))


def watched_word(text: str) -> str:
    """The first word to watch in a text, as the Office has written it, or nothing.

    Whole words, or several in a row, are compared without capitals and accents.
    """
    words = rules.settings().words
    if not words:
        return ""
    said = f" {' '.join(WORD.findall(folded(text)))} "
    return next((word for word in words if f" {' '.join(WORD.findall(folded(word)))} " in said), "")


def _report(message_id: int, word: str) -> None:
    message = db.session.get(Message, message_id)
    if message is not None and message.is_open:
        actions.watch(CLOCK, message, word=word)


def keep() -> None:
    """Ask all of this wherever something is said."""
    gates.questions.extend([waits_for_approval, is_new])
    gates.noticed.append(watch)
    gates.erased.append(forget_words)
