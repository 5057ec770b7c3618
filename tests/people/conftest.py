"""What tests about people ask for besides what every test may ask for."""

from collections.abc import Callable
from typing import Any

import pytest

from network.extensions import db
from network.people.models import Person
from network.people.passwords import hashed
from tests.clients import Reader
from tests.letterbox import Letter
from tests.world import PASSWORD

_KEPT: dict[str, str] = {}


@pytest.fixture
def client(client: Reader) -> Reader:
    """A visitor who reads English, so that tests can speak of what pages say."""
    client.language = "en"
    return client


@pytest.fixture
def sign_in(sign_in: Callable[..., Reader]) -> Callable[..., Reader]:
    """As everywhere; pages are in English also when the person is no longer signed in."""

    def in_english(person: Person) -> Reader:
        reader = sign_in(person)
        reader.language = "en"
        return reader

    return in_english


@pytest.fixture
def knows_password(app: Any) -> Callable[[Person], Person]:
    """`knows_password(person)`: the person can sign in with the password of tests/world.py."""

    def give(person: Person) -> Person:
        person.password_hash = _KEPT.setdefault(PASSWORD, hashed(PASSWORD))
        db.session.commit()
        return person

    return give


@pytest.fixture
def link() -> Callable[[Letter, str], str]:
    """`link(letter, "/reset/")`: the path of the first link in the letter that goes there."""

    def find(letter: Letter, path: str) -> str:
        found = next(one for one in letter.links if path in one)
        return found[found.index(path) :]

    return find
