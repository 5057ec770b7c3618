"""What is erased: passages of approved minutes; corrections with their text, or with who proposed them."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from network import letters, search
from network.approval import copies, doubts, passages, policy, snapshot
from network.approval.models import Correction, CorrectionState, MinutesErasure, MinutesVersion
from network.approval.publishing import publications_of
from network.approval.reading import erasures_of, versions_of
from network.attendance.models import Attendance
from network.changes import Invalid, Stale, action, record, revoke, take_all
from network.dates import day_short
from network.discussions.models import Message, Thread
from network.drafts import erasing, markdown
from network.drafts.models import Draft
from network.extensions import db
from network.invitations import tellings
from network.letters.models import Letter
from network.meetings.models import AgendaItem, Meeting, Presenter
from network.meetings.public_side import show_publicly
from network.minutes.content import begin_draft, content
from network.minutes.models import Action, Decision, ItemMinutes, Minutes
from network.notices.models import ToldMessage
from network.people import erasers
from network.people.models import Person
from network.things import Thing, now


def _rooms(minutes: Minutes) -> list[int]:
    """Those of the group and of all in which copies may stand: held at once, since they may be older."""
    meeting = minutes.parent
    return [meeting.parent.room_id, *{item.room_id for item, _key in copies.family(meeting)}]


@action(policy.may_erase, rooms=_rooms)
def erase_passages(
    actor: Person, minutes: Minutes, *, chosen: Sequence[str], reason: str, version: int
) -> MinutesErasure:
    """Erase passages of approved minutes, by their ids, in all versions and wherever else their words stand.

    In their place stands a mark that all who read the minutes read, the public too. The digest of what was
    approved stays on record; what is left gets one of its own. Nothing becomes writable by it. `version` is
    the one that was looked at: Stale if there is a newer one.
    """
    if not reason.strip():
        raise Invalid(reason=_l("Please say why."))
    versions = versions_of(minutes)
    if version != versions[0].number:
        raise Stale(_l("Somebody has added something in the meantime. Please look at it before you erase."))
    said = [snapshot.read(one) for one in versions]
    known = to_erase(minutes, said, erasures_of(minutes))
    meant = [one for one in known if one.id in chosen]
    if not meant or len(meant) != len(set(chosen)):
        raise Invalid(chosen=_l("Please choose from the entries."))
    at = now()
    with force_locale(str(current_app.config["LANGUAGES"][0])):  # as all that the program itself writes here
        mark = _(
            "Erased on %(day)s by the Coordination Office: %(reason)s",
            day=day_short(at),
            reason=" ".join(reason.split()),
        )
    ids = [one.id for one in meant]
    what = copies.erased(minutes.parent, said, ids)
    made = MinutesErasure(
        minutes_id=minutes.id, at=at, by_id=actor.id, reason=reason, mark=mark, passages=ids
    )
    db.session.add(made)
    all_left, digests = passages.without(said, ids, mark), {}
    for one, before, left in zip(versions, said, all_left, strict=True):
        if left != before:
            was, one.content = one.present_digest, snapshot.canonical(left)
            one.shown_digest = snapshot.digest(one.content)
            digests[str(one.number)] = [was, one.shown_digest]
    made.digests = digests
    _erase_left_out(minutes, versions, said, all_left)
    texts = _erase_texts(actor, minutes, said[-1], all_left[-1], ids, reason)
    changed = _erase_things(minutes, said[0], ids, mark)
    copied = _erase_copies(minutes, what, mark)
    _erase_told(minutes.parent, what, mark, [*changed, *copied])
    threads = copies.threads_about({one.id for one in (*changed, *copied)})
    _erase_letters(minutes, [*changed, *copied], threads)
    for function in erasing.erased:
        function(actor, minutes)
    _forget(minutes, texts, [*changed, *copied], threads)
    for text in texts:
        erasing.told(actor, text)
    for thing in changed:
        of_register = isinstance(thing, Decision | Action)
        record("erased" if of_register else "changed", thing, by=actor, also=[minutes.parent.parent.room])
    for copy in copied:
        if isinstance(copy, Thread):
            record("renamed", copy, by=actor, also=[copy.group.room])
        elif copy.removed_at is None:
            record("changed", copy, by=actor)
    for meeting in {one.parent for one in (*changed, *copied) if isinstance(one, AgendaItem)}:
        show_publicly(meeting)
    record("erased", minutes, by=actor, also=[minutes.parent.parent.room])
    revoke(minutes.room)  # open pages show what was there: they are asked for anew
    return made


def to_erase(
    minutes: Minutes, said: Sequence[snapshot.Content], erasures: Sequence[MinutesErasure]
) -> list[passages.Passage]:
    """The passages that have not been erased yet; `said` are all versions, the newest first."""
    marks = {one.mark for one in erasures}
    return [one for one in passages.passages(said, minutes.parent) if not passages.is_mark(one, marks)]


def _erase_left_out(
    minutes: Minutes,
    versions: Sequence[MinutesVersion],
    said: Sequence[snapshot.Content],
    all_left: Sequence[snapshot.Content],
) -> None:
    """Words that were kept from the public are forgotten where they stood in nothing but what is erased."""
    places = {version.id: place for place, version in enumerate(versions)}
    for publication in publications_of(minutes):
        before, left = (contents[places[publication.version_id]] for contents in (said, all_left))
        publication.left_out = [
            word
            for word in publication.left_out
            if doubts.stands_in(left, word) or not doubts.stands_in(before, word)
        ]


def _erase_texts(
    actor: Person,
    minutes: Minutes,
    approved: snapshot.Content,
    left: snapshot.Content,
    ids: Collection[str],
    reason: str,
) -> list[Draft]:
    """The texts of items say what the first version says, and nothing of what was written before is left.

    Also where a decision or an action is erased: its words stood in the text before they were made one.
    """
    told = {
        now["id"]: [one["text"] for one in now["paragraphs"]]
        for was, now in zip(approved["items"], left["items"], strict=True)
        if was["paragraphs"] != now["paragraphs"]
        or any(f"{kind}-{one['id']}" in ids for kind in ("decision", "action") for one in now[f"{kind}s"])
    }
    found = []
    for item in minutes.parent.agenda:
        if item.id in told and (item.minutes is not None or told[item.id]):
            kept = markdown.parse("\n\n".join(told[item.id]))
            found.append(erasing.put_in_place(actor, begin_draft(actor, item), kept, reason=reason))
            db.session.expire(item, ["minutes"])
    return found


def _erase_things(minutes: Minutes, newest: snapshot.Content, ids: Collection[str], mark: str) -> list[Thing]:
    """The register, the agenda and the list of attendance say the mark too. Returns what has changed."""
    found: dict[int, Thing] = {}
    for spot in list(passages.in_things(minutes.parent, newest)):
        if spot.id in ids:
            spot.put(mark)
            thing = spot.holder
            if isinstance(thing, Presenter):
                thing = next(item for item in minutes.parent.agenda if item.id == thing.item_id)
            found[thing.id] = thing
    return list(found.values())


def _erase_copies(minutes: Minutes, what: copies.Erased, mark: str) -> list[Thing]:
    """Where words of a passage were copied to, the mark stands too. Returns what has changed."""
    found = copies.of(minutes, what)
    rooms = {one.thing.room_id for one in found}
    rooms |= {one.thing.group.room_id for one in found if isinstance(one.thing, Thread)}
    take_all(rooms - set(db.session.info["journal"].rooms))
    for one in found:
        one.put(mark)
    return list({one.thing.id: one.thing for one in found}.values())


def _erase_told(meeting: Meeting, what: copies.Erased, mark: str, changed: Sequence[Thing]) -> None:
    """What those invited have been told says the mark, too: else they would hear of it, in the old words."""
    ids = {one.id for one in changed}

    def put(own: copies.Words, title: str, id: int | None) -> str:
        said = own if id is None else what.of_item(id)
        return passages.fitting(copies.without(title, said, mark), meeting, "title")

    for one in dict.fromkeys([meeting, *(item.parent for item, _key in what.kin)]):
        db.session.expire(one, ["agenda"])
        own = what.of("meeting") if one is meeting else copies.NONE
        were = {id: sign for id, sign in what.signs[one.id].items() if id in ids}
        tellings.erase(one, partial(put, own), were)


def _erase_letters(minutes: Minutes, changed: Sequence[Thing], threads: Sequence[Thread]) -> None:
    """Letters about the minutes go, and those about what has changed or what was said about it.

    The title of a meeting or of an item stands in letters about all that belongs to it, a guest's name in
    the list of those who were there: then all letters about anything in the room go. Invitations and news of
    a meeting that have not left yet are written anew.
    """
    about = {minutes.id, *(one.id for one in (*changed, *threads))}
    wide = [one for one in changed if isinstance(one, AgendaItem | Meeting | Attendance)]
    if wide:
        meetings = dict.fromkeys(one.parent for one in wide if isinstance(one, AgendaItem))
        rooms = {minutes.room_id, *(one.room_id for one in meetings)}
        below = or_(Thing.room_id.in_(rooms), Thing.parent_id.in_([minutes.meeting_id]))
        theirs = select(Letter.about_id).join(Thing, Thing.id == Letter.about_id).where(below)
        about |= set(db.session.scalars(theirs.distinct()))
        for meeting in meetings:
            _tell_anew(meeting)
    for id in sorted(about):
        letters.erase_for(id)
    # One about several discussions is about none of them.
    said = select(Message.id).where(Message.thread_id.in_([one.id for one in threads]))
    of_several = select(ToldMessage.letter_id).where(ToldMessage.message_id.in_(said)).distinct()
    letters.erase(db.session.scalars(of_several).all())


def _tell_anew(meeting: Meeting) -> None:
    waiting = select(Letter.person_id, Letter.template == "meeting_invitation").where(
        Letter.about_id == meeting.id,
        Letter.state == "queued",
        Letter.template.in_(("meeting_invitation", "meeting_changed")),
        Letter.person_id.is_not(None),
    )
    tellings.tell_anew(meeting, db.session.execute(waiting).all())


def _forget(
    minutes: Minutes, texts: Sequence[Draft], changed: Sequence[Thing], threads: Sequence[Thread]
) -> None:
    """No index holds the words any more; a text and a discussion are found by the title of the item too."""
    titled = [one.minutes for one in changed if isinstance(one, AgendaItem) and one.minutes is not None]
    search.forget(
        *(one.owner_id for one in texts),
        *(one.id for one in (*titled, *changed, *threads)),
    )
    search.note(*titled, *threads)


def clear(actor: Any, owner: Thing) -> None:
    """Step: of a correction that speaks of words that stand there no more, only that there was one stays.

    One that waits for an answer to words that still stand there goes on waiting.
    """
    if not isinstance(owner, ItemMinutes):
        return
    item = owner.parent
    there = {"", *content(owner)}
    for correction in db.session.scalars(select(Correction).where(Correction.item_id == item.id)).all():
        told = [correction.was] if correction.is_open else [correction.was, correction.proposed]
        if there.issuperset([*told, correction.taken_as]) and (there != {""} or not correction.proposed):
            continue
        correction.was = correction.proposed = correction.taken_as = ""
        correction.reason = correction.answer = ""
        correction.erased_at = now()
        if correction.is_open:
            correction.state = CorrectionState.WITHDRAWN
            correction.settled_at, correction.settled_by_id = now(), actor.id
        letters.erase_for(correction.id)
        record("erased", correction, by=actor)


def erase_person(person: Person) -> None:
    """Step: why the person proposed a correction, and what they were told, goes; the wording is on record."""
    for correction in db.session.scalars(select(Correction).where(Correction.person_id == person.id)):
        correction.reason = correction.answer = ""
        letters.erase_for(correction.id)


erasing.erased.append(clear)
erasers.add(erase_person)
