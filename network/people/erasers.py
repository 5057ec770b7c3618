"""Erasing a person's data in the features below, which add their part here."""

from collections.abc import Callable

from network.people.models import Person

_ERASERS: list[Callable[[Person], None]] = []


def add(function: Callable[[Person], None]) -> None:
    """Call this when a person is erased, as a step of that action and in its transaction.

    It takes personal data out of its feature's rows (texts about the person, tokens, rows that are
    the person's alone) and records nothing; the record of decisions and minutes stays.
    """
    if function not in _ERASERS:
        _ERASERS.append(function)


def erase(person: Person) -> None:
    """Let every feature take out what it holds about the person."""
    for function in _ERASERS:
        function(person)
