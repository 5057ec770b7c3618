"""What is done to circulated minutes: corrections, their answers, the approval; and addenda after it.

Nothing here makes approved minutes writable again: an addendum adds a version and leaves the others.
"""

from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from network.approval import letters, policy, snapshot
from network.approval.models import Correction, CorrectionState, MinutesVersion
from network.approval.reading import newest, number_open, place_of, present_place, seen_text
from network.changes import Invalid, Refused, Stale, action, record, revoke
from network.dates import day_short
from network.extensions import db
from network.groups.models import Approval
from network.meetings.models import AgendaItem, Meeting
from network.minutes import policy as minutes_policy
from network.minutes.content import content, put_right
from network.minutes.models import Minutes, MinutesState
from network.people.models import Person
from network.things import Room, now

# Corrections


@action(minutes_policy.may_correct)
def propose(
    actor: Any, minutes: Minutes, *, item: int, paragraph: str, proposed: str, reason: str
) -> Correction:
    """Propose another wording of a paragraph, or what is missing. An empty wording leaves the paragraph out.

    `paragraph` is its `mark`, or empty for what is missing, which comes in at the end of the item. Raises
    Stale if there is no such paragraph any more.
    """
    about = next((one for one in minutes.parent.agenda if one.id == item), None)
    if about is None:
        raise Invalid(item=_l("Please choose one of the entries."))
    place = place_of(content(about.minutes), paragraph) if paragraph else None
    if paragraph and place is None:
        raise Stale(_l("This paragraph has been changed in the meantime."))
    was = content(about.minutes)[place] if place is not None else ""
    if proposed == was:
        raise Invalid(proposed=_l("This is what stands there already. Please write how it should be."))
    correction = Correction(
        parent=about,
        room_id=about.room_id,
        created_by_id=actor.id,
        minutes_id=minutes.id,
        item_id=about.id,
        person_id=actor.id,
        place=place,
        was=was,
        proposed=proposed,
        reason=reason,
    )
    db.session.add(correction)
    record("proposed", correction, by=actor)
    return correction


@action(policy.may_settle)
def take(
    actor: Any, correction: Correction, *, paragraph: str | None = None, wording: str | None = None
) -> Correction:
    """Let the text read as was proposed, or in another `wording`.

    `paragraph` is the mark of the one that it replaces where the one that was meant reads otherwise by now.
    Raises Stale if that one is not there: whoever takes it should see both texts.
    """
    item = correction.parent
    texts = content(item.minutes)
    text = correction.proposed if wording is None else wording
    if correction.place is None and not paragraph:
        if not text:
            raise Invalid(wording=_l("Please fill this in."))
        texts.append(text)
    else:
        place = place_of(texts, paragraph, correction.place or 0) if paragraph else present_place(correction)
        if place is None:
            raise Stale(
                _l("The paragraph reads otherwise by now. Please look at both, and choose what shall stand.")
            )
        texts[place : place + 1] = [text] if text else []
    put_right(actor, item, texts)
    correction.taken_as = text
    _settle(actor, correction, CorrectionState.TAKEN)
    return correction


@action(policy.may_settle)
def decline(actor: Any, correction: Correction, *, answer: str) -> Correction:
    """Leave the text as it is, and say why."""
    if not answer.strip():
        raise Invalid(answer=_l("Please say why, so that the person understands it."))
    correction.answer = answer
    _settle(actor, correction, CorrectionState.DECLINED)
    return correction


@action(policy.may_withdraw_correction)
def withdraw(actor: Any, correction: Correction) -> Correction:
    """Take one's own correction back before it is settled. It stays beside the minutes, as withdrawn."""
    correction.state = CorrectionState.WITHDRAWN
    correction.settled_at, correction.settled_by_id = now(), actor.id
    record("withdrawn", correction, by=actor)
    return correction


@action(policy.may_propose_again)
def propose_again(actor: Any, correction: Correction) -> Correction:
    """Let it be open after all."""
    correction.state = CorrectionState.OPEN
    correction.settled_at = correction.settled_by_id = None
    record("restored", correction, by=actor)
    return correction


def _settle(actor: Any, correction: Correction, state: CorrectionState) -> None:
    correction.state, correction.settled_at, correction.settled_by_id = state, now(), actor.id
    record(str(state), correction, by=actor, also=[correction.person.room])
    letters.answered(actor, correction)


# The approval


@action(policy.may_approve)
def approve(actor: Any, minutes: Minutes, *, result: str = "", seen: str | None = None) -> Minutes:
    """Freeze the minutes: what they say from now on stands in their first version.

    `result` is how the meeting decided ("by consensus", "14 yes, 3 no"); `seen` is the text that whoever
    approves has looked at. Raises Refused while corrections are open, and Stale for another text.
    """
    if number_open(minutes):
        raise Refused(_l("Corrections are still open. Please take or decline each of them first."))
    if seen is not None and seen != seen_text(minutes):
        raise Stale(_l("The minutes have been changed since you looked at them. Please read them once more."))
    meeting, at = minutes.parent, now()
    by_clock = bool(actor.is_clock)
    if by_clock and minutes.corrections_until is not None:
        with force_locale(_language_of_record()):
            result = _("no correction open after %(day)s", day=day_short(minutes.corrections_until))
    person = None if by_clock else db.session.get(Person, actor.id)
    snapshot.load(meeting)
    said = snapshot.taken(
        meeting,
        how=Approval.TACIT if by_clock else Approval.MEETING,
        result=result,
        at=at,
        by=person,
    )
    _put_version(minutes, said, person)
    minutes.state, minutes.approved_at = MinutesState.APPROVED, at
    record("approved", minutes, by=actor, also=[meeting.parent.room, *_where_it_was_to_be_approved(meeting)])
    revoke(meeting.room)  # nobody settles anything any more: pages ask anew what their readers may
    return minutes


def _where_it_was_to_be_approved(meeting: Meeting) -> list[Room]:
    """The rooms of meetings on whose agenda the approval stands."""
    item = aliased(AgendaItem, flat=True)
    query = (
        select(Room)
        .join(item, item.room_id == Room.id)
        .where(item.carried_as == f"minutes:{meeting.id}", item.removed_at.is_(None))
    )
    return list(db.session.scalars(query))


def _language_of_record() -> str:
    """What the program itself writes into minutes is in the first language of the network."""
    return str(current_app.config["LANGUAGES"][0])


def _put_version(minutes: Minutes, said: snapshot.Content, person: Person | None) -> MinutesVersion:
    text = snapshot.canonical(said)
    version = MinutesVersion(
        minutes_id=minutes.id,
        number=said["version"],
        content=text,
        digest=snapshot.digest(text),
        made_by_id=person.id if person else None,
        made_at=now(),
    )
    db.session.add(version)
    db.session.flush()
    return version


@action(policy.may_tell_open)
def tell_open(actor: Any, minutes: Minutes) -> Minutes:
    """Tell those who lead the group, once, that corrections keep the minutes from being approved."""
    if minutes.told_open_at is None:
        minutes.told_open_at = now()
        record("still open", minutes, by=actor)
        letters.still_open(minutes, number_open(minutes))
    return minutes


# After the approval


@action(policy.may_add)
def add(
    actor: Any, minutes: Minutes, *, text: str, reason: str, version: int, paragraph: str = ""
) -> MinutesVersion:
    """Add a later correction, visibly: a paragraph (by its id) in another wording, or something further.

    `version` is the one that was looked at: Stale if there is a newer one.
    """
    last = newest(minutes)
    if version != last.number:
        raise Stale(
            _l("Somebody has added something in the meantime. Please look at it, and then save yours.")
        )
    held = snapshot.worded(snapshot.read(last))
    if paragraph and paragraph not in held:
        raise Invalid(paragraph=_l("Please choose one of the entries."))
    if not text.strip() or (paragraph and held[paragraph] == text):
        raise Invalid(text=_l("Please write how it should be."))
    if not reason.strip():
        raise Invalid(reason=_l("Please say why."))
    person: Any = db.session.get(Person, actor.id)
    with force_locale(_language_of_record()):
        said = snapshot.added_to(last, by=person, at=now(), reason=reason, text=text, paragraph=paragraph)
    made = _put_version(minutes, said, person)
    record("added to", minutes, by=actor, also=[minutes.parent.parent.room])
    return made
