"""Reporting, taking care of a case, deciding, objecting: what happens, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from network import jobs
from network.changes import Change, Invalid, Refused, Stale
from network.dates import when
from network.discussions import actions as discussions
from network.discussions import gates
from network.discussions.models import Message, Thread
from network.discussions.policy import may_see_text
from network.extensions import db
from network.files.actions import restore_file
from network.files.models import File
from network.groups.policy import role
from network.moderation import actions, policy, queue, record, rules, settings
from network.moderation.gates import LINK
from network.moderation.models import CLAIM_LASTS, CaseEntry, Measure, ModerationCase, Report
from network.people import export, passwords
from network.people.models import Person, SignIn
from network.things import now
from tests.letterbox import Letterbox
from tests.moderation.conftest import SECRET, decide
from tests.world import PASSWORD, World


def count(model: Any) -> int:
    db.session.commit()
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def kinds(case: ModerationCase) -> list[str]:
    db.session.refresh(case)
    return [entry.kind for entry in case.entries]


# Reporting


def test_however_many_report_it_there_is_one_case(world: World, message: Message) -> None:
    first = actions.report(world.guel, message, rule="respect")
    second = actions.report(world.olena, message, rule="hatred", text="I do not like it.")
    assert first.id == second.id
    assert (count(ModerationCase), count(Report)) == (1, 2)
    assert second.weight == 2 * 5 + 3 * 5


def test_nobody_reports_twice_or_their_own_words(world: World, message: Message) -> None:
    actions.report(world.guel, message, rule="respect")
    with pytest.raises(Invalid):
        actions.report(world.guel, message, rule="hatred")
    with pytest.raises(Refused):
        actions.report(world.ben, message, rule="respect")
    with pytest.raises(Invalid):
        actions.report(world.olena, message, rule="nothing-of-this-name")
    assert count(Report) == 1


def test_what_one_cannot_read_one_cannot_report(world: World) -> None:
    closed = discussions.start(world.mo, world.closed, title="Among us", text="A word")
    message = db.session.scalars(select(Message).where(Message.thread_id == closed.id)).one()
    with pytest.raises(Refused):
        actions.report(world.olena, message, rule="respect")
    assert count(ModerationCase) == 0


def test_whoever_was_right_before_weighs_more(world: World, thread: Thread) -> None:
    assert queue.reliability(world.guel) == 5
    for number in range(3):
        message = discussions.post(world.ben, thread, text=f"Word {number}")
        decide(world.anke, actions.report(world.guel, message, rule="respect"), Measure.NOTE)
        decide(world.anke, actions.report(world.olena, message, rule="respect"), Measure.NONE)
    assert queue.reliability(world.guel) == 8
    assert queue.reliability(world.olena) == 2


def test_a_decided_case_is_opened_again_with_its_history(
    world: World, case: ModerationCase, message: Message
) -> None:
    decide(world.anke, case, Measure.NONE)
    again = actions.report(world.olena, message, rule="hatred")
    assert again.id == case.id and again.state == "open"
    assert kinds(case) == ["reported", "decided", "reported"]


def test_the_journal_does_not_say_who_reported(world: World, case: ModerationCase) -> None:
    lines = db.session.scalars(select(Change).where(Change.thing_id == case.id)).all()
    assert lines and all(line.actor_id is None for line in lines)
    assert all(entry.by_id is None for entry in case.entries)


# Taking care, and two at once


def test_a_case_is_taken_care_of_by_one_and_given_back(
    world: World, case: ModerationCase, clock: Any
) -> None:
    actions.claim(world.anke, case)
    with pytest.raises(Stale):
        actions.claim(world.olaf, case)
    with pytest.raises(Stale):
        decide(world.olaf, case, Measure.HIDE)
    actions.release(world.anke, case)
    actions.claim(world.olaf, case)
    assert kinds(case) == ["reported", "claimed", "released", "claimed"]


def test_a_case_that_somebody_lets_lie_is_taken_over(world: World, case: ModerationCase, clock: Any) -> None:
    actions.claim(world.anke, case)
    clock.shift(CLAIM_LASTS + timedelta(minutes=1))
    actions.claim(world.olaf, case)
    assert kinds(case)[-1] == "taken over"
    assert case.holder is not None and case.holder.id == world.olaf.id


def test_of_two_who_decide_at_once_the_second_is_told(
    world: World, case: ModerationCase, message: Message
) -> None:
    seen = case.version
    decide(world.anke, case, Measure.NOTE)
    with pytest.raises((Stale, Refused)):
        decide(world.olaf, case, Measure.HIDE, version=seen)
    db.session.refresh(message)
    assert message.state == "posted" and kinds(case) == ["reported", "decided"]


def test_a_report_that_came_meanwhile_makes_a_decision_wait(
    world: World, case: ModerationCase, message: Message
) -> None:
    seen = case.version
    actions.report(world.olena, message, rule="hatred")
    with pytest.raises(Stale):
        decide(world.anke, case, Measure.NONE, version=seen)
    assert case.state == "open"


# Measures


def test_hiding_is_told_with_the_rules_word_and_how_to_object(
    world: World, case: ModerationCase, message: Message, letters: Letterbox
) -> None:
    decide(world.anke, case, Measure.HIDE)
    db.session.refresh(message)
    assert (message.state, message.reason) == ("hidden", "respect")
    letter = letters.last(world.ben)
    assert "Respect" in letter.text and "Please be kind." in letter.text and "/objections/" in letter.text
    assert "Gül" not in letter.text and SECRET not in letter.text
    assert "a measure followed" in letters.last(world.guel).text
    assert world.ben.moderated_at is not None


def test_letters_are_in_the_language_of_whoever_reads_them(
    world: World, case: ModerationCase, letters: Letterbox
) -> None:
    world.ben.language, world.guel.language = "ar", "de"
    db.session.commit()
    decide(world.anke, case, Measure.HIDE)
    assert 'dir="rtl"' in letters.last(world.ben).html and "الاحترام" in letters.last(world.ben).text
    assert "Danke für Ihre Meldung" in letters.last(world.guel).text


def test_the_discussion_is_closed_and_slowed_down(world: World, case: ModerationCase, thread: Thread) -> None:
    decide(world.anke, case, Measure.LOCK)
    db.session.refresh(thread)
    assert thread.is_locked
    actions.lift(world.anke, case, text="It is calm again.")
    db.session.refresh(thread)
    assert not thread.is_locked


def test_no_measure_ends_the_case_and_the_reporter_hears_it(
    world: World, case: ModerationCase, letters: Letterbox
) -> None:
    decide(world.anke, case, Measure.NONE)
    assert letters.to(world.ben) == []
    assert "no measure followed" in letters.last(world.guel).text
    assert not case.stands


def test_messages_of_a_person_wait_until_they_are_approved(
    world: World, case: ModerationCase, thread: Thread
) -> None:
    decide(world.anke, case, Measure.APPROVE_PERSON)
    waiting = discussions.post(world.ben, thread, text="A kind word")
    others = discussions.post(world.guel, thread, text="And mine")
    assert (waiting.state, others.state) == ("waiting", "posted")
    with pytest.raises(Refused):
        actions.approve(world.ben, waiting)
    actions.approve(world.anke, waiting)
    assert waiting.state == "posted"


def test_messages_of_a_whole_group_wait_but_not_those_of_its_leads(
    world: World, case: ModerationCase, thread: Thread
) -> None:
    decide(world.anke, case, Measure.APPROVE_GROUP)
    assert discussions.post(world.guel, thread, text="Mine").state == "waiting"
    assert discussions.post(world.anke, thread, text="Mine").state == "posted"
    actions.lift(world.anke, case, text="Enough.")
    assert discussions.post(world.guel, thread, text="Mine").state == "posted"


def test_a_person_is_taken_out_of_the_group_and_back_again(
    world: World, case: ModerationCase, olga: Person
) -> None:
    decide(world.olaf, case, Measure.REMOVE)
    db.session.expire_all()
    assert role(world.ben, world.language) is None
    actions.object_to(world.ben, case, text="I did not mean it.")
    actions.answer(olga, case, version=case.version, falls=True, text="It was a quotation.")
    db.session.expire_all()
    assert role(world.ben, world.language) == "member"


def test_a_silenced_person_writes_nothing_until_the_day(
    world: World, case: ModerationCase, thread: Thread, clock: Any
) -> None:
    until = now() + timedelta(days=3)
    decide(world.olaf, case, Measure.SILENCE, until=until)
    with pytest.raises(Refused) as refused:
        discussions.post(world.ben, thread, text="Again")
    assert "5. Dezember" in str(refused.value.description)
    clock.shift(timedelta(days=4))
    assert discussions.post(world.ben, thread, text="Again").state == "posted"


def test_suspension_ends_every_sign_in_and_is_lifted_again(
    world: World, case: ModerationCase, sign_in: Callable[..., Any]
) -> None:
    ben = sign_in(world.ben)
    assert ben.get("/my").status_code == 200
    decide(world.olaf, case, Measure.SUSPEND)
    assert ben.get("/my").status_code == 303
    open_ones = select(SignIn).where(SignIn.person_id == world.ben.id, SignIn.ended_at.is_(None))
    assert db.session.scalars(open_ones).all() == []
    actions.lift(world.olaf, case, text="We have talked.")
    assert sign_in(world.ben).get("/my").status_code == 200


def test_erasing_leaves_no_word_of_it_anywhere(world: World, message: Message) -> None:
    case = actions.report(world.guel, message, rule="clients", text=f"It says: {SECRET}")
    decide(world.olaf, case, Measure.ERASE)
    db.session.expire_all()
    assert (message.state, message.text) == ("erased", "")
    assert [report.text for report in case.reports] == [""]
    assert all(SECRET not in entry.text for entry in case.entries)


def test_no_byte_of_what_is_erased_stays_in_the_files_of_sqlite(world: World, thread: Thread) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("how PostgreSQL clears its pages is not ours")
    word = "Unverwechselbar"
    message = discussions.post(world.ben, thread, text=f"{word} " * 400)
    discussions.edit(world.ben, message, text=f"{word} in short")
    case = actions.report(world.guel, message, rule="clients", text=word)
    assert any(word.encode() in file for file in files_of_database())
    decide(world.olaf, case, Measure.ERASE)
    db.session.rollback()
    for form in (word, word.lower()):
        assert not any(form.encode() in file for file in files_of_database())


def files_of_database() -> list[bytes]:
    """The database and its log, as they lie on the disk."""
    path = Path(db.engine.url.database)
    return [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]


def test_a_file_is_withheld_and_its_owner_cannot_bring_it_back(world: World) -> None:
    file = File(
        parent_id=world.language.id,
        room_id=world.language.room_id,
        created_by_id=world.ben.id,
        name="list.txt",
        media_type="text/plain",
        size=3,
        sha256="0" * 64,
    )
    db.session.add(file)
    db.session.commit()
    case = actions.report(world.guel, file, rule="clients")
    decide(world.anke, case, Measure.HIDE, rule="clients")
    db.session.refresh(file)
    assert file.removed_at is not None
    with pytest.raises(Refused):
        restore_file(world.ben, file)
    actions.lift(world.anke, case, text="It was harmless.")
    db.session.refresh(file)
    assert file.removed_at is None


# Into another place


def test_a_moved_discussion_is_read_by_the_other_group_alone(
    world: World, case: ModerationCase, thread: Thread, sign_in: Callable[..., Any]
) -> None:
    decide(world.olaf, case, Measure.MOVE, group_id=world.closed.id)
    assert sign_in(world.mo).get(f"/threads/{thread.id}").status_code == 200
    assert sign_in(world.ben).get(f"/threads/{thread.id}").status_code == 404


def test_a_lead_moves_nothing_to_a_group_of_others(
    world: World, case: ModerationCase, thread: Thread
) -> None:
    with pytest.raises(Invalid):
        decide(world.anke, case, Measure.MOVE, group_id=world.housing.id)
    db.session.refresh(thread)
    assert thread.group_id == world.language.id and case.state == "open"


def test_messages_go_on_in_a_discussion_of_their_own_under_their_old_addresses(
    world: World, case: ModerationCase, thread: Thread, message: Message, sign_in: Callable[..., Any]
) -> None:
    after = discussions.post(world.guel, thread, text="That is another matter.")
    decide(world.anke, case, Measure.SPLIT, title="Another matter")
    db.session.expire_all()
    assert message.thread_id == after.thread_id != thread.id
    assert (message.ordinal, after.ordinal, thread.last_ordinal) == (1, 2, 1)
    reader = sign_in(world.guel)
    page = reader.get(f"/messages/{message.id}", follow_redirects=True)
    assert "Another matter" in page.text and SECRET in page.text
    assert SECRET not in reader.get(f"/threads/{thread.id}").text
    assert discussions.post(world.ben, thread, text="On").ordinal == 2


# Several measures


def test_a_silence_under_a_suspension_is_ended_after_it(
    world: World, case: ModerationCase, message: Message, thread: Thread
) -> None:
    decide(world.olaf, case, Measure.SILENCE, until=now() + timedelta(days=9))
    actions.report(world.olena, message, rule="hatred")
    decide(world.olaf, case, Measure.SUSPEND)
    assert [entry.measure for entry in case.in_force] == [Measure.SILENCE, Measure.SUSPEND]
    actions.lift(world.olaf, case, text="Back.")
    assert world.ben.suspended_at is None and world.ben.is_silenced
    assert (case.measure, case.stands) == (Measure.SILENCE, True)
    actions.lift(world.olaf, case, text="And writing.")
    assert discussions.post(world.ben, thread, text="Again").state == "posted"
    assert not case.stands
    with pytest.raises(Refused):
        actions.lift(world.olaf, case, text="Once more.")


def test_what_another_case_asks_for_holds_on_when_one_is_ended(
    world: World, case: ModerationCase, thread: Thread
) -> None:
    second = discussions.post(world.ben, thread, text="And another")
    other = actions.report(world.guel, second, rule="hatred")
    longer, shorter = now() + timedelta(days=9), now() + timedelta(days=2)
    decide(world.olaf, case, Measure.SILENCE, until=longer)
    decide(world.olaf, other, Measure.SILENCE, until=shorter)
    assert world.ben.silenced_until == longer
    actions.lift(world.olaf, case, text="Enough.")
    assert world.ben.silenced_until == shorter
    actions.lift(world.olaf, other, text="Enough.")
    assert world.ben.silenced_until is None
    for measure in (Measure.LOCK, Measure.APPROVE_PERSON):
        for number, one in enumerate((case, other)):
            word = db.session.get(Message, one.target_id)
            actions.report(world.olena if number else world.guel, word, rule="respect")
            decide(world.anke, one, measure)
    actions.lift(world.anke, case, text="Enough.")
    assert thread.is_locked and gates.waits(world.ben, thread, "Mine", anew=False)
    actions.lift(world.anke, other, text="Enough.")
    assert not gates.waits(world.ben, thread, "Mine", anew=False)
    assert thread.is_locked  # the first case's, under the approval that was ended first
    actions.lift(world.anke, case, text="Enough.")
    actions.lift(world.anke, other, text="Enough.")
    db.session.refresh(thread)
    assert not thread.is_locked


def test_a_lead_ends_what_leads_may_decide_and_leaves_the_rest_to_the_office(
    world: World, case: ModerationCase, message: Message
) -> None:
    decide(world.anke, case, Measure.HIDE)
    again = actions.open_case(world.anke, message)
    decide(world.olaf, again, Measure.SILENCE, until=now() + timedelta(days=2))
    actions.lift(world.anke, again, text="It can be read.")
    assert message.is_open and world.ben.is_silenced
    with pytest.raises(Refused):
        actions.lift(world.anke, again, text="And writing.")
    assert world.ben.is_silenced


def test_only_the_decision_that_was_objected_to_falls(
    world: World, case: ModerationCase, message: Message, olga: Person
) -> None:
    decide(world.anke, case, Measure.HIDE)
    actions.open_case(world.anke, message)
    decide(world.olaf, case, Measure.SILENCE, until=now() + timedelta(days=2))
    actions.object_to(world.ben, case, text="I shall not write at all?")
    actions.answer(olga, case, version=case.version, falls=True, text="That was too much.")
    assert not world.ben.is_silenced and message.state == "hidden"
    assert (case.measure, case.stands) == (Measure.HIDE, True)


# Objections


def test_an_objection_goes_to_somebody_else(
    world: World, case: ModerationCase, message: Message, olga: Person, letters: Letterbox
) -> None:
    decide(world.olaf, case, Measure.HIDE)
    actions.object_to(world.ben, case, text="It was a joke.")
    for nobody in (world.olaf, world.anke, world.ben, world.guel):
        with pytest.raises(Refused):
            actions.answer(nobody, case, version=case.version, falls=True, text="So be it.")
    actions.answer(olga, case, version=case.version, falls=True, text="It was one.")
    db.session.refresh(message)
    assert message.state == "posted" and not case.stands
    assert "The decision falls" in letters.last(world.ben).text
    assert kinds(case) == ["reported", "decided", "objected", "fallen"]


def test_a_decision_that_stands_is_objected_to_once(
    world: World, case: ModerationCase, message: Message, olga: Person
) -> None:
    decide(world.anke, case, Measure.HIDE)
    actions.object_to(world.ben, case, text="It was a joke.")
    actions.answer(olga, case, version=case.version, falls=False, text="It was none.")
    with pytest.raises(Refused):
        actions.object_to(world.ben, case, text="It was!")
    db.session.refresh(message)
    assert message.state == "hidden"


def test_one_objects_within_the_time(world: World, case: ModerationCase, clock: Any) -> None:
    decide(world.anke, case, Measure.HIDE)
    with pytest.raises(Refused):
        actions.object_to(world.guel, case, text="It was right.")
    clock.shift(timedelta(days=15))
    with pytest.raises(Refused):
        actions.object_to(world.ben, case, text="It was a joke.")
    assert kinds(case)[-1] == "decided"


def test_a_suspended_person_objects_by_the_link_in_the_letter(
    world: World, case: ModerationCase, letters: Letterbox, client: Any
) -> None:
    decide(world.olaf, case, Measure.SUSPEND)
    link = next(link for link in letters.last(world.ben).links if "/objections/" in link)
    client.language = "en"
    assert "Object to a decision" in client.get(link).text
    assert case.state == "decided"  # opening never acts
    assert client.post(link, data={"text": "I ask for another look."}).status_code == 303
    assert "Your objection is being looked at" in client.get(link).text
    db.session.refresh(case)
    assert case.state == "objected"


def test_whose_account_is_suspended_learns_it_with_the_right_password_alone(
    world: World, case: ModerationCase, client: Any
) -> None:
    world.ben.password_hash = passwords.hashed(PASSWORD)
    db.session.commit()
    decide(world.olaf, case, Measure.SUSPEND)
    client.language = "en"
    for password, told in ((PASSWORD, "This account is suspended."), ("a guess", "do not fit together")):
        facts = {"email": world.ben.email, "password": password}
        answer = client.post("/sign-in", data=facts)
        assert answer.status_code == 422 and told in answer.text
        assert "Please check" not in answer.text  # no entry is named in which something would be wrong
        assert client.get("/my").status_code == 303


@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_a_silence_that_falls_after_an_objection_ends_at_once_and_is_told(
    world: World,
    case: ModerationCase,
    thread: Thread,
    olga: Any,
    letters: Letterbox,
    listen: Callable[..., Any],
    sign_in: Callable[..., Any],
    language: str,
) -> None:
    world.ben.language = language
    db.session.commit()
    until = now() + timedelta(days=3)
    decide(world.olaf, case, Measure.SILENCE, until=until, text="Please pause.")
    with force_locale(language):
        day = when(until)
        upheld = str(CaseEntry(kind="fallen").kind_label)
    assert day in letters.last(world.ben).text
    ben = sign_in(world.ben)
    page = ben.get(f"/threads/{thread.id}").text
    assert day in page and "/moderation/mine" in page
    ear = listen(world.ben, thread)
    refused = ear.do("discussions.post", thread, text="Again")
    assert refused["error"] == "forbidden" and day in refused["message"]
    actions.object_to(world.ben, case, text="It was a joke.")
    with pytest.raises(Refused):
        actions.answer(world.olaf, case, version=case.version, falls=True, text="I see.")
    assert world.ben.is_silenced
    actions.answer(olga, case, version=case.version, falls=True, text="You are right.")
    assert not world.ben.is_silenced and not case.stands
    assert "You are right." in letters.last(world.ben).text
    mine = ben.get("/moderation/mine").text
    assert upheld in mine and "You are right." in mine and "Olga" not in mine and "Olaf" not in mine
    assert listen(world.ben, thread).do("discussions.post", thread, text="Again")["ok"]


def test_a_silence_that_is_over_is_over_in_the_record_and_on_the_page(
    world: World, case: ModerationCase, thread: Thread, clock: Any, sign_in: Callable[..., Any]
) -> None:
    decide(world.olaf, case, Measure.SILENCE, until=now() + timedelta(hours=3))
    [entry] = db.session.scalars(record.decisions(record.Wanted())).all()
    assert str(record.became(entry)) == "Besteht"
    clock.shift(timedelta(hours=4))
    assert str(record.became(entry)) == "Ist abgelaufen"
    assert not policy.may_lift(world.olaf, case)
    assert 'name="text"' in sign_in(world.ben).get(f"/threads/{thread.id}").text


# Gates


def new_accounts(world: World, **facts: Any) -> None:
    given = {"words": [], "objection_days": 14, "first_posts": 2, "first_seconds": 30, **facts}
    settings.change_settings(world.olaf, world.network, **given)


def test_a_new_account_writes_slowly_and_without_links(world: World, thread: Thread, clock: Any) -> None:
    new_accounts(world)
    clock.shift(timedelta(minutes=1))
    with pytest.raises(Refused):
        discussions.post(world.ben, thread, text="See https://example.org/win")
    discussions.post(world.ben, thread, text="Hello")
    with pytest.raises(Refused):
        discussions.post(world.ben, thread, text="Hello again")
    clock.shift(timedelta(seconds=31))
    discussions.post(world.ben, thread, text="Hello again")
    discussions.post(world.ben, thread, text="Now with www.example.org, and at once")
    discussions.post(world.anke, thread, text="Leads may: https://example.org")


def test_a_word_to_watch_is_posted_and_somebody_looks_at_it(world: World, thread: Thread) -> None:
    new_accounts(world, words=["Geheimes Wort"], first_posts=0)
    message = discussions.post(world.ben, thread, text="Das GEHEIMES  wort!")
    harmless = discussions.post(world.ben, thread, text="Geheimeswort")
    assert (message.state, message.text) == ("posted", "Das GEHEIMES  wort!")
    case = db.session.scalars(select(ModerationCase)).one()
    assert case.target_id == message.id != harmless.id
    assert [(report.person_id, report.rule, report.text) for report in case.reports] == [
        (None, rules.WATCHED, "Geheimes Wort")
    ]


# The Office's rules, one's data, and forgetting


def test_the_office_writes_its_own_rules_and_old_decisions_keep_their_word(
    world: World, case: ModerationCase, message: Message
) -> None:
    decide(world.anke, case, Measure.HIDE)
    with pytest.raises(Refused):
        settings.set_rules(world.anke, world.network, written=[])
    settings.set_rules(
        world.olaf,
        world.network,
        written=[{"slug": "", "names": {"en": "Kindness"}, "texts": {"en": "Be kind."}, "weight": 3}],
    )
    assert [rule.name for rule in rules.current()] == ["Kindness"]
    assert rules.word("respect") == "Respekt"


def test_ones_data_hold_own_reports_and_decisions_without_the_names_of_others(
    world: World, case: ModerationCase
) -> None:
    decide(world.anke, case, Measure.HIDE)
    mine = str(export.gather(world.ben)["moderation"])
    assert (
        "Please be kind." in mine and "Gül" not in mine and "Anke" not in mine and "This hurts." not in mine
    )
    assert "This hurts." in str(export.gather(world.guel)["moderation"])


def test_after_years_reporters_and_words_are_forgotten(
    world: World, case: ModerationCase, clock: Any
) -> None:
    decide(world.anke, case, Measure.HIDE)
    clock.shift(timedelta(days=1100))
    jobs.JOBS["moderation.forget_words"]()
    db.session.expire_all()
    assert [(report.person_id, report.text) for report in case.reports] == [(None, "")]
    assert all(entry.text == "" for entry in case.entries) and case.measure == Measure.HIDE
    with pytest.raises(Refused):
        actions.forget(world.olaf, case)


def test_what_is_reported_is_judged_also_when_its_author_withdraws_it(world: World, message: Message) -> None:
    case = actions.report(world.guel, message, rule="respect")
    discussions.withdraw(world.ben, message)
    assert not may_see_text(world.olena, message)
    assert may_see_text(world.anke, message)
    decide(world.anke, case, Measure.HIDE)
    assert message.state == "hidden"
    with pytest.raises(Refused):
        discussions.restore(world.ben, message)
    assert not may_see_text(world.olena, message)


def test_nobody_approves_what_they_have_not_read(world: World, message: Message) -> None:
    message.state = "waiting"
    db.session.commit()
    seen = message.version
    discussions.edit(world.ben, message, text="Other words")
    with pytest.raises(Stale):
        actions.approve(world.anke, message, version=seen)
    assert message.state == "waiting"
    actions.approve(world.anke, message, version=message.version)
    assert message.is_open


@pytest.mark.parametrize(
    "text", ["see www.example.org", "https://x.example", "to example.org now", "a.b.com"]
)
def test_links_are_known_by_their_form(text: str) -> None:
    assert LINK.search(text)


@pytest.mark.parametrize("text", ["a-" * 4990 + " x.xx", "Ende. Deutsch", "z.B. der Raum", "10.30 Uhr"])
def test_no_link_is_seen_where_there_is_none(text: str) -> None:
    assert not LINK.search(text)
