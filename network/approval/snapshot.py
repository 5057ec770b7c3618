"""What approved minutes say, text and things together, as one canonical text that never changes.

The form is that of RFC 8785 as far as it matters here: keys in order, no blanks, UTF-8, no fractions.
Texts are as people wrote them (Markdown), names as the record has them, moments in UTC.
"""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from network.approval.models import MinutesVersion
from network.attendance.models import Attendance
from network.dates import iso
from network.directory.models import Network
from network.drafts import markdown
from network.drafts.tree import Run
from network.meetings.models import AgendaItem, Meeting, Presenter
from network.minutes.content import REFERENCE
from network.minutes.content import content as paragraphs_of
from network.minutes.models import load_record
from network.minutes.registers import by_organisation
from network.minutes.told import Line, parts
from network.people.models import Person
from network.things import fill_in

FORMAT = 1
Content = dict[str, Any]


def canonical(content: Content) -> str:
    """The one way to write this content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(version: MinutesVersion) -> Content:
    """What a version says."""
    found: Content = json.loads(version.content)
    return found


def holds(version: MinutesVersion, before: MinutesVersion | None) -> bool:
    """Whether a version is what its digest says, and follows on the version before it.

    Where a passage was erased, what is left has a digest of its own; the chain is that of what was approved.
    """
    said = read(version)
    return (
        digest(version.content) == version.present_digest
        and said["version"] == version.number
        and said["previous"] == (before.digest if before else None)
        and version.number == (before.number + 1 if before else 1)
    )


def load(meeting: Meeting) -> None:
    """Fill in what `taken` reads: the same few statements for any length."""
    load_record(meeting)
    fill_in(meeting.agenda, selectinload(AgendaItem.presenters).joinedload(Presenter.person))
    fill_in(meeting.attendances, joinedload(Attendance.person), joinedload(Attendance.organisation))


def taken(meeting: Meeting, *, how: str, result: str, at: datetime, by: Person | None) -> Content:
    """The first version of a meeting's minutes: head, attendance, items, and how they were approved."""
    network = Network.here()
    attended = {row.person_id: row.organisation_name for row in meeting.attendances if row.person_id}

    def named(person: Person | None) -> Content | None:
        if person is None:
            return None
        organisation = person.organisation.name if person.organisation else ""
        return {
            "id": person.id,
            "name": person.recorded_name,
            "organisation": attended.get(person.id, organisation),
        }

    return {
        "format": FORMAT,
        "version": 1,
        "previous": None,
        "network": {"name": network.name, "district": network.district},
        "group": {"id": meeting.parent_id, "name": meeting.parent.name},
        "meeting": {
            "id": meeting.id,
            "title": meeting.title,
            "kind": meeting.kind,
            "place": meeting.place,
            "began_at": _moment(meeting.started_at),
            "ended_at": _moment(meeting.ended_at),
            "chair": named(meeting.chair),
            "minute_taker": named(meeting.minute_taker),
        },
        "attendance": _attendance(meeting),
        "items": [_item(item, named) for item in meeting.agenda],
        "approval": {"how": how, "result": result, "at": _moment(at), "by": named(by)},
        "addenda": [],
    }


def added_to(
    before: MinutesVersion, *, by: Person, at: datetime, reason: str, text: str, paragraph: str
) -> Content:
    """The next version: a further addendum, and the paragraph that it corrects in its new wording."""
    content = read(before)
    number = len(content["addenda"]) + 1
    was = worded(content).get(paragraph, "")
    for one in paragraphs(content):
        if one["id"] == paragraph:
            one["text"], one["addendum"] = text, number
    organisation = by.organisation.name if by.organisation else ""
    content["addenda"].append(
        {
            "number": number,
            "paragraph": paragraph,
            "was": was,
            "text": text,
            "reason": reason,
            "at": _moment(at),
            "by": {"id": by.id, "name": by.recorded_name, "organisation": organisation},
        }
    )
    content["version"], content["previous"] = before.number + 1, before.digest
    return content


def paragraphs(content: Content) -> list[Content]:
    """The paragraphs of all items, in their order."""
    return [one for item in content["items"] for one in item["paragraphs"]]


def worded(content: Content) -> dict[str, str]:
    """What each paragraph says, by its id: one that only names decisions and actions says their words."""
    found = {}
    for item in content["items"]:
        lines = {
            ("decision", one["id"]): Line("decision", one["text"], one["citation"])
            for one in item["decisions"]
        }
        lines |= {("action", one["id"]): Line("action", one["text"]) for one in item["actions"]}
        for one in item["paragraphs"]:
            named = {(kind, int(id)) for kind, id in REFERENCE.findall(one["text"])}
            said = parts([one["text"]], {key: line for key, line in lines.items() if key in named})
            found[one["id"]] = "\n\n".join(
                part if isinstance(part, str) else markdown.inline([Run(part.sentence)]) for part in said
            )
    return found


def _moment(value: datetime | None) -> str | None:
    return iso(value) if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _attendance(meeting: Meeting) -> Content:
    lists = by_organisation(meeting)

    def line(row: Any) -> Content:
        return {
            "id": row.person_id,
            "name": row.person.recorded_name if row.person else row.guest_name,
            "organisation": row.organisation_name,
            "how": row.presence,
            "from": _moment(row.arrived_at),
            "to": _moment(row.left_at),
        }

    return {
        "present": [line(row) for part in lists.present for row in part.people],
        "excused": [line(row) for row in lists.excused],
        "absent": [line(row) for row in lists.absent],
    }


def _item(item: AgendaItem, named: Any) -> Content:
    return {
        "id": item.id,
        "number": item.number,
        "title": item.title,
        "kind": item.kind,
        "state": item.state,
        "internal": item.kept_internal,
        "began_at": _moment(item.first_opened_at),
        "ended_at": _moment(item.last_left_at),
        "seconds": item.spent_seconds,
        "presenters": [
            named(one.person) or {"id": None, "name": one.name, "organisation": ""} for one in item.presenters
        ],
        "paragraphs": [
            {"id": f"text-{item.id}-{number}", "text": text}
            for number, text in enumerate(paragraphs_of(item.minutes), 1)
        ],
        "decisions": [
            {
                "id": one.id,
                "citation": one.citation,
                "text": one.text,
                "plain": one.plain,
                "how": one.how,
                "organisation": one.organisation.name if one.organisation else "",
                "review_on": _day(one.review_on),
                "state": one.state,
            }
            for one in item.decisions
        ],
        "actions": [
            {
                "id": one.id,
                "text": one.text,
                "person": named(one.person),
                "organisation": one.organisation.name if one.organisation else "",
                "due_on": _day(one.due_on),
                "state": one.state,
            }
            for one in item.actions
        ],
    }
