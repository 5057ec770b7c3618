"""What the clock does for series."""

from sqlalchemy import select

from network.changes import CLOCK
from network.extensions import db
from network.jobs import every
from network.series import actions
from network.series.models import Series


@every(minutes=60)
def prepare_meetings() -> None:
    """Prepare the next draft of every series for which it is time. Each is an action of its own."""
    ids = db.session.scalars(select(Series.id).where(Series.ended_at.is_(None)).order_by(Series.id)).all()
    for id in ids:
        series = db.session.get(Series, id)
        if series is not None and series.removed_at is None and not series.parent.archived:
            actions.prepare_next(CLOCK, series)
