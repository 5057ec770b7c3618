"""Who links things, and who reads links: as the types of the things say."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.discussions import policy as discussions
from network.discussions.models import Message, Thread
from network.groups import policy as groups
from network.loop.models import Link
from network.meetings.models import AgendaItem, Meeting
from network.minutes.models import Action, Decision
from network.things import Thing, rules


def may_see(user: Any, link: Link) -> bool:
    """With the thing that it stands at; what it leads to is shown to whoever may see that."""
    return link.parent.removed_at is None and bool(type(link.parent).rules["see"](user, link.parent))


@because(_l("Links are made by those who write in the group."))
def may_link(user: Any, thing: Thing) -> bool:
    """Whom the thing's own type lets, through `rules(..., link=...)`; nobody if it says nothing."""
    link = type(thing).rules.get("link")
    if link is None or thing.removed_at is not None or not user.is_authenticated or user.is_clock:
        return False
    return bool(link(user, thing))


@because(_l("Links are removed by whoever made them, and by those who write in the group."))
def may_unlink(user: Any, link: Link) -> bool:
    """Whoever made it, and who may link one of the two things: it stands on both pages."""
    return may_unlink_at(user, link, link.parent) or may_link(user, link.to)


def may_unlink_at(user: Any, link: Link, thing: Thing) -> bool:
    """The same on the page of one of the two: there only what that page is asked."""
    return link.removed_at is None and _may_at(user, link, thing)


def may_link_again(user: Any, link: Link) -> bool:
    """Whoever may have taken it off; while both ends are there."""
    if link.parent.removed_at is not None or link.to.removed_at is not None:
        return False
    return _may_at(user, link, link.parent) or may_link(user, link.to)


may_link_again.because = may_unlink.because  # type: ignore[attr-defined]  # a rule bears its sentence


def _may_at(user: Any, link: Link, thing: Thing) -> bool:
    if not user.is_authenticated or user.is_clock:
        return False
    own = link.created_by_id == user.id and not user.is_silenced
    return own or may_link(user, thing)


def may_link_line(user: Any, line: Decision | Action) -> bool:
    """Decisions and actions: who writes in their group, also when the minutes are approved."""
    return bool(type(line).rules["see"](user, line)) and groups.may_write(user, line.group)


def may_link_item(user: Any, item: AgendaItem) -> bool:
    """Items, and the paragraphs of their minutes: as decisions."""
    return bool(type(item).rules["see"](user, item)) and groups.may_write(user, item.parent.parent)


def may_link_meeting(user: Any, meeting: Meeting) -> bool:
    """Meetings and their minutes as a whole: as decisions."""
    return bool(type(meeting).rules["see"](user, meeting)) and groups.may_write(user, meeting.parent)


def may_link_thread(user: Any, thread: Thread) -> bool:
    """Discussions: as decisions; a guest speaks there and links nothing."""
    return discussions.may_read(user, thread) and groups.may_write(user, thread.group)


def may_link_message(user: Any, message: Message) -> bool:
    """Messages: as their discussion, as long as everybody can read them."""
    return message.is_open and may_link_thread(user, message.parent)


rules(Link, see=may_see)
rules(Decision, link=may_link_line)
rules(Action, link=may_link_line)
rules(AgendaItem, link=may_link_item)
rules(Meeting, link=may_link_meeting)
rules(Thread, link=may_link_thread)
rules(Message, link=may_link_message)
