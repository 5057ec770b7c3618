"""Who links things, and who reads links: as the types of the things say."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.groups import policy as groups
from network.loop.models import Link
from network.meetings.models import AgendaItem
from network.minutes.models import Action, Decision
from network.things import Thing, rules


def may_see(user: Any, link: Link) -> bool:
    """With the thing that it stands at; what it leads to is shown to whoever may see that."""
    return link.parent.removed_at is None and bool(type(link.parent).rules["see"](user, link.parent))


@because(_l("Links are made by those who write in the group."))
def may_link(user: Any, thing: Thing) -> bool:
    """Whom the thing's own type lets, through `rules(..., link=...)`; nobody if it says nothing."""
    link = type(thing).rules.get("link")
    if link is None or thing.removed_at is not None or not user.is_authenticated or user.is_clock:
        return False
    return bool(link(user, thing))


@because(_l("Links are removed by whoever made them, and by those who write in the group."))
def may_unlink(user: Any, link: Link) -> bool:
    """As linking."""
    return link.removed_at is None and may_link(user, link.parent)


def may_link_line(user: Any, line: Decision | Action) -> bool:
    """Decisions and actions: who writes in their group, also when the minutes are approved."""
    return bool(type(line).rules["see"](user, line)) and groups.may_write(user, line.group)


def may_link_item(user: Any, item: AgendaItem) -> bool:
    """Items: as decisions."""
    return bool(type(item).rules["see"](user, item)) and groups.may_write(user, item.parent.parent)


rules(Link, see=may_see)
rules(Decision, link=may_link_line)
rules(Action, link=may_link_line)
rules(AgendaItem, link=may_link_item)
