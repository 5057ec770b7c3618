"""Who sees, plans and calls off meetings; and that lists show exactly what the rules say."""

from datetime import timedelta
from typing import Any

import pytest

from network.changes import CLOCK
from network.extensions import db
from network.meetings import policy
from network.meetings.lists import meetings_seen_by
from network.meetings.models import Meeting, MeetingState
from network.people.models import Visitor
from network.things import now
from tests.world import World, make_group, make_meeting

CAST = ("anke", "ben", "guel", "olena", "olaf", "ada", "kira", "lev", "mo", "nina")


def user(world: World, who: str) -> Any:
    return Visitor() if who == "visitor" else getattr(world, who)


@pytest.mark.parametrize(
    "rule, state, group, who",
    [
        (policy.may_read, "draft", "language", {"anke", "olaf"}),
        (policy.may_read, "announced", "language", set(CAST)),
        (policy.may_read, "announced", "closed", {"nina", "mo", "olaf"}),
        (policy.may_see, "announced", "closed", {"nina", "mo", "olaf"}),
        (policy.may_change, "announced", "language", {"anke", "olaf"}),
        (policy.may_change, "closed", "language", set()),
        (policy.may_remove, "draft", "language", {"anke", "olaf"}),
        (policy.may_remove, "announced", "language", set()),
        (policy.may_cancel, "announced", "language", {"anke", "olaf"}),
        (policy.may_cancel, "running", "language", set()),
        (policy.may_set_agenda, "draft", "housing", {"lev", "olaf"}),
        (policy.may_set_agenda, "running", "housing", {"lev", "olaf"}),
        (policy.may_set_agenda, "closed", "housing", set()),
        (policy.may_save_as_template, "closed", "language", {"anke", "olaf"}),
    ],
)
def test_who_may(world: World, rule: Any, state: str, group: str, who: set[str]) -> None:
    meeting = make_meeting(getattr(world, group), state=state)
    assert {name for name in (*CAST, "visitor") if rule(user(world, name), meeting)} == who


def test_a_chair_from_outside_reads_the_draft_and_sets_the_agenda_while_it_runs(world: World) -> None:
    meeting = make_meeting(world.language, state="draft", chair_id=world.olena.id)
    assert policy.may_read(world.olena, meeting)
    assert not policy.may_set_agenda(world.olena, meeting)
    meeting.state = MeetingState.RUNNING
    assert policy.may_set_agenda(world.olena, meeting)


def test_a_template_is_for_those_who_plan_even_if_it_names_a_chair(world: World) -> None:
    template = make_meeting(world.language, state="draft", is_template=True, chair_id=world.ben.id)
    assert not policy.may_read(world.ben, template)
    assert policy.may_read(world.anke, template)


def test_the_coordination_group_plans_plenaries_and_sees_their_drafts(world: World) -> None:
    plenary = make_group(world, "Plenary", kind="plenary", visibility="public")
    draft = make_meeting(plenary, state="draft")
    assert policy.may_plan(world.kira, plenary)
    assert policy.may_read(world.kira, draft)
    assert not policy.may_plan(world.ben, plenary)
    assert not policy.may_plan(CLOCK, plenary)


def test_lists_show_exactly_what_the_rule_lets_one_see(world: World) -> None:
    plenary = make_group(world, "Plenary", kind="plenary", visibility="public")
    inner = make_group(world, "Inner plenary", kind="plenary", visibility="closed")
    archived = make_group(world, "Old circle", visibility="closed", archived_at=now())
    for group in (world.language, world.housing, world.closed, plenary, inner, archived):
        for number, state in enumerate(MeetingState):
            for public in {False, group.visibility == "public"}:
                make_meeting(
                    group,
                    f"{state} {public}",
                    state=state,
                    public=public,
                    starts_at=now() + timedelta(days=number),
                    chair_id=world.olena.id if number % 2 else None,
                )
    everything = db.session.query(Meeting).all()
    for name in (*CAST, "visitor"):
        reader = user(world, name)
        seen = {meeting.id for meeting in db.session.scalars(meetings_seen_by(reader)).unique()}
        assert seen == {meeting.id for meeting in everything if policy.may_see(reader, meeting)}, name
    assert db.session.scalars(meetings_seen_by(CLOCK)).all() == []
