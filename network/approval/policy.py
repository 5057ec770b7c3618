"""Who settles corrections, approves minutes, adds to them, publishes and withdraws them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.approval.models import WIDEST, Audience, Correction, CorrectionState
from network.changes import because
from network.extensions import db
from network.groups import policy as groups
from network.groups.models import Approval, Group, Visibility
from network.meetings import policy as meetings
from network.meetings.models import Meeting, MeetingState
from network.minutes import policy as minutes_policy
from network.minutes.models import Minutes, MinutesState
from network.things import rules


def may_see_correction(user: Any, correction: Correction) -> bool:
    """With the meeting."""
    return meetings.may_read(user, correction.parent.parent)


@because(
    _l("Corrections are settled once, by the minute-taker or those who lead the group, until the approval.")
)
def may_settle(user: Any, correction: Correction) -> bool:
    """As the minutes, as long as nobody has settled it."""
    return correction.is_open and minutes_policy.may_settle_corrections(user, correction.minutes)


@because(_l("A correction is withdrawn by whoever proposed it, as long as it is open."))
def may_withdraw_correction(user: Any, correction: Correction) -> bool:
    """Whoever proposed it, until it is settled or the minutes are approved."""
    is_asked = correction.minutes.state == MinutesState.CIRCULATED
    return bool(is_asked and correction.is_open and user.is_authenticated and user.id == correction.person_id)


@because(_l("A correction can be proposed again until the last day for corrections is over."))
def may_propose_again(user: Any, correction: Correction) -> bool:
    """Whoever withdrew their own, as long as corrections are asked for."""
    return bool(
        correction.state == CorrectionState.WITHDRAWN
        and correction.erased_at is None
        and user.is_authenticated
        and user.id == correction.person_id
        and minutes_policy.may_correct(user, correction.minutes)
    )


@because(
    _l(
        "Minutes are approved by those who lead the group or chair its next meeting, once they were sent for"
        " correction; where the group approves tacitly, when the last day for corrections is over."
    )
)
def may_approve(user: Any, minutes: Minutes) -> bool:
    """Leads, the Office and the chair of a running meeting of the group; the clock where it is tacit."""
    group = minutes.parent.parent
    if minutes.state != MinutesState.CIRCULATED or group.archived:
        return False
    if group.approval == Approval.TACIT and not minutes.corrections_over:
        return False
    if user.is_clock:
        return bool(group.approval == Approval.TACIT)
    return groups.may_steer(user, group) or _chairs_now(user, group)


def _chairs_now(user: Any, group: Group) -> bool:
    """Whether somebody chairs a meeting of the group that is on."""
    if not user.is_authenticated:
        return False
    query = select(Meeting.id).where(
        Meeting.parent_id == group.id,
        Meeting.chair_id == user.id,
        Meeting.state.in_((MeetingState.RUNNING, MeetingState.PAUSED)),
    )
    return db.session.scalar(query.limit(1)) is not None


@because(_l("This is done by the program when it is due."))
def may_tell_open(user: Any, minutes: Minutes) -> bool:
    """The clock, once the last day for corrections is over."""
    return bool(user.is_clock) and minutes.state == MinutesState.CIRCULATED and minutes.corrections_over


@because(_l("Approved minutes are added to by those who lead the group."))
def may_add(user: Any, minutes: Minutes) -> bool:
    """Leads and the Office, after the approval."""
    return minutes.frozen and groups.may_steer(user, minutes.parent.parent)


@because(_l("Approved minutes are published by the minute-taker and those who lead the group."))
def may_publish(user: Any, minutes: Minutes) -> bool:
    """Minute-taker, leads and the Office, after the approval; anew after an addendum, or for more people."""
    return minutes.frozen and minutes_policy.keeps(user, minutes)


@because(_l("Published minutes are withdrawn by the Coordination Office."))
def may_withdraw(user: Any, minutes: Minutes) -> bool:
    """The Office."""
    return minutes.state == MinutesState.PUBLISHED and bool(user.works_in_office)


@because(_l("Passages of approved minutes are erased by the Coordination Office."))
def may_erase(user: Any, minutes: Minutes) -> bool:
    """The Office, after the approval; before it, what was written is erased in the text itself."""
    return minutes.frozen and bool(user.works_in_office)


def may_read_published(user: Any, minutes: Minutes) -> bool:
    """At the public address: everybody what is published to the public, as long as the group is public too.

    What is published to fewer is read by those who may read the meeting.
    """
    group = minutes.parent.parent
    if minutes.state != MinutesState.PUBLISHED or minutes.parent.removed_at is not None:
        return False
    if minutes.published_to == Audience.PUBLIC and group.visibility == Visibility.PUBLIC:
        return True
    return meetings.may_read(user, minutes.parent)


def audiences(group: Group) -> list[Audience]:
    """For whom minutes of the group can be published: never for more people than see the group."""
    return WIDEST[Visibility(group.visibility)]


rules(Correction, see=may_see_correction)
