"""What can be done in discussions: beginning, writing, changing and taking back, reacting."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from network.changes import Invalid, Refused, Stale, action, open_room, owner_of, record
from network.discussions import gates, marks, policy
from network.discussions.matters import discussion_of, group_of
from network.discussions.models import REACTIONS, EarlierText, Mention, Message, Reaction, Thread
from network.discussions.speech import language_of, named, names_all, people_to_name
from network.extensions import db
from network.files.actions import attach
from network.files.store import Stored
from network.groups.models import Group
from network.people.models import Person
from network.things import Thing, now

MOST_FILES = 8


@action(policy.may_start)
def start(actor: Person, group: Group, *, title: str, text: str, uploads: Sequence[Stored] = ()) -> Thread:
    """Begin a discussion of the group with a title and its first message."""
    thread = _new_thread(actor, group, group=group, title=title)
    _post(actor, thread, text=text, uploads=uploads)
    return thread


@action(policy.may_talk_about)
def talk_about(actor: Person, thing: Thing, *, text: str, uploads: Sequence[Stored] = ()) -> Message:
    """Say the first word about a thing. If somebody was quicker, it is said where they said theirs.

    Raises Stale when the thing's discussion is closed.
    """
    thread = discussion_of(thing)
    if thread is None:
        parent = owner_of(thing.room_id)
        if parent is None:
            raise Refused()
        thread = _new_thread(actor, parent, group=group_of(thing), about=thing)
    else:
        journal = db.session.info["journal"]
        if thread.room_id not in journal.rooms:
            raise Stale(_l("Somebody has just begun to discuss this. Please send your message once more."))
    return _post(actor, thread, text=text, uploads=uploads)


@action(policy.may_post)
def post(
    actor: Person, thread: Thread, *, text: str, reply_to: int | None = None, uploads: Sequence[Stored] = ()
) -> Message:
    """Say something, or show it: `text` may be empty where there are `uploads`.

    `reply_to` is the id of a message of this thread that it answers.

    Raises Invalid for an answer to what does not stand here, Refused in slow mode and by what features
    below ask (see gates).
    """
    return _post(actor, thread, text=text, reply_to=reply_to, uploads=uploads)


@action(policy.may_edit)
def edit(actor: Person, message: Message, *, text: str) -> Message:
    """Change one's own message; what it said before stays to be seen by whoever may see the message."""
    if text == message.text:
        return message
    waits = gates.waits(actor, message.parent, text, anew=False)
    message.earlier.append(EarlierText(text=message.text))
    message.text, message.edited_at = text, now()
    message.state = "waiting" if waits or message.state == "waiting" else "posted"
    _understand(actor, message)
    record("edited", message, by=actor)
    if message.is_open:
        gates.notice(message)
    return message


@action(policy.may_withdraw)
def withdraw(actor: Person, message: Message) -> Message:
    """Take back one's own message; `restore` brings it back."""
    if message.withdrawn_at is None:
        message.withdrawn_at = now()
        record("withdrawn", message, by=actor)
    return message


@action(policy.may_withdraw)
def restore(actor: Person, message: Message) -> Message:
    """Bring back what one has withdrawn."""
    if message.withdrawn_at is not None:
        message.withdrawn_at = None
        record("brought back", message, by=actor)
    return message


@action(policy.may_react)
def react(actor: Person, message: Message, *, emoji: str) -> Message:
    """Put a reaction to a message, or take it off again."""
    if emoji not in REACTIONS:
        raise Invalid(emoji=_l("Please choose one of the reactions."))
    mine = next((r for r in message.reactions if r.person_id == actor.id and r.emoji == emoji), None)
    if mine is None:
        message.reactions.append(Reaction(person_id=actor.id, emoji=emoji))
    else:
        message.reactions.remove(mine)
    record("reacted", message, by=actor)
    return message


# Steps


def _new_thread(
    actor: Person, parent: Thing, *, group: Group, title: str = "", about: Thing | None = None
) -> Thread:
    thread = Thread(
        parent_id=parent.id,
        room_id=open_room().id,
        owns_room=True,
        created_by_id=actor.id,
        group_id=group.id,
        about_id=about.id if about is not None else None,
        own_title=title,
        last_ordinal=0,
    )
    db.session.add(thread)
    record("started", thread, by=actor, also=[group.room])
    return thread


def _post(
    actor: Person, thread: Thread, *, text: str, reply_to: int | None = None, uploads: Sequence[Stored] = ()
) -> Message:
    if len(uploads) > MOST_FILES:
        raise Invalid(files=_l("Please add at most %(most)d files at once.", most=MOST_FILES))
    if not text and not uploads:
        raise Invalid(text=_l("Please write something, or add a file."))
    waiting = gates.waits(actor, thread, text)
    answered = db.session.get(Message, reply_to) if reply_to is not None else None
    if reply_to is not None and (answered is None or answered.thread_id != thread.id):
        raise Invalid(reply_to=_l("The message that you are answering is not here any more."))
    thread.last_ordinal += 1
    thread.last_at = now()
    message = Message(
        parent_id=thread.id,
        thread_id=thread.id,
        room_id=thread.room_id,
        created_by_id=actor.id,
        person_id=actor.id,
        ordinal=thread.last_ordinal,
        text=text,
        reply_to_id=reply_to,
        state="waiting" if waiting else "posted",
    )
    db.session.add(message)
    db.session.flush()
    _understand(actor, message, thread)
    record("posted", message, by=actor)
    for upload in uploads:
        attach(actor, message, upload=upload)
    marks.after_posting(actor, thread, message)
    if message.is_open:
        gates.notice(message)
    return message


def _understand(actor: Person, message: Message, thread: Thread | None = None) -> None:
    """Note whom the text names, and its language. All at once can be named by those who look after it."""
    thread = thread or message.parent
    message.language = language_of(message.text, actor)
    wanted = named(message.text, people_to_name(thread.group_id, thread)) if "@" in message.text else set()
    message.mentions = [Mention(person_id=id) for id in sorted(wanted - {message.person_id})]
    message.mentions_all = names_all(message.text) and policy.may_moderate(actor, thread)
