"""Corrections, approval and addenda: nothing vanishes, and what is approved stays as it is."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from network.agenda.carry_over import candidates
from network.approval import actions, jobs, snapshot
from network.approval.models import Correction, CorrectionState, MinutesVersion
from network.approval.reading import mark, newest, seen_text, versions_of
from network.changes import CLOCK, Change, Invalid, Refused, Stale
from network.extensions import db
from network.groups.models import Approval
from network.meetings.models import AgendaItem, Meeting
from network.minutes import actions as writing
from network.minutes import lines
from network.minutes.content import content
from network.minutes.models import Action, Minutes, MinutesState
from network.sitting import actions as sitting
from network.things import now
from tests.approval.conftest import hold, send
from tests.letterbox import Letterbox
from tests.world import World, make_meeting

FORTY = "Forty people wait for a course."
FIFTY = "Fifty people wait for a course."


def changes(minutes: Minutes) -> int:
    return int(db.session.query(Change).filter_by(room_id=minutes.room_id).count())


def propose(who: Any, item: AgendaItem, was: str = FORTY, proposed: str = FIFTY) -> Correction:
    found: Correction = actions.propose(
        who,
        item.parent.minutes,
        item=item.id,
        paragraph=mark(was) if was else "",
        proposed=proposed,
        reason="I counted them.",
    )
    return found


# Corrections


def test_whoever_was_there_proposes_and_the_minute_taker_takes_it(
    world: World, item: AgendaItem, letters: Letterbox
) -> None:
    letters.empty()
    correction = propose(world.guel, item)
    assert (correction.was, correction.place, correction.state) == (FORTY, 0, CorrectionState.OPEN)
    actions.take(world.ben, correction)
    assert content(item.minutes)[0] == FIFTY and "Anke Krämer asks" in content(item.minutes)[1]
    assert (correction.state, correction.taken_as, correction.settled_by) == ("taken", FIFTY, world.ben)
    letter = letters.last(world.guel)
    assert "was taken" in letter.text and FIFTY in letter.text and "Ben Berger" in letter.text
    assert f"/corrections/{correction.id}" in letter.html


def test_it_is_declined_with_a_reason_that_the_proposer_reads(
    world: World, item: AgendaItem, letters: Letterbox
) -> None:
    correction = propose(world.guel, item)
    with pytest.raises(Invalid):
        actions.decline(world.anke, correction, answer="  ")
    assert correction.is_open
    letters.empty()
    actions.decline(world.anke, correction, answer="The list of the school says forty.")
    assert content(item.minutes)[0] == FORTY and correction.state == CorrectionState.DECLINED
    assert "The list of the school says forty." in letters.last(world.guel).text
    with pytest.raises(Refused):
        actions.take(world.ben, correction)


def test_what_is_missing_comes_in_and_what_is_too_much_goes(world: World, item: AgendaItem) -> None:
    actions.take(world.ben, propose(world.guel, item, "", "The mayor came later."))
    actions.take(world.ben, propose(world.guel, item, "All agree.", ""))
    assert content(item.minutes)[0] == FORTY and content(item.minutes)[-1] == "The mayor came later."
    assert "All agree." not in item.minutes.text


def test_of_two_corrections_of_one_paragraph_the_second_is_shown_with_what_stands_there(
    world: World, item: AgendaItem
) -> None:
    first, second = propose(world.guel, item), propose(world.anke, item, FORTY, "Thirty people wait.")
    actions.take(world.ben, first)
    before = changes(item.parent.minutes)
    with pytest.raises(Stale):
        actions.take(world.ben, second)
    assert second.is_open and changes(item.parent.minutes) == before
    actions.take(world.ben, second, paragraph=mark(FIFTY), wording="Forty-five people wait.")
    assert content(item.minutes)[0] == "Forty-five people wait."
    assert (second.proposed, second.taken_as) == ("Thirty people wait.", "Forty-five people wait.")


def test_a_correction_of_a_paragraph_that_reads_otherwise_by_now_is_not_kept_unseen(
    world: World, item: AgendaItem
) -> None:
    actions.take(world.ben, propose(world.guel, item))
    with pytest.raises(Stale):
        propose(world.anke, item, FORTY, "Thirty.")
    assert db.session.query(Correction).count() == 1


def test_only_those_who_were_there_and_those_who_lead_propose_and_only_in_time(
    clock: Any, world: World, item: AgendaItem
) -> None:
    for who in (world.olena, world.lev, world.ada, world.kira):
        with pytest.raises(Refused):
            propose(who, item)
    propose(world.olaf, item)
    clock.shift(timedelta(days=8))
    for who in (world.guel, world.anke):
        with pytest.raises(Refused):
            propose(who, item)
    assert db.session.query(Correction).count() == 1


def test_only_the_minute_taker_and_those_who_lead_settle(world: World, item: AgendaItem) -> None:
    correction = propose(world.guel, item)
    for who in (world.guel, world.olena, world.lev):
        with pytest.raises(Refused):
            actions.take(who, correction)
        with pytest.raises(Refused):
            actions.decline(who, correction, answer="No.")
    assert correction.is_open and content(item.minutes)[0] == FORTY


@pytest.mark.parametrize(
    "facts",
    [{"item": 10**9}, {"proposed": FORTY}],
)
def test_a_correction_with_wrong_facts_is_not_kept(
    world: World, item: AgendaItem, facts: dict[str, Any]
) -> None:
    given = {"item": item.id, "paragraph": mark(FORTY), "proposed": FIFTY, "reason": "", **facts}
    with pytest.raises(Invalid):
        actions.propose(world.guel, item.parent.minutes, **given)
    assert db.session.query(Correction).count() == 0


def test_whoever_proposed_a_correction_withdraws_it_and_everybody_sees_that(
    world: World, minutes: Minutes, item: AgendaItem
) -> None:
    correction = propose(world.guel, item)
    for who in (world.ben, world.anke, world.olaf, world.lev):
        with pytest.raises(Refused):
            actions.withdraw(who, correction)
    assert correction.is_open
    actions.withdraw(world.guel, correction)
    assert (correction.state, correction.proposed, correction.removed_at) == ("withdrawn", FIFTY, None)
    with pytest.raises(Refused):
        actions.take(world.ben, correction)
    assert content(item.minutes)[0] == FORTY
    actions.propose_again(world.guel, correction)
    actions.take(world.ben, correction)
    for deed in (actions.withdraw, actions.propose_again):
        with pytest.raises(Refused):
            deed(world.guel, correction)
    assert (correction.state, content(item.minutes)[0]) == ("taken", FIFTY)


def test_a_withdrawn_correction_does_not_keep_minutes_from_being_approved(
    world: World, minutes: Minutes, item: AgendaItem
) -> None:
    correction = propose(world.guel, item)
    actions.withdraw(world.guel, correction)
    actions.approve(world.anke, minutes)
    with pytest.raises(Refused):
        actions.propose_again(world.guel, correction)
    assert (minutes.state, correction.state) == ("approved", "withdrawn")


def test_corrections_outlive_that_the_minutes_are_taken_back(world: World, item: AgendaItem) -> None:
    correction = propose(world.guel, item)
    minutes = item.parent.minutes
    writing.take_back(world.anke, minutes)
    with pytest.raises(Refused):
        actions.take(world.ben, correction)
    writing.write(world.ben, item, text="Rewritten.", revision=item.minutes.revision)
    send(minutes, world.ben)
    assert correction.is_open
    with pytest.raises(Stale):
        actions.take(world.ben, correction)
    with pytest.raises(Refused):
        actions.approve(world.anke, minutes)


# The approval


def test_approval_freezes_text_and_things_together(world: World, minutes: Minutes, item: AgendaItem) -> None:
    actions.take(world.ben, propose(world.guel, item))
    actions.approve(world.anke, minutes, result="by consensus", seen=seen_text(minutes))
    assert minutes.state == MinutesState.APPROVED and minutes.approved_at is not None
    version = newest(minutes)
    assert (version.number, version.digest) == (1, snapshot.digest(version.content))
    said = snapshot.read(version)
    assert snapshot.canonical(said) == version.content
    assert said["approval"]["result"] == "by consensus" and said["approval"]["by"]["name"] == "Anke Krämer"
    first = said["items"][0]
    assert first["paragraphs"][0] == {"id": f"text-{item.id}-1", "text": FIFTY}
    assert first["decisions"][0]["citation"] == item.decisions[0].citation
    assert first["actions"][0]["person"]["name"] == "Anke Krämer"
    assert first["began_at"] and said["meeting"]["ended_at"]
    assert [row["name"] for row in said["attendance"]["present"]][:1] == ["Ben Berger"]
    # What lives on changes nothing of it.
    lines.tick_off(world.anke, db.session.query(Action).one())
    lines.settle(world.anke, item.decisions[0], state="lifted")
    assert snapshot.read(newest(minutes)) == said


def test_open_corrections_are_settled_first(world: World, minutes: Minutes, item: AgendaItem) -> None:
    correction = propose(world.guel, item)
    before = changes(minutes)
    with pytest.raises(Refused):
        actions.approve(world.anke, minutes)
    assert minutes.state == MinutesState.CIRCULATED and changes(minutes) == before
    actions.decline(world.ben, correction, answer="No.")
    actions.approve(world.anke, minutes)
    assert minutes.state == MinutesState.APPROVED


def test_whoever_has_looked_at_another_text_does_not_approve_this_one(
    world: World, minutes: Minutes, item: AgendaItem
) -> None:
    seen = seen_text(minutes)
    actions.take(world.ben, propose(world.guel, item))
    with pytest.raises(Stale):
        actions.approve(world.anke, minutes, seen=seen)
    assert minutes.state == MinutesState.CIRCULATED and versions_of(minutes) == []


def test_of_two_who_approve_at_once_one_does(world: World, minutes: Minutes) -> None:
    actions.approve(world.anke, minutes)
    with pytest.raises(Refused):
        actions.approve(world.olaf, minutes)
    assert [version.number for version in versions_of(minutes)] == [1]


def test_nobody_else_approves_but_the_chair_of_the_next_meeting_does(world: World, minutes: Minutes) -> None:
    for who in (world.ben, world.guel, world.olena, world.lev, world.ada):
        with pytest.raises(Refused):
            actions.approve(who, minutes)
    following = make_meeting(world.language, "December", chair_id=world.guel.id)
    with pytest.raises(Refused):
        actions.approve(world.guel, minutes)  # it has not begun
    sitting.start(world.guel, following)
    actions.approve(world.guel, minutes, result="14 yes, 3 no")
    assert snapshot.read(newest(minutes))["approval"]["by"]["name"] == "Gül Yıldız"


def test_nothing_leads_back_from_approved_minutes(world: World, minutes: Minutes, item: AgendaItem) -> None:
    correction = propose(world.guel, item)
    actions.decline(world.ben, correction, answer="No.")
    actions.approve(world.anke, minutes)
    before = changes(minutes), newest(minutes).content, item.minutes.text
    deeds: list[Callable[[], Any]] = [
        lambda: writing.write(world.olaf, item, text="Late.", revision=item.minutes.revision),
        lambda: lines.decide(world.olaf, item, text="Late."),
        lambda: lines.agree(world.olaf, item, text="Late."),
        lambda: lines.change_decision(world.olaf, item.decisions[0], text="Late."),
        lambda: lines.change_action(world.olaf, item.actions[0], text="Late."),
        lambda: lines.remove_action(world.olaf, item.actions[0]),
        lambda: writing.take_back(world.olaf, minutes),
        lambda: send(minutes, world.olaf),
        lambda: propose(world.olaf, item),
        lambda: actions.take(world.olaf, correction),
        lambda: actions.approve(world.olaf, minutes),
    ]
    for deed in deeds:
        with pytest.raises(Refused):
            deed()
    db.session.expire_all()
    assert (changes(minutes), newest(minutes).content, item.minutes.text) == before


def test_a_version_cannot_be_changed_or_deleted_by_any_code(world: World, minutes: Minutes) -> None:
    actions.approve(world.anke, minutes)
    version = newest(minutes)
    version.content = "{}"
    with pytest.raises(RuntimeError):
        db.session.flush()
    db.session.rollback()
    db.session.delete(newest(minutes))
    with pytest.raises(RuntimeError):
        db.session.flush()
    db.session.rollback()
    assert db.session.query(MinutesVersion).count() == 1


# Tacitly


def test_where_the_group_says_so_minutes_are_approved_by_the_clock(
    clock: Any, world: World, minutes: Minutes
) -> None:
    world.language.approval = Approval.TACIT
    db.session.commit()
    for who in (world.anke, CLOCK):
        with pytest.raises(Refused):
            actions.approve(who, minutes)  # before the day is over
    clock.shift(timedelta(days=7))
    jobs.approve_tacitly()
    assert minutes.state == MinutesState.CIRCULATED  # the last day is still on
    clock.shift(timedelta(days=1))
    jobs.approve_tacitly()
    db.session.expire_all()
    assert minutes.state == MinutesState.APPROVED
    said = snapshot.read(newest(minutes))["approval"]
    assert (said["how"], said["by"]) == ("tacit", None) and said["result"]
    jobs.approve_tacitly()
    assert len(versions_of(minutes)) == 1


def test_where_the_meeting_approves_the_clock_does_nothing(
    clock: Any, world: World, minutes: Minutes
) -> None:
    clock.shift(timedelta(days=9))
    jobs.approve_tacitly()
    with pytest.raises(Refused):
        actions.approve(CLOCK, minutes)
    assert minutes.state == MinutesState.CIRCULATED


def test_an_open_correction_keeps_them_and_the_lead_is_told_once(
    clock: Any, world: World, minutes: Minutes, item: AgendaItem, letters: Letterbox
) -> None:
    world.language.approval = Approval.TACIT
    db.session.commit()
    correction = propose(world.guel, item)
    clock.shift(timedelta(days=8))
    letters.empty()
    jobs.approve_tacitly()
    jobs.approve_tacitly()
    assert sorted(letter.to for letter in letters.all()) == ["anke@example.org", "ben@example.org"]
    assert "1 correction" in letters.last(world.anke).text
    db.session.expire_all()
    assert minutes.state == MinutesState.CIRCULATED
    actions.take(world.ben, correction)
    jobs.approve_tacitly()
    db.session.expire_all()
    assert minutes.state == MinutesState.APPROVED


# Addenda


def test_an_addendum_makes_a_new_version_and_leaves_the_old_one(
    world: World, minutes: Minutes, item: AgendaItem
) -> None:
    actions.approve(world.anke, minutes)
    first = newest(minutes)
    paragraph = f"text-{item.id}-1"
    actions.add(world.anke, minutes, text=FIFTY, reason="Miscounted.", version=1, paragraph=paragraph)
    actions.add(world.olaf, minutes, text="The list is attached.", reason="It was missing.", version=2)
    third, second, again = versions_of(minutes)
    assert (
        again.content == first.content and snapshot.read(first)["items"][0]["paragraphs"][0]["text"] == FORTY
    )
    said = snapshot.read(second)
    assert said["items"][0]["paragraphs"][0] == {"id": paragraph, "text": FIFTY, "addendum": 1}
    assert [one["reason"] for one in snapshot.read(third)["addenda"]] == ["Miscounted.", "It was missing."]
    assert snapshot.holds(first, None) and snapshot.holds(second, first) and snapshot.holds(third, second)
    assert not snapshot.holds(third, first)
    assert json.loads(second.content)["previous"] == first.digest


def test_an_addendum_over_one_that_was_not_seen_is_refused(
    world: World, minutes: Minutes, item: AgendaItem
) -> None:
    actions.approve(world.anke, minutes)
    actions.add(world.anke, minutes, text="One.", reason="Because.", version=1)
    with pytest.raises(Stale):
        actions.add(world.olaf, minutes, text="Two.", reason="Because.", version=1)
    for facts in ({"paragraph": "text-0-0"}, {"text": " "}, {"reason": " "}):
        with pytest.raises(Invalid):
            actions.add(world.anke, minutes, **{"text": "Two.", "reason": "Because.", "version": 2, **facts})
    for who in (world.ben, world.guel, world.olena):
        with pytest.raises(Refused):
            actions.add(who, minutes, text="Two.", reason="Because.", version=2)
    assert len(versions_of(minutes)) == 2


def test_the_next_agenda_offers_to_approve_the_last_minutes(world: World, meeting: Meeting) -> None:
    following = make_meeting(world.language, "December", starts_at=now() + timedelta(days=30))
    offered = next(one for one in candidates(following) if one.key == f"minutes:{meeting.id}")
    assert offered.ticked and offered.at_top


def test_a_second_meeting_has_minutes_of_its_own(world: World, minutes: Minutes) -> None:
    other = hold(world.housing, world.lev, world.lev, title="Housing")
    send(other.minutes, world.lev)
    actions.approve(world.lev, other.minutes)
    assert minutes.state == MinutesState.CIRCULATED and versions_of(minutes) == []
