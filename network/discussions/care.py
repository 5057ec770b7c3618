"""What those who look after a group do to its discussions. Reasons and who is told: see moderation."""

from network.changes import action, record, revoke
from network.discussions import gates, policy
from network.discussions.models import Message, Thread
from network.files.actions import erase_file
from network.people.models import Person
from network.search import forget
from network.things import now


@action(policy.may_moderate)
def rename(actor: Person, thread: Thread, *, title: str) -> Thread:
    """Give a discussion another title."""
    thread.own_title = title
    record("renamed", thread, by=actor, also=[thread.group.room])
    return thread


@action(policy.may_moderate)
def pin(actor: Person, thread: Thread, *, pinned: bool) -> Thread:
    """Let a discussion stand first in the lists of its group, or take the pin off."""
    if (thread.pinned_at is not None) != pinned:
        thread.pinned_at = now() if pinned else None
        record("pinned" if pinned else "unpinned", thread, by=actor, also=[thread.group.room])
    return thread


@action(policy.may_resolve)
def resolve(actor: Person, thread: Thread, *, resolved: bool) -> Thread:
    """Mark a discussion as settled, or take it up again."""
    if (thread.resolved_at is not None) != resolved:
        thread.resolved_at = now() if resolved else None
        record("resolved" if resolved else "taken up", thread, by=actor, also=[thread.group.room])
    return thread


@action(policy.may_moderate)
def lock(actor: Person, thread: Thread, *, locked: bool) -> Thread:
    """Close a discussion: it can be read, and only those who look after the group write; or open it again."""
    if thread.is_locked != locked:
        thread.locked_at = now() if locked else None
        record("locked" if locked else "unlocked", thread, by=actor, also=[thread.group.room])
        revoke(thread.room)  # pages learn what their readers may do now
    return thread


@action(policy.may_moderate)
def slow_down(actor: Person, thread: Thread, *, seconds: int) -> Thread:
    """Let each person write only once in so many seconds; 0 for no limit."""
    if thread.slow_seconds != seconds:
        thread.slow_seconds = seconds
        record("slowed", thread, by=actor)
    return thread


@action(policy.may_hide)
def hide(actor: Person, message: Message, *, reason: str) -> Message:
    """Take the text of a message out of sight; `reason` is said in its place, in a word."""
    if message.state != "hidden":
        message.state, message.reason = "hidden", reason
        record("hidden", message, by=actor)
    return message


@action(policy.may_hide)
def show(actor: Person, message: Message) -> Message:
    """Show a message that was hidden, or that waited for approval."""
    if message.state in ("hidden", "waiting"):
        verb = "shown" if message.state == "hidden" else "approved"
        message.state, message.reason = "posted", ""
        record(verb, message, by=actor)
        gates.notice(message)
    return message


@action(policy.may_erase)
def erase(actor: Person, message: Message, *, reason: str) -> Message:
    """Delete the text of a message for good: from its history, its files and the search.

    A mark stays with reason, date and moderator. What else holds the text is cleared through `gates.erased`.
    """
    for file in message.files:
        erase_file(actor, file)
    message.text, message.language, message.mentions_all = "", "", False
    message.earlier.clear()
    message.mentions.clear()
    message.reactions.clear()
    message.state, message.reason = "erased", reason
    for function in gates.erased:
        function(message)
    forget(message.id)
    record("erased", message, by=actor)
    return message
