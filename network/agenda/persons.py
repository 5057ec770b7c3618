"""What agendas know of a person: what they proposed, for their data and for when they leave."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.agenda import proposals
from network.agenda.models import AgendaProposal
from network.changes import CLOCK
from network.extensions import db
from network.people import departures, erasers, export
from network.people.models import Person


def own_proposals(person: Person) -> list[dict[str, Any]]:
    """For the person's data."""
    found = db.session.scalars(
        select(AgendaProposal)
        .where(AgendaProposal.person_id == person.id)
        .order_by(AgendaProposal.id)
        .options(joinedload(AgendaProposal.parent))
    )
    return [
        {
            "group": proposal.parent.name,
            "title": proposal.title,
            "text": proposal.text,
            "made_at": proposal.created_at,
            "state": str(proposal.state_label),
            "reason": proposal.reason,
        }
        for proposal in found
    ]


def withdraw_waiting(person: Person) -> None:
    """What somebody who has left proposed and nobody has answered is withdrawn."""
    ids = db.session.scalars(
        select(AgendaProposal.id).where(
            AgendaProposal.person_id == person.id, AgendaProposal.state.in_(("open", "postponed"))
        )
    ).all()
    for id in ids:
        proposals.withdraw(CLOCK, db.session.get(AgendaProposal, id))


def erase_explanations(person: Person) -> None:
    """Step: what the person wrote with proposals, and what they were told, goes; titles are on the record."""
    for proposal in db.session.scalars(select(AgendaProposal).where(AgendaProposal.person_id == person.id)):
        proposal.text = proposal.reason = ""


def tell_people() -> None:
    """Add all of this to what people's data and leaving hold."""
    departures.add(withdraw_waiting)
    erasers.add(erase_explanations)
    export.add(
        "proposals",
        own_proposals,
        _l("What I proposed for agendas"),
        {
            "group": _l("Group"),
            "title": _l("Title"),
            "text": _l("Text"),
            "made_at": _l("Proposed at"),
            "state": _l("State"),
            "reason": _l("Reason"),
        },
    )
