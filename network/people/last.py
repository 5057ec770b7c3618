"""Who cannot go: the last of the Coordination Office, and the last administrator."""

from flask_babel import lazy_gettext as _l

from network.people.models import OfficeDesk, Person

LAST_OF_OFFICE = _l("The Coordination Office needs at least one person.")
LAST_ADMINISTRATOR = _l("The network needs at least one administrator.")


def of_the_desk(person: Person) -> list[int]:
    """The room that all such deeds hold, so that the last two cannot end each other at once."""
    return [OfficeDesk.the().room_id]
