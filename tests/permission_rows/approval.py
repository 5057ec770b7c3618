"""Rows for the life of minutes after they were sent for correction."""

from datetime import timedelta
from typing import Any

from network.approval import snapshot
from network.approval.models import Correction, MinutesVersion, Publication
from network.attendance.models import Presence
from network.dates import local
from network.extensions import db
from network.meetings.models import Meeting
from network.minutes.models import ItemMinutes, Minutes, MinutesState
from network.things import now
from tests.permission_rows.stage import SECRET, Stage, group, meeting
from tests.permission_rows.words import (
    CHAIRING,
    EVERYBODY,
    GUEST,
    IN_GROUP,
    LEAD,
    MINUTE_TAKER,
    NOBODY,
    OFFICE,
    OFFICERS,
    SIGNED_IN,
    STEERING,
    Scene,
    Table,
    hidden,
    only,
    row,
)

SETTLING = STEERING | {MINUTE_TAKER}
WAS_THERE = STEERING | OFFICERS | {GUEST}  # in these scenes
CLOSED = IN_GROUP | OFFICERS


# Scenes


def circulated(stage: Stage, of: str) -> Meeting:
    """A meeting at which the guest was, with a text; its minutes were sent for correction.

    Of a group of its own: whoever chairs another meeting of it could approve them.
    """
    found = stage.meeting("closed", group=stage.group(of))
    first = found.agenda[0]
    if first.minutes is None:
        stage.within(ItemMinutes(item_id=first.id, text=f"{SECRET} text.", revision=1), first)
    for row_ in found.attendances:
        if row_.person_id == stage[GUEST].id:
            row_.presence = Presence.ROOM
    found.minutes.state = MinutesState.CIRCULATED
    found.minutes.circulated_at = now()
    found.minutes.corrections_until = (local(now()) + timedelta(days=7)).date()
    db.session.commit()
    return found


def sent(of: str = "network") -> Scene:
    """Such a meeting."""
    return Scene(
        f"meeting of the {of} group with minutes and their text", lambda stage: circulated(stage, of)
    )


def sent_before_the_next(of: str = "network") -> Scene:
    """Such a meeting, and the next one of its group is on."""

    def make(stage: Stage) -> Meeting:
        found = circulated(stage, of)
        stage.meeting("running", group=found.parent)
        return found

    return Scene(f"meeting of the {of} group with minutes while the next one is on", make)


def sent_item(of: str = "network") -> Scene:
    """Its first item."""
    return Scene(f"item of a meeting of the {of} group", lambda stage: circulated(stage, of).agenda[0])


def correction(of: str = "network", state: str = "open") -> Scene:
    """A correction that the guest has proposed."""

    def make(stage: Stage) -> Correction:
        found = circulated(stage, of)
        proposed = Correction(
            minutes_id=found.minutes.id,
            item_id=found.agenda[0].id,
            person_id=stage[GUEST].id,
            proposed=f"{SECRET} wording.",
            reason="It was missing.",
            state=state,
        )
        stage.within(proposed, found.agenda[0])
        db.session.commit()
        return proposed

    return Scene(f"{state} correction in the {of} group", make)


def sent_with_corrections(of: str = "network") -> Scene:
    """The meeting of such a correction."""

    def make(stage: Stage) -> Meeting:
        return correction(of).make(stage).parent.parent

    return Scene(f"meeting of the {of} group with minutes and a correction", make)


def frozen(stage: Stage, of: str, audience: str = "") -> Meeting:
    """A meeting whose minutes are approved, and published if an audience is named."""
    found = circulated(stage, of)
    said = snapshot.taken(found, how="meeting", result="by consensus", at=now(), by=stage[LEAD])
    text = snapshot.canonical(said)
    version = MinutesVersion(
        minutes_id=found.minutes.id, number=1, content=text, digest=snapshot.digest(text)
    )
    db.session.add(version)
    db.session.flush()
    found.minutes.state, found.minutes.approved_at = MinutesState.APPROVED, now()
    if audience:
        db.session.add(
            Publication(
                minutes_id=found.minutes.id, version_id=version.id, audience=audience, named=[], left_out=[]
            )
        )
        found.minutes.state, found.minutes.published_to = MinutesState.PUBLISHED, audience
    db.session.commit()
    return found


def approved(of: str = "network") -> Scene:
    """A meeting with approved minutes."""
    return Scene(f"meeting of the {of} group with approved minutes", lambda stage: frozen(stage, of))


def published(of: str = "public", audience: str = "public") -> Scene:
    """A meeting with published minutes."""
    return Scene(
        f"meeting of the {of} group with minutes published to the {audience}",
        lambda stage: frozen(stage, of, audience),
    )


def published_minutes(of: str = "public", audience: str = "public") -> Scene:
    """Published minutes themselves, by their own address."""

    def make(stage: Stage) -> Minutes:
        return frozen(stage, of, audience).minutes

    return Scene(f"minutes of the {of} group published to the {audience}", make)


def group_with_published() -> Scene:
    """A public group with published minutes."""
    return Scene("group with published minutes", lambda stage: frozen(stage, "public", "public").parent)


def first_version(_stage: Any, thing: Meeting) -> dict[str, Any]:
    """The address of the first version of a meeting's minutes."""
    return {"id": thing.id, "number": 1}


def first_passage(_stage: Any, thing: Meeting, _who: Any) -> dict[str, Any]:
    """What is sent to erase the first paragraph of approved minutes."""
    return {"version": "1", "chosen": f"text-{thing.agenda[0].id}-1", "reason": "A name.", "sure": "y"}


def its_titles(_stage: Any, thing: Meeting, _who: Any) -> dict[str, Any]:
    """What is sent to erase the titles of the meeting and of its first item."""
    titles = ["meeting", f"title-{thing.agenda[0].id}"]
    return {"version": "1", "chosen": titles, "reason": "A name.", "sure": "y"}


ALL_OF_IT = {"sees": NOBODY}
ONE_VERSION = "/meetings/<id>/minutes/versions/<number>"
ROUTES: Table = {
    "GET /items/<id>/corrections": [row(WAS_THERE, sent_item())],
    "POST /items/<id>/corrections": [
        row(WAS_THERE, sent_item(), facts={"paragraph": "", "proposed": "More.", "reason": "It is missing."}),
        row(
            WAS_THERE,
            sent_item("closed"),
            facts={"paragraph": "", "proposed": "More.", "reason": "It is missing."},
            sees=CLOSED,
        ),
    ],
    "GET /corrections/<id>": [
        row(SIGNED_IN, correction(), **ALL_OF_IT),
        hidden(CLOSED, correction("closed")),
    ],
    "POST /corrections/<id>/take": [
        row(SETTLING, correction()),
        row(SETTLING, correction("closed"), sees=CLOSED),
    ],
    "POST /corrections/<id>/decline": [
        row(SETTLING, correction(), facts={"answer": "It was not so."}),
        row(SETTLING, correction("closed"), facts={"answer": "It was not so."}, sees=CLOSED),
    ],
    "POST /corrections/<id>/withdraw": [
        row(only(GUEST), correction()),
        row(only(GUEST), correction("closed"), sees=CLOSED),
    ],
    "POST /corrections/<id>/again": [
        row(only(GUEST), correction(state="withdrawn")),
        row(NOBODY, correction()),
    ],
    "GET /meetings/<id>/minutes/approve": [row(STEERING, sent()), row(NOBODY, approved())],
    "POST /meetings/<id>/minutes/approve": [
        row(STEERING, sent(), facts={"result": "by consensus"}),
        row(CHAIRING, sent_before_the_next(), facts={"result": "by consensus"}),
        row(NOBODY, meeting("closed"), facts={"result": "by consensus"}),
    ],
    "GET /meetings/<id>/minutes/versions": [
        row(SIGNED_IN, approved(), **ALL_OF_IT),
        hidden(CLOSED, approved("closed")),
    ],
    f"GET {ONE_VERSION}": [
        row(SIGNED_IN, approved(), address=first_version, **ALL_OF_IT),
        hidden(CLOSED, approved("closed"), address=first_version),
    ],
    f"GET {ONE_VERSION}.json": [
        row(SIGNED_IN, approved(), address=first_version, **ALL_OF_IT),
        hidden(CLOSED, approved("closed"), address=first_version),
    ],
    "GET /meetings/<id>/minutes/compare": [
        row(SIGNED_IN, approved(), **ALL_OF_IT),
        hidden(CLOSED, approved("closed")),
    ],
    "GET /meetings/<id>/minutes/addendum": [row(STEERING, approved())],
    "POST /meetings/<id>/minutes/addendum": [
        row(
            STEERING,
            approved(),
            facts={"version": "1", "paragraph": "", "text": "It was later.", "reason": "Asked for."},
        ),
    ],
    "GET /meetings/<id>/minutes/publish": [row(SETTLING, approved()), row(SETTLING, approved("public"))],
    "POST /meetings/<id>/minutes/publish": [
        row(SETTLING, approved(), facts={"version": "1", "audience": "network", "left_out": ""}),
        row(SETTLING, approved("public"), facts={"version": "1", "audience": "public", "left_out": ""}),
    ],
    "GET /meetings/<id>/minutes/withdraw": [row(only(OFFICE), published())],
    "POST /meetings/<id>/minutes/withdraw": [
        row(only(OFFICE), published(), facts={"reason": "A name was in it."}),
        row(NOBODY, approved(), facts={"reason": "A name was in it."}),
    ],
    "GET /meetings/<id>/minutes/erase": [
        row(only(OFFICE), approved()),
        row(only(OFFICE), approved("closed"), sees=CLOSED),
    ],
    "POST /meetings/<id>/minutes/erase": [
        row(only(OFFICE), approved(), facts=first_passage),
        row(only(OFFICE), published(), facts=first_passage),
        row(only(OFFICE), approved(), facts=its_titles),
    ],
    "GET /minutes/<id>": [
        row(EVERYBODY, published_minutes(), door=False),
        row(SIGNED_IN, published_minutes("public", "group"), yes=302, sees=NOBODY, door=False),
        row(CLOSED, published_minutes("closed", "group"), yes=302, sees=NOBODY, door=False),
    ],
    "POST /groups/<id>/minutes/ask": [
        row(SIGNED_IN, group(), facts={"wanted": "yes"}),
        hidden(IN_GROUP, group("closed"), facts={"wanted": "yes"}),
    ],
}
