"""What is erased with the text of an item, and what an erased person leaves in minutes."""

from typing import Any

from sqlalchemy import delete, select, update

from network import letters
from network.drafts import erasing
from network.extensions import db
from network.minutes.models import ItemMinutes, Minutes, MinutesReader, MinutesRevision
from network.people import erasers
from network.people.models import Person
from network.things import Thing


def clear(actor: Any, owner: Thing) -> None:
    """Step: what the text said before it had a draft goes, and the letters that tell the minutes."""
    if not isinstance(owner, ItemMinutes):
        return
    db.session.execute(delete(MinutesRevision).where(MinutesRevision.item_minutes_id == owner.id))
    query = select(Minutes.id).where(Minutes.meeting_id == owner.parent.parent_id)
    for id in db.session.scalars(query).all():
        letters.erase_for(id)


def erase_person(person: Person) -> None:
    """Step: nothing tells who wrote a text, and nobody is to get minutes any more."""
    for table in (ItemMinutes, MinutesRevision):
        rows: Any = table.__table__
        db.session.execute(update(rows).where(rows.c.written_by_id == person.id).values(written_by_id=None))
    db.session.execute(delete(MinutesReader).where(MinutesReader.person_id == person.id))


erasing.erased.append(clear)
erasers.add(erase_person)
