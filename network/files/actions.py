"""What can be done with files."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import Refused, action, record
from network.extensions import db
from network.files import policy
from network.files.erasing import wipe
from network.files.models import File
from network.files.store import Stored
from network.things import Thing, now


@action(policy.may_attach)
def attach(actor: Any, thing: Thing, *, upload: Stored) -> File:
    """Put an upload that was checked by `store` at a thing."""
    file = File(
        parent_id=thing.id,
        room_id=thing.room_id,
        created_by_id=actor.id,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        width=upload.width,
        height=upload.height,
    )
    db.session.add(file)
    record("attached", file, by=actor)
    return file


@action(policy.may_remove)
def remove_file(actor: Any, file: File) -> File:
    """Take a file out of sight; `restore_file` brings it back."""
    if file.removed_at is None:
        file.removed_at = now()
        record("removed", file, by=actor)
    return file


@action(policy.may_remove)
def restore_file(actor: Any, file: File) -> File:
    """Bring back a file that was removed. Raises Refused if it has been erased."""
    if not file.sha256:
        raise Refused(_l("This file was erased. It cannot be brought back."))
    if file.withheld:
        raise Refused(_l("This file was taken out of sight by moderation."))
    if file.removed_at is not None:
        file.removed_at = None
        record("restored", file, by=actor)
    return file


@action(policy.may_erase)
def erase_file(actor: Any, file: File) -> File:
    """Delete name and content for good; the bytes go at once, unless another row has the same."""
    if file.sha256:
        wipe(file)
        record("erased", file, by=actor)
    return file
