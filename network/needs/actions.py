"""What is done to needs: observing, seeing them too, changing, and settling them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from network.changes import Invalid, Stale, action, open_room, record, take_all
from network.directory.models import Municipality, Topic
from network.discussions import policy as discussions
from network.discussions.models import Message
from network.discussions.titles import meant
from network.extensions import db
from network.groups import policy as groups
from network.groups.models import Group
from network.loop.models import Link, LinkKind
from network.loop.tying import tie
from network.needs import following, letters, policy
from network.needs.models import Need, NeedLanguage, NeedState, NeedSupport, TargetGroup
from network.needs.said import clashing, digest
from network.people.models import OfficeDesk, Person
from network.things import Thing, now

MOST_LANGUAGES = 12


def _with_desk(_need: Need) -> list[int]:
    """The room of the Office's desk, whose page lists what waits."""
    return [OfficeDesk.the().room_id]


# Observing


@action(policy.may_observe)
def observe(
    actor: Person,
    desk: OfficeDesk,
    *,
    title: str,
    organisation_id: int | None = None,
    origin_id: int | None = None,
    **facts: Any,
) -> Need:
    """Tell what is missing, for an organisation of one's own or as an engaged citizen.

    Facts are those of `change_need`. Whoever observes it is the first who sees it. What the Office itself
    observes is confirmed with that. It is linked with the message it was made from, if that is named and the
    actor sees it. Raises Invalid for what there is not.
    """
    _speak_for(actor, organisation_id)
    need = Need(
        parent_id=desk.parent_id,
        room_id=open_room().id,
        owns_room=True,
        created_by_id=actor.id,
        person_id=actor.id,
        organisation_id=organisation_id,
        title=title,
    )
    need.state = NeedState.REPORTED
    db.session.add(need)
    _put(actor, need, facts)
    db.session.flush()
    need.supports.append(NeedSupport(organisation_id=organisation_id, person_id=actor.id, words="", at=now()))
    record("reported", need, by=actor, also=[desk.room])
    origin = db.session.get(Message, origin_id) if origin_id is not None else None
    if origin is not None and origin.removed_at is None and discussions.may_see_text(actor, origin):
        tie(actor, need, origin, LinkKind.FOLLOWS_FROM)
    if policy.may_confirm(actor, need):
        _confirm(actor, need, desk)
    return need


def _speak_for(actor: Person, organisation_id: int | None) -> None:
    """Raise Invalid unless the actor may speak for it; as a citizen whoever is one, or belongs to none."""
    if organisation_id is None and actor.organisation_ids and not actor.engaged_citizen:
        raise Invalid(organisation_id=_l("Please choose one of your organisations."))
    if organisation_id is not None and organisation_id not in actor.organisation_ids:
        raise Invalid(organisation_id=_l("Please choose one of your organisations."))


def _put(actor: Person, need: Need, facts: dict[str, Any]) -> bool:
    """Set what is said of a need. Returns whether anything differs."""
    changed = False
    if "topic_id" in facts:
        changed |= _put_topic(need, facts.pop("topic_id"))
    if "languages" in facts:
        changed |= _put_languages(need, facts.pop("languages"))
    municipality_id = facts.get("municipality_id")
    if municipality_id is not None and db.session.get(Municipality, municipality_id) is None:
        raise Invalid(municipality_id=_l("Please choose one of the entries."))
    group_id = facts.get("group_id")
    if group_id is not None and group_id != need.group_id:
        group = db.session.get(Group, group_id)
        if group is None or not groups.may_take_part(actor, group):
            raise Invalid(group_id=_l("Please choose one of your groups."))
    if "target" in facts:
        facts["target"] = TargetGroup(facts["target"])
    for name, value in facts.items():
        changed |= getattr(need, name) != value
        setattr(need, name, value)
    return changed


def _put_topic(need: Need, topic_id: int | None) -> bool:
    topic = db.session.get(Topic, topic_id) if topic_id is not None else None
    if topic_id is not None and topic is None:
        raise Invalid(topic_id=_l("Please choose one of the entries."))
    chosen = [topic] if topic is not None else []
    if chosen == list(need.topics):
        return False
    need.topics = chosen
    return True


def _put_languages(need: Need, codes: Iterable[str]) -> bool:
    wanted = sorted(set(codes))
    if len(wanted) > MOST_LANGUAGES:
        raise Invalid(languages=_l("Please choose at most %(most)s languages.", most=MOST_LANGUAGES))
    known = {one.code: one for one in need.languages}
    if sorted(known) == wanted:
        return False
    need.languages = [known.get(code) or NeedLanguage(code=code) for code in wanted]
    return True


@action(policy.may_change, rooms=_with_desk)
def change_need(actor: Person, need: Need, *, seen: Mapping[str, str] | None = None, **facts: Any) -> Need:
    """Say it better: title, text, topic_id, municipality_id, place, languages, target, group_id.

    `seen` are digests of these as the form showed them: what it leaves as it was stays as others have set it
    since. What is missing stays. Raises Stale where both have set the same to different things, and Invalid
    for what there is not; if nothing differs, nothing happens.
    """
    seen = seen or {}
    if clashing(need, seen, facts):
        raise Stale(
            _l(
                "Somebody else has changed the need meanwhile. Nothing of yours is saved yet, and nothing is"
                " lost: compare, and save again."
            )
        )
    facts = {name: value for name, value in facts.items() if digest(value) != seen.get(name)}
    if _put(actor, need, facts):
        record("changed", need, by=actor, also=[OfficeDesk.the().room])
    return need


# Seeing it too


@action(policy.may_support)
def support(actor: Person, need: Need, *, organisation_id: int | None = None, words: str = "") -> Need:
    """Say that an organisation of one's own sees it too, or oneself as an engaged citizen, with a sentence.

    An organisation counts once: what somebody of it has said already stays, unless it said nothing.
    """
    _speak_for(actor, organisation_id)
    known = _said(actor, need, organisation_id)
    if known is not None:
        if words and not known.words:
            known.words, known.person_id = words, actor.id
            record("supported", need, by=actor)
        return need
    need.supports.append(
        NeedSupport(organisation_id=organisation_id, person_id=actor.id, words=words, at=now())
    )
    record("supported", need, by=actor)
    return need


@action(policy.may_support)
def withdraw_support(actor: Person, need: Need, *, organisation_id: int | None = None) -> Need:
    """Take that back, also for an organisation for which somebody else has said it. Done again: nothing."""
    known = _said(actor, need, organisation_id)
    if known is not None and (organisation_id is None or organisation_id in actor.organisation_ids):
        need.supports.remove(known)
        record("unsupported", need, by=actor)
    return need


def _said(actor: Person, need: Need, organisation_id: int | None) -> NeedSupport | None:
    """What has been said for the organisation, or by the actor as a citizen; as the room's lock found it."""
    db.session.flush()
    db.session.expire(need, ["supports"])
    if organisation_id is None:
        return next((one for one in need.by_citizens if one.person_id == actor.id), None)
    return next((one for one in need.supports if one.organisation_id == organisation_id), None)


# Settling


@action(policy.may_confirm, rooms=_with_desk)
def confirm(actor: Person, need: Need) -> Need:
    """From now on all members of the network see it."""
    _confirm(actor, need, OfficeDesk.the())
    letters.tell(need, "confirmed", actor)
    return need


def _confirm(actor: Person, need: Need, desk: OfficeDesk) -> None:
    _open(need)
    record("confirmed", need, by=actor, also=[desk.room])


def _open(need: Need) -> None:
    """It is missing: taken up if a goal serves it already."""
    need.confirmed_at = need.confirmed_at or now()
    need.answered_at, need.answer = now(), ""
    need.state = NeedState.TAKEN_UP if following.is_served(need) else NeedState.CONFIRMED


@action(policy.may_decline, rooms=_with_desk)
def decline(actor: Person, need: Need, *, reason: str) -> Need:
    """Say no, with a reason that its observer and all who see it too read."""
    need.state, need.answer, need.answered_at = NeedState.DECLINED, reason, now()
    record("declined", need, by=actor, also=[OfficeDesk.the().room])
    letters.tell(need, "declined", actor)
    return need


@action(policy.may_merge_any)
def merge(actor: Person, desk: OfficeDesk, *, need_id: int, into_id: int) -> Need:
    """Let a need be part of another one, which is missing: all who see it go along, and its links.

    Of two that nobody has looked at yet, the one that stays is confirmed thereby: all who saw the other one
    are led to it. It is taken up if the other one was. The merged one stays to be read and leads there. A
    deed on the desk, so that two merges never wait for each other in a circle: both rooms are younger than
    the desk's, and are taken together.
    Raises Stale for a need that was settled meanwhile, Invalid for one that nothing can be merged into.
    """
    if need_id == into_id:
        raise Invalid(into_id=_l("Please choose another need than this one."))
    rooms = db.session.scalars(select(Thing.room_id).where(Thing.id.in_((need_id, into_id))))
    take_all(set(rooms.all()))
    need, into = (db.session.get(Need, id, populate_existing=True) for id in (need_id, into_id))
    if need is None or not policy.may_merge(actor, need):
        raise Stale(_l("This need was settled meanwhile."))
    if into is None or into.removed_at is not None or not policy.may_receive(into, need):
        raise Invalid(into_id=_l("Please choose a need that is confirmed and not met yet."))
    if into.state == NeedState.REPORTED:
        _confirm(actor, into, desk)
        letters.tell(into, "confirmed", actor)
    people = letters.people_of(need)
    _move_supports(need, into)
    _move_links(actor, need, into)
    need.state, need.merged_into_id, need.answered_at = NeedState.MERGED, into.id, now()
    record("merged", need, by=actor, also=[desk.room], into=into.id)
    record("received", into, by=actor, merged=need.id)
    letters.tell(need, "merged", actor, people)
    return need


def _move_supports(need: Need, into: Need) -> None:
    """Whoever sees both counts once; what was said at either stays, with whoever said it."""
    there = {_whose(one): one for one in into.supports}
    for one in list(need.supports):
        known = there.get(_whose(one))
        if known is None:
            one.need_id = into.id
            continue
        said = [[one.person_id, one.words], *one.merged]
        if known.person_id == one.person_id and not (known.words and one.words):
            known.words = known.words or one.words
            said = said[1:]
        known.merged = [*known.merged, *said]
        db.session.delete(one)
    db.session.flush()
    db.session.expire(need, ["supports"])
    db.session.expire(into, ["supports"])


def _move_links(actor: Person, need: Need, into: Need) -> None:
    """What the merged need was linked with is linked with the other one; what is linked with both is so once.

    The links themselves move, so that whoever made one can still take it off.
    """
    both = (need.id, into.id)
    links = db.session.scalars(
        select(Link)
        .where(or_(Link.parent_id.in_(both), Link.to_id.in_(both)), Link.removed_at.is_(None))
        .order_by(Link.id)
    ).all()
    known = {_says(one, into) for one in links if need.id not in (one.parent_id, one.to_id)}
    for one in links:
        if need.id not in (one.parent_id, one.to_id):
            continue
        said = _says(one, need)
        if into.id in (one.parent_id, one.to_id) or said in known:
            one.removed_at = now()
            record("unlinked", one, by=actor)
            continue
        known.add(said)
        if one.parent_id == need.id:
            one.parent_id, one.room_id, one.here = into.id, into.room_id, ""
            db.session.expire(one, ["parent", "room"])
        else:
            one.to_id, one.place = into.id, ""
        record("linked", one, by=actor)


def _says(link: Link, need: Need) -> tuple[Any, ...]:
    """What a link says of a need, from whichever end it was made."""
    if link.parent_id == need.id:
        return (link.kind, link.to_id, link.turned, link.place)
    return (link.kind, link.parent_id, not link.turned, link.here)


def _whose(support: NeedSupport) -> tuple[str, int]:
    if support.organisation_id is not None:
        return ("organisation", support.organisation_id)
    return ("citizen", support.person_id)


@action(policy.may_meet, rooms=_with_desk)
def meet(actor: Person, need: Need, *, words: str, by_id: int | None = None, place: str = "") -> Need:
    """Record by what it is met: in words, and by a page of ours that the actor sees, if one shows it.

    Of what was merged into another thing, that one is linked.

    Told to its observer and to all who see it too.
    """
    by = meant(actor, db.session.get(Thing, by_id)) if by_id is not None else None
    if by_id is not None:
        if by is None or by.id == need.id:
            raise Invalid(by=_l("There is no such page, or it is not open to you."))
        tie(actor, need, by, LinkKind.MET_BY, place if by.id == by_id else "")
    need.state, need.answer, need.answered_at = NeedState.MET, words, now()
    record("met", need, by=actor, also=[OfficeDesk.the().room])
    letters.tell(need, "met", actor)
    return need


@action(policy.may_reopen, rooms=_with_desk)
def reopen(actor: Person, need: Need, *, reason: str) -> Need:
    """It is missing after all, or again; what met it once stays linked with it."""
    _open(need)
    need.answer = reason
    record("reopened", need, by=actor, also=[OfficeDesk.the().room])
    letters.tell(need, "reopened", actor)
    return need
