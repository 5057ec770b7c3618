"""Notices on pages: what speaks to me, the bell, and how I want to hear of it."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from network.discussions import actions, marks
from network.discussions.models import Thread
from network.extensions import db
from network.notices.counts import how_many_unread
from network.notices.models import GroupPreferences, Preferences
from tests.clients import Reader
from tests.world import World, make_item, make_meeting


@pytest.fixture
def thread(world: World) -> Thread:
    """A discussion of Language, begun by Ben."""
    made: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    return made


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.anke)


def test_who_mentioned_me_stands_on_my_page_until_i_have_read_it(
    world: World, thread: Thread, anke: Reader
) -> None:
    message = actions.post(world.ben, thread, text="What do you think, @Anke Krämer?")
    page = anke.get("/my/notices").text
    assert "Ben Berger" in page
    assert "mentions you" in page
    assert "is-new" in page
    assert "1 message speaks to you" in anke.get("/my").text
    anke.post(f"/threads/{thread.id}/read", data={"ordinal": str(message.ordinal)})
    page = anke.get("/my/notices").text
    assert "Ben Berger" in page
    assert "is-new" not in page
    assert "speaks to you" not in anke.get("/my").text


def test_an_edit_that_no_longer_names_me_takes_the_notice_back(
    world: World, thread: Thread, anke: Reader
) -> None:
    message = actions.post(world.ben, thread, text="@Anke Krämer, look")
    actions.edit(world.ben, message, text="@Gül Yıldız, look")
    assert "Ben Berger" not in anke.get("/my/notices").text
    assert how_many_unread(world.guel) == 1


def test_nothing_is_told_of_a_closed_group_to_those_who_have_left_it(
    world: World, sign_in: Callable[..., Reader]
) -> None:
    actions.start(world.nina, world.closed, title="Inner matters", text="For us, @Mo Haddad")
    mo = sign_in(world.mo)
    assert "Inner matters" in mo.get("/my/notices").text
    place = next(place for place in world.closed.memberships if place.person_id == world.mo.id)
    place.removed_at = place.created_at
    db.session.commit()
    assert "Inner matters" not in mo.get("/my/notices").text
    db.session.expire_all()
    assert how_many_unread(world.mo) == 0


def test_what_i_choose_is_kept(world: World, anke: Reader) -> None:
    facts = {"mentions": "hour", "messages": "week", "quiet_from": "22:00", "quiet_until": "07:30"}
    assert anke.post("/profile/notices", data=facts).status_code == 303
    page = anke.get("/profile/notices").text
    assert 'value="22:00"' in page
    assert 'value="07:30"' in page
    chosen = db.session.scalars(select(Preferences)).one()
    assert (chosen.mentions, chosen.messages, chosen.quiet_from, chosen.quiet_until) == (
        "hour",
        "week",
        1320,
        450,
    )
    group = f"/groups/{world.language.id}/notices"
    assert anke.post(group, data={"mentions": "never", "messages": ""}).status_code == 303
    assert "Never" in anke.get("/profile/notices").text
    assert anke.post(group, data={"mentions": "", "messages": ""}).status_code == 303
    assert db.session.scalars(select(GroupPreferences)).all() == []


def test_all_e_mails_are_chosen_on_one_page(world: World, anke: Reader) -> None:
    assert anke.post("/profile/notifications", data={"wanted": ["meetings"]}).status_code == 303
    page = html.fromstring(anke.get("/profile/notices").text)
    assert page.xpath("//input[@name='wanted'][@checked]/@value") == ["meetings"]
    wrong = anke.post("/profile/notices", data={"mentions": "sometimes", "messages": "day"})
    assert wrong.status_code == 422
    assert html.fromstring(wrong.text).xpath("//input[@name='wanted'][@checked]/@value") == ["meetings"]
    assert len(page.xpath("//a[@href='/profile/notices']")) == 2  # the account's menu, and the tab
    assert not page.xpath("//a[@href='/profile/notifications']")


def test_a_group_says_what_holds_in_all_of_them(world: World, anke: Reader) -> None:
    address = f"/groups/{world.language.id}/notices"
    assert "As in all groups (At once)" in anke.get(address).text
    anke.post("/profile/notices", data={"mentions": "never", "messages": "day"})
    page = anke.get(address).text
    assert "As in all groups (Never)" in page
    assert "As in all groups (At once)" not in page


def test_pages_cost_at_most_eight_statements(
    world: World, thread: Thread, anke: Reader, statements: Any
) -> None:
    meeting = make_meeting(world.language)
    for number in range(4):
        item = make_item(meeting, f"Item {number}", number + 1)
        actions.talk_about(world.ben, item, text="@Anke Krämer, look")
    for number in range(20):
        actions.post(world.ben, thread, text=f"Number {number}, @Anke Krämer")
    marks.read(world.anke, world.anke, thread=thread, ordinal=5)
    for address in ("/my/notices", "/profile/notices", f"/groups/{world.language.id}/notices"):
        anke.get(address)
        with statements() as made:
            assert anke.get(address).status_code == 200
        assert len(made) <= 8, f"{address}: {made!r}"
