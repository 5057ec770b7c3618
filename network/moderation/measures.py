"""What a decision does, and how it is taken back: steps of the actions that decide.

Each step calls the action of the feature that owns the thing, whose own rule is asked once more: so nobody
reaches further by way of a case than without one.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import selectinload

from network.changes import Invalid, Refused, record
from network.discussions import care
from network.discussions.models import Message, Thread
from network.extensions import db
from network.files.actions import erase_file
from network.files.models import File
from network.groups import policy as groups
from network.groups.models import Group, Membership
from network.groups.places import end, keep_a_lead, take_in
from network.moderation.models import ApproveFirst, CaseEntry, Measure, ModerationCase
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


def take_back(actor: Person, case: ModerationCase, thing: Thing, decision: CaseEntry) -> bool:
    """Undo what a decision did, as far as it can be. Returns whether it could: what is erased stays so.

    What another decision, also of another case, still asks for holds on.
    """
    step = _BACK.get(decision.measure)
    if step is None:
        return decision.measure in (Measure.NONE, Measure.NOTE)
    step(actor, case, thing, decision)
    return True


def rooms(case: ModerationCase) -> list[int]:
    """The rooms in which a decision may be heard besides the case's own."""
    thing = db.session.get(Thing, case.target_id)
    found = [case.parent.room_id]
    if thing is not None:
        found.append(thing.room_id)
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
    by_owner = thing.removed_at is not None and not _others(Measure.HIDE, ModerationCase.id == case.id)
    _withhold(actor, thing, True)
    return {"was removed": by_owner}


def _withhold(actor: Person, file: Any, withheld: bool) -> None:
    was = file.removed_at is not None
    if withheld != was:
        file.removed_at = now() if withheld else None
        record("removed" if withheld else "restored", file, by=actor)
    file.withheld = withheld


def _lock(actor: Person, case: ModerationCase, thing: Any, facts: dict[str, Any]) -> Undo:
    by_hand = thing.parent.is_locked and not _others(Measure.LOCK, _in_thread(thing))
    undo = {"locked": by_hand}
    care.lock(actor, thing.parent, locked=True)
    return undo


def _slow(actor: Person, case: ModerationCase, thing: Any, facts: dict[str, Any]) -> Undo:
    others = _others(Measure.SLOW, _in_thread(thing))
    before = _undo(others[0]).get("seconds", 0) if others else thing.parent.slow_seconds
    care.slow_down(actor, thing.parent, seconds=facts["seconds"])
    return {"seconds": before, "set": facts["seconds"]}


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
    return {}


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
    # The longer one holds: a shorter one of another case does not end it.
    accounts.silence(actor, person, until=max(until, person.silenced_until or until))
    return {}


def _suspend(actor: Person, case: ModerationCase, thing: Thing, facts: dict[str, Any]) -> Undo:
    accounts.suspend(actor, _person(case), suspended=True)
    return {}


def _person(case: ModerationCase) -> Person:
    if case.person is None:
        raise Refused()
    return case.person


# Taking back


def _show(actor: Person, case: ModerationCase, thing: Any, decision: CaseEntry) -> None:
    if _others(Measure.HIDE, ModerationCase.id == case.id, but=decision):
        return
    if isinstance(thing, Message):
        if thing.state == "hidden" and thing.withdrawn_at is None:
            care.show(actor, thing)
    elif isinstance(thing, File) and not _undo(decision).get("was removed"):
        _withhold(actor, thing, False)


def _unlock(actor: Person, case: ModerationCase, thing: Any, decision: CaseEntry) -> None:
    others = _others(Measure.LOCK, _in_thread(thing), but=decision)
    care.lock(actor, thing.parent, locked=bool(others or _undo(decision).get("locked")))


def _speed_up(actor: Person, case: ModerationCase, thing: Any, decision: CaseEntry) -> None:
    others = _others(Measure.SLOW, _in_thread(thing), but=decision)
    seconds = _undo(others[-1]).get("set") if others else _undo(decision).get("seconds")
    care.slow_down(actor, thing.parent, seconds=int(seconds or 0))


def _move_back(actor: Person, case: ModerationCase, thing: Any, decision: CaseEntry) -> None:
    undo = _undo(decision)
    thread, group = db.session.get(Thread, undo["thread"]), db.session.get(Group, undo["group"])
    if thread is not None and group is not None and thread.group_id != group.id:
        care.move(actor, thread, group=group)


def _approve_no_more(actor: Person, case: ModerationCase, thing: Thing, decision: CaseEntry) -> None:
    """If another decision wants the same, it is by that one from now on."""
    same = ModerationCase.group_id == case.group_id
    if decision.measure == Measure.APPROVE_PERSON:
        same = and_(same, ModerationCase.person_id == case.person_id)
    others = _others(decision.measure, same, but=decision)
    mine = ApproveFirst.case_id == case.id
    whole_group = ApproveFirst.person_id.is_(None)
    which = and_(mine, ~whole_group if decision.measure == Measure.APPROVE_PERSON else whole_group)
    if others:
        db.session.execute(update(ApproveFirst).where(which).values(case_id=others[-1].case_id))
    else:
        db.session.execute(delete(ApproveFirst).where(which))


def _take_in_again(actor: Person, case: ModerationCase, thing: Thing, decision: CaseEntry) -> None:
    if case.group is None:
        raise Refused()
    undo = _undo(decision)
    until = datetime.fromisoformat(undo["until"]) if undo.get("until") else None
    place, verb = take_in(case.group, _person(case), undo["role"], until)
    record(verb, place, by=actor, also=[_person(case).room])


def _unsilence(actor: Person, case: ModerationCase, thing: Thing, decision: CaseEntry) -> None:
    others = _others(Measure.SILENCE, ModerationCase.person_id == case.person_id, but=decision)
    until = max((other.until for other in others if other.until is not None), default=None)
    accounts.silence(actor, _person(case), until=until)


def _unsuspend(actor: Person, case: ModerationCase, thing: Thing, decision: CaseEntry) -> None:
    if not _others(Measure.SUSPEND, ModerationCase.person_id == case.person_id, but=decision):
        accounts.suspend(actor, _person(case), suspended=False)


def _undo(decision: CaseEntry) -> Undo:
    return decision.undo or {}


def _in_thread(message: Message) -> ColumnElement[bool]:
    said = select(Message.id).where(Message.thread_id == message.thread_id)
    return ModerationCase.target_id.in_(said)


def _others(measure: str, which: ColumnElement[bool], *, but: CaseEntry | None = None) -> list[CaseEntry]:
    """Other decisions with this measure that are in force, in whichever case that fits."""
    of_cases = (
        select(ModerationCase)
        .join(CaseEntry, CaseEntry.case_id == ModerationCase.id)
        .where(CaseEntry.kind == "decided", CaseEntry.measure == measure, which)
        .options(selectinload(ModerationCase.entries))
    )
    return [
        entry
        for case in db.session.scalars(of_cases).unique()
        for entry in case.in_force
        if entry.measure == measure and entry is not but
    ]


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
_BACK: dict[str, Callable[[Person, ModerationCase, Thing, CaseEntry], None]] = {
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
