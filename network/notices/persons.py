"""What notices know of a person: for their data, and for when they are erased."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from network.discussions.models import Message
from network.extensions import db
from network.groups.models import Group
from network.notices import noted
from network.notices.models import GroupPreferences, InboundMail, Notice, Preferences, ToldMessage
from network.people import erasers, export
from network.people.models import Person


def own_choices(person: Person) -> list[dict[str, Any]]:
    """For the person's data: what they have chosen, for all groups and for single ones."""
    found: Preferences | None = db.session.get(Preferences, person.id)
    rows: list[dict[str, Any]] = []
    if found is not None:
        rows.append(
            {
                "group": "",
                "mentions": found.mentions,
                "messages": found.messages,
                "quiet_from": found.quiet_from,
                "quiet_until": found.quiet_until,
            }
        )
    query = (
        select(Group.name, GroupPreferences)
        .join(GroupPreferences, GroupPreferences.group_id == Group.id)
        .where(GroupPreferences.person_id == person.id)
        .order_by(Group.name)
    )
    for name, row in db.session.execute(query):
        rows.append({"group": name, "mentions": row.mentions, "messages": row.messages})
    return rows


def erase(person: Person) -> None:
    """Step: what they chose and what spoke to them goes, and what they said goes from letters."""
    for model in (Preferences, GroupPreferences, Notice):
        db.session.execute(delete(model).where(model.person_id == person.id))
    db.session.execute(update(InboundMail).where(InboundMail.person_id == person.id).values(person_id=None))
    said = select(Message).where(
        Message.person_id == person.id, Message.id.in_(select(ToldMessage.message_id))
    )
    for message in db.session.scalars(said).all():
        noted.erase(message)


def tell_people() -> None:
    """Add this to what people's data and erasing hold."""
    erasers.add(erase)
    export.add(
        "notices",
        own_choices,
        _l("How I want to hear of discussions"),
        {
            "group": _l("Group"),
            "mentions": _l("When somebody mentions me or answers me"),
            "messages": _l("New messages in discussions that I follow"),
            "quiet_from": _l("Quiet from"),
            "quiet_until": _l("Quiet until"),
        },
    )
