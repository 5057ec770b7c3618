"""Minutes are written, decisions and actions recorded, and all of it sent for correction."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from network.attendance.models import Attendance
from network.changes import Change, Invalid, Refused, Stale
from network.dates import today
from network.drafts import markdown, versions
from network.extensions import db
from network.meetings.models import AgendaItem, Meeting
from network.minutes import actions, lines
from network.minutes.models import Action, Decision, ItemMinutes, MinutesRevision, MinutesState
from network.sitting import actions as sitting
from network.things import now
from tests.letterbox import Letterbox
from tests.world import World, make_item, make_meeting


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A running meeting of Language with two items; Ben takes the minutes."""
    made = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    for place, title in enumerate(("Waiting lists", "Child care"), 1):
        make_item(made, title, place)
    for person in (world.anke, world.ben, world.guel):
        db.session.add(
            Attendance(
                parent_id=made.id, room_id=made.room_id, meeting_id=made.id, person_id=person.id, invited=True
            )
        )
    db.session.commit()
    sitting.start(world.anke, made)
    return made


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    """Its first item."""
    return meeting.agenda[0]


@pytest.fixture
def closed(meeting: Meeting, world: World) -> Meeting:
    """The meeting after its end."""
    sitting.close(world.anke, meeting, expected=0)
    return meeting


def versions_of(item: AgendaItem) -> list[str]:
    """What its text said in each version, the oldest first."""
    draft = item.minutes.draft
    return [markdown.write(versions.said_at(draft, one.number)) for one in versions.of(draft)[::-1]]


def changes(meeting: Meeting) -> int:
    return int(db.session.query(Change).filter_by(room_id=meeting.room_id).count())


# The text


def test_a_text_is_written_over_the_revision_that_was_seen(world: World, item: AgendaItem) -> None:
    actions.write(world.ben, item, text="Forty people wait.", revision=0)
    actions.write(world.ben, item, text="Forty people wait for a course.", revision=1)
    assert (item.minutes.text, item.minutes.revision) == ("Forty people wait for a course.", 2)
    assert item.minutes.written_by is world.ben


def test_whoever_has_not_seen_the_present_text_does_not_write_over_it(world: World, item: AgendaItem) -> None:
    actions.write(world.ben, item, text="What Ben heard.", revision=0)
    before = changes(item.parent)
    with pytest.raises(Stale) as refused:
        actions.write(world.anke, item, text="What Anke heard.", revision=0)
    assert "Ben Berger" in str(refused.value.description)
    assert item.minutes.text == "What Ben heard." and changes(item.parent) == before


def test_the_same_text_sent_again_is_neither_a_change_nor_a_conflict(world: World, item: AgendaItem) -> None:
    actions.write(world.ben, item, text="Heard once.", revision=0)
    before = changes(item.parent)
    again = actions.write(world.ben, item, text="Heard once.", revision=0)
    assert again.revision == 1 and changes(item.parent) == before
    assert actions.write(world.ben, item.parent.agenda[1], text="", revision=0) is None


def test_what_is_written_over_stays_a_version(world: World, item: AgendaItem) -> None:
    long = "A sentence that took long to write. " * 10
    actions.write(world.ben, item, text="What Ben heard.", revision=0)
    actions.write(world.anke, item, text=long, revision=1)
    actions.write(world.anke, item, text="", revision=2)
    assert versions_of(item) == ["What Ben heard.", long.strip(), ""]


def test_what_was_written_before_there_were_drafts_stays_a_version(world: World, item: AgendaItem) -> None:
    old = ItemMinutes(parent=item, room_id=item.room_id, item_id=item.id, text="Second.", revision=2)
    old.written_by_id, old.written_at = world.anke.id, now()
    db.session.add(old)
    db.session.flush()
    db.session.add(MinutesRevision(item_minutes_id=old.id, revision=1, text="First."))
    db.session.commit()
    actions.write(world.ben, item, text="Third.", revision=2)
    assert (item.minutes.text, item.minutes.revision) == ("Third.", 3)
    draft = item.minutes.draft
    assert [markdown.write(versions.said_at(draft, number)) for number in (1, 2, 3)] == [
        "First.",
        "Second.",
        "Third.",
    ]


def test_only_members_and_officers_write_and_only_once_it_has_begun(world: World, item: AgendaItem) -> None:
    before = changes(item.parent)
    for who in (world.guel, world.olena, world.lev, world.ada):
        with pytest.raises(Refused):
            actions.write(who, item, text="Mine.", revision=0)
    coming = make_item(make_meeting(world.language, "Later"), "Waiting lists", 1)
    with pytest.raises(Refused):
        actions.write(world.ben, coming, text="Too early.", revision=0)
    assert changes(item.parent) == before and db.session.query(ItemMinutes).count() == 0
    sitting.hand_over(world.anke, item.parent, office="minute_taker", person_id=world.guel.id)
    assert actions.write(world.guel, item, text="As minute-taker.", revision=0).revision == 1


# Decisions and actions


def test_a_decision_is_recorded_changed_removed_and_brought_back(world: World, item: AgendaItem) -> None:
    decision = lines.decide(
        world.ben, item, text="We start in January.", how="by consensus", organisation_id=world.school.id
    )
    assert item.decisions == [decision] and decision.organisation is world.school
    lines.change_decision(world.anke, decision, text="We start in February.", plain="In February.")
    assert (decision.text, decision.how, decision.organisation) == ("We start in February.", "", None)
    lines.remove_decision(world.ben, decision)
    db.session.expire_all()
    assert item.decisions == []
    lines.restore_decision(world.ben, decision)
    db.session.expire_all()
    assert item.decisions == [decision]


@pytest.mark.parametrize(
    "wrong",
    [
        {"organisation_id": 10**9},
        {"review_on": date(2001, 1, 1)},
    ],
)
def test_a_decision_with_wrong_facts_is_not_recorded(
    world: World, item: AgendaItem, wrong: dict[str, Any]
) -> None:
    before = changes(item.parent)
    with pytest.raises(Invalid) as refused:
        lines.decide(world.ben, item, text="This.", **wrong)
    assert set(refused.value.errors) == set(wrong)
    assert changes(item.parent) == before and db.session.query(Decision).count() == 0


def test_an_action_belongs_to_somebody_of_the_group_or_the_meeting(world: World, item: AgendaItem) -> None:
    action = lines.agree(
        world.anke, item, text="Ask the schools.", person_id=world.guel.id, due_on=date(2100, 1, 1)
    )
    assert (action.who, action.state) == ("Gül Yıldız", "open")
    with pytest.raises(Invalid):
        lines.agree(world.anke, item, text="Ask.", person_id=world.olena.id)
    with pytest.raises(Invalid):
        lines.change_action(world.anke, action, text="Ask.", person_id=world.language.id)
    assert action.text == "Ask the schools." and db.session.query(Action).count() == 1


def test_an_action_is_ticked_off_dropped_and_reopened(world: World, item: AgendaItem) -> None:
    action = lines.agree(world.anke, item, text="Ask the schools.", person_id=world.guel.id)
    lines.tick_off(world.guel, action)  # a guest, who has it to do
    assert action.state == "done" and action.ended_at is not None
    with pytest.raises(Stale):
        lines.drop(world.ben, action, reason="Too late.")
    lines.reopen(world.ben, action)
    assert action.state == "open" and action.ended_at is None
    lines.drop(world.ben, action, reason="The schools have closed.")
    assert (action.state, action.reason) == ("dropped", "The schools have closed.")


def test_somebody_who_has_nothing_to_do_with_it_ends_no_action(world: World, item: AgendaItem) -> None:
    action = lines.agree(world.anke, item, text="Ask the schools.", person_id=world.ben.id)
    for who in (world.guel, world.olena, world.lev):
        for deed in (lines.tick_off, lines.reopen):
            with pytest.raises(Refused):
                deed(who, action)
    assert action.state == "open"


def test_what_became_of_a_decision_is_said_by_those_who_lead(world: World, item: AgendaItem) -> None:
    decision = lines.decide(world.ben, item, text="This.")
    with pytest.raises(Refused):
        lines.settle(world.anke, decision, state="lifted")  # it has no number yet
    sitting.close(world.anke, item.parent, expected=0)
    with pytest.raises(Refused):
        lines.settle(world.ben, decision, state="lifted")
    lines.settle(world.anke, decision, state="lifted")
    assert decision.state == "lifted"


# Sending for correction


def test_the_minutes_go_to_everybody_who_was_invited_with_the_whole_text(
    world: World, meeting: Meeting, item: AgendaItem, letters: Letterbox
) -> None:
    actions.write(world.ben, item, text="Forty people **wait**.", revision=0)
    lines.decide(world.ben, item, text="We start in January.")
    lines.agree(world.ben, item, text="Ask the schools.", person_id=world.guel.id)
    sitting.close(world.anke, meeting, expected=0)
    until = today() + timedelta(days=14)
    actions.circulate(world.ben, meeting.minutes, until=until)
    assert (meeting.minutes.state, meeting.minutes.corrections_until) == (MinutesState.CIRCULATED, until)
    assert sorted(letter.to for letter in letters.all()) == [
        "anke@example.org",
        "ben@example.org",
        "guel@example.org",
    ]
    letter = letters.last(world.guel)
    assert letter.message["Reply-To"] is None  # Ben has not shown his address
    page = f"/meetings/{meeting.id}/minutes"
    for text in ("Forty people wait.", "We start in January.", "Ask the schools.", page):
        assert text in letter.text
    assert "<strong>wait</strong>" in letter.html


def test_a_letter_tells_decisions_and_actions_where_the_text_names_them(
    world: World, meeting: Meeting, item: AgendaItem, letters: Letterbox
) -> None:
    world.ben.email_shown = True
    db.session.commit()
    decision = lines.decide(world.ben, item, text="We start in *January*.", how="by consensus")
    action = lines.agree(
        world.ben, item, text="Ask_the schools.", person_id=world.guel.id, due_on=date(2100, 1, 31)
    )
    lines.agree(world.ben, item, text="Book a room.")
    named = f"[[decision {decision.id}]]", f"- [[action {action.id}]]", "[[decision 999999]]"
    text = f"Before.\n\n{named[0]}\n\nAfter.\n\n{named[1]}\n\n{named[2]}"
    actions.write(world.ben, item, text=text, revision=0)
    actions.ask_for_minutes(world.lev, world.language, wanted=True)
    sitting.close(world.anke, meeting, expected=0)
    actions.circulate(world.ben, meeting.minutes, until=today())
    for letter in letters.all():
        assert "[[" not in letter.text and "[[" not in letter.html
        assert letter.message["Reply-To"] == "ben@example.org"
    told = letters.last(world.guel).text
    said = [
        "Before.",
        f"* Decision {decision.citation}: We start in January. (by consensus)",
        "After.",
        "- Action: Ask_the schools. (Gül Yıldız, by Jan 31, 2100)",
        "* Action: Book a room.",
    ]
    assert [one for one in said if one not in told] == [], told
    assert [told.index(one) for one in said] == sorted(told.index(one) for one in said)
    assert told.count("Ask_the schools.") == 1
    assert "please tell Ben Berger" in told  # she was not there
    assert "propose a correction of each paragraph" in letters.last(world.anke).text


def test_nobody_writes_in_minutes_that_were_sent_until_they_are_taken_back(
    world: World, closed: Meeting
) -> None:
    item = closed.agenda[0]
    epoch = closed.room.epoch
    actions.circulate(world.ben, closed.minutes, until=today())
    assert closed.room.epoch == epoch + 1
    deeds: list[Callable[[], Any]] = [
        lambda: actions.write(world.ben, item, text="Late.", revision=0),
        lambda: lines.decide(world.ben, item, text="Late."),
        lambda: actions.circulate(world.anke, closed.minutes, until=date(2100, 1, 1)),
        lambda: actions.take_back(world.ben, closed.minutes),
    ]
    for deed in deeds:
        with pytest.raises(Refused):
            deed()
    actions.take_back(world.anke, closed.minutes)
    assert actions.write(world.ben, item, text="In time.", revision=0).revision == 1


def test_whoever_got_the_minutes_is_told_that_they_are_taken_back_and_why(
    world: World, closed: Meeting, letters: Letterbox
) -> None:
    actions.circulate(world.ben, closed.minutes, until=today())
    asked = sorted(letter.to for letter in letters.all())
    letters.empty()
    actions.take_back(world.anke, closed.minutes, reason="The vote was counted wrongly.")
    told = letters.all()
    assert asked and sorted(letter.to for letter in told) == asked
    assert all("Anke Krämer" in one.text and "The vote was counted wrongly." in one.text for one in told)


@pytest.mark.parametrize("days", [-1, 400])
def test_corrections_are_asked_for_until_a_sensible_day(
    world: World, closed: Meeting, letters: Letterbox, days: int
) -> None:
    with pytest.raises(Invalid):
        actions.circulate(world.anke, closed.minutes, until=today() + timedelta(days=days))
    assert closed.minutes.state == MinutesState.WRITING and letters.all() == []


def test_minutes_are_not_sent_before_the_end(world: World, meeting: Meeting) -> None:
    with pytest.raises(Refused):
        actions.circulate(world.anke, meeting.minutes, until=today())
    assert meeting.minutes.state == MinutesState.WRITING
