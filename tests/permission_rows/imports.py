"""Rows for old minutes: who leads the group uploads them, and sees their own alone."""

import secrets
from datetime import date
from io import BytesIO
from typing import Any

from network.groups.models import Visibility
from network.imports import actions
from network.imports.models import OldMinutes
from network.imports.pieces import packed
from network.imports.reading import read
from network.imports.recognising import kinds_of
from tests.permission_rows.stage import SECRET, Stage, archived, group
from tests.permission_rows.words import LEAD, NOBODY, STEERING, Scene, Table, hidden, only, row

TEXT = f"""# {SECRET} minutes of 12 March 2024

Present: Anke Krämer

## 1. Waiting lists

Everybody waits. See [the list](https://auental.example/list).

- **Decision:** We ask for rooms.
- Action: Anke Krämer writes to the county by 30 April 2030

| What | Who | By when |
| --- | --- | --- |
| Find a room | Ben Berger | 2024-05-01 |
"""
MEETING = {
    "meeting_id": "",
    "title": "March meeting",
    "day": "2024-03-12",
    "start": "17:00",
    "end": "18:30",
    "place": "",
}


def old_minutes(text: str = TEXT) -> Scene:
    """A document that the lead has uploaded, with suggestions for its meeting and lines."""

    def make(stage: Stage) -> OldMinutes:
        source, held = read(text.encode(), "alt.md"), date(2024, 3, 12)
        kinds = [kind.value for kind in kinds_of(source, today=date(2026, 12, 2), held=held)]
        kept: OldMinutes = actions.keep(
            stage[LEAD],
            stage.groups[Visibility.NETWORK],
            sending=secrets.token_hex(8),
            name="alt.md",
            source=packed(source),
            chosen={**MEETING, "kinds": kinds},
        )
        return kept

    return Scene("old minutes", make)


def a_document(*_scene: Any) -> dict[str, Any]:
    """Something to upload."""
    return {"file": (BytesIO(TEXT.encode()), "alt.md")}


ROUTES: Table = {
    "GET /groups/<id>/minutes/old": [
        row(STEERING, group()),
        row(STEERING, group("closed")),
        row(NOBODY, archived()),
    ],
    "POST /groups/<id>/minutes/old": [
        row(STEERING, group(), facts=a_document),
        row(STEERING, group("closed"), facts=a_document),
    ],
    "GET /old-minutes/<id>": [hidden(only(LEAD), old_minutes())],
    "POST /old-minutes/<id>": [hidden(only(LEAD), old_minutes(), facts=MEETING)],
    "GET /old-minutes/<id>/discard": [hidden(only(LEAD), old_minutes())],
    "POST /old-minutes/<id>/discard": [hidden(only(LEAD), old_minutes())],
}
