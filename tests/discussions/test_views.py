"""Discussions on pages, without scripts: lists, threads, messages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from network.discussions import actions
from network.discussions.models import Message, Thread
from network.extensions import db
from tests.clients import Reader
from tests.world import World


@pytest.fixture
def thread(world: World) -> Thread:
    """A discussion of Language, begun by Ben."""
    made: Thread = actions.start(
        world.ben, world.language, title="A room for the course", text="Who knows **one**?"
    )
    return made


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.anke)


@pytest.fixture
def ben(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.ben)


def texts() -> list[str]:
    db.session.commit()
    return list(db.session.scalars(select(Message.text).order_by(Message.id)))


def test_a_discussion_is_begun_and_answered(world: World, ben: Reader, anke: Reader) -> None:
    ben.get(f"/groups/{world.language.id}/discussions")
    sent = ben.post(
        f"/groups/{world.language.id}/discussions/new",
        data={"title": "A room", "text": "Who knows one, @Anke Krämer?"},
    )
    assert sent.status_code == 303
    page = anke.get(sent.location)
    assert 'class="nw-mention"' in page.text
    answered = anke.post(f"{sent.location}/messages", data={"text": "I do."}, follow_redirects=True)
    assert "I do." in answered.text
    assert texts() == ["Who knows one, @Anke Krämer?", "I do."]


def test_what_is_unread_is_counted_and_goes_when_it_is_read(
    world: World, thread: Thread, anke: Reader
) -> None:
    actions.post(world.ben, thread, text="One more thing.")
    list_ = f"/groups/{world.language.id}/discussions"
    assert f'<span data-unread="thread-{thread.id}" class="nw-count">2<' in anke.get(list_).text
    anke.post(f"/threads/{thread.id}/read")
    assert f'<span data-unread="thread-{thread.id}" class="nw-count"></span>' in anke.get(list_).text


def test_pages_cost_at_most_eight_statements(
    world: World, thread: Thread, anke: Reader, statements: Any
) -> None:
    for number in range(60):
        message = actions.post(world.ben, thread, text=f"Number {number}, @Anke Krämer")
        actions.react(world.anke, message, emoji="👍")
    actions.post(world.anke, thread, text="An answer", reply_to=message.id)
    for number in range(30):
        actions.start(world.ben, world.language, title=f"Thread {number}", text="Hello")
    for address in (
        f"/threads/{thread.id}",
        f"/threads/{thread.id}?before=20",
        f"/groups/{world.language.id}/discussions",
        "/discussions",
        f"/messages/{message.id}/more",
    ):
        anke.get(address)
        with statements() as made:
            assert anke.get(address).status_code == 200
        assert len(made) <= 8, f"{address}: {len(made)}\n" + "\n".join(made)


def test_a_message_keeps_what_it_said_before(world: World, thread: Thread, ben: Reader, anke: Reader) -> None:
    message = db.session.scalars(select(Message)).one()
    assert anke.post(f"/messages/{message.id}/edit", data={"text": "Mine now"}).status_code == 403
    ben.post(f"/messages/{message.id}/edit", data={"text": "Who knows two?"})
    page = anke.get(f"/messages/{message.id}/more").text
    assert "Who knows two?" in page
    assert "<strong>one</strong>" in page
    assert texts() == ["Who knows two?"]


def test_links_are_called_by_the_titles_that_one_may_see(
    world: World, thread: Thread, sign_in: Callable[..., Reader]
) -> None:
    inside = actions.start(world.nina, world.closed, title="Unspeakable", text="Hello")
    addresses = [
        f"/t/{thread.id}",
        f"http://localhost/threads/{thread.id}",
        f"/threads/{inside.id}",
        f"/groups/{thread.id}",  # no group has this id
        f"https://elsewhere.example/threads/{thread.id}",
        "/threads/0",
        "/no/page",
    ]
    found = sign_in(world.ben).get("/titles", query_string={"of": addresses}).get_json()
    assert found == {
        f"/t/{thread.id}": "A room for the course",
        f"http://localhost/threads/{thread.id}": "A room for the course",
    }
    assert "Unspeakable" in sign_in(world.mo).get(f"/titles?of=/threads/{inside.id}").text
