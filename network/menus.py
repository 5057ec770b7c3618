"""Menus that features add their entries to, so that nothing upstream names a feature below."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_login import current_user


@dataclass(frozen=True)
class Entry:
    """A line of a menu: shown to those who `may`; `count` tells how many things wait there."""

    order: int
    label: Any
    endpoint: str
    may: Callable[[Any], bool]
    icon: str
    count: Callable[[Any], int] | None
    part_of: tuple[str, ...]
    counted: str
    values: dict[str, Any]


_MENUS: dict[str, list[Entry]] = {}


def add(
    menu: str,
    order: int,
    label: Any,
    endpoint: str,
    *,
    may: Callable[[Any], bool] = lambda user: True,
    icon: str = "",
    count: Callable[[Any], int] | None = None,
    part_of: tuple[str, ...] = (),
    counted: str = "",
    values: dict[str, Any] | None = None,
) -> None:
    """Add an entry to `main`, `tools`, `profile`, `office`, `administration` or `footer`.

    Pages of the blueprints `part_of` belong to it; `values` are those of its address. `counted` names the
    number (`data-unread`) where it changes on open pages.
    """
    values = values or {}
    same = (endpoint, values)
    entries = [entry for entry in _MENUS.get(menu, []) if (entry.endpoint, entry.values) != same]
    entries.append(Entry(order, label, endpoint, may, icon, count, part_of, counted, values))
    _MENUS[menu] = sorted(entries, key=lambda entry: entry.order)


def menu(name: str = "main") -> list[dict[str, Any]]:
    """The entries that the current user may see."""
    user = current_user._get_current_object()
    return [
        {
            "label": str(entry.label),
            "url": url_for(entry.endpoint, **entry.values),
            "icon": entry.icon,
            "count": entry.count(user) if entry.count else 0,
            "counted": entry.counted,
            "current": request.endpoint == entry.endpoint or (request.blueprint or "") in entry.part_of,
        }
        for entry in _MENUS.get(name, [])
        if entry.may(user)
    ]
