"""Discussions on pages, without scripts: lists, threads, messages."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from network.discussions import actions, care
from network.discussions.counts import unread
from network.discussions.models import Message, Thread
from network.doors import back
from network.extensions import db
from network.files.models import File
from network.groups.actions import leave
from network.meetings.models import MeetingState
from network.things import now
from tests.clients import Reader
from tests.world import World, make_item, make_meeting


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


NO_ADDRESSES = ["http://[::1/t/1", "http://[", "http://a\u2100b/t/1", "https://\uff03@x/t/1"]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_only_looks_like_an_address_leads_nowhere(
    world: World, sign_in: Callable[..., Reader], address: str
) -> None:
    reader = sign_in(world.ben)
    assert reader.get("/titles", query_string={"of": address}).get_json() == {}
    thread = actions.start(world.ben, world.language, title="Rooms", text="Who knows one?")
    assert reader.get(f"/things/{thread.id}/link", query_string={"q": address}).status_code == 200
    with reader.application.test_request_context(headers={"Referer": "http://["}):
        assert back("/my").location == "/my"


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


def test_a_message_by_itself_calls_what_it_links_to_by_its_title(
    world: World, thread: Thread, sign_in: Callable[..., Reader]
) -> None:
    inside = actions.start(world.nina, world.closed, title="Unspeakable", text="Hello")
    links = f"http://localhost/threads/{thread.id} and http://localhost/threads/{inside.id}"
    message = actions.post(world.ben, thread, text=f"See {links} and https://elsewhere.example/1")
    page = sign_in(world.ben).get(f"/messages/{message.id}/more").text
    assert f"/threads/{thread.id}" in page and "<bdi>A room for the course</bdi></a> and" in page
    assert "Unspeakable" not in page and ">https://elsewhere.example/1</a>" in page


def test_one_finds_in_all_of_ones_discussions_what_was_said(
    world: World, thread: Thread, ben: Reader, sign_in: Callable[..., Reader]
) -> None:
    actions.post(world.ben, thread, text="The hall is free on Mondays.")
    actions.start(world.nina, world.closed, title="The hall", text="A hall for us alone.")
    page = ben.get("/discussions?q=hall").text
    assert "<mark>hall</mark> is free" in page and "alone" not in page
    assert "for us alone" in sign_in(world.mo).get("/discussions?q=hall").text
    assert "Nothing found for “nobody”" in ben.get("/discussions?q=nobody").text


def test_a_text_for_a_closed_discussion_is_not_lost(world: World, thread: Thread, ben: Reader) -> None:
    care.lock(world.anke, thread, locked=True)
    answer = ben.post(f"/threads/{thread.id}/messages", data={"text": "One more thing, long to write"})
    assert answer.status_code == 403
    assert "One more thing, long to write" in answer.text
    assert texts() == ["Who knows **one**?"]


def with_file(text: str, name: str = "list.txt") -> dict[str, Any]:
    return {"text": text, "files": (io.BytesIO(b"names of clients"), name)}


def test_a_page_keeps_the_place_of_a_picture_that_has_not_come_yet(
    world: World, thread: Thread, ben: Reader
) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (32, 24)).save(drawn, "PNG")
    files = {"text": "The room", "files": (io.BytesIO(drawn.getvalue()), "room.png")}
    ben.post(f"/threads/{thread.id}/messages", data=files)
    assert 'alt="room.png" width="32" height="24"' in ben.get(f"/threads/{thread.id}").text


def test_a_file_goes_without_a_word_and_nothing_at_all_does_not(
    world: World, thread: Thread, ben: Reader, anke: Reader
) -> None:
    address = f"/threads/{thread.id}/messages"
    assert ben.post(address, data=with_file("")).status_code == 303
    assert texts() == ["Who knows **one**?", ""]
    assert "list.txt" in anke.get(f"/threads/{thread.id}").text
    refused = ben.post(address, data={"text": " "})
    assert refused.status_code == 422
    assert "Please write something, or add a file." in refused.text
    assert len(texts()) == 2


def test_a_search_shows_where_the_words_were_said(world: World, thread: Thread, anke: Reader) -> None:
    first = actions.post(world.ben, thread, text="The hall is free on Mondays.")
    newest = actions.post(world.anke, thread, text="Who has the key to the hall?")
    address = f"/groups/{world.language.id}/discussions"
    page = anke.get(f"{address}?q=hall").text
    assert "Who has the key to the <mark>hall?</mark>" in page
    assert "found in 2 messages" in page
    assert f"/messages/{first.id}" not in page  # the newest one stands for all
    care.hide(world.anke, newest, reason="tone")
    assert f"/messages/{first.id}" in anke.get(f"{address}?q=hall").text
    assert "found in" not in anke.get(f"{address}?q=room").text  # in the title alone
    assert "Nothing found for “nobody”" in anke.get(f"{address}?q=nobody").text


def test_a_discussion_says_that_it_is_muted(world: World, thread: Thread, anke: Reader) -> None:
    page = anke.post(f"/threads/{thread.id}/follow", data={"following": "mute"}, follow_redirects=True).text
    assert "The discussion is muted" in page
    assert "Muted</span>" in anke.get(f"/threads/{thread.id}").text
    page = anke.post(f"/threads/{thread.id}/follow", data={"following": "follow"}, follow_redirects=True).text
    assert "You follow this discussion." in page
    assert "Muted</span>" not in page


@pytest.mark.parametrize("state", ["withdrawn", "hidden", "waiting"])
def test_the_files_of_what_is_not_open_are_not_open_either(
    world: World, thread: Thread, ben: Reader, sign_in: Callable[..., Reader], listen: Any, state: str
) -> None:
    ben.post(f"/threads/{thread.id}/messages", data=with_file("See the list"))
    file = db.session.scalars(select(File)).one()
    olena, address = sign_in(world.olena), f"/files/{file.id}/list.txt"
    assert olena.get(address).status_code == 200
    message = db.session.get_one(Message, file.parent_id)
    ear = listen(world.olena, thread)
    if state == "withdrawn":
        actions.withdraw(world.ben, message)
    elif state == "hidden":
        care.hide(world.anke, message, reason="tone")
    else:
        message.state = "waiting"
        db.session.commit()
    assert olena.get(address).status_code == 404
    assert ben.get(address).status_code == 200
    assert "list.txt" not in ear.html()
    assert "list.txt" not in olena.get(f"/rooms/{thread.room_id}/changes?after=0").text


def test_erasing_takes_files_that_were_taken_off_before(world: World, thread: Thread, ben: Reader) -> None:
    ben.post(f"/threads/{thread.id}/messages", data=with_file("See the list"))
    file = db.session.scalars(select(File)).one()
    ben.post(f"/files/{file.id}/remove")
    db.session.expire_all()
    care.erase(world.olaf, db.session.get_one(Message, file.parent_id), reason="clients")
    db.session.expire_all()
    assert (file.name, file.sha256) == ("", "")
    assert ben.post(f"/files/{file.id}/restore").status_code in (403, 404)


def test_a_draft_is_not_discussed_and_what_was_removed_is_in_no_list(
    world: World, anke: Reader, ben: Reader
) -> None:
    draft = make_meeting(world.language, state=MeetingState.DRAFT)
    item = make_item(draft, "Unspeakable", 1)
    assert anke.post(f"/things/{item.id}/discussion", data={"text": "Hello"}).status_code == 403
    meeting = make_meeting(world.language)
    item = make_item(meeting, "Unspeakable", 1)
    actions.talk_about(world.anke, item, text="Hello")
    assert "Unspeakable" in ben.get("/discussions").text
    item.removed_at = now()
    db.session.commit()
    for address in ("/discussions", f"/groups/{world.language.id}/discussions"):
        assert "Unspeakable" not in ben.get(address).text
    assert unread([world.ben.id]) == {}


def test_who_has_left_a_closed_group_reads_nothing_of_it_in_lists(
    world: World, sign_in: Callable[..., Reader]
) -> None:
    inside = actions.start(world.mo, world.closed, title="Unspeakable", text="Hello")
    actions.post(world.nina, inside, text="Hello")
    mo = sign_in(world.mo)
    assert "Unspeakable" in mo.get("/discussions").text
    leave(world.mo, next(place for place in world.mo.memberships if place.group_id == world.closed.id))
    for only in ("", "?only=mine", "?only=unread"):
        assert "Unspeakable" not in mo.get(f"/discussions{only}").text


def test_answers_quote_what_can_be_read_now(world: World, thread: Thread, ben: Reader, listen: Any) -> None:
    message = actions.post(world.ben, thread, text="Unspeakable")
    actions.post(world.anke, thread, text="An answer", reply_to=message.id)
    ear = listen(world.olena, thread)
    care.hide(world.anke, message, reason="tone")
    assert f"""targets='[data-quote="message_{message.id}"]'""" in ear.html() or (
        f'targets="[data-quote=&#34;message_{message.id}&#34;]"' in ear.html()
    )
    assert "Unspeakable" not in ear.html()
    assert "Unspeakable" not in ben.get(f"/threads/{thread.id}").text


def test_the_first_word_that_is_sent_twice_is_there_once_and_a_later_one_keeps_its_file(
    world: World, ben: Reader, anke: Reader
) -> None:
    address = f"/things/{make_item(make_meeting(world.language), 'Rooms', 1).id}/discussion"
    for _time in range(2):
        assert ben.post(address, data={"text": "First", "key": "0123456789"}).status_code == 303
    for _time in range(2):
        assert anke.post(address, data={**with_file("Second"), "key": "9876543210"}).status_code == 303
    assert texts() == ["First", "Second"]
    assert [file.name for file in db.session.scalars(select(File))] == ["list.txt"]
