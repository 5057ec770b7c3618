"""Who may see organisations, and who keeps the network's own data."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.directory.models import Network, Organisation
from network.things import rules


def may_see_network(user: Any, network: Network) -> bool:
    """What the network is called is public."""
    return True


def may_see(user: Any, organisation: Organisation) -> bool:
    """Members of the network see all organisations; the public directory comes with offers."""
    return bool(user.is_authenticated)


@because(_l("Organisations are added and changed by the Coordination Office."))
def may_keep_organisations(user: Any, network: Network) -> bool:
    """The Office adds organisations, also those that come with an application."""
    return bool(user.works_in_office)


@because(_l("Organisations are added and changed by the Coordination Office."))
def may_change(user: Any, organisation: Organisation) -> bool:
    """The Office changes them."""
    return bool(user.works_in_office)


@because(_l("The settings of the network are kept by the administrator and the Coordination Office."))
def may_change_settings(user: Any, network: Network) -> bool:
    """Names, contact and legal pages: Office and administrator."""
    return bool(user.works_in_office or user.administers)


@because(_l("This is for administrators."))
def may_administer(user: Any, network: Network) -> bool:
    """Jobs and errors: no content, so no right to any group comes with it."""
    return bool(user.is_authenticated and user.administers)


rules(Network, see=may_see_network)
rules(Organisation, see=may_see)
