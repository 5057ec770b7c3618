"""What those who look after a group do to its discussions. Reasons and who is told: see moderation."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from network.changes import Invalid, action, open_room, record, revoke
from network.discussions import gates, policy
from network.discussions.models import Message, ReadMark, Thread
from network.extensions import db
from network.files.actions import erase_file
from network.files.models import File
from network.groups import policy as groups
from network.groups.models import Group
from network.people.models import Person
from network.search import forget
from network.things import now

MOST_TO_SPLIT = 500  # messages


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
        if verb == "approved":
            gates.approve(message)
    return message


@action(policy.may_erase)
def erase(actor: Person, message: Message, *, reason: str) -> Message:
    """Delete the text of a message for good: from its history, its files and the search.

    A mark stays with reason, date and moderator. What else holds the text is cleared through `gates.erased`.
    """
    for file in db.session.scalars(select(File).where(File.parent_id == message.id)):  # removed ones too
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


# Into another place


@action(policy.may_move)
def move(actor: Person, thread: Thread, *, group: Group) -> Thread:
    """Let a discussion go on in another group, among whose people it then is; its addresses stay.

    Raises Invalid for a group that the actor does not look after, and for a discussion about something,
    which stays where that is.
    """
    if thread.about_id is not None:
        raise Invalid(group_id=_l("A discussion about something stays where that is."))
    if group.id == thread.group_id or not groups.may_steer(actor, group):
        raise Invalid(group_id=_l("Please choose one of the entries."))
    before = thread.group.room
    thread.parent_id, thread.group_id, thread.pinned_at = group.id, group.id, None
    db.session.flush()
    db.session.expire(thread, ["group", "parent"])
    record("moved", thread, by=actor, also=[before, group.room])
    revoke(thread.room)  # another circle of people reads it from now on
    return thread


@action(policy.may_hide)
def split(actor: Person, message: Message, *, title: str) -> Thread:
    """Let a message and all that follow it go on in a discussion of their own; their addresses stay.

    Raises Invalid if nothing would be left, or if they are too many to be moved at once.
    """
    thread = message.parent
    moved = db.session.scalars(
        select(Message)
        .where(Message.thread_id == thread.id, Message.ordinal >= message.ordinal)
        .order_by(Message.ordinal)
        .options(selectinload(Message.files))
    ).all()
    left = db.session.scalar(
        select(func.max(Message.ordinal)).where(
            Message.thread_id == thread.id, Message.ordinal < message.ordinal
        )
    )
    if left is None:
        raise Invalid(
            title=_l("With its first message the whole discussion would go. Change its title instead.")
        )
    if len(moved) > MOST_TO_SPLIT:
        raise Invalid(title=_l("These are more than %(most)d messages.", most=MOST_TO_SPLIT))
    new = Thread(
        parent_id=thread.parent_id,
        room_id=open_room().id,
        owns_room=True,
        created_by_id=moved[0].person_id,
        group_id=thread.group_id,
        own_title=title,
        last_ordinal=len(moved),
        last_at=moved[-1].created_at,
    )
    db.session.add(new)
    record("started", new, by=actor, also=[thread.group.room])
    _carry_marks(thread, new, [one.ordinal for one in moved], left)
    old_room = thread.room
    for ordinal, one in enumerate(moved, start=1):
        one.thread_id, one.parent_id, one.room_id, one.ordinal = new.id, new.id, new.room_id, ordinal
        for file in one.files:
            file.room_id = new.room_id
        db.session.flush()
        db.session.expire(one, ["parent", "room"])
        record("moved", one, by=actor, also=[old_room])
    thread.last_ordinal = left
    record("split", thread, by=actor, also=[thread.group.room])
    return new


def _carry_marks(thread: Thread, new: Thread, ordinals: list[int], left: int) -> None:
    """Whoever follows the old discussion follows the new one, and has read of it what they had read."""
    for mark in db.session.scalars(select(ReadMark).where(ReadMark.thread_id == thread.id)):
        read = sum(ordinal <= mark.ordinal for ordinal in ordinals)
        told_of = sum(ordinal <= mark.told_ordinal for ordinal in ordinals)
        db.session.add(
            ReadMark(
                person_id=mark.person_id,
                thread_id=new.id,
                ordinal=read,
                following=mark.following,
                told_ordinal=told_of,
            )
        )
        mark.ordinal, mark.told_ordinal = min(mark.ordinal, left), min(mark.told_ordinal, left)
