"""What features below show on the pages of groups: they add it to lists of the model, gathered here."""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from network.groups import news
from network.groups.models import Group
from network.things import Thing

Facts = dict[str, Any]


def tabs(group: Group, current: str) -> list[tuple[str, str, bool]]:
    """The tabs of a group as the macro takes them: (words, address, whether it is this one)."""
    found = sorted(Group.tabs, key=lambda tab: tab[0])
    return [
        (str(words), url_for(endpoint, id=group.id), endpoint == current) for _place, words, endpoint in found
    ]


def of_page(user: Any, group: Group, also: Iterable[int | None] = ()) -> tuple[Facts, list[Thing]]:
    """All that features below show on the page, and the things that it and the ids `also` stand for.

    Two statements load the things, whatever there is; the caller holds the list until the page is rendered.
    """
    loaded = news.things(also, *(ids for part in Group.page_ids for ids in part(user, group)))
    loaded += news.related(loaded)
    facts: Facts = {}
    for part in Group.page_parts:
        facts |= part(user, group)
    return facts, loaded


def of_cards(user: Any, groups: list[Group]) -> dict[int, Facts]:
    """What features below show on the cards of these groups."""
    found: dict[int, Facts] = {group.id: {} for group in groups}
    for part in Group.card_parts:
        for id, facts in part(user, groups).items():
            found[id].update(facts)
    return found
