"""Who sees, answers and withdraws proposals. Who sets an agenda is said in meetings.policy."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.agenda.models import AgendaProposal
from network.changes import because
from network.groups import policy as groups
from network.things import rules


def may_see(user: Any, proposal: AgendaProposal) -> bool:
    """Proposals are read with the group."""
    return groups.may_read(user, proposal.parent)


@because(_l("Proposals are answered by those who lead the group."))
def may_answer_proposal(user: Any, proposal: AgendaProposal) -> bool:
    """Leads and the Office, while it is open or postponed."""
    return proposal.waiting and groups.may_steer(user, proposal.parent)


@because(_l("You can withdraw your own proposals as long as they are open."))
def may_withdraw_proposal(user: Any, proposal: AgendaProposal) -> bool:
    """Whoever proposed it; the clock for those who have left the network."""
    if user.is_clock:
        return proposal.waiting and not proposal.person.is_active
    return bool(user.is_authenticated and user.id == proposal.person_id and proposal.waiting)


rules(AgendaProposal, see=may_see)
