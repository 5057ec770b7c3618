"""Every address is decided upon: who may use it, and how it is called."""

import re

from flask import Flask

from network import live
from tests.permissions import DEEDS, ROUTES

WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?")
PLACEHOLDER = re.compile(r"<(\w+:)?\w+>(\.[a-z]+)?")


def routes(app: Flask) -> set[str]:
    """Every "METHOD /path" that the application answers."""
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_a_row_in_the_table(application: Flask) -> None:
    assert sorted(routes(application) - set(ROUTES)) == [], "nobody has decided who may use these"
    assert sorted(set(ROUTES) - routes(application)) == [], "decided upon, but not there"


def test_every_live_deed_has_a_row_in_the_table(application: Flask) -> None:
    assert sorted(set(live.DEEDS) - set(DEEDS)) == [], "nobody has decided who may do these"
    assert sorted(set(DEEDS) - set(live.DEEDS)) == [], "decided upon, but not there"


def test_addresses_are_words_with_dashes(application: Flask) -> None:
    for route in routes(application):
        for part in route.split(" ", 1)[1].strip("/").split("/"):
            assert not part or WORD.fullmatch(part) or PLACEHOLDER.fullmatch(part), route


def test_what_changes_something_is_posted(application: Flask) -> None:
    for route in routes(application):
        assert route.split()[0] in ("GET", "POST"), f"{route}: forms without scripts know GET and POST only"
