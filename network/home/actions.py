"""What a person does with their own area."""

import secrets

from network.changes import action, record
from network.people.models import Person
from network.people.policy import may_change


@action(may_change)
def renew_calendar(actor: Person, person: Person) -> Person:
    """Give the person's calendar a secret address, a new one if there was one: the old one ends."""
    person.calendar_token = secrets.token_urlsafe(32)
    record("changed", person, by=actor)
    return person
