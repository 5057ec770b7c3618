"""The addresses of corrections, versions and publications: one blueprint for the several files of pages."""

from typing import Any

from flask import Blueprint, abort
from sqlalchemy.orm import joinedload

from network.meetings import policy as meetings
from network.meetings.models import Meeting
from network.minutes.models import Minutes
from network.things import find

blueprint = Blueprint("approval", __name__)


def minutes_of(id: str, *options: Any) -> Minutes:
    """The minutes of the meeting with this id, for whoever may read it; 404 for all others, and if none."""
    meeting = find(
        Meeting,
        id,
        meetings.may_read,
        options=[joinedload(Meeting.parent), joinedload(Meeting.minutes), *options],
    )
    if meeting.minutes is None:
        abort(404)
    return meeting.minutes


def frozen_minutes_of(id: str) -> Minutes:
    """The same, if they are approved: before that there are no versions."""
    minutes = minutes_of(id)
    if not minutes.frozen:
        abort(404)
    return minutes
