"""Rows for needs, and for the municipalities that they name."""

import secrets
from typing import Any

from sqlalchemy import select

from network.directory.models import Topic, municipalities
from network.extensions import db
from network.needs import actions
from network.needs.models import Need
from network.people.models import OfficeDesk
from tests.permission_rows.stage import SECRET, Stage
from tests.permission_rows.words import (
    ADMINISTRATOR,
    GROUP_MEMBER,
    LEAD,
    NOBODY,
    OFFICE,
    SIGNED_IN,
    WRITING,
    Scene,
    Table,
    hidden,
    only,
    row,
)

TITLE = f"{SECRET} need"
# Until it is confirmed: the Office and who observed it, who in these scenes is the member of the group.
KNOWING = only(OFFICE, GROUP_MEMBER)
SETTLING = only(OFFICE)


def need(state: str = "confirmed") -> Scene:
    """A need that the member observed for their organisation, and that came up in their group."""

    def make(stage: Stage) -> Need:
        return _in_state(stage, state)

    return Scene(f"need that is {state}", make)


def _in_state(stage: Stage, state: str) -> Need:
    found: Need = actions.observe(
        stage[GROUP_MEMBER],
        OfficeDesk.the(),
        title=TITLE,
        text="Seven asked in a week.",
        organisation_id=stage.world.parish.id,
        topic_id=topic_id(),
        group_id=stage.groups["network"].id,  # type: ignore[index]  # a StrEnum is a string
        languages=["ar", "uk"],
    )
    office = stage[OFFICE]
    if state == "declined":  # before it was confirmed
        actions.decline(office, found, reason="There is one already.")
    elif state == "merged":
        into = _in_state(stage, "confirmed")
        actions.merge(office, OfficeDesk.the(), need_id=found.id, into_id=into.id)
    elif state != "reported":
        actions.confirm(office, found)
    if state == "met":
        actions.meet(office, found, words="There is a course now.")
    return found


def topic_id() -> int:
    """The first topic, as the stage has it."""
    return db.session.scalars(select(Topic.id).order_by(Topic.place)).first() or 0


def observed(stage: Stage, _thing: Any, who: Any) -> dict[str, Any]:
    """Nothing that is like what another one sent."""
    return {
        "title": secrets.token_hex(12),
        "topic_id": str(topic_id()),
        "organisation_id": own_voice(stage, _thing, who)["organisation_id"],
    }


def own_voice(stage: Stage, _thing: Any, who: Any) -> dict[str, Any]:
    """For whom they speak: the two who belong to an organisation for that, the others as citizens."""
    voices = {stage[LEAD].id: stage.world.school.id, stage[GROUP_MEMBER].id: stage.world.parish.id}
    return {"organisation_id": str(voices.get(who.id, "")) if who else ""}


def changed(_stage: Any, _thing: Any, _who: Any) -> dict[str, Any]:
    return {"title": f"{TITLE} anew", "topic_id": str(topic_id())}


def into_another(stage: Stage, _thing: Any, _who: Any) -> dict[str, Any]:
    return {"into_id": str(_in_state(stage, "confirmed").id)}


def in_its_group(_stage: Any, thing: Need) -> dict[str, Any]:
    return {"id": thing.id, "group_id": thing.group_id}


def one_more_municipality(*_scene: Any) -> dict[str, Any]:
    """Those that there are stay, since something may name them."""
    rows = [(one.id, one.name) for one in municipalities()] + [("", f"Place {secrets.token_hex(4)}")]
    return {
        f"{name}-{number}": str(value)
        for number, (id, town) in enumerate(rows)
        for name, value in (("id", id), ("place", number + 1), ("name", town))
    }


REASON = {"reason": "There is one already."}
PROPOSED = {"title": "Courses with child care", "text": "Seven asked in a week."}
MET = {"words": "There is a course now."}

ROUTES: Table = {
    "GET /needs": [row(SIGNED_IN)],
    "GET /needs.csv": [row(SIGNED_IN)],
    "GET /needs/alike": [row(SIGNED_IN)],
    "GET /needs/new": [row(SIGNED_IN)],
    "POST /needs/new": [row(SIGNED_IN, facts=observed)],
    "GET /needs/<id>": [
        hidden(KNOWING, need("reported")),
        hidden(SIGNED_IN, need()),
        hidden(SIGNED_IN, need("met")),
        hidden(KNOWING, need("declined")),
        hidden(KNOWING, need("merged"), yes=302),
    ],
    "GET /needs/<id>/history": [hidden(KNOWING, need("reported")), hidden(SIGNED_IN, need())],
    "GET /needs/<id>/edit": [
        hidden(KNOWING, need("reported")),
        row(SETTLING, need()),
        row(NOBODY, need("met")),
    ],
    "POST /needs/<id>/edit": [
        hidden(KNOWING, need("reported"), facts=changed),
        row(SETTLING, need(), facts=changed),
        row(NOBODY, need("met"), facts=changed),
    ],
    "POST /needs/<id>/support": [
        hidden(KNOWING, need("reported"), facts=own_voice),
        row(SIGNED_IN, need(), facts=own_voice),
        row(NOBODY, need("met"), facts=own_voice),
        row(NOBODY, need("declined"), facts=own_voice, sees=KNOWING),
    ],
    "POST /needs/<id>/withdraw": [
        hidden(KNOWING, need("reported"), facts=own_voice),
        row(SIGNED_IN, need(), facts=own_voice),
        row(NOBODY, need("met"), facts=own_voice),
    ],
    "POST /needs/<id>/confirm": [
        row(SETTLING, need("reported"), sees=KNOWING),
        row(NOBODY, need()),
    ],
    "GET /needs/<id>/decline": [row(SETTLING, need("reported"), sees=KNOWING), row(SETTLING, need())],
    "POST /needs/<id>/decline": [
        row(SETTLING, need("reported"), facts=REASON, sees=KNOWING),
        row(SETTLING, need(), facts=REASON),
        row(NOBODY, need("met"), facts=REASON),
    ],
    "GET /needs/<id>/merge": [row(SETTLING, need())],
    "POST /needs/<id>/merge": [
        row(SETTLING, need("reported"), facts=into_another, sees=KNOWING),
        row(SETTLING, need(), facts=into_another),
        row(NOBODY, need("met"), facts=into_another),
    ],
    "GET /needs/<id>/meet": [row(SETTLING, need()), row(NOBODY, need("reported"), sees=KNOWING)],
    "POST /needs/<id>/meet": [
        row(SETTLING, need(), facts=MET),
        row(NOBODY, need("reported"), facts=MET, sees=KNOWING),
    ],
    "GET /needs/<id>/reopen": [row(SETTLING, need("met")), row(NOBODY, need())],
    "POST /needs/<id>/reopen": [
        row(SETTLING, need("met"), facts=REASON),
        row(SETTLING, need("declined"), facts=REASON, sees=KNOWING),
        row(NOBODY, need(), facts=REASON),
    ],
    "GET /needs/<id>/agenda/<group_id>": [
        row(WRITING, need(), address=in_its_group),
        row(NOBODY, need("reported"), address=in_its_group, sees=KNOWING),
        row(NOBODY, need("met"), address=in_its_group),
    ],
    "POST /needs/<id>/agenda/<group_id>": [
        row(WRITING, need(), facts=PROPOSED, address=in_its_group),
        row(NOBODY, need("reported"), facts=PROPOSED, address=in_its_group, sees=KNOWING),
        row(NOBODY, need("met"), facts=PROPOSED, address=in_its_group),
    ],
    "GET /settings/municipalities": [hidden(only(OFFICE, ADMINISTRATOR))],
    "POST /settings/municipalities": [hidden(only(OFFICE, ADMINISTRATOR), facts=one_more_municipality)],
}

ROOMS = [row(KNOWING, need("reported")), row(SIGNED_IN, need()), row(KNOWING, need("declined"))]
