"""Deleting a file for good, as a step of any action that erases."""

from functools import partial

from network.changes import afterwards
from network.files import store
from network.files.models import File, is_used
from network.things import now


def wipe(file: File) -> None:
    """Step of an action: delete name and content; the bytes go after the commit."""
    if file.sha256:
        afterwards(partial(_let_go, file.sha256, file.created_at.timestamp()))
        file.name, file.sha256, file.size = "", "", 0
        file.width = file.height = None
        file.removed_at = file.removed_at or now()


def _let_go(sha256: str, since: float) -> None:
    if not is_used(sha256):
        store.drop(sha256, since)
