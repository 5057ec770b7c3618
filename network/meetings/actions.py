"""What can be done to a meeting before it is opened, and what calls it off."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import Invalid, action, open_room, record, revoke
from network.extensions import db
from network.groups.models import Group
from network.meetings import hooks, policy
from network.meetings.models import Meeting, MeetingKind, MeetingState
from network.meetings.planning import (
    check,
    copy_agenda,
    last_meeting,
    make_meeting,
    new_uid,
    put_first_agenda,
)
from network.meetings.public_side import (  # the features below ask for show_publicly here
    close_public_side,
    open_public_side,
    show_publicly,
)
from network.things import now

__all__ = [
    "cancel",
    "change_meeting",
    "plan_meeting",
    "remove_draft",
    "restore_draft",
    "save_as_template",
    "show_publicly",
    "vacate",
]

IN_CALENDAR = ("title", "starts_at", "ends_at", "place", "online_url")


@action(policy.may_plan)
def plan_meeting(
    actor: Any,
    group: Group,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    kind: str = MeetingKind.ORDINARY,
    place: str = "",
    online_url: str = "",
    note: str = "",
    public: bool = False,
    chair_id: int | None = None,
    minute_taker_id: int | None = None,
    like: str = "first",
) -> Meeting:
    """A new draft. `like` says what its agenda begins with: first, last, empty, or the id of a template."""
    meeting = make_meeting(
        actor,
        group,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        kind=kind,
        place=place,
        online_url=online_url,
        note=note,
        public=public,
        chair_id=chair_id,
        minute_taker_id=minute_taker_id,
    )
    record("planned", meeting, by=actor)
    _begin_agenda(actor, group, meeting, like)
    if public:
        open_public_side(actor, meeting)
    return meeting


def _begin_agenda(actor: Any, group: Group, meeting: Meeting, like: str) -> None:
    if like == "first":
        items = put_first_agenda(actor, meeting)
    elif like == "last":
        last = last_meeting(group)
        items = copy_agenda(actor, last, meeting) if last else put_first_agenda(actor, meeting)
    elif like == "empty":
        items = []
    else:
        items = copy_agenda(actor, _template(group, like), meeting, everything=True)
    for item in items:
        record("added", item, by=actor)


def _template(group: Group, id: str) -> Meeting:
    found: Meeting | None = db.session.get(Meeting, int(id)) if id.isascii() and id.isdecimal() else None
    if found is None or not found.is_template or found.parent_id != group.id or found.removed_at is not None:
        raise Invalid(like=_l("This template no longer exists."))
    return found


@action(policy.may_change)
def change_meeting(actor: Any, meeting: Meeting, **facts: Any) -> Meeting:
    """Change what a meeting is called, when and where it is, who holds an office, whether it is public.

    Facts are those of `plan_meeting`; what is missing stays. If nothing differs, nothing happens.
    """
    changed = {name for name, value in facts.items() if getattr(meeting, name) != value}
    if not changed:
        return meeting
    times = {name: facts.get(name, getattr(meeting, name)) for name in ("starts_at", "ends_at")}
    check(meeting.parent, **{**times, **{name: facts[name] for name in changed}})
    if meeting.running and changed & {"starts_at", "ends_at"}:
        raise Invalid(day=_l("The meeting has begun; its time can no longer be changed."))
    for name in changed:
        setattr(meeting, name, facts[name])
    meeting.note_change(in_calendar=bool(changed & set(IN_CALENDAR)))
    offices = changed & {"chair_id", "minute_taker_id"}
    verb = "handed over" if offices == changed else "changed"
    known = meeting.state != MeetingState.DRAFT and not meeting.is_template
    record(verb, meeting, by=actor, also=[meeting.parent.room] if known else [])
    if offices:
        revoke(meeting.room)  # what somebody may do, and perhaps see, came with the office
    _follow_public(actor, meeting, changed)
    if meeting.state == MeetingState.ANNOUNCED:
        hooks.call(hooks.announced_changed, actor, meeting)
    return meeting


def _follow_public(actor: Any, meeting: Meeting, changed: set[str]) -> None:
    if "public" in changed and not meeting.public:
        close_public_side(actor, meeting.public_side)
    elif meeting.public and meeting.public_side is None:
        open_public_side(actor, meeting)
    else:
        show_publicly(meeting)


@action(policy.may_vacate)
def vacate(actor: Any, meeting: Meeting, *, person_id: int) -> Meeting:
    """Somebody has left the network: nobody holds their office until another person is named."""
    held = [name for name in ("chair_id", "minute_taker_id") if getattr(meeting, name) == person_id]
    for name in held:
        setattr(meeting, name, None)
    if held:
        known = meeting.state != MeetingState.DRAFT
        record("handed over", meeting, by=actor, also=[meeting.parent.room] if known else [])
        revoke(meeting.room)
    return meeting


@action(policy.may_cancel)
def cancel(actor: Any, meeting: Meeting, *, reason: str) -> Meeting:
    """Call an announced meeting off. Those invited are told by what listens to `hooks.cancelled`."""
    meeting.state = MeetingState.CANCELLED
    meeting.cancelled_because = reason
    meeting.sequence += 1
    meeting.untold_since = None
    record("cancelled", meeting, by=actor, also=[meeting.parent.room])
    show_publicly(meeting)
    hooks.call(hooks.cancelled, actor, meeting)
    return meeting


@action(policy.may_remove)
def remove_draft(actor: Any, meeting: Meeting) -> Meeting:
    """Take a draft or a template away. It can be brought back."""
    if meeting.removed_at is None:
        meeting.removed_at = now()
        record("removed", meeting, by=actor)
    return meeting


@action(policy.may_remove)
def restore_draft(actor: Any, meeting: Meeting) -> Meeting:
    """Bring a removed draft or template back."""
    if meeting.removed_at is not None:
        meeting.removed_at = None
        record("restored", meeting, by=actor)
    return meeting


@action(policy.may_save_as_template)
def save_as_template(actor: Any, meeting: Meeting, *, title: str) -> Meeting:
    """Keep a meeting's frame and whole agenda as a template of its group, for later meetings."""
    template = Meeting(
        parent_id=meeting.parent_id,
        room_id=open_room().id,
        owns_room=True,
        created_by_id=actor.id,
        is_template=True,
        title=title,
        calendar_uid=new_uid(),
        **{name: getattr(meeting, name) for name in ("kind", "starts_at", "ends_at", "place", "online_url")},
        **{name: getattr(meeting, name) for name in ("note", "chair_id", "minute_taker_id")},
    )
    db.session.add(template)
    db.session.flush()
    record("saved", template, by=actor)
    for item in copy_agenda(actor, meeting, template, everything=True):
        record("added", item, by=actor)
    return template
