"""Discussions over the live protocol."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from network.discussions import actions, care
from network.discussions.models import Message, Thread
from network.extensions import db
from tests.clients import Ear
from tests.world import World

Listen = Callable[..., Ear]


@pytest.fixture
def thread(world: World) -> Thread:
    """A discussion of Language, begun by Ben."""
    made: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    return made


def test_a_message_is_acknowledged_and_heard_by_the_others(
    world: World, thread: Thread, listen: Listen
) -> None:
    ben, anke = listen(world.ben, thread), listen(world.anke, thread)
    answer = anke.do("discussions.post", thread, "0123456789", text="I **do**.")
    assert answer["ok"]
    assert anke.do("discussions.post", thread, "0123456789", text="I **do**.")["id"] == answer["id"]
    html = ben.html()
    assert html.count("<strong>do</strong>") == 1
    assert f'target="thread_{thread.id}_messages"' in html


def test_a_guest_may_speak_and_a_reader_may_not(world: World, thread: Thread, listen: Listen) -> None:
    assert listen(world.guel, thread).do("discussions.post", thread, text="Hello")["ok"]
    olena = listen(world.olena, thread)
    assert olena.answer["may"] == []
    assert olena.do("discussions.post", thread, text="Hello")["error"] == "forbidden"
    db.session.commit()
    assert len(db.session.scalars(select(Message)).all()) == 2


def test_what_is_hidden_leaves_the_pages(world: World, thread: Thread, listen: Listen) -> None:
    message = actions.post(world.ben, thread, text="Unspeakable")
    anke = listen(world.anke, thread)
    care.hide(world.anke, message, reason="tone")
    html = anke.html()
    assert f'target="message_{message.id}"' in html
    assert "Unspeakable" not in html


def test_a_reaction_is_put_and_taken_off(world: World, thread: Thread, listen: Listen) -> None:
    message = db.session.scalars(select(Message)).one()
    anke = listen(world.anke, thread)
    assert anke.do("discussions.react", message, emoji="👍")["ok"]
    assert f'data-by="{world.anke.id}"' in anke.html()
    assert anke.do("discussions.react", message, emoji="👍")["ok"]
    assert "data-by" not in anke.heard()[-1][2]
    assert anke.do("discussions.react", message, emoji="x")["error"] == "invalid"


def test_a_persons_pages_are_told_what_is_unread(world: World, thread: Thread, listen: Listen) -> None:
    anke = listen(world.anke, world.anke)
    actions.post(world.ben, thread, text="News")
    told = anke.heard("state")[-1]["html"]
    assert f"""targets='[data-unread="thread-{thread.id}"]'><template>2<""" in told
    anke.do("discussions.read", thread, ordinal=2)
    assert f"""[data-unread="thread-{thread.id}"]'><template></template>""" in anke.heard("state")[-1]["html"]


def test_the_groups_list_shows_the_last_message(world: World, thread: Thread, listen: Listen) -> None:
    olena = listen(world.olena, world.language)
    actions.post(world.ben, thread, text="News")
    assert f'target="thread_{thread.id}"' in olena.heard("state")[-1]["html"]
    assert "Gone" not in olena.heard("state")[-1]["html"]
