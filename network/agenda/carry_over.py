"""What the next agenda should take over, from the last meeting and from what waits in the group.

Features below add what they know (decisions to review, items with open actions) to `carry_over_sources`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network import dates
from network.agenda import policy as agenda
from network.agenda.items import put_item
from network.agenda.models import AgendaProposal
from network.agenda.proposals import put_on_agenda
from network.changes import action
from network.extensions import db
from network.meetings import hooks, policy
from network.meetings.models import AgendaItem, ItemKind, ItemState, Meeting
from network.meetings.planning import last_meeting


@dataclass(frozen=True)
class Candidate:
    """Something that may join an agenda. `key` names it for good, as in "item:31" or "decision:7"."""

    key: str
    title: str
    kind: str
    reason: Any  # why it is offered, as people read it
    planned_minutes: int = 0
    text: str = ""
    internal: bool = False
    standing: bool = False
    at_top: bool = False
    ticked: bool = True  # suggested
    if_it_fits: bool = False  # suggested only as long as the meeting has time for it
    from_item: AgendaItem | None = None
    proposal: AgendaProposal | None = None
    presenter_names: Sequence[str] = field(default=())


Source = Callable[[Meeting], Iterable[Candidate]]
carry_over_sources: list[Source] = []


def candidates(meeting: Meeting) -> list[Candidate]:
    """What may join the meeting's agenda and is not on it yet; each once, what belongs at the top first."""
    there = {item.carried_as for item in meeting.agenda if item.carried_as}
    # One that was copied when the meeting was planned is there under its title.
    titles = {item.title.casefold() for item in meeting.agenda}
    kinds = {item.kind for item in meeting.agenda}
    found: dict[str, Candidate] = {}
    for source in carry_over_sources:
        for candidate in source(meeting):
            known = candidate.standing and candidate.title.casefold() in titles
            doubled = candidate.kind == ItemKind.OPEN_ACTIONS and ItemKind.OPEN_ACTIONS in kinds
            if candidate.key not in there and not known and not doubled:
                found.setdefault(candidate.key, candidate)
    # Of an item that was carried over before, its last continuation stands for all of them.
    continued = {one.from_item.carried_from_id for one in found.values() if one.from_item}
    left = [one for one in found.values() if not one.from_item or one.from_item.id not in continued]
    return _fitting(
        meeting, sorted(left, key=lambda one: (not one.at_top, one.at_top and one.from_item is None))
    )


def suggested_minutes(meeting: Meeting, offered: Iterable[Candidate]) -> int:
    """Minutes that the agenda takes as planned, once what is suggested has joined it."""
    return meeting.planned_sum + sum(one.planned_minutes for one in offered if one.ticked)


def _fitting(meeting: Meeting, found: list[Candidate]) -> list[Candidate]:
    """The same; what can wait is suggested in its order, as far as the length of the meeting allows."""
    taken = suggested_minutes(meeting, [one for one in found if not one.if_it_fits])
    fitting = []
    for one in found:
        if one.if_it_fits and one.ticked:
            fits = taken + one.planned_minutes <= meeting.planned_length
            taken += one.planned_minutes if fits else 0
            one = replace(one, ticked=fits)
        fitting.append(one)
    return fitting


@action(policy.may_set_agenda, rooms=lambda meeting: [meeting.parent.room_id])
def carry_over(actor: Any, meeting: Meeting, *, keys: Sequence[str]) -> Meeting:
    """Put the chosen ones on the agenda. What is there already, or no longer offered, is left out."""
    put(actor, meeting, keys)
    return meeting


def put(actor: Any, meeting: Meeting, keys: Iterable[str] | None = None) -> None:
    """Step of an action that holds the rooms of group and meeting; without `keys` all that is suggested."""
    chosen = set(keys) if keys is not None else None
    offered = [
        candidate
        for candidate in candidates(meeting)
        if (candidate.key in chosen if chosen is not None else candidate.ticked)
    ]
    top = [one for one in offered if one.at_top]
    formalities = [one for one in top if one.kind == ItemKind.FORMALITY]
    # Each goes behind the formalities that are there: these in their order, the others from the last on.
    for candidate in [*formalities, *reversed([one for one in top if one not in formalities])]:
        _add(actor, meeting, candidate, first=True)
    for candidate in offered:
        if candidate.proposal is not None:
            if agenda.may_answer_proposal(actor, candidate.proposal):
                put_on_agenda(actor, candidate.proposal, meeting)
        elif not candidate.at_top:
            _add(actor, meeting, candidate)


def _add(actor: Any, meeting: Meeting, candidate: Candidate, *, first: bool = False) -> None:
    source = candidate.from_item
    item = put_item(
        actor,
        meeting,
        title=candidate.title,
        kind=candidate.kind,
        text=candidate.text,
        planned_minutes=candidate.planned_minutes,
        internal=candidate.internal,
        standing=candidate.standing,
        presenter_names=candidate.presenter_names,
        presented_as=source,
        carried_from_id=source.id if source else None,
        carried_as=candidate.key,
        first=first,
    )
    for sub in source.subs if source and source.under_id is None else ():
        if sub.standing or sub.state != ItemState.DONE:
            put_item(
                actor,
                meeting,
                title=sub.title,
                kind=sub.kind,
                text=sub.text,
                planned_minutes=sub.planned_minutes,
                internal=sub.internal,
                standing=sub.standing,
                presented_as=sub,
                under=item.id,
                carried_from_id=sub.id,
                carried_as=f"item:{sub.id}",
            )


# What is known here


def _last_meeting(meeting: Meeting) -> Iterable[Candidate]:
    """At the top what stands there after the first meeting, then what the last one left."""
    last = last_meeting(meeting.parent, meeting.starts_at)
    if last is not None:
        yield from _the_usual(last)
        yield from _what_was_left(last)


def _the_usual(last: Meeting) -> Iterable[Candidate]:
    # Those that the last meeting should have approved may wait still, before its own.
    older = sorted({id for item in last.agenda if (id := item.approves_minutes_of) and id != last.id})
    for one in [*(db.session.get(Meeting, id) for id in older), last]:
        if one is not None and not (one.minutes and one.minutes.approved_at):
            yield _approval(one)
    yield Candidate(
        key="open-actions",
        title=_("Open actions"),
        kind=ItemKind.OPEN_ACTIONS,
        reason=_l("On every agenda"),
        planned_minutes=10,
        at_top=True,
    )


def _approval(of: Meeting) -> Candidate:
    return Candidate(
        key=f"minutes:{of.id}",
        title=_("Approve the minutes of %(day)s", day=dates.day_short(of.starts_at)),
        kind=ItemKind.FORMALITY,
        reason=_l("On every agenda"),
        planned_minutes=5,
        at_top=True,
        ticked=of.minutes is not None,
    )


def _what_was_left(last: Meeting) -> Iterable[Candidate]:
    for item in last.agenda:
        if item.approves_minutes_of is not None:
            continue  # what still waits to be approved is offered as such
        if item.above is not None and item.above.state != ItemState.DONE:
            continue  # it comes along with the item that it belongs to
        if item.state == ItemState.POSTPONED:
            reason = _l("Postponed in the last meeting")
        elif item.state in (ItemState.PLANNED, ItemState.CURRENT) and not item.standing:
            reason = _l("Not reached in the last meeting")
        elif item.standing and item.under_id is None and item.kind != ItemKind.OPEN_ACTIONS:
            reason = _l("On every agenda")
        else:
            continue
        yield from_item(item, reason)


def from_item(
    item: AgendaItem, reason: Any, *, ticked: bool = True, planned_minutes: int | None = None
) -> Candidate:
    """An item of an earlier meeting that is to be continued; for sources in features below, too.

    The welcome stays at the top. `planned_minutes` if it shall not take as long as it did.
    """
    return Candidate(
        key=f"item:{item.id}",
        title=item.title,
        kind=item.kind,
        reason=reason,
        planned_minutes=item.planned_minutes if planned_minutes is None else planned_minutes,
        text=item.text,
        internal=item.kept_internal,
        standing=item.standing,
        at_top=item.standing and item.kind == ItemKind.FORMALITY,
        ticked=ticked,
        from_item=item,
    )


def _proposals(meeting: Meeting) -> Iterable[Candidate]:
    """Open and postponed proposals of the group."""
    proposals = db.session.scalars(
        select(AgendaProposal)
        .where(
            AgendaProposal.parent_id == meeting.parent_id,
            AgendaProposal.state.in_(("open", "postponed")),
            AgendaProposal.removed_at.is_(None),
        )
        .order_by(AgendaProposal.id)
        .options(joinedload(AgendaProposal.person))
    )
    for proposal in proposals:
        said = _l("Proposed by %(name)s", name=proposal.person.name)
        yield Candidate(
            key=f"proposal:{proposal.id}",
            title=proposal.title,
            kind=ItemKind.EXCHANGE,
            reason=said,
            planned_minutes=proposal.planned_minutes,
            text=proposal.text,
            ticked=False,
            proposal=proposal,
        )


carry_over_sources += [_last_meeting, _proposals]


# A series prepares its next draft by itself; its agenda begins with what is suggested here.
hooks.prepared.append(put)
