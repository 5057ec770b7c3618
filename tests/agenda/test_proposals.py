"""What members propose, and how they hear what came of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from network.agenda import persons, proposals
from network.agenda.models import AgendaProposal
from network.changes import CLOCK, Invalid, Refused
from network.extensions import db
from network.meetings.models import AgendaItem, MeetingState
from network.people.models import PersonState
from network.things import now
from tests.world import World, make_meeting


def propose(world: World, who: str = "ben", **facts: Any) -> AgendaProposal:
    proposal: AgendaProposal = proposals.propose(
        getattr(world, who), world.language, **{"title": "Childcare", **facts}
    )
    return proposal


def items() -> int:
    return db.session.scalar(select(func.count()).select_from(AgendaItem)) or 0


def test_ben_proposes_and_the_group_sees_it_at_once(world: World, listen: Any) -> None:
    ear = listen(world.anke, world.language)
    proposal = propose(world)
    assert proposal.state == "open"
    assert f'id="{proposal.dom_id}"' in ear.html()
    assert 'action="append" target="' + f"{world.language.dom_id}_agenda_proposals" in ear.html()


@pytest.mark.parametrize("who", ["guel", "olena", "lev", "kira"])
def test_guests_and_others_do_not_propose(world: World, who: str) -> None:
    with pytest.raises(Refused):
        propose(world, who)
    assert db.session.scalars(select(AgendaProposal)).all() == []


def test_a_proposal_that_is_taken_up_stands_on_the_next_agenda_and_ben_hears_of_it(
    world: World, letters: Any, listen: Any
) -> None:
    make_meeting(world.language, "Later", starts_at=now() + timedelta(days=40))
    meeting = make_meeting(world.language, "Next")
    proposal = propose(world, text="- Who pays?", planned_minutes=15)
    ear = listen(world.ben, world.ben)

    item = proposals.take_up(world.anke, proposal)

    assert (item.parent_id, item.title, item.text) == (meeting.id, "Childcare", "- Who pays?")
    assert (item.planned_minutes, [by.person_id for by in item.presenters]) == (15, [world.ben.id])
    assert (proposal.state, proposal.item_id) == ("taken_up", item.id)
    assert meeting.untold_since is not None
    letter = letters.to("ben@example.org")[-1]
    assert "Childcare" in letter.subject
    assert "is planned for the meeting on" in letter.text
    assert f"/groups/{world.language.id}/proposals" in letter.text
    assert len(ear.heard()) == 1


def test_it_can_go_on_a_later_agenda(world: World) -> None:
    make_meeting(world.language, "Next")
    later = make_meeting(world.language, "Later", starts_at=now() + timedelta(days=40))
    assert proposals.take_up(world.anke, propose(world), meeting_id=later.id).parent_id == later.id


def test_of_a_draft_neither_the_group_nor_the_letter_tells_anything(
    world: World, letters: Any, listen: Any
) -> None:
    make_meeting(world.language, "Secret date", state=MeetingState.DRAFT)
    proposal = propose(world)
    ear = listen(world.ben, world.language)
    proposals.take_up(world.anke, proposal)
    assert "Secret date" not in ear.html()
    assert "Secret date" not in letters.to("ben@example.org")[-1].text


def test_without_a_coming_meeting_nothing_is_taken_up(world: World) -> None:
    make_meeting(world.language, "Over", state=MeetingState.CLOSED, starts_at=now() - timedelta(days=4))
    other = make_meeting(world.housing)
    proposal = propose(world)
    for meeting_id in (None, other.id, 999_999):
        with pytest.raises(Invalid):
            proposals.take_up(world.anke, proposal, meeting_id=meeting_id)
    assert (proposal.state, items()) == ("open", 0)


def test_taking_up_twice_puts_it_on_the_agenda_once(world: World) -> None:
    make_meeting(world.language)
    proposal = propose(world)
    proposals.take_up(world.anke, proposal)
    with pytest.raises(Refused):
        proposals.take_up(world.anke, proposal)
    assert items() == 1


def test_declining_needs_a_reason_and_ben_reads_it(world: World, letters: Any) -> None:
    proposal = propose(world)
    with pytest.raises(Invalid):
        proposals.decline_proposal(world.anke, proposal, reason="  ")
    assert proposal.state == "open"
    proposals.decline_proposal(world.anke, proposal, reason="The housing group works on this.")
    assert proposal.state == "declined"
    assert "The housing group works on this." in letters.to("ben@example.org")[-1].text


def test_whoever_wants_no_letters_gets_none(world: World, letters: Any) -> None:
    world.ben.unwanted_letters = ["answers"]
    db.session.commit()
    proposals.postpone_proposal(world.anke, propose(world))
    assert letters.to("ben@example.org") == []


def test_a_postponed_proposal_can_still_be_answered(world: World) -> None:
    make_meeting(world.language)
    proposal = propose(world)
    proposals.postpone_proposal(world.anke, proposal)
    assert proposals.take_up(world.anke, proposal).title == "Childcare"


@pytest.mark.parametrize("who", ["ben", "guel", "olena", "lev"])
def test_only_those_who_lead_answer(world: World, who: str) -> None:
    make_meeting(world.language)
    proposal, somebody = propose(world), getattr(world, who)
    for deed in (
        lambda: proposals.take_up(somebody, proposal),
        lambda: proposals.postpone_proposal(somebody, proposal),
        lambda: proposals.decline_proposal(somebody, proposal, reason="No"),
    ):
        with pytest.raises(Refused):
            deed()
    assert (proposal.state, items()) == ("open", 0)


def test_one_withdraws_ones_own_and_nobody_elses(world: World) -> None:
    proposal = propose(world)
    with pytest.raises(Refused):
        proposals.withdraw(world.anke, proposal)
    proposals.withdraw(world.ben, proposal)
    assert proposal.state == "withdrawn"
    with pytest.raises(Refused):
        proposals.take_up(world.anke, proposal)


def test_whoever_has_left_the_group_is_named_but_holds_no_place(world: World) -> None:
    make_meeting(world.language)
    proposal = propose(world)
    world.ben.memberships[0].removed_at = now()
    db.session.commit()
    item = proposals.take_up(world.anke, proposal)
    assert [(by.person_id, by.name) for by in item.presenters] == [(None, "Ben Berger")]


# When somebody leaves the network


def test_what_waits_of_somebody_who_has_left_is_withdrawn(world: World) -> None:
    waiting, answered = propose(world), propose(world, title="Swimming")
    proposals.decline_proposal(world.anke, answered, reason="No pool")
    world.ben.state = PersonState.LEFT
    db.session.commit()
    persons.withdraw_waiting(world.ben)
    assert (waiting.state, answered.state) == ("withdrawn", "declined")


def test_the_program_withdraws_nothing_of_those_who_are_there(world: World) -> None:
    proposal = propose(world)
    with pytest.raises(Refused):
        proposals.withdraw(CLOCK, proposal)
    assert proposal.state == "open"


def test_ben_takes_along_what_he_proposed_and_erasing_leaves_the_title(world: World) -> None:
    proposal = propose(world, text="My own experience")
    (row,) = persons.own_proposals(world.ben)
    assert (row["group"], row["title"], row["text"]) == ("Language", "Childcare", "My own experience")
    persons.erase_explanations(world.ben)
    assert (proposal.title, proposal.text) == ("Childcare", "")
