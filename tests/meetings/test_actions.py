"""Planning, changing, cancelling; drafts and templates; the public side."""

from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from network.changes import Change, Invalid, Refused
from network.extensions import db
from network.groups.models import Group
from network.meetings import actions, hooks
from network.meetings.models import ItemKind, Meeting, MeetingState, PublicSide
from network.meetings.persons import vacate_offices
from network.things import now
from tests.world import World, make_item, make_meeting


@pytest.fixture(autouse=True)
def standing_clock(clock: Any) -> Any:
    """Nothing here depends on the day of the run."""
    return clock


def plan(world: World, actor: Any = None, group: Group | None = None, **facts: Any) -> Meeting:
    starts = now() + timedelta(days=10)
    given = {"title": "Winter", "starts_at": starts, "ends_at": starts + timedelta(minutes=90), **facts}
    meeting: Meeting = actions.plan_meeting(actor or world.anke, group or world.language, **given)
    return meeting


def verbs(thing: Any) -> list[str]:
    return list(
        db.session.scalars(select(Change.verb).where(Change.room_id == thing.room_id).order_by(Change.number))
    )


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_anke_plans_a_meeting_and_nobody_hears_of_the_draft(world: World, listen: Any) -> None:
    ear = listen(world.ben, world.language)
    before = world.language.room.number

    meeting = plan(
        world, place="Town library", online_url="https://meet.example.org/a", chair_id=world.anke.id
    )

    assert (meeting.state, meeting.parent_id) == (MeetingState.DRAFT, world.language.id)
    assert meeting.calendar_uid.endswith("@localhost")
    assert meeting.sequence == 0
    assert verbs(meeting)[0] == "planned"
    assert world.language.room.number == before
    assert ear.heard() == []
    assert listen(world.ben, meeting).answer["error"] == "not_found"


def test_two_meetings_never_share_a_calendar_uid(world: World) -> None:
    assert plan(world).calendar_uid != plan(world).calendar_uid


def test_the_first_agenda_begins_with_a_welcome_and_ends_with_any_other_business(world: World) -> None:
    kinds = [item.kind for item in plan(world).agenda]
    assert kinds == [ItemKind.FORMALITY, ItemKind.OTHER_BUSINESS]


def test_a_meeting_like_the_last_one_takes_over_what_stands_on_every_agenda(world: World) -> None:
    last = make_meeting(world.language, state=MeetingState.CLOSED, starts_at=now() - timedelta(days=20))
    make_item(last, "Welcome", 1, kind=ItemKind.FORMALITY, standing=True)
    make_item(last, "Approve the minutes of October 29", 2, carried_as=f"minutes:{last.id}", standing=True)
    make_item(last, "Count the places", 2, kind=ItemKind.FORMALITY)
    make_item(last, "A guest from the job centre", 2, kind=ItemKind.INFORMATION)
    standing = make_item(last, "News from the courses", 3, standing=True)
    make_item(last, "Beginners", 3, sub_place=1, under_id=standing.id)
    make_item(last, "Any other business", 4, kind=ItemKind.OTHER_BUSINESS)

    meeting = plan(world, like="last")

    assert [(item.number, item.title) for item in meeting.agenda] == [
        ("1", "Welcome"),
        ("2", "News from the courses"),
        ("2.1", "Beginners"),
        ("3", "Any other business"),
    ]


def test_a_template_brings_its_whole_agenda(world: World) -> None:
    meeting = plan(world)
    make_item(meeting, "Approve the minutes of October 29", 2, carried_as=f"minutes:{meeting.id}")
    make_item(meeting, "Year in figures", 3, text="With *charts*", planned_minutes=25)
    template = actions.save_as_template(world.anke, meeting, title="Yearly")

    copy = plan(world, like=str(template.id))

    assert template.is_template
    assert template.calendar_uid != meeting.calendar_uid
    assert not [item for item in copy.agenda if item.title.startswith("Approve")]  # of one day only
    item = copy.agenda[-1]
    assert (item.title, item.text, item.planned_minutes) == ("Year in figures", "With *charts*", 25)
    kept = template.agenda[-1]  # where its words come from is kept: what is erased there is erased here
    assert (item.copied_from_id, kept.copied_from_id) == (kept.id, meeting.agenda[-1].id)


@pytest.mark.parametrize("like", ["999999", "x", "²", ""])
def test_a_template_that_is_not_there_is_refused_and_nothing_is_planned(world: World, like: str) -> None:
    with pytest.raises(Invalid):
        plan(world, like=like)
    assert count(Meeting) == 0


def test_another_groups_template_cannot_be_used(world: World) -> None:
    foreign = actions.save_as_template(
        world.nina, plan(world, world.nina, world.closed, title="Secret"), title="Closed pattern"
    )
    with pytest.raises(Invalid):
        plan(world, like=str(foreign.id))


def test_an_end_before_the_start_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        plan(world, ends_at=now())
    assert "end" in refusal.value.errors
    assert count(Meeting) == 0


def test_a_meeting_may_go_over_midnight_but_not_for_a_day(world: World) -> None:
    starts = now() + timedelta(days=3)
    assert plan(world, starts_at=starts, ends_at=starts + timedelta(hours=14)).planned_length == 840
    with pytest.raises(Invalid):
        plan(world, starts_at=starts, ends_at=starts + timedelta(hours=24))


@pytest.mark.parametrize("who", ["olena", "lev"])
def test_only_who_has_a_place_in_the_group_can_chair(world: World, who: str) -> None:
    with pytest.raises(Invalid) as refusal:
        plan(world, chair_id=getattr(world, who).id)
    assert "chair_id" in refusal.value.errors
    assert count(Meeting) == 0


def test_a_guest_and_the_office_can_chair(world: World) -> None:
    assert plan(world, chair_id=world.guel.id, minute_taker_id=world.olaf.id).chair_id == world.guel.id


def test_only_public_groups_meet_in_public(world: World) -> None:
    with pytest.raises(Invalid):
        plan(world, public=True)
    meeting = plan(world, world.lev, world.housing, public=True)
    assert meeting.public_side.room_id != meeting.room_id


def test_an_address_that_is_no_web_address_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        plan(world, online_url="javascript:alert(1)")


@pytest.mark.parametrize("who", ["ben", "guel", "olena", "kira", "ada", "lev"])
def test_who_does_not_lead_cannot_plan(world: World, who: str) -> None:
    with force_locale("en"), pytest.raises(Refused, match="those who lead"):
        plan(world, getattr(world, who))
    assert count(Meeting) == 0


# Changing


def test_a_change_before_announcing_is_nobodys_news(world: World) -> None:
    meeting = plan(world)
    actions.change_meeting(world.anke, meeting, title="Winter meeting")
    assert (meeting.title, meeting.sequence, meeting.untold_since) == ("Winter meeting", 0, None)
    assert world.language.room.number == 0


def test_a_new_time_after_announcing_raises_the_sequence_and_is_to_be_told(world: World, listen: Any) -> None:
    meeting = make_meeting(world.language)
    called: list[int] = []

    def note(actor: Any, changed: Meeting) -> None:
        called.append(changed.id)

    hooks.announced_changed.append(note)
    ear = listen(world.ben, world.language)
    try:
        actions.change_meeting(
            world.anke,
            meeting,
            starts_at=meeting.starts_at + timedelta(hours=1),
            ends_at=meeting.ends_at + timedelta(hours=1),
        )
    finally:
        hooks.announced_changed.remove(note)

    assert (meeting.sequence, meeting.untold_since, called) == (1, now(), [meeting.id])
    assert f"card_{meeting.dom_id}" in ear.html()


def test_a_new_note_is_told_but_leaves_calendars_alone(world: World) -> None:
    meeting = make_meeting(world.language)
    actions.change_meeting(world.anke, meeting, note="Please bring a pen.")
    assert (meeting.sequence, meeting.untold_since) == (0, now())


def test_saving_without_a_change_is_no_change(world: World) -> None:
    meeting = make_meeting(world.language)
    actions.change_meeting(world.anke, meeting, title=meeting.title, place=meeting.place)
    assert verbs(meeting) == []
    assert meeting.untold_since is None


def test_who_gets_an_office_may_see_at_once_and_who_loses_it_no_longer(world: World, listen: Any) -> None:
    meeting = plan(world, world.nina, world.closed, chair_id=world.mo.id)
    ear = listen(world.mo, meeting)
    assert ear.answer["ok"]
    actions.change_meeting(world.nina, meeting, chair_id=world.nina.id)
    assert ear.heard("again") == [{"room": meeting.room_id}]
    assert ear.enter(meeting)["error"] == "not_found"


def test_a_chair_who_has_left_the_group_does_not_block_other_changes(world: World) -> None:
    meeting = make_meeting(world.language, chair_id=world.olena.id)
    actions.change_meeting(world.anke, meeting, place="Elsewhere")
    assert meeting.place == "Elsewhere"


def test_a_meeting_that_is_over_stays_as_it_was(world: World) -> None:
    meeting = make_meeting(world.language, state=MeetingState.CLOSED)
    with pytest.raises(Refused):
        actions.change_meeting(world.anke, meeting, title="Other")
    assert meeting.title == "November meeting"


# Drafts come and go, announced meetings are cancelled


def test_a_draft_is_removed_and_brought_back(world: World) -> None:
    meeting = plan(world)
    actions.remove_draft(world.anke, meeting)
    assert meeting.removed_at == now()
    actions.restore_draft(world.anke, meeting)
    assert meeting.removed_at is None
    assert world.language.room.number == 0


def test_an_announced_meeting_cannot_be_removed(world: World) -> None:
    meeting = make_meeting(world.language)
    with pytest.raises(Refused):
        actions.remove_draft(world.anke, meeting)
    assert meeting.removed_at is None


def test_cancelling_keeps_a_trace_and_tells_the_group(world: World, listen: Any) -> None:
    meeting = make_meeting(world.language)
    told: list[str] = []

    def note(actor: Any, gone: Meeting) -> None:
        told.append(gone.cancelled_because)

    hooks.cancelled.append(note)
    ear = listen(world.guel, world.language)
    try:
        actions.cancel(world.anke, meeting, reason="Storm")
    finally:
        hooks.cancelled.remove(note)

    assert (meeting.state, meeting.sequence, told) == (MeetingState.CANCELLED, 1, ["Storm"])
    assert "Storm" in ear.html()


@pytest.mark.parametrize("state", ["draft", "running", "closed", "cancelled"])
def test_only_what_is_announced_can_be_cancelled(world: World, state: str) -> None:
    meeting = make_meeting(world.language, state=state)
    with pytest.raises(Refused):
        actions.cancel(world.anke, meeting, reason="Storm")
    assert (meeting.state, meeting.cancelled_because) == (state, "")


# The public side


def test_visitors_hear_that_a_public_meeting_changed(world: World, listen: Any) -> None:
    meeting = make_meeting(world.housing, public=True)
    ear = listen(None, meeting.public_side)
    actions.change_meeting(world.lev, meeting, place="Market hall")
    assert ear.numbers() == [1]
    assert "Market hall" in ear.html()


def test_a_draft_has_a_public_side_that_nobody_sees_yet(world: World, listen: Any) -> None:
    meeting = plan(world, world.lev, world.housing, public=True)
    assert listen(None, meeting.public_side).answer["error"] == "not_found"


def test_visitors_have_to_leave_when_a_meeting_is_public_no_more(world: World, listen: Any) -> None:
    meeting = make_meeting(world.housing, public=True)
    ear = listen(None, meeting.public_side)
    actions.change_meeting(world.lev, meeting, public=False)
    assert ear.heard("again") == [{"room": meeting.public_side.room_id}]
    assert ear.enter(meeting.public_side)["error"] == "not_found"
    actions.change_meeting(world.lev, meeting, public=True)
    assert count(PublicSide) == 1
    assert ear.enter(meeting.public_side)["ok"]


# When somebody leaves the network


def test_whoever_has_left_holds_no_office_in_meetings_to_come(world: World) -> None:
    coming = make_meeting(world.language, chair_id=world.ben.id, minute_taker_id=world.anke.id)
    past = make_meeting(world.language, "Past", state=MeetingState.CLOSED, chair_id=world.ben.id)
    vacate_offices(world.ben)
    vacate_offices(world.ben)
    assert (coming.chair_id, coming.minute_taker_id, past.chair_id) == (None, world.anke.id, world.ben.id)
    assert verbs(coming) == ["handed over"]


@pytest.mark.parametrize("who", ["anke", "olaf", "ben"])
def test_only_the_program_does_that(world: World, who: str) -> None:
    meeting = make_meeting(world.language, chair_id=world.ben.id)
    with pytest.raises(Refused):
        actions.vacate(getattr(world, who), meeting, person_id=world.ben.id)
    assert meeting.chair_id == world.ben.id
