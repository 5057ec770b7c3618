"""The letters about corrections and published minutes: each a step of an action."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.approval.models import Correction, MinutesVersion, Publication
from network.approval.snapshot import Content, read
from network.extensions import db
from network.groups.models import Membership, Place
from network.minutes import told
from network.minutes.models import Minutes
from network.minutes.registers import recipients
from network.people.letters import site_url, write_if_wanted
from network.people.models import Person


def answered(actor: Any, correction: Correction) -> None:
    """Whoever proposed a correction reads what became of it."""
    person = correction.person
    if person.id == actor.id:
        return
    meeting = correction.parent.parent
    write_if_wanted(
        person,
        "answers",
        "correction_answered",
        _l("Your correction of the minutes of “%(title)s”", title=meeting.title),
        about=correction,
        correction=correction,
        meeting=meeting,
        answered_by=actor.name,
        url=site_url(f"/corrections/{correction.id}"),
    )


def still_open(minutes: Minutes, number: int) -> None:
    """Those who lead the group, and the minute-taker, read that the minutes wait for them."""
    meeting = minutes.parent
    leads = select(Membership.person_id).where(
        Membership.group_id == meeting.parent_id,
        Membership.role == Place.LEAD,
        Membership.removed_at.is_(None),
    )
    ids = {*db.session.scalars(leads), meeting.minute_taker_id}
    for person in db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)):
        write_if_wanted(
            person,
            "minutes",
            "corrections_open",
            _l("Corrections of the minutes of “%(title)s” are open", title=meeting.title),
            about=minutes,
            meeting=meeting,
            number=number,
            url=site_url(f"/meetings/{meeting.id}/minutes"),
        )


def published(minutes: Minutes, publication: Publication, version: MinutesVersion) -> None:
    """The minutes go out to those who were invited or came, and to those who asked for them."""
    meeting, content = minutes.parent, read(version)
    for person in recipients(meeting):
        write_if_wanted(
            person,
            "minutes",
            "minutes_published",
            _l("Minutes of “%(title)s”", title=meeting.title),
            about=minutes,
            meeting=meeting,
            content=content,
            parts_of=_parts,
            digest=version.present_digest,
            approved_digest=version.digest if version.shown_digest else "",
            publication=publication,
            url=site_url(f"/meetings/{meeting.id}/minutes"),
            public_url=site_url(f"/minutes/{minutes.id}") if publication.audience == "public" else "",
        )


def _parts(item: Content) -> list[str | told.Line]:
    """What a version says on an item, as a letter tells it."""
    lines: told.Lines = {
        ("decision", one["id"]): told.Line(
            "decision", one["text"], one["citation"], one["plain"], one["how"], one["organisation"]
        )
        for one in item["decisions"]
    }
    lines |= {
        ("action", one["id"]): told.Line(
            "action",
            one["text"],
            who=one["person"]["name"] if one["person"] else one["organisation"],
            due_on=date.fromisoformat(one["due_on"]) if one["due_on"] else None,
        )
        for one in item["actions"]
    }
    return told.parts([one["text"] for one in item["paragraphs"]], lines)
