"""What pages of groups and meetings show of discussions."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network import search
from network.discussions import lists, policy
from network.discussions.counts import of_user
from network.discussions.models import Message, Thread
from network.groups.models import Group
from network.groups.parts import tab_counts
from network.groups.policy import may_read

ON_GROUP_PAGE = 4  # threads


def of_group(user: Any, group: Group) -> dict[str, Any]:
    """For a group's page: its newest threads with what is unread, and whether the reader may begin one."""
    if not may_read(user, group):
        return {}
    listed = lists.listed(lists.threads_of(user, group), 1, most=ON_GROUP_PAGE)[0]
    return {"listed": listed, "may_start": policy.may_start(user, group)}


search.index(
    Thread,
    _l("Discussions"),
    title=lambda thread: thread.title,
    icon="messages",
)
search.index(
    Message,
    _l("Messages"),
    title=lambda message: "",
    text=lambda message: message.text,
    found=lambda message: message.is_open,
    icon="message-circle",
)


def unread_in(user: Any, group: Group) -> tuple[str, int]:
    """For a group's tab: what it is called on open pages, and how many messages are unread."""
    return f"group-{group.id}", of_user(user).get(group.id, 0)


def add_to_groups() -> None:
    """Show all of this on the pages of groups."""
    tab_counts["discussions.of_group"] = unread_in
    Group.page_parts.append(of_group)
