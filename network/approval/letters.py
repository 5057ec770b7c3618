"""The letters about corrections and published minutes: each a step of an action."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network import letters
from network.approval.models import Correction, MinutesVersion, Publication
from network.approval.snapshot import read
from network.extensions import db
from network.groups.models import Membership, Place
from network.minutes.models import Minutes
from network.minutes.registers import recipients
from network.people.letters import site_url, unsubscribe_url, wants
from network.people.models import Person


def answered(actor: Any, correction: Correction) -> None:
    """Whoever proposed a correction reads what became of it."""
    person = correction.person
    if person.id == actor.id or not wants(person, "answers"):
        return
    meeting = correction.parent.parent
    letters.write(
        person,
        "correction_answered",
        _l("Your correction of the minutes of “%(title)s”", title=meeting.title),
        unsubscribe=unsubscribe_url(person, "answers"),
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
        if wants(person, "minutes"):
            letters.write(
                person,
                "corrections_open",
                _l("Corrections of the minutes of “%(title)s” are open", title=meeting.title),
                unsubscribe=unsubscribe_url(person, "minutes"),
                about=minutes,
                meeting=meeting,
                number=number,
                url=site_url(f"/meetings/{meeting.id}/minutes"),
            )


def published(minutes: Minutes, publication: Publication, version: MinutesVersion) -> None:
    """The minutes go out to those who were invited or came, and to those who asked for them."""
    meeting, content = minutes.parent, read(version)
    for person in recipients(meeting):
        if wants(person, "minutes"):
            letters.write(
                person,
                "minutes_published",
                _l("Minutes of “%(title)s”", title=meeting.title),
                unsubscribe=unsubscribe_url(person, "minutes"),
                about=minutes,
                meeting=meeting,
                content=content,
                digest=version.digest,
                publication=publication,
                url=site_url(f"/meetings/{meeting.id}/minutes"),
                public_url=site_url(f"/minutes/{minutes.id}") if publication.audience == "public" else "",
            )
