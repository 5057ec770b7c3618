"""How a need comes to an agenda: what is proposed about it is linked with it, then the item made of that."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from network import changes
from network.agenda.models import AgendaProposal
from network.agenda.proposals import propose
from network.changes import Invalid, Stale, action, take
from network.extensions import db
from network.groups.models import Group
from network.loop.models import Link, LinkKind
from network.loop.tying import tie
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem
from network.needs import policy
from network.needs.models import Need
from network.people.models import Person
from network.things import Thing, now, whole

PROPOSAL = "proposal:"  # before the id of the proposal from which an item was made


@action(meetings.may_propose)
def put_forward(actor: Person, group: Group, *, need_id: int, **facts: Any) -> AgendaProposal:
    """Wish for an item about a need on an agenda of a group, linked with it; facts are those of `propose`.

    A wish that waits already stays the one. Raises Invalid for other words than its own, which somebody
    wrote meanwhile and which must not be lost; Stale for a need that was settled.
    """
    need = db.session.get(Need, need_id)
    if need is not None:
        take(need.room_id)  # so that it is not merged into another one while it is linked
        db.session.refresh(need)
    if need is None or not policy.may_put_forward(actor, need):
        raise Stale(_l("This need was settled meanwhile."))
    known = proposed_in(group, need)
    if known is not None:
        if facts.get("text", "").strip() not in ("", known.text, need.text):
            raise Invalid(text=_l("Somebody proposed this there before you. What you wrote is still here."))
        return known
    made: AgendaProposal = propose(actor, group, **facts)
    tie(actor, need, made, LinkKind.DISCUSSED_IN)
    return made


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


def _link_item_with_need(thing: Thing) -> None:
    """Step of every action: what was proposed about a need becomes an item, which is linked in its place.

    A link that somebody took off does not come again.
    """
    if not isinstance(thing, AgendaItem) or not thing.carried_as.startswith(PROPOSAL):
        return
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


changes.recorded.append(_link_item_with_need)
