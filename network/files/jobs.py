"""What the clock does with files."""

from datetime import timedelta

from network import jobs
from network.files import store
from network.files.models import is_used
from network.things import now


@jobs.daily(hour=4)
def sweep_files() -> None:
    """Delete content that was stored a day ago and that no row names: its action was refused."""
    store.sweep((now() - timedelta(days=1)).timestamp(), is_used)
