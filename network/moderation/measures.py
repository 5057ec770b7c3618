"""What a decision does, and how it is taken back: steps of the actions that decide.

Each step calls the action of the feature that owns the thing, whose own rule is asked once more: so nobody
reaches further by way of a case than without one.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from network.changes import Invalid, Refused, record
from network.discussions import care
from network.discussions.models import Message, Thread
from network.extensions import db
from network.files.actions import erase_file
from network.files.models import File
from network.groups import policy as groups
from network.groups.models import Group, Membership
from network.groups.places import end, keep_a_lead, take_in
from network.moderation.models import ApproveFirst, Measure, ModerationCase
from network.people import accounts
from network.people.models import Person
from network.things import Thing, now

Undo = dict[str, Any]


def apply(
    actor: Person, case: ModerationCase, thing: Thing, measure: str, **facts: Any
) -> tuple[Undo, datetime | None]:
    """Do it. Returns what it takes to take it back, and until when it holds if it ends by itself.

    `facts`: rule (its slug), until, group_id, title, seconds. Raises Refused or Invalid if it cannot be.
    """
    step = _STEPS.get(measure)
    undo = step(actor, case, thing, facts) if step else {}
    return undo, facts.get("until") if measure == Measure.SILENCE else None


def take_back(actor: Person, case: ModerationCase, thing: Thing, measure: str, undo: Undo) -> bool:
    """Undo it as far as it can be. Returns whether it could: what is erased or split up stays so."""
    step = _BACK.get(measure)
    if step is None:
        return measure in (Measure.NONE, Measure.NOTE)
    step(actor, case, thing, undo)
    return True


def rooms(case: ModerationCase) -> list[int]:
    """The rooms in which a decision may be heard besides the desk's."""
    thing = db.session.get(Thing, case.target_id)
    found = [thing.room_id] if thing is not None else []
    if case.person is not None:
        found.append(case.person.room_id)
    if case.group is not None:
        found.append(case.group.room_id)
    return found


# Doing


def _hide(actor: Person, case: ModerationCase, thing: Thing, facts: dict[str, Any]) -> Undo:
    if isinstance(thing, Message):
        care.hide(actor, thing, reason=facts["rule"])
        return {}
    return _withhold(actor, thing, True)


def _withhold(actor: Person, file: Any, withheld: bool) -> Undo:
    was = file.removed_at is not None
    if withheld != was:
        file.removed_at = now() if withheld else None
        record("removed" if withheld else "restored", file, by=actor)
    file.withheld = withheld
    return {"was removed": was}


def _lock(actor: Person, case: ModerationCase, thing: Any, facts: dict[str, Any]) -> Undo:
    undo = {"locked": thing.parent.is_locked}
    care.lock(actor, thing.parent, locked=True)
    return undo


def _slow(actor: Person, case: ModerationCase, thing: Any, facts: dict[str, Any]) -> Undo:
    undo = {"seconds": thing.parent.slow_seconds}
    care.slow_down(actor, thing.parent, seconds=facts["seconds"])
    return undo


def _move(actor: Person, case: ModerationCase, thing: Any, facts: dict[str, Any]) -> Undo:
    group = db.session.get(Group, facts["group_id"]) if facts.get("group_id") else None
    if group is None or group.removed_at is not None:
        raise Invalid(group_id=_l("Please choose one of the entries."))
    undo = {"group": thing.parent.group_id, "thread": thing.thread_id}
    care.move(actor, thing.parent, group=group)
    return undo


def _split(actor: Person, case: ModerationCase, thing: Any, facts: dict[str, Any]) -> Undo:
    if not facts.get("title"):
        raise Invalid(title=_l("Please fill this in."))
    undo = {"thread": thing.thread_id}
    care.split(actor, thing, title=facts["title"])
    return undo


def _erase(actor: Person, case: ModerationCase, thing: Any, facts: dict[str, Any]) -> Undo:
    if isinstance(thing, Message):
        care.erase(actor, thing, reason=facts["rule"])
    elif isinstance(thing, File):
        erase_file(actor, thing)
        thing.withheld = True
        forget_words(thing)
    return {}


def _approve_person(actor: Person, case: ModerationCase, thing: Thing, facts: dict[str, Any]) -> Undo:
    return _approve_first(case, case.person_id)


def _approve_group(actor: Person, case: ModerationCase, thing: Thing, facts: dict[str, Any]) -> Undo:
    return _approve_first(case, None)


def _approve_first(case: ModerationCase, person_id: int | None) -> Undo:
    if case.group_id is None:
        raise Refused()
    known = db.session.scalars(
        select(ApproveFirst).where(
            ApproveFirst.group_id == case.group_id, ApproveFirst.person_id.is_not_distinct_from(person_id)
        )
    ).one_or_none()
    if known is None:
        db.session.add(ApproveFirst(group_id=case.group_id, person_id=person_id, case_id=case.id))
    return {"known": known is not None}


def _remove(actor: Person, case: ModerationCase, thing: Thing, facts: dict[str, Any]) -> Undo:
    place = db.session.scalars(
        select(Membership).where(
            Membership.group_id == case.group_id,
            Membership.person_id == case.person_id,
            Membership.removed_at.is_(None),
        )
    ).one_or_none()
    if place is None or not groups.may_remove(actor, place):
        raise Refused(_l("This person has no place in the group any more."))
    undo = {"role": place.role, "until": place.until.isoformat() if place.until else None}
    keep_a_lead(place)
    end(place, "removed", by=actor)
    return undo


def _silence(actor: Person, case: ModerationCase, thing: Thing, facts: dict[str, Any]) -> Undo:
    until = facts.get("until")
    if until is None or until <= now():
        raise Invalid(until=_l("Please give a day to come."))
    person = _person(case)
    undo = {"until": person.silenced_until.isoformat() if person.silenced_until else None}
    accounts.silence(actor, person, until=until)
    return undo


def _suspend(actor: Person, case: ModerationCase, thing: Thing, facts: dict[str, Any]) -> Undo:
    accounts.suspend(actor, _person(case), suspended=True)
    return {}


def _person(case: ModerationCase) -> Person:
    if case.person is None:
        raise Refused()
    return case.person


# Taking back


def _show(actor: Person, case: ModerationCase, thing: Any, undo: Undo) -> None:
    if isinstance(thing, Message):
        if thing.state == "hidden" and thing.withdrawn_at is None:
            care.show(actor, thing)
    elif isinstance(thing, File) and not undo.get("was removed"):
        _withhold(actor, thing, False)


def _unlock(actor: Person, case: ModerationCase, thing: Any, undo: Undo) -> None:
    care.lock(actor, thing.parent, locked=bool(undo.get("locked")))


def _speed_up(actor: Person, case: ModerationCase, thing: Any, undo: Undo) -> None:
    care.slow_down(actor, thing.parent, seconds=int(undo.get("seconds") or 0))


def _move_back(actor: Person, case: ModerationCase, thing: Any, undo: Undo) -> None:
    thread, group = db.session.get(Thread, undo["thread"]), db.session.get(Group, undo["group"])
    if thread is not None and group is not None and thread.group_id != group.id:
        care.move(actor, thread, group=group)


def _approve_no_more(actor: Person, case: ModerationCase, thing: Thing, undo: Undo) -> None:
    if not undo.get("known"):
        db.session.execute(delete(ApproveFirst).where(ApproveFirst.case_id == case.id))


def _take_in_again(actor: Person, case: ModerationCase, thing: Thing, undo: Undo) -> None:
    if case.group is None:
        raise Refused()
    until = datetime.fromisoformat(undo["until"]) if undo.get("until") else None
    place, verb = take_in(case.group, _person(case), undo["role"], until)
    record(verb, place, by=actor, also=[_person(case).room])


def _unsilence(actor: Person, case: ModerationCase, thing: Thing, undo: Undo) -> None:
    before = datetime.fromisoformat(undo["until"]) if undo.get("until") else None
    accounts.silence(actor, _person(case), until=before if before and before > now() else None)


def _unsuspend(actor: Person, case: ModerationCase, thing: Thing, undo: Undo) -> None:
    accounts.suspend(actor, _person(case), suspended=False)


_STEPS: dict[str, Callable[[Person, ModerationCase, Thing, dict[str, Any]], Undo]] = {
    Measure.HIDE: _hide,
    Measure.LOCK: _lock,
    Measure.SLOW: _slow,
    Measure.MOVE: _move,
    Measure.SPLIT: _split,
    Measure.APPROVE_PERSON: _approve_person,
    Measure.APPROVE_GROUP: _approve_group,
    Measure.REMOVE: _remove,
    Measure.SILENCE: _silence,
    Measure.SUSPEND: _suspend,
    Measure.ERASE: _erase,
}
_BACK: dict[str, Callable[[Person, ModerationCase, Thing, Undo], None]] = {
    Measure.HIDE: _show,
    Measure.LOCK: _unlock,
    Measure.SLOW: _speed_up,
    Measure.MOVE: _move_back,
    Measure.APPROVE_PERSON: _approve_no_more,
    Measure.APPROVE_GROUP: _approve_no_more,
    Measure.REMOVE: _take_in_again,
    Measure.SILENCE: _unsilence,
    Measure.SUSPEND: _unsuspend,
}


def forget_words(thing: Thing) -> None:
    """Step: of what is erased a case keeps no words of those who reported or objected: they may quote it."""
    case = db.session.scalars(
        select(ModerationCase).where(ModerationCase.target_id == thing.id)
    ).one_or_none()
    if case is None:
        return
    for report in case.reports:
        report.text = ""
    for entry in case.entries:
        if entry.kind in ("reported", "objected"):
            entry.text = ""
