"""What features below show on the pages of groups: they add it to lists of the model, gathered here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Select, select

from network.files.models import File
from network.groups import news
from network.groups.models import Group, JoinRequest
from network.groups.policy import may_archive, may_read
from network.things import Thing

Facts = dict[str, Any]


@dataclass(frozen=True)
class PageList:
    """Things of one type that a group's page shows under a name: `ids(user, group)` says which, or None.

    `keep(thing)` says the same of a thing of the group that has been loaded for another reason.
    """

    name: str
    model: type[Thing]
    ids: Callable[[Any, Group], Select[int] | None]
    keep: Callable[[Any], bool]
    order: Callable[[Any], Any]


LISTS: list[PageList] = []


def add_list(
    name: str,
    model: type[Thing],
    ids: Callable[[Any, Group], Select[int] | None],
    *,
    keep: Callable[[Any], bool],
    order: Callable[[Any], Any] = lambda thing: thing.id,
) -> None:
    """Give the page of every group a list, at no further statement; one list for each type of things."""
    LISTS[:] = [*(one for one in LISTS if one.model is not model), PageList(name, model, ids, keep, order)]


# Numbers beside tabs, said from below: endpoint -> (its name for open pages, how many for a user).
tab_counts: dict[str, Callable[[Any, Group], tuple[str, int]]] = {}


def tabs(user: Any, group: Group, current: str, part_of: str = "") -> list[tuple[Any, ...]]:
    """The tabs of a group as the macro takes them: (words, address, `aria-current`, number, its name).

    `current` is the endpoint of the page, `part_of` that of the tab to which a page without a tab belongs.
    """
    said = {part_of: "true", current: "page"}
    found = sorted(Group.tabs, key=lambda tab: tab[0])
    return [
        (str(words), url_for(endpoint, id=group.id), said.get(endpoint, ""), number, counted)
        for _place, words, endpoint in found
        for counted, number in [tab_counts[endpoint](user, group) if endpoint in tab_counts else ("", 0)]
    ]


def of_page(user: Any, group: Group, also: Iterable[int | None] = ()) -> tuple[Facts, list[Thing]]:
    """All that the page shows besides the group and its people, and the things that must be held meanwhile.

    Two statements load the things of all lists, those of the ids `also`, and what they point to.
    """
    wanted = [(one, one.ids(user, group)) for one in LISTS]
    shown = news.things(also, *(ids for _one, ids in wanted if ids is not None))
    held = shown + news.related(shown)
    facts: Facts = {one.name: [] for one in LISTS}
    for one, ids in wanted:
        if ids is not None:
            mine = [thing for thing in shown if isinstance(thing, one.model) and one.keep(thing)]
            facts[one.name] = sorted(mine, key=one.order)
    for part in Group.page_parts:
        facts |= part(user, group)
    return facts, held


def of_cards(user: Any, groups: list[Group]) -> dict[int, Facts]:
    """What features below show on the cards of these groups."""
    found: dict[int, Facts] = {group.id: {} for group in groups}
    for part in Group.card_parts:
        for id, facts in part(user, groups).items():
            found[id].update(facts)
    return found


def _files(user: Any, group: Group) -> Select[int] | None:
    if not may_read(user, group):
        return None
    return select(File.id).where(File.parent_id == group.id, File.removed_at.is_(None))


def _requests(user: Any, group: Group) -> Select[int] | None:
    if not may_archive(user, group):
        return None
    return select(JoinRequest.id).where(JoinRequest.group_id == group.id, JoinRequest.state == "open")


add_list("files", File, _files, keep=lambda file: file.removed_at is None)
add_list("requests", JoinRequest, _requests, keep=lambda request: request.state == "open")
