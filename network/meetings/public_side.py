"""The public side of a meeting follows the meeting, in a room of its own."""

from dataclasses import dataclass
from typing import Any

from network.changes import CLOCK, action, afterwards, open_room, record, revoke, take
from network.extensions import db
from network.meetings import policy
from network.meetings.models import Meeting, MeetingState, PublicSide


def open_public_side(actor: Any, meeting: Meeting) -> None:
    """Step of an action: give a public meeting its public side."""
    side = PublicSide(parent_id=meeting.id, meeting_id=meeting.id, room_id=open_room().id, owns_room=True)
    db.session.add(side)
    db.session.flush()
    db.session.expire(meeting, ["public_side"])
    record("opened", side, by=actor)


def close_public_side(actor: Any, side: PublicSide) -> None:
    """Step of an action: the meeting is no longer public, so whoever followed it has to leave."""
    room = take(side.room_id)
    record("changed", side, by=actor)
    revoke(room)


def show_publicly(meeting: Meeting) -> None:
    """Step of an action that changed what visitors see: their side hears of it, as a second action."""
    side = meeting.public_side
    if side is None or not meeting.public or meeting.state == MeetingState.DRAFT:
        return
    follow = _Follow(side.id)
    if follow not in db.session.info["journal"].afterwards:
        afterwards(follow)


@dataclass(frozen=True)
class _Follow:
    """Once for an action, however many of its steps ask for it."""

    side_id: int

    def __call__(self) -> None:
        follow_meeting(CLOCK, db.session.get(PublicSide, self.side_id))


@action(policy.may_show_publicly)
def follow_meeting(actor: Any, side: PublicSide) -> None:
    """Tell those who follow the public side that it looks different now."""
    record("changed", side, by=actor)
