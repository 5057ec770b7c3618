"""What search finds of needs, and what pages of groups show of them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, select

from network import search
from network.groups.models import Group
from network.groups.parts import add_list
from network.groups.policy import may_read
from network.loop import picking
from network.needs import lists
from network.needs.models import Need, NeedState

search.index(
    Need,
    _l("Needs"),
    title=lambda need: need.title,
    text=lambda need: f"{need.place}\n\n{need.text}",
    found=lambda need: need.state != NeedState.MERGED,
    icon="eye",
)


def to_link() -> Select[int]:
    """Ids of needs that are suggested where links are made: what is still missing first."""
    likely = (NeedState.CONFIRMED, NeedState.TAKEN_UP, NeedState.REPORTED, NeedState.MET)
    order = case({state: place for place, state in enumerate(likely)}, value=Need.state)
    return (
        select(Need.id)
        .where(Need.state.in_(likely), Need.removed_at.is_(None))
        .order_by(order, Need.id.desc())
    )


def needs_of_group(user: Any, group: Group) -> Select[int] | None:
    """For a group's page: what came up there and is still missing."""
    if not may_read(user, group):
        return None
    return select(Need.id).where(lists.of_group(group))


def add_to_pages() -> None:
    """Show this where it belongs."""
    picking.best["need"] = to_link
    add_list(
        "needs",
        Need,
        needs_of_group,
        keep=lambda need: need.is_open and need.removed_at is None,
        order=lambda need: -need.id,
    )
