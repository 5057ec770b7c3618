"""What the clock does with documents that nobody made minutes of."""

from sqlalchemy import select

from network.changes import CLOCK
from network.extensions import db
from network.groups.models import Group
from network.imports.actions import forget
from network.imports.models import KEPT, OldMinutes
from network.jobs import every
from network.things import now


@every(minutes=60)
def forget_old_documents() -> None:
    """Delete what was uploaded a day ago, whatever became of it."""
    due = select(OldMinutes.group_id).where(OldMinutes.kept_at < now() - KEPT).distinct()
    for id in db.session.scalars(due).all():
        group = db.session.get(Group, id)
        if group is not None:
            forget(CLOCK, group)
