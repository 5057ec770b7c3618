"""What keeps somebody from leaving the network. Features below tell of it; nothing here names them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from network.people.models import Person


@dataclass(frozen=True)
class Hindrance:
    """A sentence that says what has to be settled first, and where."""

    sentence: Any
    url: str = ""


_ASKED: list[Callable[[Person], Iterable[Hindrance]]] = []


def add(function: Callable[[Person], Iterable[Hindrance]]) -> None:
    """Ask this function what keeps a person from leaving: `Hindrance(sentence, url)` for each matter."""
    if function not in _ASKED:
        _ASKED.append(function)


def of(person: Person) -> list[Hindrance]:
    """All that the person has to settle before leaving."""
    return [hindrance for function in _ASKED for hindrance in function(person)]
