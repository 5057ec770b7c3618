"""What can be done to a case: reporting, taking care of it, deciding, objecting, answering."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from network.changes import (
    CLOCK,
    Invalid,
    Stale,
    action,
    open_room,
    record,
    revoke,
    take,
)
from network.discussions import care
from network.discussions.models import Message
from network.extensions import db
from network.moderation import letters, measures, policy, queue, rules
from network.moderation.desks import author_of, desk_of, group_of
from network.moderation.models import CaseEntry, CaseState, Measure, ModerationCase, Report
from network.people.models import OfficeDesk, Person
from network.things import Thing, now

NOT_THE_SAME = _l("Somebody has been here before you. This is how the case stands now.")


def _rooms_about(thing: Thing) -> list[int]:
    """The desk's where a case about the thing is told, and the case's, if there is one."""
    return [desk_of(thing).room_id, *db.session.scalars(_room_of_case(thing))]


def _room_of_case(thing: Thing) -> Select[int]:
    return select(ModerationCase.room_id).where(ModerationCase.target_id == thing.id)


def _desk_room(case: ModerationCase) -> list[int]:
    return [case.parent.room_id]


@action(policy.may_report, rooms=_rooms_about)
def report(actor: Person, thing: Thing, *, rule: str, text: str = "") -> ModerationCase:
    """Tell those who moderate that something breaks a rule. However many report it, it is one case.

    Raises Invalid for a rule that is none, and for a second report of the same person before the answer.
    """
    found = next((one for one in rules.current() if one.slug == rule), None)
    if found is None:
        raise Invalid(rule=_l("Please choose one of the entries."))
    case, verb = _open(thing)
    if any(one.person_id == actor.id for one in case.open_reports):
        raise Invalid(rule=_l("You have reported this already. You will hear what becomes of it."))
    weight = found.weight * queue.reliability(actor)
    case.reports.append(Report(person_id=actor.id, rule=rule, text=text, weight=weight))
    case.weight, case.reported = case.weight + weight, case.reported + 1
    _note(case, None, "reported", rule=rule)
    _tell(verb or "reported", case, CLOCK)  # the journal does not say who: only the report does
    return case


@action(policy.may_open, rooms=_rooms_about)
def open_case(actor: Person, thing: Thing) -> ModerationCase:
    """Look into something without a report."""
    case, verb = _open(thing)
    if verb:
        _note(case, actor, "opened")
        _tell(verb, case, actor)
    return case


@action(policy.may_watch, rooms=_rooms_about)
def watch(actor: Any, message: Message, *, word: str) -> ModerationCase:
    """The program has found a word to watch: the message stays as it is, and somebody looks at it."""
    case, verb = _open(message)
    if any(one.rule == rules.WATCHED for one in case.open_reports):
        return case
    weight = rules.WORD_TO_WATCH.weight * 5
    case.reports.append(Report(rule=rules.WATCHED, text=word, weight=weight))
    case.weight, case.reported = case.weight + weight, case.reported + 1
    _note(case, None, "reported", rule=rules.WATCHED)
    _tell(verb or "reported", case, CLOCK)
    return case


@action(policy.may_judge, rooms=_desk_room)
def claim(actor: Person, case: ModerationCase) -> ModerationCase:
    """Take care of a case; or take it over from somebody who has let it lie.

    Raises Stale while somebody else takes care of it.
    """
    _ask_holder(actor, case)
    if case.claimed_by_id != actor.id:
        _note(case, actor, "claimed" if case.claimed_by_id is None else "taken over")
    case.claimed_by_id, case.claimed_at = actor.id, now()
    db.session.flush()
    db.session.expire(case, ["claimed_by"])
    _tell("claimed", case, actor)
    return case


@action(policy.may_release, rooms=_desk_room)
def release(actor: Person, case: ModerationCase) -> ModerationCase:
    """Leave it to others."""
    case.claimed_by_id = case.claimed_at = None
    _note(case, actor, "released")
    _tell("released", case, actor)
    return case


@action(policy.may_judge, rooms=measures.rooms)
def decide(
    actor: Person,
    case: ModerationCase,
    *,
    version: int,
    measure: str,
    rule: str,
    text: str,
    until: datetime | None = None,
    group_id: int | None = None,
    title: str = "",
    seconds: int = 300,
) -> ModerationCase:
    """Judge a case by a rule, with a sentence that the person whom it concerns reads.

    `version` is the case's as the moderator saw it. Raises Stale if it has changed since or somebody else
    takes care of it, Refused for a measure beyond the moderator's reach, Invalid for facts that do not fit.
    """
    if case.version != version:
        raise Stale(NOT_THE_SAME)
    _ask_holder(actor, case)
    if measure not in policy.measures_for(actor, case):
        raise Invalid(measure=_l("Please choose one of the entries."))
    if rules.find(rule) is None:
        raise Invalid(rule=_l("Please choose one of the entries."))
    thing = db.session.get(Thing, case.target_id)
    undo, ends = measures.apply(
        actor, case, thing, measure, rule=rule, until=until, group_id=group_id, title=title, seconds=seconds
    )
    upheld = measure != Measure.NONE
    entry = _note(
        case, actor, "decided", measure=measure, rule=rule, text=text, until=ends, since=case.opened_at
    )
    entry.undo = undo
    case.state = CaseState.DECIDED
    case.decided_by_id, case.decided_at = actor.id, now()
    case.claimed_by_id = case.claimed_at = None
    db.session.flush()
    if not case.in_force:
        case.measure, case.rule = measure, rule
    _settle(case)
    if upheld:
        case.object_until = now() + timedelta(days=rules.settings().objection_days)
    elif not case.stands:  # what was decided earlier and holds on can be objected to for as long as before
        case.object_until = None
    if upheld:
        _tell_person(case)
        letters.decided(case, entry)
    for one in case.open_reports:
        one.right = upheld
        if one.person is not None:
            letters.outcome(one.person, case, entry)
    case.weight = case.reported = 0
    _tell("decided", case, actor)
    return case


@action(policy.may_object, rooms=_desk_room)
def object_to(actor: Person, case: ModerationCase, *, text: str) -> ModerationCase:
    """Say why a decision is wrong: somebody else of the Office looks at it."""
    case.state, case.opened_at = CaseState.OBJECTED, now()
    case.claimed_by_id = case.claimed_at = None
    _note(case, actor, "objected", text=text, about=case.decision)
    _tell("objected", case, actor)
    return case


@action(policy.may_answer, rooms=measures.rooms)
def answer(actor: Person, case: ModerationCase, *, version: int, falls: bool, text: str) -> ModerationCase:
    """Decide an objection, with a reason: the decision stands or falls. What falls is undone where it can be.

    Raises Stale if the case has changed since the moderator saw it.
    """
    if case.version != version:
        raise Stale(NOT_THE_SAME)
    decision, undone = case.contested, True
    if falls and decision in case.in_force:
        thing = db.session.get(Thing, case.target_id)
        undone = measures.take_back(actor, case, thing, decision)
    entry = _note(
        case,
        actor,
        "fallen" if falls else "upheld",
        measure=decision.measure if decision is not None else case.measure,
        rule=decision.rule if decision is not None else case.rule,
        text=text,
        since=case.opened_at,
        about=decision,
    )
    case.state, case.object_until = CaseState.DECIDED, None
    db.session.flush()
    _settle(case)
    _tell_person(case)
    letters.answered(case, entry, undone=undone)
    if falls and decision is not None:
        for one in case.reports:
            if one.right and one.made_at <= decision.at:
                one.right = False
                if one.person is not None:
                    letters.outcome(one.person, case, entry)
    _tell("answered", case, actor)
    return case


@action(policy.may_lift, rooms=measures.rooms)
def lift(actor: Person, case: ModerationCase, *, text: str, entry_id: int | None = None) -> ModerationCase:
    """End a measure that goes on, with a sentence to the person.

    `entry_id` is its decision; without it the last one that is within the actor's reach. Raises Invalid if
    it is not among those.
    """
    within_reach = policy.liftable(actor, case)
    decision = next((entry for entry in reversed(within_reach) if entry_id in (None, entry.id)), None)
    if decision is None:
        raise Invalid(entry_id=_l("Please choose one of the entries."))
    thing = db.session.get(Thing, case.target_id)
    measures.take_back(actor, case, thing, decision)
    entry = _note(
        case, actor, "lifted", measure=decision.measure, rule=decision.rule, text=text, about=decision
    )
    db.session.flush()
    _settle(case)
    _tell_person(case)
    letters.lifted(case, entry)
    _tell("lifted", case, actor)
    return case


@action(policy.may_approve)
def approve(actor: Person, message: Message, *, version: int | None = None) -> Message:
    """Let everybody read a message that waited. `version` is the one that was read.

    Raises Stale if its author has changed it since.
    """
    if version is not None and version != message.version:
        raise Stale(_l("This message has been changed since you read it. Please look at it again."))
    care.show(actor, message)
    return message


@action(policy.may_forget)
def forget(actor: Any, case: ModerationCase) -> None:
    """Delete who reported and what was written; what was decided, when and by which rule stays."""
    for one in case.reports:
        one.text, one.person_id = "", None
    for entry in case.entries:
        entry.text = ""
    record("forgotten", case, by=actor)


# Steps


def _open(thing: Thing) -> tuple[ModerationCase, str]:
    """The case of a thing, open; and by which verb it was opened just now, or nothing."""
    room_id = db.session.scalar(_room_of_case(thing))
    if room_id is not None:
        take(room_id)  # it may have been opened since the action asked which rooms it needs
    case = db.session.scalars(
        select(ModerationCase).where(ModerationCase.target_id == thing.id)
    ).one_or_none()
    if case is not None and case.state != CaseState.DECIDED:
        return case, ""
    desk, group, author = desk_of(thing), group_of(thing), author_of(thing)
    if case is None:
        case = ModerationCase(
            target_id=thing.id, kind=thing.type, weight=0, reported=0, room_id=open_room().id, owns_room=True
        )
        db.session.add(case)
        verb = "opened"
    else:
        case.opened_at, verb = now(), "opened again"
        if case.parent_id != desk.id:
            revoke(case.room)  # it may have been moved to another group since, and others judge it
    case.state = CaseState.OPEN
    case.parent_id = desk.id
    case.person_id = author.id if author is not None else None
    case.group_id = group.id if group is not None else None
    db.session.flush()
    db.session.expire(case, ["parent", "group", "person"])
    return case, verb


def _ask_holder(actor: Person, case: ModerationCase) -> None:
    other = case.holder
    if other is not None and other.id != actor.id:
        raise Stale(_l("%(name)s is taking care of this case.", name=other.name))


def _note(
    case: ModerationCase,
    by: Person | None,
    kind: str,
    *,
    measure: str = "",
    rule: str = "",
    text: str = "",
    until: datetime | None = None,
    since: datetime | None = None,
    about: CaseEntry | None = None,
) -> CaseEntry:
    entry = CaseEntry(
        by_id=by.id if by is not None else None,
        kind=kind,
        measure=measure,
        rule=rule,
        text=text,
        until=until,
        since=since,
        about_id=about.id if about is not None else None,
    )
    case.entries.append(entry)
    return entry


def _settle(case: ModerationCase) -> None:
    """Let the case say what holds: the last measure that is in force, or none any more."""
    last = next(reversed(case.in_force), None)
    case.stands = last is not None
    if last is not None:
        case.measure, case.rule = last.measure, last.rule


def _tell(verb: str, case: ModerationCase, by: Any) -> None:
    """On the case's own page, its desk, and on that of the Office."""
    record(verb, case, by=by, also=[case.parent.room, OfficeDesk.the().room])


def _tell_person(case: ModerationCase) -> None:
    if case.person is not None:
        case.person.moderated_at = now()
