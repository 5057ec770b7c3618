"""What is erased of corrections: with the text that they speak of, and with the person who proposed them."""

from typing import Any

from sqlalchemy import select

from network import letters
from network.approval.models import Correction, CorrectionState
from network.changes import record
from network.drafts import erasing
from network.extensions import db
from network.minutes.content import content
from network.minutes.models import ItemMinutes
from network.people import erasers
from network.people.models import Person
from network.things import Thing, now


def clear(actor: Any, owner: Thing) -> None:
    """Step: of a correction that speaks of words that stand there no more, only that there was one stays.

    One that waits for an answer to words that still stand there goes on waiting.
    """
    if not isinstance(owner, ItemMinutes):
        return
    item = owner.parent
    there = {"", *content(owner)}
    for correction in db.session.scalars(select(Correction).where(Correction.item_id == item.id)).all():
        told = [correction.was] if correction.is_open else [correction.was, correction.proposed]
        if there.issuperset([*told, correction.taken_as]) and (there != {""} or not correction.proposed):
            continue
        correction.was = correction.proposed = correction.taken_as = ""
        correction.reason = correction.answer = ""
        correction.erased_at = now()
        if correction.is_open:
            correction.state = CorrectionState.WITHDRAWN
            correction.settled_at, correction.settled_by_id = now(), actor.id
        letters.erase_for(correction.id)
        record("erased", correction, by=actor)


def erase_person(person: Person) -> None:
    """Step: why the person proposed a correction, and what they were told, goes; the wording is on record."""
    for correction in db.session.scalars(select(Correction).where(Correction.person_id == person.id)):
        correction.reason = correction.answer = ""
        letters.erase_for(correction.id)


erasing.erased.append(clear)
erasers.add(erase_person)
