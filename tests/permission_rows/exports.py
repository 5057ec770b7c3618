"""Rows for minutes as files: who sees the page gets the file, and nobody else."""

from typing import Any

from network.dates import local
from network.meetings.models import Meeting
from tests.permission_rows.approval import CLOSED, approved, published, published_minutes, sent
from tests.permission_rows.words import EVERYBODY, IN_GROUP, SIGNED_IN, Row, Scene, Table, hidden


def year_of(_stage: Any, meeting: Meeting) -> dict[str, Any]:
    """The address of the year of a meeting's minutes."""
    return {"id": meeting.parent_id, "year": local(meeting.starts_at).year}


def of_meeting() -> list[Row]:
    """All of the minutes: as the page of the meeting."""
    scenes: list[tuple[Any, Scene]] = [
        (SIGNED_IN, sent()),
        (CLOSED, sent("closed")),
        (SIGNED_IN, approved()),
        (SIGNED_IN, published()),
    ]
    return [hidden(may, scene, door=False) for may, scene in scenes]


def of_public() -> list[Row]:
    """What is published: everybody what is public; what is published to fewer leads those on who may read."""
    return [
        hidden(EVERYBODY, published_minutes(), door=False),
        hidden(SIGNED_IN, published_minutes("network", "network"), yes=302, door=False),
        hidden(CLOSED, published_minutes("closed", "group"), yes=302, door=False),
    ]


def of_year() -> list[Row]:
    """A year of a group: as its list of minutes."""
    return [
        hidden(SIGNED_IN, approved(), address=year_of, door=False),
        hidden(IN_GROUP, approved("closed"), address=year_of, door=False),
    ]


ROUTES: Table = {
    **{f"GET /meetings/<id>/minutes.{kind}": of_meeting() for kind in ("pdf", "docx", "md")},
    **{f"GET /minutes/<id>.{kind}": of_public() for kind in ("pdf", "docx", "md")},
    **{f"GET /groups/<id>/minutes/<year>.{kind}": of_year() for kind in ("pdf", "md")},
}
