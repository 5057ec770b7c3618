"""Who may see, add and remove files: what the type of the thing says at which they lie."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.files.models import File
from network.things import Thing, rules


def may_see(user: Any, file: File) -> bool:
    """Whoever may read all of the thing: of a closed group or a public meeting others see but a part.

    A type says `files=` where its files are seen by fewer than it is itself.
    """
    parent = file.parent
    rules = type(parent).rules
    see = rules.get("files") or rules.get("enter") or rules["see"]
    return bool(parent.removed_at is None and see(user, parent))


@because(_l("You cannot add files here."))
def may_attach(user: Any, thing: Thing) -> bool:
    """Whom the thing's own type lets, through `rules(..., attach=...)`; nobody if it says nothing."""
    attach = type(thing).rules.get("attach")
    return bool(attach is not None and thing.removed_at is None and attach(user, thing))


@because(_l("Only those who look after this page, and whoever added the file, can remove it."))
def may_remove(user: Any, file: File) -> bool:
    """Whoever added it, as long as they see it, and whoever may add others."""
    if not user.is_authenticated or not may_see(user, file):
        return False
    return file.created_by_id == user.id or may_attach(user, file.parent)


@because(_l("Only the Coordination Office can erase files."))
def may_erase(user: Any, file: File) -> bool:
    """The Office; what is erased cannot be brought back."""
    return bool(user.works_in_office)


rules(File, see=may_see)
