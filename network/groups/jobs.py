"""What the clock does in groups."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import or_, select

from network.changes import CLOCK
from network.extensions import db
from network.groups import actions, requests
from network.groups.models import JoinRequest, Membership
from network.jobs import daily, every
from network.things import now


@every(minutes=5)
def end_guests() -> None:
    """End the places of guests whose time is over."""
    due = select(Membership.id).where(Membership.until <= now(), Membership.removed_at.is_(None))
    for place_id in db.session.scalars(due).all():
        actions.run_out(CLOCK, db.session.get(Membership, place_id))


@daily(hour=3)
def forget_answered_requests() -> None:
    """Delete what people wrote with requests that were answered long ago."""
    kept_since = now() - timedelta(days=current_app.config["KEEP_ANSWERED_REQUESTS_DAYS"])
    old = select(JoinRequest.id).where(
        JoinRequest.state != "open",
        JoinRequest.answered_at < kept_since,
        or_(JoinRequest.text != "", JoinRequest.answer != ""),
    )
    for request_id in db.session.scalars(old).all():
        requests.forget(CLOCK, db.session.get(JoinRequest, request_id))
