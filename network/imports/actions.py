"""What can be done with old minutes: keep a document, say what its lines are, make minutes of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from network.agenda.actions import add_item
from network.attendance.models import Attendance, Presence
from network.changes import Invalid, Line, Refused, action, record, revoke, take_all, together
from network.cores import in_turns
from network.dates import local
from network.drafts import markdown
from network.drafts.tree import Node
from network.extensions import db
from network.groups.models import Group
from network.imports import policy
from network.imports.building import Deed, Item, Plan, plan
from network.imports.head import fields_of
from network.imports.known import known_in
from network.imports.labels import Kind
from network.imports.models import KEPT, OldMinutes
from network.imports.pieces import unpacked
from network.imports.present import There
from network.meetings.models import AgendaItem, ItemKind, ItemState, Meeting, MeetingState
from network.meetings.planning import check, default_kind, make_meeting
from network.meetings.public_side import show_publicly
from network.minutes import lines
from network.minutes.actions import begin
from network.minutes.content import put, put_first
from network.minutes.models import Action, Decision
from network.texts import folded
from network.things import now

MOST_ITEMS = 60  # of one meeting; what is far more holds the group's room for too long
MOST_DEEDS = 200  # decisions and actions
PRESENCES = {
    "present": Presence.ROOM,
    "online": Presence.ONLINE,
    "excused": Presence.EXCUSED,
    "absent": Presence.ABSENT,
}


@action(policy.may_take_over)
def keep(
    actor: Any, group: Group, *, sending: str, name: str, source: dict[str, Any], chosen: dict[str, Any]
) -> OldMinutes:
    """Keep a document that was read until its person has looked it through; nobody else hears of it.

    `sending` names the sending of the form: the same one again gives the same document.
    """
    found = db.session.scalars(
        select(OldMinutes).where(OldMinutes.person_id == actor.id, OldMinutes.key == sending)
    ).one_or_none()
    if found is None:
        found = OldMinutes(
            group_id=group.id, person_id=actor.id, key=sending, name=name, source=source, chosen=chosen
        )
        db.session.add(found)
        db.session.flush()
    return found


@action(policy.may_take_over)
def choose(actor: Any, group: Group, *, of: OldMinutes, chosen: dict[str, Any]) -> OldMinutes:
    """Remember what somebody has said of their document so far."""
    of.chosen = {**of.chosen, **chosen}
    return of


@action(policy.may_take_over)
def discard(actor: Any, group: Group, *, of: OldMinutes) -> Group:
    """Leave it: what was read is gone."""
    db.session.delete(of)
    return group


@action(policy.may_forget)
def forget(actor: Any, group: Group) -> Group:
    """Delete what was uploaded to a group a day ago."""
    db.session.execute(
        delete(OldMinutes).where(OldMinutes.group_id == group.id, OldMinutes.kept_at < now() - KEPT)
    )
    return group


@action(policy.may_take_over)
def take_over(
    actor: Any,
    group: Group,
    *,
    id: int,
    kinds: list[str],
    meeting_id: int | None = None,
    title: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    place: str = "",
    chair_id: int | None = None,
    minute_taker_id: int | None = None,
    internal: Collection[str] = (),
    only_text: Collection[str] = (),
) -> Meeting:
    """Make a meeting that has been, with its items, minutes, decisions and actions: all of it or nothing.

    `meeting_id` names a past one without minutes in place of a new one. `internal` and `only_text` are as in
    `plan`. Whoever confirms what is made already, in another tab, gets what was made. The minutes are being
    written from then on and go through correction and approval like any others. Decisions get the next
    numbers of the group in the year of the meeting, under the lock of the group's room. While it holds that
    room, those who want nothing of it are answered between its parts.
    """
    of = db.session.get(OldMinutes, id, populate_existing=True)
    if of is not None and of.person_id == actor.id and of.became_id is not None:
        return db.session.get(Meeting, of.became_id)  # type: ignore[return-value]  # it is a foreign key
    if of is None or of.source is None or of.person_id != actor.id:
        raise Refused(_l("This document is no longer there. Please upload it again."))
    if meeting_id is not None:
        meeting = _existing(group, meeting_id)
        check(
            group,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            chair_id=chair_id,
            minute_taker_id=minute_taker_id,
        )
        meeting.chair_id = chair_id or meeting.chair_id
        meeting.minute_taker_id = minute_taker_id or meeting.minute_taker_id
        db.session.flush()
    elif starts_at is None or ends_at is None or starts_at > now():
        raise Invalid(day=_l("Please give a day that has been."))
    else:
        meeting = make_meeting(
            actor,
            group,
            title=title,
            starts_at=starts_at,
            ends_at=ends_at,
            place=place,
            kind=default_kind(group),
            chair_id=chair_id,
            minute_taker_id=minute_taker_id,
        )
    held = local(meeting.starts_at).date()
    planned = plan(
        unpacked(of.source).pieces,
        [Kind(kind) for kind in kinds],
        known_in(group),
        held,
        fields_of(meeting),
        internal,
        only_text,
    )
    if len(planned.items) > MOST_ITEMS:
        raise Invalid(
            kinds=_l(
                "These are more than %(most)s agenda items. Please make some of them text.", most=MOST_ITEMS
            )
        )
    if sum(isinstance(part, Deed) for item in planned.items for part in item.parts) > MOST_DEEDS:
        raise Invalid(
            kinds=_l(
                "These are more than %(most)s decisions and actions. Please make some of them text.",
                most=MOST_DEEDS,
            )
        )
    _hold(actor, meeting, planned, is_new=meeting_id is None)
    of.source, of.chosen, of.became_id = None, {}, meeting.id
    return meeting


def _existing(group: Group, id: int) -> Meeting:
    """The meeting that was chosen, held from now on. Raises Invalid if it has minutes meanwhile."""
    meeting = db.session.get(Meeting, id)
    if meeting is not None and meeting.parent_id == group.id:
        take_all([meeting.room_id])
        db.session.refresh(meeting)
        if policy.is_without_minutes(meeting):
            return meeting
    raise Invalid(meeting_id=_l("Please choose a past meeting of this group that has no minutes."))


def _hold(actor: Any, meeting: Meeting, planned: Plan, *, is_new: bool) -> None:
    """Let the meeting have been as the document says. Until the end nobody else sees anything of it.

    Things of one kind are made together, which takes few statements; what happened is told item by item.
    """
    was_held = meeting.state == MeetingState.CLOSED
    meeting.state, meeting.untold_since = MeetingState.RUNNING, None
    meeting.started_at = meeting.started_at or meeting.starts_at
    minutes = begin(actor, meeting)
    before = list(meeting.agenda)
    with together() as told:
        chapters = [Chapter(one) for one in planned.items]
        _set_agenda(actor, meeting, chapters, told)
        _write_lines(actor, chapters, told)
        _write_texts(actor, chapters, told)
        for chapter in chapters:
            told += [line for part in (chapter.told, chapter.told_at_end) for line in part]
        for item in before:
            if item.state == ItemState.PLANNED:
                _leave(actor, item, ItemState.POSTPONED)
        db.session.flush()
        items = select(AgendaItem).where(AgendaItem.parent_id == meeting.id)
        fresh = {"populate_existing": True}
        db.session.scalars(items.options(selectinload(AgendaItem.decisions)), execution_options=fresh).all()
        db.session.expire(meeting, ["agenda"])
        if is_new and planned.items and planned.items[0].number == "0":
            for item in meeting.agenda:  # what stood before the first item is no item that was on the agenda
                item.place -= 1
        lines.number_decisions(actor, meeting)
    meeting.state, meeting.ended_at = MeetingState.CLOSED, meeting.ended_at or meeting.ends_at
    _attend(actor, meeting, planned.there)
    if not was_held:
        record("closed", meeting, by=actor, also=[meeting.parent.room])
    record("taken over", minutes, by=actor, also=[meeting.parent.room])
    show_publicly(meeting)
    if not is_new:
        revoke(meeting.room)  # nobody chairs any more


@dataclass
class Chapter:
    """An item of the document, what is made of it, and what is told of that."""

    said: Item
    item: AgendaItem = field(init=False)
    is_new: bool = False
    made: list[Node | Decision | Action] = field(default_factory=list)
    told: list[Line] = field(default_factory=list)
    told_at_end: list[Line] = field(default_factory=list)  # that it was left

    def tell(self, told: list[Line]) -> None:
        """What was recorded last is told here."""
        self.told += told
        told.clear()


def _set_agenda(actor: Any, meeting: Meeting, chapters: Sequence[Chapter], told: list[Line]) -> None:
    there = {folded(item.title): item for item in meeting.agenda}
    above: AgendaItem | None = None
    for one in in_turns(chapters):
        known = there.pop(folded(one.said.title), None)
        one.is_new = known is None
        one.item = known or _new_item(actor, meeting, one.said, above)
        one.item.internal = one.item.internal or one.said.internal
        above = above if one.said.is_sub else one.item
        one.tell(told)
        _leave(actor, one.item, ItemState.DONE)
        one.told_at_end += told
        told.clear()


def _write_lines(actor: Any, chapters: Sequence[Chapter], told: list[Line]) -> None:
    for one in in_turns(chapters):
        for part in one.said.parts:
            one.made.append(_line(actor, one.item, part) if isinstance(part, Deed) else part)
        one.tell(told)
    db.session.flush()


def _write_texts(actor: Any, chapters: Sequence[Chapter], told: list[Line]) -> None:
    """The texts of items, in which decisions and actions are references to the things."""
    first: list[tuple[Chapter, str]] = []
    for one in in_turns([one for one in chapters if one.made]):
        text = markdown.write([part if isinstance(part, Node) else _reference(part) for part in one.made])
        if one.is_new or one.item.minutes is None:
            first.append((one, text))
            continue
        written = put(actor, one.item, text)
        for draft in filter(None, (written, written.draft)):  # nobody of today wrote it in that meeting
            draft.written_by_id = None
        one.tell(told)
    put_first(actor, [(one.item, text) for one, text in first])
    each = len(told) // len(first) if first else 0
    for place, (one, _text) in enumerate(first):
        one.told += told[place * each : (place + 1) * each]
    told.clear()


def _reference(made: Decision | Action) -> Node:
    return Node("decisionLine" if isinstance(made, Decision) else "actionLine", {"id": made.id})


def _new_item(actor: Any, meeting: Meeting, one: Item, above: AgendaItem | None) -> AgendaItem:
    item: AgendaItem = add_item(
        actor,
        meeting,
        title=one.title,
        kind=ItemKind.DECISION if one.decides else ItemKind.INFORMATION,
        under=above.id if one.is_sub and above is not None and above.under_id is None else None,
    )
    return item


def _line(actor: Any, item: AgendaItem, deed: Deed) -> Decision | Action:
    if deed.kind == Kind.DECISION:
        decision: Decision = lines.decide(actor, item, text=deed.text)
        return decision
    found: Action = lines.agree(
        actor,
        item,
        text=deed.text,
        person_id=deed.person_id,
        organisation_id=deed.organisation_id,
        due_on=deed.due_on,
    )
    if deed.kind == Kind.DONE:
        lines.tick_off(actor, found)
    return found


def _leave(actor: Any, item: AgendaItem, state: ItemState) -> None:
    if item.state != state:
        item.state = state
        record("left" if state == ItemState.DONE else "postponed", item, by=actor)


def _attend(actor: Any, meeting: Meeting, there: Sequence[There]) -> None:
    """Who was there: people of the group, and others as guests by name. Nobody is told of it."""
    every_row = db.session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))
    rows = {row.person_id or folded(row.guest_name): row for row in every_row}  # also those taken off it
    with together() as told:
        for one in in_turns(there):
            row = rows.get(one.whose)
            is_new = row is None
            if row is None:
                row = Attendance(
                    parent_id=meeting.id,
                    room_id=meeting.room_id,
                    meeting_id=meeting.id,
                    person_id=one.person_id,
                    guest_name="" if one.person_id else one.name,
                    created_by_id=actor.id,
                    invited=False,
                    told_number=meeting.room.number + len(told),
                )
                db.session.add(row)
            if one.person_id is None:
                row.guest_organisation = one.organisation or row.guest_organisation or ""
            elif is_new or one.is_said:
                row.organisation_id = one.organisation_id
            is_new = is_new or row.removed_at is not None
            row.removed_at = None
            row.presence = PRESENCES[one.says]
            row.arrived_at = meeting.started_at if row.was_present else None
            record("added" if is_new else "changed", row, by=actor)
    if there:
        db.session.expire(meeting, ["attendances"])
