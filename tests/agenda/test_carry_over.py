"""What the next agenda takes over, once."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from network.agenda import carry_over, proposals
from network.agenda.carry_over import Candidate, candidates, carry_over_sources
from network.changes import Refused
from network.dates import local, today
from network.extensions import db
from network.meetings import actions
from network.meetings.models import ItemKind, ItemState, Meeting, MeetingState
from network.minutes.models import Action, Decision, Minutes, MinutesState
from network.things import now
from tests.world import World, make_item, make_meeting


@pytest.fixture(autouse=True)
def in_english(app: Flask) -> Iterator[None]:
    """What the program writes itself is in the language of whoever does it."""
    with force_locale("en"):
        yield


@pytest.fixture
def last(world: World, clock: Any) -> Meeting:
    """A closed meeting that left something."""
    meeting = make_meeting(
        world.language, "October", state=MeetingState.CLOSED, starts_at=now() - timedelta(days=20)
    )
    make_item(meeting, "Done", 1, state=ItemState.DONE)
    postponed = make_item(meeting, "Childcare", 2, state=ItemState.POSTPONED, text="Who pays?")
    make_item(meeting, "Rooms", 2, sub_place=1, under_id=postponed.id)
    make_item(meeting, "Not reached", 3)
    make_item(meeting, "News from the courses", 4, standing=True, state=ItemState.DONE)
    db.session.add(Minutes(parent=meeting, room_id=meeting.room_id, meeting_id=meeting.id))
    db.session.commit()
    return meeting


@pytest.fixture
def draft(world: World, last: Meeting) -> Meeting:
    """The next one, empty."""
    return make_meeting(world.language, "November", state=MeetingState.DRAFT)


def offered(meeting: Meeting) -> list[str]:
    db.session.commit()
    db.session.expire_all()
    return [candidate.title for candidate in candidates(meeting)]


def agenda(meeting: Meeting) -> list[str]:
    db.session.commit()
    db.session.expire_all()
    return [f"{item.number} {item.title}" for item in meeting.agenda]


def keys(meeting: Meeting) -> list[str]:
    return [candidate.key for candidate in candidates(meeting) if candidate.ticked]


def test_it_offers_what_was_left_and_what_stands_on_every_agenda(draft: Meeting) -> None:
    assert offered(draft) == [
        "Approve the minutes of Nov 12, 2026",
        "Open actions",
        "Childcare",
        "Not reached",
        "News from the courses",
    ]


def test_the_top_comes_first_and_sub_items_come_along(world: World, draft: Meeting) -> None:
    make_item(draft, "Any other business", 1, kind=ItemKind.OTHER_BUSINESS)
    carry_over.carry_over(world.anke, draft, keys=keys(draft))
    assert agenda(draft) == [
        "1 Approve the minutes of Nov 12, 2026",
        "2 Open actions",
        "3 Childcare",
        "3.1 Rooms",
        "4 Not reached",
        "5 News from the courses",
        "6 Any other business",
    ]
    assert draft.agenda[2].carried_as == f"item:{draft.agenda[2].carried_from_id}"
    assert draft.agenda[2].text == "Who pays?"


def test_the_welcome_stands_before_the_open_actions(world: World, last: Meeting, draft: Meeting) -> None:
    make_item(last, "Welcome", 5, kind=ItemKind.FORMALITY, standing=True, state=ItemState.DONE)
    assert offered(draft)[:3] == ["Welcome", "Approve the minutes of Nov 12, 2026", "Open actions"]
    carry_over.carry_over(world.anke, draft, keys=keys(draft))
    assert agenda(draft)[:3] == ["1 Welcome", "2 Approve the minutes of Nov 12, 2026", "3 Open actions"]


def test_where_there_are_no_minutes_their_approval_is_not_suggested(last: Meeting, draft: Meeting) -> None:
    db.session.delete(last.minutes)
    assert offered(draft)[0] == "Approve the minutes of Nov 12, 2026"
    assert f"minutes:{last.id}" not in keys(draft)


def test_only_minutes_that_still_wait_are_offered_to_be_approved(
    world: World, last: Meeting, draft: Meeting
) -> None:
    older = make_meeting(
        world.language, "September", state=MeetingState.CLOSED, starts_at=now() - timedelta(50)
    )
    waiting = Minutes(parent=older, room_id=older.room_id, meeting_id=older.id, state=MinutesState.CIRCULATED)
    db.session.add(waiting)
    make_item(last, "Approve September", 5, state=ItemState.POSTPONED, carried_as=f"minutes:{older.id}")
    last.minutes.state, last.minutes.approved_at = MinutesState.PUBLISHED, now()
    db.session.commit()

    titles = offered(draft)

    assert titles[0] == "Approve the minutes of Oct 13, 2026"
    assert f"minutes:{older.id}" in keys(draft)
    assert f"minutes:{last.id}" not in [candidate.key for candidate in candidates(draft)]
    assert "Approve September" not in titles  # the item of the last meeting would approve nothing
    carry_over.carry_over(world.anke, draft, keys=keys(draft))
    assert draft.agenda[0].approves_minutes_of == older.id

    waiting.state, waiting.approved_at = MinutesState.APPROVED, now()
    db.session.commit()
    another = make_meeting(world.language, "December", state=MeetingState.DRAFT)
    assert not [title for title in offered(another) if title.startswith("Approve")]


def test_reviews_are_suggested_as_far_as_the_meeting_has_time_for_them(
    world: World, last: Meeting, draft: Meeting
) -> None:
    facts = {"room_id": last.room_id, "group_id": world.language.id, "review_on": today()}
    for number in (1, 2, 3):
        db.session.add(Decision(parent=last.agenda[0], text="We start.", year=2026, number=number, **facts))
    db.session.commit()
    db.session.expire_all()
    others = sum(one.planned_minutes for one in candidates(draft) if one.ticked and not one.if_it_fits)
    draft.ends_at = draft.starts_at + timedelta(minutes=others + 12)
    assert len(offered(draft)) == 8
    ticked = [one for one in candidates(draft) if one.ticked]
    assert [one.title for one in ticked if one.if_it_fits] == [
        "Review of decision Language 2026/01",
        "Review of decision Language 2026/02",
    ]
    assert carry_over.suggested_minutes(draft, ticked) == others + 10


def test_what_comes_again_is_short_and_decisions_come_in_the_order_of_their_numbers(
    world: World, last: Meeting, draft: Meeting
) -> None:
    done = last.agenda[0]
    done.planned_minutes = 45
    facts = {"room_id": last.room_id, "group_id": world.language.id}
    db.session.add(Action(parent=done, text="Ask the schools.", **facts))
    for number, days in ((1, 5), (2, 9)):  # the later one is to be reviewed first
        review_on = local(now() - timedelta(days=days)).date()
        db.session.add(
            Decision(parent=done, text="We start.", year=2026, number=number, review_on=review_on, **facts)
        )
    db.session.commit()
    carry_over.carry_over(world.anke, draft, keys=keys(draft))
    planned = {item.title: item.planned_minutes for item in draft.agenda}
    assert planned["Done"] == 5
    assert [title for title in planned if "Review" in title] == [
        "Review of decision Language 2026/01",
        "Review of decision Language 2026/02",
    ]
    assert planned["Review of decision Language 2026/01"] == 5


def test_done_twice_it_doubles_nothing(world: World, draft: Meeting) -> None:
    chosen = keys(draft)
    carry_over.carry_over(world.anke, draft, keys=chosen)
    before = agenda(draft)
    carry_over.carry_over(world.anke, draft, keys=chosen)
    assert agenda(draft) == before
    assert offered(draft) == []


def test_only_what_was_chosen_comes_and_the_rest_is_offered_again(world: World, draft: Meeting) -> None:
    carry_over.carry_over(world.anke, draft, keys=["open-actions", "item:999999", "nonsense"])
    assert agenda(draft) == ["1 Open actions"]
    assert "Childcare" in offered(draft)


def test_what_was_taken_off_again_is_offered_again(world: World, draft: Meeting) -> None:
    carry_over.carry_over(world.anke, draft, keys=["open-actions"])
    draft.agenda[0].removed_at = now()
    assert "Open actions" in offered(draft)


def test_proposals_are_offered_but_not_ticked_and_are_answered_by_carrying_over(
    world: World, draft: Meeting
) -> None:
    proposal = proposals.propose(world.ben, world.language, title="Women's café")
    postponed = proposals.propose(world.ben, world.language, title="Swimming")
    proposals.postpone_proposal(world.anke, postponed)
    assert {"Women's café", "Swimming"} <= set(offered(draft))
    assert f"proposal:{proposal.id}" not in keys(draft)

    carry_over.carry_over(world.anke, draft, keys=[f"proposal:{proposal.id}"])

    assert (proposal.state, proposal.item.title) == ("taken_up", "Women's café")
    assert "Women's café" not in offered(draft)


def test_a_meeting_planned_like_the_last_one_is_not_offered_what_it_has(world: World, last: Meeting) -> None:
    starts = now() + timedelta(days=9)
    meeting = actions.plan_meeting(
        world.anke,
        world.language,
        title="X",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        like="last",
    )
    assert "News from the courses" in [item.title for item in meeting.agenda]
    assert "News from the courses" not in offered(meeting)


def test_an_item_that_was_carried_over_before_is_offered_once(
    world: World, last: Meeting, draft: Meeting
) -> None:
    older = make_meeting(world.language, state=MeetingState.CLOSED, starts_at=now() - timedelta(days=60))
    origin = make_item(older, "Swimming", 1, state=ItemState.DONE)
    make_item(last, "Swimming", 5, state=ItemState.POSTPONED, carried_from_id=origin.id)

    def still_open(meeting: Meeting) -> Iterable[Candidate]:
        yield carry_over.from_item(origin, "Something is still to be done")

    carry_over_sources.append(still_open)
    try:
        assert offered(draft).count("Swimming") == 1
    finally:
        carry_over_sources.remove(still_open)


def test_the_first_meeting_has_nothing_to_take_over(world: World) -> None:
    assert offered(make_meeting(world.housing, state=MeetingState.DRAFT)) == []


def test_another_feature_adds_what_it_knows(world: World, draft: Meeting) -> None:
    def to_review(meeting: Meeting) -> Iterable[Candidate]:
        yield Candidate(
            key="decision:7", title="Review: opening hours", kind=ItemKind.DECISION, reason="Its day has come"
        )

    carry_over_sources.append(to_review)
    try:
        carry_over.carry_over(world.anke, draft, keys=["decision:7"])
        carry_over.carry_over(world.anke, draft, keys=["decision:7"])
    finally:
        carry_over_sources.remove(to_review)
    assert agenda(draft) == ["1 Review: opening hours"]


@pytest.mark.parametrize("who", ["ben", "guel", "olena"])
def test_who_does_not_set_the_agenda_carries_nothing_over(world: World, draft: Meeting, who: str) -> None:
    with pytest.raises(Refused):
        carry_over.carry_over(getattr(world, who), draft, keys=["open-actions"])
    assert agenda(draft) == []
