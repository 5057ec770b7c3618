"""Minutes as files: PDF, Word and Markdown, for those who may read the page that says the same."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cachetools import LRUCache
from flask import Blueprint, Response, abort, redirect, request, url_for
from sqlalchemy.orm import joinedload

from network import dates
from network.approval.policy import may_read_published
from network.doors import person
from network.drafts import erasing
from network.exports import cores, markdown, pdf, sheet, sources, word
from network.exports.sheet import Sheet, Source
from network.extensions import db
from network.groups.models import Group
from network.meetings import policy as meetings
from network.meetings.models import Meeting
from network.minutes.models import Minutes
from network.minutes.policy import may_read_register
from network.things import Thing, find, whole

blueprint = Blueprint("exports", __name__)
blueprint.add_app_template_global(sources.years_of, "years_of_minutes")

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}
WRITERS: dict[str, Callable[[Sheet, datetime], bytes]] = {
    "pdf": lambda paper, made_at: pdf.write(paper, int(made_at.timestamp())),
    "docx": lambda paper, made_at: cores.run(word.write, paper, made_at),
    "md": lambda paper, _made_at: markdown.write(paper).encode(),
}
MOST_KEPT = 32 * 1024 * 1024  # bytes

# What was written lately, by the SHA-256 of all that it says: approved minutes are written once.
_kept: LRUCache[str, bytes] = LRUCache(MOST_KEPT, getsizeof=len)
_lock = threading.Lock()


@erasing.erased.append
def _forget(_actor: Any, _owner: Thing) -> None:
    """What was erased is in no file that is kept here."""
    with _lock:
        _kept.clear()


@blueprint.get("/meetings/<id>/minutes.pdf", defaults={"kind": "pdf"})
@blueprint.get("/meetings/<id>/minutes.docx", defaults={"kind": "docx"})
@blueprint.get("/meetings/<id>/minutes.md", defaults={"kind": "md"})
def minutes(id: str, kind: str) -> Any:
    """The minutes of a meeting, all of them: as approved, else as they stand and marked so."""
    options = [joinedload(Meeting.parent), joinedload(Meeting.minutes)]
    meeting = find(Meeting, id, meetings.may_read, options=options)
    if meeting.minutes is None:
        abort(404)
    [source] = sources.of_meetings([meeting])
    return _file(sheet.of_meeting(source), source.made_at, _name(source), kind)


@blueprint.get("/minutes/<id>.pdf", defaults={"kind": "pdf"})
@blueprint.get("/minutes/<id>.docx", defaults={"kind": "docx"})
@blueprint.get("/minutes/<id>.md", defaults={"kind": "md"})
def published(id: str, kind: str) -> Any:
    """Published minutes, as everybody reads them. What is not public leads those who may to all of it."""
    options = [joinedload(Minutes.parent).joinedload(Meeting.parent)]
    minutes = find(Minutes, id, may_read_published, options=options)
    source = sources.of_public(minutes)
    if source is None:
        return redirect(url_for(".minutes", id=minutes.meeting_id, kind=kind))
    return _file(sheet.of_meeting(source), source.made_at, _name(source), kind)


@blueprint.get("/groups/<id>/minutes/<year>.pdf", defaults={"kind": "pdf"})
@blueprint.get("/groups/<id>/minutes/<year>.md", defaults={"kind": "md"})
def year(id: str, year: str, kind: str) -> Any:
    """All minutes of a group of a year, in one file."""
    group = find(Group, id, may_read_register)
    wanted = whole(year) or 0
    found = sources.of_year(person(), group, wanted)
    if not found:
        abort(404)
    made_at = max(source.made_at for source in found)
    return _file(sheet.of_year(group, wanted, found), made_at, f"minutes-{wanted}", kind)


def _name(source: Source) -> str:
    """What the file is called: by the day on which the meeting began."""
    began = source.said["meeting"]["began_at"]
    day = dates.local(datetime.fromisoformat(began) if began else source.made_at)
    return day.strftime("minutes-%Y-%m-%d")


def _file(paper: Sheet, made_at: datetime, name: str, kind: str) -> Any:
    response = Response(_written(paper, made_at, kind), content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


def _written(paper: Sheet, made_at: datetime, kind: str) -> bytes:
    """The file, as kept or written now; nobody holds a database connection while they wait for it."""
    db.session.rollback()
    said = json.dumps([kind, made_at.isoformat(), asdict(paper)], sort_keys=True)
    key = hashlib.sha256(said.encode()).hexdigest()
    with _lock:
        found = _kept.get(key)
    if found is None:
        found = WRITERS[kind](paper, made_at)
        if len(found) <= MOST_KEPT:
            with _lock:
                _kept[key] = found
    return found
