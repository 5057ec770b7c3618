"""What can be done to an agenda: put on, change, move, take off."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.agenda.items import agenda_changed, presenters_from, put_item
from network.agenda.order import Order
from network.changes import Invalid, Refused, action, record
from network.extensions import db
from network.meetings import policy
from network.meetings.models import AgendaItem, ItemKind, ItemState, Meeting
from network.things import now


@action(policy.may_set_agenda)
def add_item(
    actor: Any,
    meeting: Meeting,
    *,
    title: str,
    kind: str = ItemKind.INFORMATION,
    planned_minutes: int | None = 0,
    text: str = "",
    internal: bool = False,
    standing: bool = False,
    under: int | None = None,
    presenter_ids: Sequence[int] = (),
    presenter_names: Sequence[str] = (),
) -> AgendaItem:
    """Put a new item at the end of the agenda (before any other business), or `under` another one.

    Presenters are people of the group by id, and names.
    """
    return put_item(
        actor,
        meeting,
        title=title,
        kind=kind,
        planned_minutes=planned_minutes,
        text=text,
        internal=internal,
        standing=standing,
        under=under,
        presenter_ids=presenter_ids,
        presenter_names=presenter_names,
    )


@action(policy.may_edit_item)
def change_item(actor: Any, item: AgendaItem, **facts: Any) -> AgendaItem:
    """Change what an item says of itself: the facts of `add_item`; what is missing stays."""
    if "presenter_ids" in facts or "presenter_names" in facts:
        kept = {by.person_id for by in item.presenters if by.person_id}
        given = presenters_from(
            item.parent, facts.pop("presenter_ids", ()), facts.pop("presenter_names", ()), kept=kept
        )
        before = [(by.person_id, by.name) for by in item.presenters]
        presented = before != [(by.person_id, by.name) for by in given]
        if presented:
            item.presenters = given
    else:
        presented = False
    facts["planned_minutes"] = facts.get("planned_minutes", item.planned_minutes) or 0
    changed = {name: value for name, value in facts.items() if getattr(item, name) != value}
    if not changed and not presented:
        return item
    for name, value in changed.items():
        setattr(item, name, value)
    record("changed", item, by=actor)
    agenda_changed(actor, item.parent, [item])
    return item


@action(policy.may_edit_item)
def move_item(
    actor: Any,
    item: AgendaItem,
    *,
    before: int | None = None,
    after: int | None = None,
    under: int | None = None,
) -> AgendaItem:
    """Put an item before or after another one of its agenda, or as the last one `under` an item.

    Its sub-items go with it. Next to a sub-item it becomes one itself, unless it has sub-items of its
    own: then it comes next to the item that the other one belongs to. Raises Stale if the other one is gone.
    """
    neighbour_id = before or after or under
    if not neighbour_id or sum(map(bool, (before, after, under))) != 1:
        raise Invalid(before=_l("Please say before or after which item."))
    order = Order(item.parent)
    neighbour = order.find(neighbour_id)
    item = order.find(item.id)
    stood = (item.under_id, order.list_of(item).index(item))
    if neighbour is item:
        return item
    if under:
        order.put(item, under=neighbour)
    else:
        if neighbour.under_id is not None and order.subs[item.id]:
            neighbour = order.find(neighbour.under_id)
            if neighbour is item:
                return item
        above = order.find(neighbour.under_id) if neighbour.under_id else None
        order.list_of(item).remove(item)
        at = order.list_of(neighbour).index(neighbour) + int(bool(after))
        order.list_of(item).append(item)  # `put` takes it from where it stands
        order.put(item, under=above, at=at)
    if (item.under_id, order.list_of(item).index(item)) == stood:
        return item
    order.write()
    record("moved", item, by=actor)
    agenda_changed(actor, item.parent, [item])
    return item


@action(policy.may_edit_item)
def remove_item(actor: Any, item: AgendaItem) -> AgendaItem:
    """Take an item off the agenda, with its sub-items. It can be brought back."""
    if item.removed_at is not None:
        return item
    order = Order(item.parent)
    gone = [item, *order.subs[item.id]]
    if any(one.state in (ItemState.CURRENT, ItemState.DONE) for one in gone):
        raise Refused(_l("An item that has been dealt with stays on the agenda."))
    order.take_out(item)
    moment = now()
    for one in gone:
        one.removed_at = moment
    order.write()
    for one in gone:
        record("removed", one, by=actor)
    agenda_changed(actor, item.parent, [])
    return item


@action(policy.may_edit_item)
def restore_item(actor: Any, item: AgendaItem) -> AgendaItem:
    """Bring an item back to where it stood, with the sub-items that went with it."""
    if item.removed_at is None:
        return item
    order = Order(item.parent)
    moment, index = item.removed_at, (item.sub_place or item.place) - 1
    if item.under_id is not None and item.under_id not in {top.id for top in order.tops}:
        item.under_id, index = None, item.place - 1
    subs = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.under_id == item.id, AgendaItem.removed_at == moment)
        .order_by(AgendaItem.sub_place)
    ).all()
    for one in (item, *subs):
        one.removed_at = None
    order.list_of(item).insert(min(max(index, 0), len(order.list_of(item))), item)
    order.subs[item.id] += subs
    order.write()
    for one in (item, *subs):
        record("restored", one, by=actor)
    agenda_changed(actor, item.parent, [item])
    return item
