"""What the clock does for needs: lets those follow their goals that were forgotten."""

from network.extensions import db
from network.jobs import daily
from network.needs.following import astray, follow_now


@daily(hour=4)
def follow_goals() -> None:
    """A need follows right after its goal; one whose turn was lost with the program follows now."""
    for id in db.session.scalars(astray()).all():
        follow_now(id)
