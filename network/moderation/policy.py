"""Who reports, who judges, and how far each of them reaches. The table of product.md, in functions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import because
from network.directory.models import Network
from network.discussions import policy as discussions
from network.discussions.models import Message
from network.discussions.policy import may_hide, may_moderate
from network.extensions import db
from network.files.models import File
from network.groups import policy as groups
from network.groups.models import Group, Place
from network.moderation.models import LASTING, CaseEntry, CaseState, Measure, ModerationCase
from network.people.models import Person, PersonState
from network.things import Thing, now, rules

# What can be decided about what, in the order of the form.
POSSIBLE = {
    "message": list(Measure),
    "person": [Measure.NONE, Measure.NOTE, Measure.SILENCE, Measure.SUSPEND],
    "file": [
        Measure.NONE,
        Measure.NOTE,
        Measure.HIDE,
        Measure.APPROVE_PERSON,
        Measure.REMOVE,
        Measure.SILENCE,
        Measure.SUSPEND,
        Measure.ERASE,
    ],
}
OFFICE_ALONE = frozenset({Measure.SILENCE, Measure.SUSPEND, Measure.ERASE})
OF_A_PLACE = frozenset({Measure.APPROVE_PERSON, Measure.REMOVE})  # the author must have one in the group


def author_id(thing: Thing) -> int | None:
    """Whose it is."""
    if isinstance(thing, Message):
        return thing.person_id
    return thing.id if isinstance(thing, Person) else thing.created_by_id


@because(_l("You can report messages, people and files that you can see and that are not your own."))
def may_report(user: Any, thing: Thing) -> bool:
    """Whoever is signed in and may read it, others than its author."""
    if not user.is_authenticated or user.is_clock or thing.removed_at is not None:
        return False
    if isinstance(thing, Message):
        readable = thing.is_open
    elif isinstance(thing, Person):
        readable = thing.state == PersonState.ADMITTED
    else:
        readable = isinstance(thing, File)
    return bool(readable and type(thing).rules["see"](user, thing) and author_id(thing) != user.id)


@because(_l("This is for those who lead the group, and for the Coordination Office."))
def may_open(user: Any, thing: Thing) -> bool:
    """A case without a report: whoever may hide a message of somebody else's; the Office about anything."""
    if not user.is_authenticated or user.is_clock or author_id(thing) == user.id:
        return False
    if isinstance(thing, Message):
        return may_hide(user, thing)
    if not isinstance(thing, Person | File) or thing.removed_at is not None:
        return False
    return bool(user.works_in_office and type(thing).rules["see"](user, thing))


def leads(person: Person | None, group: Group) -> bool:
    """Whether a person leads the group, also one whose account is suspended."""
    return person is not None and any(
        place.group_id == group.id and place.active and place.role == Place.LEAD
        for place in person.memberships
    )


def has_place(person: Person | None, group: Group) -> bool:
    """Whether a person has a place in the group now."""
    return person is not None and any(
        place.group_id == group.id and place.active for place in person.memberships
    )


def is_for_office(case: ModerationCase) -> bool:
    """What no group's leads judge: people of the Office, leads of that very group, what is in no group."""
    if case.group is None or case.person is None:
        return True
    return case.person.works_in_office or leads(case.person, case.group)


def may_see(user: Any, case: ModerationCase) -> bool:
    """Those who could judge it; never the person whom it concerns, who must not learn who reported."""
    if not user.is_authenticated or user.is_clock or user.id == case.person_id:
        return False
    if user.works_in_office:
        return True
    return not is_for_office(case) and leads(user, case.group)  # type: ignore[arg-type]  # then it has one


@because(_l("This case is judged by somebody else, or has been decided already."))
def may_judge(user: Any, case: ModerationCase) -> bool:
    """Who sees it, while it is open; not who has reported it."""
    return may_see(user, case) and case.state == CaseState.OPEN and not _has_reported(user, case)


def _has_reported(user: Any, case: ModerationCase) -> bool:
    return any(report.person_id == user.id for report in case.reports)


@because(_l("Only whoever takes care of a case can give it back."))
def may_release(user: Any, case: ModerationCase) -> bool:
    """Whoever claimed it, and the Office."""
    claimed = case.claimed_by_id is not None
    return claimed and may_see(user, case) and (user.id == case.claimed_by_id or user.works_in_office)


def measures_for(user: Any, case: ModerationCase) -> list[Measure]:
    """What this moderator can decide about it."""
    group = case.group
    return [
        measure
        for measure in POSSIBLE[case.kind]
        if (user.works_in_office or measure not in OFFICE_ALONE)
        and (measure not in OF_A_PLACE or (group is not None and has_place(case.person, group)))
    ]


@because(_l("An objection is decided by the Coordination Office, by somebody who has had no part in it."))
def may_answer(user: Any, case: ModerationCase) -> bool:
    """The Office: not who decided, not who reported, not whom it concerns."""
    return (
        may_see(user, case)
        and bool(user.works_in_office)
        and case.state == CaseState.OBJECTED
        and user.id not in (case.decided_by_id, getattr(case.contested, "by_id", None))
        and not _has_reported(user, case)
    )


def why_others(user: Any, case: ModerationCase) -> Any:
    """Why somebody who sees a waiting case cannot decide it, as they read it."""
    if case.state == CaseState.OBJECTED and not user.works_in_office:
        return _l("Somebody objected. Objections are decided by the Coordination Office, not by you.")
    if _has_reported(user, case):
        return _l("You reported this yourself, so somebody else decides it.")
    return _l("You decided this yourself, so somebody else of the Coordination Office decides the objection.")


@because(_l("You can object to decisions about what is yours, once, within the time that you were told."))
def may_object(user: Any, case: ModerationCase) -> bool:
    """The person whom it concerns; also by the link in the letter, with which one is not signed in."""
    return (
        user.id is not None
        and user.id == case.person_id
        and case.state == CaseState.DECIDED
        and case.measure not in ("", Measure.NONE)
        and case.object_until is not None
        and case.object_until > now()
    )


def liftable(user: Any, case: ModerationCase) -> list[CaseEntry]:
    """The decisions in force whose measures go on and which the user may end: who may decide such a one."""
    if not may_see(user, case):
        return []
    return [
        entry
        for entry in case.in_force
        if entry.measure in LASTING and (user.works_in_office or entry.measure not in OFFICE_ALONE)
    ]


@because(_l("This measure is ended by the Coordination Office, or by those who lead the group."))
def may_lift(user: Any, case: ModerationCase) -> bool:
    """Who may decide one of its measures may also end it."""
    return bool(liftable(user, case))


def may_read_reported(user: Any, message: Message) -> bool:
    """Whoever may judge the open case of a message reads it, also when its author has withdrawn it since."""
    if message.withdrawn_at is None or message.state == "erased" or not may_moderate(user, message.parent):
        return False
    query = select(ModerationCase).where(
        ModerationCase.target_id == message.id, ModerationCase.state != CaseState.DECIDED
    )
    case = db.session.scalars(query).one_or_none()
    return case is not None and may_judge(user, case)


@because(_l("Messages are approved by those who lead the group, and by the Coordination Office."))
def may_approve(user: Any, message: Message) -> bool:
    """Who may hide it, but nobody their own; while it waits."""
    return message.state == "waiting" and message.person_id != user.id and may_hide(user, message)


def may_report_only(user: Any, message: Message) -> bool:
    """Who can take a measure need not report, and would then not judge."""
    return may_report(user, message) and not may_open(user, message)


def may_read_why(user: Any, message: Message) -> bool:
    """The author of what is hidden or erased."""
    return bool(user.id == message.person_id and message.state in ("hidden", "erased"))


@because(_l("This is done by the program when it is due."))
def may_watch(user: Any, message: Message) -> bool:
    """The clock, when a message holds a word to watch."""
    return bool(user.is_clock) and message.is_open


@because(_l("This is done by the program when it is due."))
def may_forget(user: Any, case: ModerationCase) -> bool:
    """The clock, when a case has been closed for long."""
    return bool(user.is_clock) and case.state == CaseState.DECIDED


@because(_l("The rules are written by the Coordination Office."))
def may_set(user: Any, network: Network) -> bool:
    """The Office."""
    return bool(user.works_in_office)


def may_see_queue(user: Any, group: Group) -> bool:
    """The group's leads and the Office, also of an archived group."""
    return groups.may_archive(user, group)


rules(ModerationCase, see=may_see)
discussions.also_seen_by.append(may_read_reported)
