"""A meeting as it was told, as it is now, and the difference in words."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import datetime
from difflib import SequenceMatcher
from secrets import token_hex
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from network import dates
from network.extensions import db
from network.invitations.models import Telling
from network.meetings.models import AgendaItem, Meeting
from network.things import Room, fill_in


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """What those invited need to know, small enough to keep: of long texts a digest that tells them apart."""
    fill_in(meeting.agenda, selectinload(AgendaItem.presenters))
    return {
        "title": meeting.title,
        "starts_at": dates.iso(meeting.starts_at),
        "ends_at": dates.iso(meeting.ends_at),
        "place": meeting.place,
        "online_url": _digest(meeting.online_url),
        "note": _digest(meeting.note),
        "items": [_facts_of_item(item) for item in meeting.agenda],
    }


def _facts_of_item(item: AgendaItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "number": item.number,
        "title": item.title,
        "minutes": item.planned_minutes,
        "more": sign_of(item),
    }


def sign_of(item: AgendaItem) -> str:
    """What tells apart whether there is something new in an item besides its title."""
    presenters = [f"{by.person_id}" if by.person_id else by.name for by in item.presenters]
    return _digest(item.kind, item.text, *presenters)


def _digest(*parts: str) -> str:
    """Empty for nothing, else a short sign that differs if the text does."""
    if not any(parts):
        return ""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def note(meeting: Meeting, room: Room) -> Telling:
    """Step of an action, after its line of the journal: from here on this is what people have been told."""
    telling = Telling(
        meeting_id=meeting.id, number=room.number, sequence=meeting.sequence, facts=facts_of(meeting)
    )
    db.session.add(telling)
    meeting.told_number, meeting.untold_since = telling.number, None
    db.session.flush()
    return telling


def last(meeting: Meeting) -> Telling | None:
    """The newest one."""
    return db.session.scalars(
        select(Telling).where(Telling.meeting_id == meeting.id).order_by(Telling.number.desc()).limit(1)
    ).one_or_none()


def all_of(meeting: Meeting) -> dict[int, Telling]:
    """Every one by its number."""
    found = db.session.scalars(select(Telling).where(Telling.meeting_id == meeting.id))
    return {telling.number: telling for telling in found}


def untold(meeting: Meeting) -> list[str]:
    """What has changed since those invited were told last, as sentences."""
    telling = last(meeting)
    return differences(telling.facts, facts_of(meeting)) if telling else []


def erase(meeting: Meeting, put: Callable[[str, int | None], str], were: Mapping[int, str]) -> None:
    """Step of an erasure, once the meeting says what it says from now on: nobody was told anything else.

    So that no letter tells of old words as of a difference. `put` says what a title is called now, of an item
    by its id or, for None, of the meeting. `were` are the signs (see `sign_of`) of items as they were just
    before; those of still older words are exchanged, since words can be guessed and proved by a digest.
    """
    now_there = {item.id: sign_of(item) for item in meeting.agenda}
    older: dict[tuple[int, str], str] = {}
    for telling in all_of(meeting).values():
        facts = deepcopy(telling.facts)
        facts["title"] = put(facts["title"], None)
        for one in facts["items"]:
            id, sign = one["id"], one["more"]
            one["title"] = put(one["title"], id)
            if id in were and sign:
                kept = now_there.get(id, "") if sign == were[id] else ""
                one["more"] = kept or older.setdefault((id, sign), token_hex(8))
        telling.facts = facts


def tell_anew(meeting: Meeting, unsent: Iterable[tuple[int, bool]]) -> None:
    """Step of an action that takes letters about a meeting out of the queue: they are written once more.

    `unsent` are persons, each with whether the letter was their invitation and not one about changes.
    """
    numbers = sorted(all_of(meeting))
    rows = {row.person_id: row for row in meeting.attendances if row.person_id}
    for person_id, was_invitation in unsent:
        row = rows.get(person_id)
        if row is None or row.told_number not in numbers:
            continue
        place = numbers.index(row.told_number)
        row.told_number = None if was_invitation or place == 0 else numbers[place - 1]


def differ(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether there is anything to tell."""
    return before != after


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Each difference as a sentence in the current language."""
    return [*_of_frame(before, after), *_of_agenda(before["items"], after["items"])]


def _of_frame(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    said = []
    if before["title"] != after["title"]:
        said.append(_("The meeting is now called “%(title)s”.", title=after["title"]))
    times = ("starts_at", "ends_at")
    if any(before[name] != after[name] for name in times):
        new, old = (
            dates.span(*(datetime.fromisoformat(at[name]) for name in times)) for at in (after, before)
        )
        said.append(_("New time: %(new)s (before: %(old)s).", new=new, old=old))
    if before["place"] != after["place"]:
        if not after["place"]:
            said.append(_("The place is no longer: %(old)s.", old=before["place"]))
        elif before["place"]:
            said.append(_("New place: %(new)s (before: %(old)s).", new=after["place"], old=before["place"]))
        else:
            said.append(_("Place: %(new)s.", new=after["place"]))
    if before["online_url"] != after["online_url"]:
        if not after["online_url"]:
            said.append(_("One can no longer take part online."))
        elif before["online_url"]:
            said.append(_("The link for taking part online is a new one."))
        else:
            said.append(_("One can now take part online as well."))
    if before["note"] != after["note"]:
        said.append(_("The note for those invited has been changed."))
    return said


def _of_agenda(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    was = {item["id"]: item for item in before}
    now_there = {item["id"]: item for item in after}
    kept_before = [id for id in was if id in now_there]
    kept_after = [id for id in now_there if id in was]
    blocks = SequenceMatcher(None, kept_before, kept_after, autojunk=False).get_matching_blocks()
    in_place = {id for block in blocks for id in kept_after[block.b : block.b + block.size]}
    said = []
    for id, item in now_there.items():
        old = was.get(id)
        facts = {"number": item["number"], "title": item["title"]}
        if old is None:
            said.append(_("New on the agenda: %(number)s “%(title)s”.", **facts))
            continue
        if id not in in_place:
            said.append(_("Moved on the agenda: “%(title)s” is now number %(number)s.", **facts))
        if old["title"] != item["title"]:
            said.append(
                _(
                    "Number %(number)s is now called “%(title)s” (before: “%(old)s”).",
                    old=old["title"],
                    **facts,
                )
            )
        if old["minutes"] != item["minutes"]:
            said.append(
                ngettext(
                    "For %(number)s “%(title)s” %(num)s minute is planned now.",
                    "For %(number)s “%(title)s” %(num)s minutes are planned now.",
                    item["minutes"],
                    **facts,
                )
            )
        if old["more"] != item["more"]:
            said.append(_("There is something new in %(number)s “%(title)s”.", **facts))
    said += [
        _("No longer on the agenda: “%(title)s”.", title=item["title"])
        for id, item in was.items()
        if id not in now_there
    ]
    return said
