"""Rows for the picture of what is missing where."""

from typing import Any

from network.directory.models import Municipality
from network.extensions import db
from network.needs.models import Need
from tests.permission_rows.needs import need, topic_id
from tests.permission_rows.stage import Stage
from tests.permission_rows.words import COORDINATION, OFFICE, Scene, Table, hidden, only

FIGURES = only(COORDINATION, OFFICE)


def missing() -> Scene:
    """A need of the topic of a group, in a municipality where nobody is, in languages that are not spoken."""
    there = need()

    def make(stage: Stage) -> Need:
        found: Need = there.make(stage)
        found.municipality = Municipality(place=found.id, name=f"Verbandsgemeinde Westliche Aue {found.id}")
        db.session.commit()
        return found

    return Scene("need in a municipality", make)


def its_spot(_stage: Stage, thing: Need) -> dict[str, Any]:
    """The place and topic of a need."""
    return {"topic_id": topic_id(), "by": "municipality", "key": thing.municipality_id}


def its_language(_stage: Stage, _thing: Need) -> dict[str, Any]:
    """A language of a need with its topic."""
    return {"topic_id": topic_id(), "by": "language", "key": "ar"}


def the_district(_stage: Stage, _thing: None) -> dict[str, Any]:
    """What is there without any need."""
    return {"topic_id": topic_id(), "by": "municipality", "key": "district"}


ROUTES: Table = {
    "GET /coverage": [hidden(FIGURES)],
    "GET /coverage.csv": [hidden(FIGURES)],
    "GET /coverage/<topic_id>/<by>/<key>": [
        hidden(FIGURES, missing(), address=its_spot),
        hidden(FIGURES, missing(), address=its_language),
        hidden(FIGURES, address=the_district),
    ],
}
