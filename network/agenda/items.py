"""Steps of the actions on an agenda: putting an item on it, and what follows from every change."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from network.agenda.order import Order
from network.changes import Invalid, record
from network.extensions import db
from network.groups.models import Membership
from network.meetings import hooks
from network.meetings.actions import show_publicly
from network.meetings.models import AgendaItem, ItemKind, Meeting, MeetingState, Presenter
from network.people.models import Person, PersonState, Role
from network.things import now


def put_item(
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
    presented_as: AgendaItem | None = None,
    carried_from_id: int | None = None,
    carried_as: str = "",
    first: bool = False,
) -> AgendaItem:
    """A new item at the end of the agenda (before any other business), `under` another one, or `first`.

    `presented_as` is an item whose presenters it takes over, `carried_as` what it was carried over as.
    The meeting's room is held by the running action.
    """
    order = Order(meeting)
    above = order.find(under) if under else None
    item = AgendaItem(
        parent_id=meeting.id,
        room_id=meeting.room_id,
        created_by_id=actor.id,
        title=title,
        kind=kind,
        text=text,
        planned_minutes=planned_minutes or 0,
        internal=internal,
        standing=standing,
        carried_from_id=carried_from_id,
        carried_as=carried_as,
        place=0,
    )
    if presented_as is not None:
        item.presenters = [Presenter(person_id=by.person_id, name=by.name) for by in presented_as.presenters]
    else:
        item.presenters = presenters_from(meeting, presenter_ids, presenter_names)
    db.session.add(item)
    db.session.flush()
    if above is not None:
        order.put(item, under=above)
    elif first:
        order.begin_with(item)
    else:
        order.append(item)
    order.write()
    record("carried over" if carried_as else "added", item, by=actor)
    agenda_changed(actor, meeting, [item])
    return item


def agenda_changed(actor: Any, meeting: Meeting, items: Iterable[AgendaItem]) -> None:
    """What follows from every change: the sum, the mark after announcing, the public side."""
    if meeting.state == MeetingState.ANNOUNCED:
        for item in items:
            item.changed_after_announcing = True
        meeting.note_change()
    record("set agenda", meeting, by=actor)
    show_publicly(meeting)
    if meeting.state == MeetingState.ANNOUNCED:
        hooks.call(hooks.announced_changed, actor, meeting)


def presenters_from(
    meeting: Meeting, ids: Sequence[int], names: Sequence[str], *, kept: Iterable[int] = ()
) -> list[Presenter]:
    """People of the group (and those who presented already), then names. Raises Invalid for anybody else."""
    wanted = list(dict.fromkeys(ids))
    active = or_(Membership.until.is_(None), Membership.until > now())
    members = select(Membership.person_id).where(
        Membership.group_id == meeting.parent_id, Membership.removed_at.is_(None), active
    )
    able = (
        set(
            db.session.scalars(
                select(Person.id).where(
                    Person.id.in_(wanted),
                    or_(
                        Person.id.in_(list(kept)),
                        (Person.state == PersonState.ADMITTED)
                        & or_(Person.id.in_(members), Person.role == Role.OFFICE),
                    ),
                )
            )
        )
        if wanted
        else set()
    )
    if set(wanted) - able:
        raise Invalid(presenter_ids=_l("Please choose people who have a place in the group."))
    said = dict.fromkeys(name[:160] for name in names if name)
    return [Presenter(person_id=id) for id in wanted] + [Presenter(name=name) for name in said]
