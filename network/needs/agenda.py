"""How a need comes to an agenda: a proposal that names it is linked with it, then the item made of that."""

import re
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased

from network import changes
from network.agenda.models import AgendaProposal
from network.extensions import db
from network.groups.models import Group
from network.loop.models import Link, LinkKind
from network.loop.tying import tie
from network.meetings.models import AgendaItem
from network.needs import policy
from network.needs.models import Need, NeedState
from network.people.letters import site_url
from network.people.models import Person
from network.things import Thing, now, whole

PROPOSAL = "proposal:"  # before the id of the proposal from which an item was made


def words_for(need: Need) -> str:
    """The text of a proposal about a need: what was seen, and its address, as people write one.

    The whole address, since texts link to nothing else.
    """
    way = _("The need: %(address)s", address=site_url(f"/needs/{need.id}"))
    return f"{need.text}\n\n{way}" if need.text else way


def proposed_in(group: Group, need: Need) -> AgendaProposal | None:
    """The proposal about a need that waits in a group already."""
    about = select(Link.to_id).where(Link.parent_id == need.id, Link.removed_at.is_(None))
    found: AgendaProposal | None = db.session.scalars(
        select(AgendaProposal).where(
            AgendaProposal.id.in_(about),
            AgendaProposal.parent_id == group.id,
            AgendaProposal.state.in_(("open", "postponed")),
            AgendaProposal.removed_at.is_(None),
        )
    ).first()
    return found


def _need_named_in(text: str) -> Need | None:
    """The need to which the text of a proposal leads; of one that was merged the one that it is part of."""
    found = re.search(rf"{re.escape(site_url('/needs/'))}(\d{{1,15}})\b", text, re.ASCII)
    need = db.session.get(Need, int(found.group(1))) if found else None
    while need is not None and need.state == NeedState.MERGED:
        need = need.merged_into
    return need


def _link_with_need(thing: Thing) -> None:
    """Step of every action: link what was proposed about a need with it, and later the item in its place.

    A link that somebody took off does not come again.
    """
    if isinstance(thing, AgendaProposal):
        need = _need_named_in(thing.text)
        if need is not None and need.removed_at is None and policy.may_see(_maker(thing), need):
            _tie_once(need, thing)
    elif isinstance(thing, AgendaItem) and thing.carried_as.startswith(PROPOSAL):
        proposal_id = whole(thing.carried_as.removeprefix(PROPOSAL))
        about = aliased(Need, flat=True)  # a link is a thing as well
        for link, need in db.session.execute(
            select(Link, about)
            .join(about, about.id == Link.parent_id)
            .where(Link.to_id == proposal_id, Link.removed_at.is_(None))
        ).all():
            if _tie_once(need, thing):
                link.removed_at = now()


def _maker(thing: Thing) -> Any:
    return db.session.get(Person, thing.created_by_id) if thing.created_by_id else changes.CLOCK


def _tie_once(need: Need, thing: Thing) -> bool:
    known = select(Link.id).where(Link.parent_id == need.id, Link.to_id == thing.id).limit(1)
    if db.session.scalar(known) is not None:
        return False
    tie(_maker(thing), need, thing, LinkKind.DISCUSSED_IN)
    return True


changes.recorded.append(_link_with_need)
