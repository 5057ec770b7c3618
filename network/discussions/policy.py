"""Who reads, writes in and looks after discussions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.discussions.models import Message, Thread
from network.groups import policy as groups
from network.groups.models import Group
from network.things import Thing, rules

# Rules of features below: who may see the text of a message that is not open to all, besides those below.
also_seen_by: list[Callable[[Any, Message], bool]] = []


def may_read(user: Any, thread: Thread) -> bool:
    """Whoever may be in the room of its parent and sees what it is about."""
    if not user.is_authenticated or user.is_clock:
        return False
    parent, about = thread.parent, thread.about
    if parent.removed_at is not None or not _enters(user, parent):
        return False
    return about is None or (about.removed_at is None and bool(type(about).rules["see"](user, about)))


def _enters(user: Any, thing: Thing) -> bool:
    rules = type(thing).rules
    return bool(rules.get("enter", rules["see"])(user, thing))


def may_discuss(user: Any, thing: Thing) -> bool:
    """Whom the thing's own type lets speak about it, through `rules(..., discuss=...)`."""
    discuss = type(thing).rules.get("discuss")
    return bool(discuss is not None and thing.removed_at is None and discuss(user, thing))


@because(_l("Discussions are begun by those who have a place in the group."))
def may_start(user: Any, group: Group) -> bool:
    """Guests, members and leads of the group, and the Office."""
    return bool(user.is_authenticated and not user.is_clock and may_discuss(user, group))


@because(_l("You cannot write about this."))
def may_talk_about(user: Any, thing: Thing) -> bool:
    """As the type of the thing says."""
    return bool(user.is_authenticated and not user.is_clock and may_discuss(user, thing))


@because(_l("You cannot write in this discussion: it is closed, or you have no place in the group any more."))
def may_post(user: Any, thread: Thread) -> bool:
    """Who may speak about its matter; in a closed one only those who look after it."""
    if not may_read(user, thread) or not may_discuss(user, thread.about or thread.parent):
        return False
    return not thread.is_locked or may_moderate(user, thread)


@because(_l("This is for those who lead the group, and for the Coordination Office."))
def may_moderate(user: Any, thread: Thread) -> bool:
    """Leads of the group, and the Office."""
    return bool(user.is_authenticated and not user.is_clock and groups.may_steer(user, thread.group))


@because(_l("This is for those who lead the group, and for the Coordination Office."))
def may_move(user: Any, thread: Thread) -> bool:
    """As looking after it; whether they look after the other group too is asked by the action."""
    return may_moderate(user, thread)


@because(_l("A discussion is settled by whoever began it, and by those who lead the group."))
def may_resolve(user: Any, thread: Thread) -> bool:
    """Whoever began it, while they may write there; leads and the Office."""
    own = bool(user.is_authenticated and thread.created_by_id == user.id)
    return may_moderate(user, thread) or (own and may_post(user, thread))


def may_see(user: Any, message: Message) -> bool:
    """Messages are seen with their thread; what a hidden one said is asked for by `may_see_text`."""
    return may_read(user, message.parent)


def may_see_text(user: Any, message: Message) -> bool:
    """What is hidden or waits: its author, and those who look after the group. What is erased: nobody."""
    if not may_read(user, message.parent) or message.state == "erased":
        return False
    if message.is_open:
        return True
    if any(shows(user, message) for shows in also_seen_by):
        return True
    own = bool(user.id == message.person_id)
    return own or (message.withdrawn_at is None and may_moderate(user, message.parent))


@because(_l("You can react where you may write."))
def may_react(user: Any, message: Message) -> bool:
    """As writing, to what everybody can read."""
    return message.is_open and may_post(user, message.parent)


@because(_l("You can change only your own messages, while the discussion is open."))
def may_edit(user: Any, message: Message) -> bool:
    """Its author, while they may write there; not what was hidden or withdrawn."""
    return (
        bool(user.is_authenticated and user.id == message.person_id)
        and message.state in ("posted", "waiting")
        and message.withdrawn_at is None
        and may_post(user, message.parent)
    )


@because(_l("You can withdraw only your own messages."))
def may_withdraw(user: Any, message: Message) -> bool:
    """Its author, as long as they may read it, also in a closed discussion."""
    return (
        bool(user.is_authenticated and user.id == message.person_id)
        and message.state in ("posted", "waiting")
        and may_read(user, message.parent)
    )


@because(_l("This is for those who lead the group, and for the Coordination Office."))
def may_hide(user: Any, message: Message) -> bool:
    """Leads of the group, and the Office: also what was withdrawn, lest it comes back."""
    return message.state != "erased" and may_moderate(user, message.parent)


@because(_l("Only the Coordination Office can erase messages."))
def may_erase(user: Any, message: Message) -> bool:
    """The Office."""
    return bool(user.works_in_office and message.state != "erased")


@because(_l("You can mark only your own place in a discussion."))
def may_mark(user: Any, person: Any) -> bool:
    """Each for themself."""
    return bool(user.is_authenticated and user.id == person.id)


def rights(user: Any, thread: Thread) -> set[str]:
    """Words for `data-needs` on the thread's page."""
    words = set()
    if may_post(user, thread):
        words.add("speak")
    if may_moderate(user, thread):
        words |= {"moderate", "steer"}
    if groups.may_write(user, thread.group):
        words.add("propose")
    if user.works_in_office:
        words.add("office")
    return words


def until(user: Any, thread: Thread) -> datetime | None:
    """When a right here ends by the clock: that of the parent."""
    rule = type(thread.parent).rules.get("until")
    return rule(user, thread.parent) if rule else None


def may_attach(user: Any, message: Message) -> bool:
    """Its author, while it may be changed."""
    return may_edit(user, message)


rules(Group, discuss=groups.may_speak)
rules(Thread, see=may_read, rights=rights, until=until)
rules(Message, see=may_see, files=may_see_text, attach=may_attach)
