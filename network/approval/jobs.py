"""What the clock does: approve minutes tacitly when the last day for corrections is over."""

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from network import dates
from network.approval import actions
from network.approval.policy import may_approve
from network.approval.reading import number_open
from network.changes import CLOCK, Refused
from network.extensions import db
from network.groups.models import Approval, Group
from network.jobs import every
from network.meetings.models import Meeting
from network.minutes.models import Minutes, MinutesState


@every(minutes=30)
def approve_tacitly() -> None:
    """Approve what nobody objects to any more; where corrections are open, tell those who lead, once."""
    meeting, group = aliased(Meeting, flat=True), aliased(Group, flat=True)
    due = (
        select(Minutes.id)
        .join(meeting, meeting.id == Minutes.meeting_id)
        .join(group, group.id == meeting.parent_id)
        .where(
            Minutes.state == MinutesState.CIRCULATED,
            Minutes.corrections_until < dates.today(),
            group.approval == Approval.TACIT,
            group.archived_at.is_(None),
            meeting.removed_at.is_(None),
        )
        .order_by(Minutes.id)
    )
    for id in db.session.scalars(due).all():
        minutes = db.session.get(Minutes, id, options=[joinedload(Minutes.parent).joinedload(Meeting.parent)])
        if minutes is None or not may_approve(CLOCK, minutes):  # somebody was quicker
            continue
        try:
            if not number_open(minutes):
                actions.approve(CLOCK, minutes)
            elif minutes.told_open_at is None:
                actions.tell_open(CLOCK, minutes)
        except Refused:  # somebody was quicker, or proposed something a moment ago: next time
            continue
