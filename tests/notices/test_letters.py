"""Letters about discussions: to whom, when, what they say, and what is left out of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import delete, select

from network import letters as outbox
from network.discussions import actions, care, marks
from network.discussions.models import Message, ReadMark, Thread
from network.extensions import db
from network.moderation import actions as moderation
from network.notices import actions as notices
from network.notices import counts, preferences
from network.notices.jobs import write_letters
from network.notices.models import Notice
from network.notices.times import gathered_until, is_quiet
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.world import World, join, make_person

GRACE = timedelta(minutes=2)
MORNING = datetime(2026, 12, 3, 7, 5, tzinfo=UTC)  # five past eight in the network, the next day


@pytest.fixture
def thread(world: World, clock: Any) -> Thread:
    """A discussion of Language, begun by Ben; Anke leads the group, Gül is its guest."""
    made: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    return made


def write() -> None:
    db.session.commit()
    write_letters()
    db.session.commit()


def choose(person: Any, **more: Any) -> None:
    facts = {"mentions": "now", "messages": "day", "quiet_from": None, "quiet_until": None, **more}
    notices.choose(person, person, **facts)


def test_who_is_mentioned_hears_of_it_at_once_and_once(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    actions.post(world.ben, thread, text="What do **you** think, @Anke Krämer?")
    write()
    assert len(letters) == 0
    clock.shift(GRACE)
    write()
    write()
    letter = letters.last()
    assert len(letters) == 1
    assert letter.to == world.anke.email
    assert letter.subject == "[Language] A room"
    assert "What do you think, @Anke Krämer?" in letter.text
    assert "<strong>you</strong>" in letter.html
    assert f"http://localhost/threads/{thread.id}" in letter.text
    assert "Who knows one?" not in letter.text


def test_an_answer_is_told_to_whom_it_answers(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    first = db.session.scalars(select(Message)).one()
    actions.post(world.anke, thread, text="I do.", reply_to=first.id)
    clock.shift(GRACE)
    write()
    assert [letter.to for letter in letters.all()] == [world.ben.email]


def test_all_are_told_when_a_lead_speaks_to_all(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    actions.post(world.anke, thread, text="@all please answer until Friday")
    clock.shift(GRACE)
    write()
    assert {letter.to for letter in letters.all()} == {world.ben.email, world.guel.email}


def test_a_message_that_is_approved_late_comes_with_the_next_letter_once(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    late = actions.post(world.ben, thread, text="I know one, in the old school.")
    late.state = "waiting"
    db.session.commit()
    actions.post(world.ben, thread, text="What I wrote before is the answer.")
    clock.move_to(MORNING)
    write()
    told = letters.to(world.anke)
    assert len(told) == 1 and "the old school" not in told[0].text
    marks.read(world.guel, world.guel, thread=thread, ordinal=3)  # as far as a page shows
    clock.shift(timedelta(hours=1))
    moderation.approve(world.anke, late)
    clock.shift(GRACE)
    write()
    assert len(letters.to(world.anke)) == 1
    clock.move_to(MORNING + timedelta(days=1))
    write()
    write()
    for person in (world.anke, world.guel):
        last = letters.to(person)[-1]
        assert "the old school" in last.text and "What I wrote before" not in last.text
    assert len(letters.to(world.anke)) == 2
    assert letters.to(world.ben) == []
    assert counts.listed(world.guel)[0] == []  # it speaks to nobody in particular


def test_whoever_is_named_in_it_hears_of_a_late_message_too(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    late = actions.post(world.ben, thread, text="@Anke Krämer, in the old school.")
    late.state = "waiting"
    db.session.execute(delete(Notice))
    db.session.commit()
    marks.read(world.anke, world.anke, thread=thread, ordinal=2)
    clock.shift(GRACE)
    moderation.approve(world.olaf, late)
    write()
    write()
    assert ["the old school" in letter.text for letter in letters.all()] == [True]
    assert letters.last().to == world.anke.email


def test_an_edit_within_the_grace_is_what_is_told_and_a_reading_ends_it(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    message = actions.post(world.ben, thread, text="@Anke Krämer, the key is 1234")
    other = actions.post(world.ben, thread, text="@Gül Yıldız, are you there?")
    clock.shift(timedelta(seconds=80))
    actions.edit(world.ben, message, text="@Anke Krämer, ask me for the key")
    marks.read(world.guel, world.guel, thread=thread, ordinal=other.ordinal)
    clock.shift(timedelta(seconds=30))
    write()
    assert len(letters) == 0
    clock.shift(GRACE)
    write()
    assert [letter.to for letter in letters.all()] == [world.anke.email]
    assert "1234" not in letters.last().text + letters.last().html


def test_what_is_new_is_gathered_and_leaves_in_the_morning(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    second: Thread = actions.start(world.ben, world.language, title="Books", text="Which ones?")
    actions.post(world.ben, second, text="And how many?")
    clock.shift(timedelta(hours=3))
    write()
    assert len(letters) == 0
    clock.move_to(MORNING)
    write()
    write()
    assert sorted(letter.to for letter in letters.all()) == [world.anke.email, world.guel.email]
    letter = letters.to(world.anke)[0]
    assert letter.subject == "News from 2 discussions"
    for said in ("Who knows one?", "Which ones?", "And how many?", "Language", "Books", "Ben Berger"):
        assert said in letter.text
        assert said in letter.html
    mark = db.session.get(ReadMark, (world.anke.id, second.id))
    assert mark is not None
    assert mark.told_ordinal == 2
    actions.post(world.ben, second, text="Still the same day")
    clock.shift(timedelta(hours=5))
    write()
    assert len(letters) == 2


def test_a_mention_that_was_told_at_once_is_not_told_again_in_the_morning(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    actions.post(world.ben, thread, text="@Anke Krämer, look")
    clock.shift(GRACE)
    write()
    clock.move_to(MORNING)
    write()
    first, second = letters.to(world.anke)
    assert "look" in first.text
    assert "look" not in second.text
    assert "Who knows one?" in second.text


def test_hidden_withdrawn_and_waiting_words_are_left_out(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    hidden = actions.post(world.ben, thread, text="secret one")
    withdrawn = actions.post(world.ben, thread, text="secret two")
    waiting = actions.post(world.ben, thread, text="secret three, @Anke Krämer")
    care.hide(world.anke, hidden, reason="off topic")
    actions.withdraw(world.ben, withdrawn)
    waiting.state = "waiting"
    clock.move_to(MORNING)
    write()
    assert len(letters) == 2
    assert all("secret" not in letter.text + letter.html for letter in letters.all())


def test_who_may_not_read_it_any_more_is_not_told_of_it(world: World, clock: Any, letters: Letterbox) -> None:
    thread: Thread = actions.start(world.nina, world.closed, title="Inside", text="For us, @Mo Haddad")
    place = next(place for place in world.mo.memberships if place.group_id == world.closed.id)
    place.removed_at = datetime.now(UTC)
    clock.move_to(MORNING)
    write()
    assert letters.to(world.mo) == []
    assert thread.title == "Inside"


def test_muted_discussions_are_silent(world: World, thread: Thread, clock: Any, letters: Letterbox) -> None:
    marks.follow(world.anke, world.anke, thread=thread, following="mute")
    actions.post(world.ben, thread, text="@Anke Krämer, look")
    clock.move_to(MORNING)
    write()
    assert letters.to(world.anke) == []


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"mentions": "never", "messages": "never"}, 0),
        ({"mentions": "never", "messages": "now"}, 1),
        ({"mentions": "hour", "messages": "never"}, 1),
        ({"mentions": "week", "messages": "never"}, 0),
    ],
)
def test_each_is_told_as_often_as_they_want(
    world: World, thread: Thread, clock: Any, letters: Letterbox, chosen: dict[str, str], expected: int
) -> None:
    choose(world.anke, **chosen)
    actions.post(world.ben, thread, text="@Anke Krämer, look")
    clock.shift(timedelta(hours=1, minutes=5))
    write()
    assert len(letters.to(world.anke)) == expected


def test_a_group_can_be_different(world: World, thread: Thread, clock: Any, letters: Letterbox) -> None:
    notices.choose_for_group(
        world.anke, world.anke, group_id=world.language.id, mentions="never", messages="never"
    )
    actions.post(world.ben, thread, text="@Anke Krämer, look")
    clock.move_to(MORNING)
    write()
    assert letters.to(world.anke) == []


def test_nothing_leaves_in_quiet_hours_and_all_of_it_afterwards(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    choose(world.anke, quiet_from=9 * 60, quiet_until=12 * 60)
    actions.post(world.ben, thread, text="@Anke Krämer, look")
    clock.shift(timedelta(minutes=30))
    write()
    assert len(letters) == 0
    clock.shift(timedelta(hours=2))
    write()
    assert [letter.to for letter in letters.all()] == [world.anke.email]


def test_quiet_hours_can_go_over_midnight(app: Any) -> None:
    for hour, quiet in ((21, True), (23, True), (4, True), (6, False), (12, False)):
        assert is_quiet(22 * 60, 7 * 60, datetime(2026, 12, 2, hour, tzinfo=UTC)) is quiet


def test_what_is_gathered_ends_at_the_hour_the_morning_and_monday(app: Any) -> None:
    at = datetime(2026, 12, 2, 6, 30, tzinfo=UTC)  # a Wednesday, half past seven in the network
    assert gathered_until("hour", at) == datetime(2026, 12, 2, 6, tzinfo=UTC)
    assert gathered_until("day", at) == datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert gathered_until("week", at) == datetime(2026, 11, 30, 7, tzinfo=UTC)
    assert gathered_until("never", at) is None


def test_letters_are_kept_together_and_can_be_ended(
    world: World, thread: Thread, clock: Any, letters: Letterbox, client: Reader
) -> None:
    actions.post(world.ben, thread, text="@Anke Krämer, look")
    clock.shift(GRACE)
    write()
    mail: EmailMessage = letters.last().message
    assert mail["List-Id"] == f"<group-{world.language.id}.discussions.localhost>"
    assert mail["In-Reply-To"] == mail["References"] == f"<thread-{thread.id}@localhost>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Reply-To"] is None
    client.language = "en"
    address = str(mail["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost")
    page = client.get(address)
    assert "Language" in page.text and page.headers["Cache-Control"] == "no-store"
    assert client.get(address[:-3] + "abc").status_code == 404
    choices = preferences.of([world.anke.id])
    assert choices.often(world.anke.id, world.language.id, "mentions") == "now"
    answered = client.post(address, data={"List-Unsubscribe": "One-Click"}, csrf=False)
    assert answered.status_code == 200
    assert "These letters have ended" in client.get(address).text
    actions.post(world.ben, thread, text="@Anke Krämer, once more")
    clock.shift(GRACE)
    write()
    assert len(letters) == 1


def test_erased_words_go_from_letters_that_wait_and_from_those_that_have_left(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    bad = actions.post(world.ben, thread, text="a secret of somebody")
    actions.post(world.ben, thread, text="a harmless word")
    choose(world.guel, messages="now")
    clock.shift(GRACE)
    write()
    assert len(letters.to(world.guel)) == 1
    clock.move_to(MORNING)
    write()
    care.erase(world.olaf, bad, reason="privacy")
    kept = db.session.scalars(select(outbox.Letter)).all()
    assert all("secret" not in letter.text + letter.html for letter in kept)
    assert all("secret" not in letter.text for letter in letters.all())
    assert "a harmless word" in letters.to(world.anke)[-1].text
    assert letters.to(world.guel) == []


def test_letters_are_in_the_language_and_direction_of_their_reader(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    world.anke.language, world.guel.language = "ar", "de"
    clock.move_to(MORNING)
    write()
    assert 'dir="rtl"' in letters.to(world.anke)[0].html
    assert letters.to(world.guel)[0].message["Content-Language"] == "de"
    assert "Who knows one?" in letters.to(world.guel)[0].text


def test_forty_followers_cost_few_statements(
    world: World, thread: Thread, clock: Any, letters: Letterbox, statements: Callable[[], Any]
) -> None:
    people = [make_person(world, f"Person {number}", f"p{number}@example.org") for number in range(40)]
    for person in people:
        join(world.language, person)
    db.session.commit()
    for number in range(12):
        actions.post(world.ben, thread, text=f"Number {number}, @Person {number}")
    choose(world.anke, messages="never", mentions="never")
    clock.move_to(MORNING)
    db.session.commit()
    with statements() as sent:
        write_letters()
    written = len(db.session.scalars(select(outbox.Letter)).all())
    assert written == 41
    assert len(sent) < 40 + 3 * written, sent
    assert sum(statement.startswith("SELECT") for statement in sent) < 60, sent
    assert db.session.scalar(select(Notice).where(Notice.told_at.is_(None))) is None


def test_nobody_is_written_to_who_has_left(
    world: World, thread: Thread, clock: Any, letters: Letterbox
) -> None:
    world.anke.state = "left"
    clock.move_to(MORNING)
    write()
    assert letters.to("anke@example.org") == []
