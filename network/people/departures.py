"""What has to be tidied when somebody has left the network. Features below add their part."""

from collections.abc import Callable

from network.people.models import Person

_TOLD: list[Callable[[Person], None]] = []


def add(function: Callable[[Person], None]) -> None:
    """Call this once a person has left or was erased, to end their places, and with them their rights.

    It is called by a job, outside of any action, and does its work in actions of its own (by the
    clock). It may be called twice, so it asks what is still to be done.
    """
    if function not in _TOLD:
        _TOLD.append(function)


def tell(person: Person) -> None:
    """Let every feature know that the person is gone."""
    for function in _TOLD:
        function(person)
