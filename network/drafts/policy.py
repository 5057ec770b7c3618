"""Who reads and writes a text: as the rules say of the thing whose text it is (`see`, `write_draft`)."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.drafts.models import Draft, DraftComment
from network.things import Thing, rules


def may_read(user: Any, draft: Draft) -> bool:
    """Whoever may see the thing whose text it is."""
    return bool(draft.parent.rules["see"](user, draft.parent))


@because(_l("This text cannot be written now, or not by you."))
def may_write(user: Any, draft: Draft) -> bool:
    """Whoever may write the text of the thing, while it is written at all."""
    may = draft.parent.rules.get("write_draft")
    if may is None or not draft.open or not user.is_authenticated or user.is_silenced:
        return False
    return bool(may(user, draft.parent))


def may_read_comment(user: Any, comment: DraftComment) -> bool:
    """As the text: what is heard in a room is for all who are in it."""
    return may_read(user, comment.parent)


@because(_l("This text cannot be written now, or not by you."))
def may_settle(user: Any, comment: DraftComment) -> bool:
    """Whoever may write the text."""
    return may_write(user, comment.parent)


@because(_l("Only the Coordination Office erases what was written."))
def may_erase(user: Any, draft: Draft) -> bool:
    """The Office, where it reads."""
    return bool(user.works_in_office) and draft.removed_at is None and may_read(user, draft)


def may_erase_everything(user: Any, draft: Draft) -> bool:
    """Also what it says now, unless the thing whose text it is says that this is for good."""
    is_for_good = draft.parent.rules.get("text_for_good")
    return may_erase(user, draft) and not (is_for_good is not None and is_for_good(draft.parent))


@because(_l("This is done by the program when it is due."))
def may_tell(user: Any, draft: Draft) -> bool:
    """The clock, of what somebody has written."""
    return bool(user.is_clock)


def until(user: Any, owner: Thing) -> datetime | None:
    """When the user's right ends by the clock: as in the room."""
    rule = owner.rules.get("until")
    found: datetime | None = rule(user, owner) if rule is not None else None
    return found


rules(Draft, see=may_read)
rules(DraftComment, see=may_read_comment)
