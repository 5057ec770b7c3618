"""Who chooses notices, and who writes letters about discussions."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.people.models import Person


@because(_l("You can choose only your own notices."))
def may_choose(user: Any, person: Person) -> bool:
    """Each for themself."""
    return bool(user.is_authenticated and user.id == person.id)


@because(_l("This link does not work any more."))
def may_end(user: Any, person: Person) -> bool:
    """The holder of the link in a letter acts as the person who got it, while there is an account."""
    return bool(user.id == person.id and person.is_active)


@because(_l("This is done by the program when it is due."))
def may_tell(user: Any, network: Any) -> bool:
    """The clock."""
    return bool(user.is_clock)


@because(_l("This is done by the program when it is due."))
def may_answer(user: Any, person: Person) -> bool:
    """The clock, to people with an account."""
    return bool(user.is_clock and person.is_active)


@because(_l("This is done by the program when it is due."))
def may_forget(user: Any, person: Person) -> bool:
    """The clock, for those who have left."""
    return bool(user.is_clock and not person.is_active)
