"""What the clock does for texts that are written together."""

from network.drafts import showing
from network.jobs import every


@every(minutes=1)
def show_left_behind() -> None:
    """Show what was stored by a process that ended before it was shown."""
    showing.left_behind()
