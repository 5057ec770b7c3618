"""What a person's page shows of features below: their groups, say. Each adds its own section."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from network.people.models import Person


@dataclass(frozen=True)
class Section:
    """A piece of a person's page: a template, and what it is given besides `person`."""

    order: int
    template: str
    facts: Callable[[Any, Person], dict[str, Any] | None]


_SECTIONS: list[Section] = []


def add(order: int, template: str, facts: Callable[[Any, Person], dict[str, Any] | None]) -> None:
    """Show `template` on people's pages with what `facts(user, person)` gives; None leaves it out.

    `facts` leaves out what the user may not see.
    """
    _SECTIONS[:] = [section for section in _SECTIONS if section.template != template]
    _SECTIONS.append(Section(order, template, facts))
    _SECTIONS.sort(key=lambda section: section.order)


def of(user: Any, person: Person) -> list[tuple[str, dict[str, Any]]]:
    """(template, its facts) for each section that has something to show."""
    found = [(section.template, section.facts(user, person)) for section in _SECTIONS]
    return [(template, facts) for template, facts in found if facts is not None]
