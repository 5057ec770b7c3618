"""What discussions know of a person: for their data, and for when they are erased."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from network import search
from network.discussions.models import EarlierText, Mention, Message, Reaction, ReadMark, Thread, with_about
from network.extensions import db
from network.files.erasing import wipe
from network.files.models import File
from network.people import erasers, export
from network.people.models import Person


def own_messages(person: Person) -> list[dict[str, Any]]:
    """For the person's data: what they wrote."""
    found = db.session.scalars(
        select(Message)
        .where(Message.person_id == person.id)
        .order_by(Message.id)
        .options(
            joinedload(Message.parent).joinedload(Thread.group),
            joinedload(Message.parent).options(with_about()),
        )
    )
    return [
        {
            "group": message.parent.group.name,
            "discussion": message.parent.title,
            "text": message.text,
            "written_at": message.created_at,
        }
        for message in found
    ]


def erase_words(person: Person) -> None:
    """Step: what the person said goes from messages, history, files and search; that they spoke stays."""
    ids = list(db.session.scalars(select(Message.id).where(Message.person_id == person.id)))
    for message in db.session.scalars(select(Message).where(Message.id.in_(ids))):
        message.text, message.language, message.mentions_all = "", "", False
        message.state, message.reason = "erased", ""
    for model, column in (
        (EarlierText, EarlierText.message_id),
        (Mention, Mention.message_id),
        (Reaction, Reaction.message_id),
    ):
        db.session.execute(delete(model).where(column.in_(ids)))
    for model, column in (
        (Mention, Mention.person_id),
        (Reaction, Reaction.person_id),
        (ReadMark, ReadMark.person_id),
    ):
        db.session.execute(delete(model).where(column == person.id))
    for file in db.session.scalars(select(File).where(File.parent_id.in_(ids))):
        wipe(file)
    if ids:
        search.forget(*ids)


def tell_people() -> None:
    """Add all of this to what people's data and erasing hold."""
    erasers.add(erase_words)
    export.add(
        "messages",
        own_messages,
        _l("What I wrote in discussions"),
        {
            "group": _l("Group"),
            "discussion": _l("Discussion"),
            "text": _l("Text"),
            "written_at": _l("Written at"),
        },
    )
