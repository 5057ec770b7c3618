"""What is said in discussions: order, answers, mentions, taking back, reading, care."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from network.changes import Change, Invalid, Refused
from network.discussions import actions, care, marks
from network.discussions.counts import unread
from network.discussions.matters import discussion_of
from network.discussions.models import Message, ReadMark, Thread
from network.discussions.speech import html_of, language_of
from network.extensions import db
from network.groups.actions import leave
from network.groups.models import Membership
from network.things import now
from tests.world import World, make_item, make_meeting


@pytest.fixture
def thread(world: World) -> Thread:
    """A discussion of Language, begun by Ben."""
    made: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    return made


def ordinals(thread: Thread) -> list[int]:
    found = select(Message.ordinal).where(Message.thread_id == thread.id).order_by(Message.id)
    return list(db.session.scalars(found))


def test_messages_are_counted_without_gaps(world: World, thread: Thread) -> None:
    for number in range(5):
        actions.post(world.anke, thread, text=f"Number {number}")
    with pytest.raises(Invalid):
        actions.post(world.anke, thread, text="To nothing", reply_to=1)
    actions.post(world.ben, thread, text="The last one")
    assert ordinals(thread) == [1, 2, 3, 4, 5, 6, 7]


def test_a_message_that_is_sent_twice_is_there_once(world: World, thread: Thread) -> None:
    first = actions.post(world.anke, thread, key="12345678", text="Here")
    again = actions.post(world.anke, thread, key="12345678", text="Here")
    assert first.id == again.id
    assert ordinals(thread) == [1, 2]
    with pytest.raises(Invalid):
        actions.post(world.anke, thread, key="12345678", text="Something else")


def test_an_answer_stands_in_its_own_discussion(world: World, thread: Thread) -> None:
    other = actions.start(world.ben, world.language, title="Another", text="Hello")
    said = db.session.scalars(select(Message).where(Message.thread_id == other.id)).one()
    with pytest.raises(Invalid):
        actions.post(world.anke, thread, text="To the other one", reply_to=said.id)
    assert ordinals(thread) == [1]


def test_a_thing_has_one_discussion(world: World) -> None:
    meeting = make_meeting(world.language)
    item = make_item(meeting, "Rooms", 1)
    first = actions.talk_about(world.ben, item, text="A first word")
    found = discussion_of(item)
    assert found is not None
    assert (found.id, found.title, found.parent_id) == (first.thread_id, "Rooms", meeting.id)
    actions.post(world.anke, found, text="A second word")
    assert ordinals(found) == [1, 2]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ask @Anke Krämer about it", {"anke"}),
        ("@anke krämer, @Gül Yıldız: hello", {"anke", "guel"}),
        ("anke@example.org is no mention of @Anke", set()),
        ("@Anke Krämerin is somebody else", set()),
        ("@Ben Berger (oneself)", set()),
        ("@Mo Haddad is not in the group", set()),
    ],
)
def test_people_are_named_by_their_names(world: World, thread: Thread, text: str, who: set[str]) -> None:
    message = actions.post(world.ben, thread, text=text)
    assert {mention.person_id for mention in message.mentions} == {getattr(world, name).id for name in who}


def test_everybody_is_named_by_those_who_lead(world: World, thread: Thread) -> None:
    assert not actions.post(world.ben, thread, text="@all hello").mentions_all
    message = actions.post(world.anke, thread, text="@alle, bitte lesen: x@alle.example")
    assert message.mentions_all
    assert str(html_of(message)).count("nw-mention") == 1


def test_a_mention_in_a_link_or_in_code_of_markup_stays_text(world: World, thread: Thread) -> None:
    message = actions.post(
        world.ben, thread, text='[@Anke Krämer](https://example.org) <b title="@Anke Krämer">'
    )
    html = str(html_of(message))
    assert "<b" not in html
    assert html.count("nw-mention") == 1  # the one that stands in plain text, whatever it looks like


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Guten Tag", ""),
        ("Чудово! Я запитаю в школі", "uk"),
        ("Это объявление", "ru"),
        ("مرحبا بكم", ""),
        ("سلام، چطورید؟", "fa"),
        ("123 👍", ""),
    ],
)
def test_the_language_is_told_where_letters_tell_it(world: World, text: str, language: str) -> None:
    assert language_of(text, world.ben) == language


def test_shared_letters_are_taken_for_the_authors_language(world: World) -> None:
    world.ben.spoken = ["de", "ar"]
    assert language_of("مرحبا بكم", world.ben) == "ar"


def test_a_withdrawn_message_comes_back_and_nobody_elses_goes(world: World, thread: Thread) -> None:
    message = actions.post(world.ben, thread, text="Too quick")
    with pytest.raises(Refused):
        actions.withdraw(world.anke, message)
    assert message.is_open
    actions.withdraw(world.ben, message)
    assert not message.is_open
    actions.restore(world.ben, message)
    assert message.is_open


def test_slow_mode_holds_for_all_but_those_who_lead(clock: Any, world: World, thread: Thread) -> None:
    care.slow_down(world.anke, thread, seconds=60)
    with pytest.raises(Refused):
        actions.post(world.ben, thread, text="At once")
    actions.post(world.anke, thread, text="One")
    actions.post(world.anke, thread, text="Two")
    clock.shift(timedelta(seconds=61))
    actions.post(world.ben, thread, text="A minute later")
    assert ordinals(thread) == [1, 2, 3, 4]


def test_what_is_hidden_is_seen_by_its_author_and_those_who_lead(world: World, thread: Thread) -> None:
    message = actions.post(world.ben, thread, text="Rude words")
    with pytest.raises(Refused):
        care.hide(world.lev, message, reason="tone")
    care.hide(world.anke, message, reason="tone")
    assert (message.state, message.reason) == ("hidden", "tone")
    with pytest.raises(Refused):
        actions.edit(world.ben, message, text="Kind words")
    care.show(world.anke, message)
    assert message.is_open


def test_what_is_erased_is_nowhere(world: World, thread: Thread) -> None:
    message = actions.post(world.ben, thread, text="A client's name")
    actions.edit(world.ben, message, text="A client's name, once more")
    with pytest.raises(Refused):
        care.erase(world.anke, message, reason="data of a client")
    care.erase(world.olaf, message, reason="data of a client")
    db.session.expire_all()
    assert (message.text, message.earlier, message.state) == ("", [], "erased")
    lines = db.session.scalars(select(Change.details).where(Change.thing_id == message.id))
    assert "client" not in repr(list(lines))


def test_unread_messages_are_counted_for_each_person(world: World, thread: Thread) -> None:
    actions.post(world.anke, thread, text="One")
    actions.post(world.anke, thread, text="Two")
    assert unread([world.ben.id, world.anke.id, world.guel.id, world.olena.id]) == {
        world.ben.id: {thread.id: 2},
        world.guel.id: {thread.id: 3},
    }
    marks.read(world.guel, world.guel, thread=thread, ordinal=2)
    marks.read(world.guel, world.guel, thread=thread, ordinal=1)  # never backwards
    assert unread([world.guel.id]) == {world.guel.id: {thread.id: 1}}
    marks.follow(world.guel, world.guel, thread=thread, following="mute")
    assert unread([world.guel.id]) == {}
    with pytest.raises(Refused):
        marks.read(world.anke, world.guel, thread=thread, ordinal=3)


def test_marked_as_unread_it_counts_again(world: World, thread: Thread) -> None:
    marks.read(world.anke, world.anke, thread=thread, ordinal=1)
    marks.mark_unread(world.anke, world.anke, thread=thread, ordinal=1)
    assert unread([world.anke.id]) == {world.anke.id: {thread.id: 1}}


def test_whoever_joins_later_begins_with_the_next_message(world: World, thread: Thread) -> None:
    db.session.add(
        Membership(
            parent_id=world.language.id,
            group_id=world.language.id,
            person_id=world.olena.id,
            room_id=world.language.room_id,
        )
    )
    db.session.commit()
    actions.post(world.ben, thread, text="Welcome")
    assert unread([world.olena.id]) == {world.olena.id: {thread.id: 1}}


def test_no_number_is_told_of_a_closed_group_that_one_has_left(world: World) -> None:
    thread = actions.start(world.nina, world.closed, title="Inside", text="Hello")
    assert unread([world.mo.id]) == {world.mo.id: {thread.id: 1}}
    place = next(place for place in world.mo.memberships if place.group_id == world.closed.id)
    leave(world.mo, place)
    assert unread([world.mo.id]) == {}


def test_a_locked_discussion_is_written_in_by_those_who_lead(world: World, thread: Thread) -> None:
    epoch = thread.room.epoch
    care.lock(world.anke, thread, locked=True)
    assert thread.room.epoch > epoch
    with pytest.raises(Refused):
        actions.post(world.ben, thread, text="One more thing")
    actions.post(world.anke, thread, text="The last word")
    care.lock(world.anke, thread, locked=False)
    actions.post(world.ben, thread, text="Thanks")
    assert ordinals(thread) == [1, 2, 3]


def test_marks_are_in_no_journal(world: World, thread: Thread) -> None:
    before = len(db.session.scalars(select(Change)).all())
    marks.read(world.anke, world.anke, thread=thread, ordinal=1)
    assert len(db.session.scalars(select(Change)).all()) == before
    mark = db.session.get(ReadMark, (world.anke.id, thread.id))
    assert mark is not None
    assert mark.at <= now()
