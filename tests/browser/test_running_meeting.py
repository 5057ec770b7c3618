"""A meeting is held in several browsers at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from network.attendance import actions as attendance
from network.extensions import db
from network.meetings.models import Meeting
from network.sitting import actions
from network.things import now
from tests.browser.conftest import ready
from tests.clients import Reader
from tests.processes import Server
from tests.world import World, make_item, make_meeting

Open = Callable[..., Page]
SignIn = Callable[..., Reader]


@pytest.fixture
def meeting(world: World) -> Meeting:
    """An announced meeting of Language with three items; Anke chairs, Ben takes the minutes."""
    made = make_meeting(
        world.language,
        chair_id=world.anke.id,
        minute_taker_id=world.ben.id,
        starts_at=now() + timedelta(minutes=30),
    )
    for place, title in enumerate(("Welcome", "Waiting lists", "Child care"), 1):
        make_item(made, title, place)
    return made


@pytest.fixture
def running(meeting: Meeting, world: World) -> Meeting:
    """It has been opened, and its first item is on."""
    actions.start(world.anke, meeting)
    actions.next_item(world.anke, meeting, expected=0)
    return meeting


def path(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}"


def connected(window: Page) -> Page:
    expect(window.locator("[data-connection]")).to_have_text("Connected")
    ready(window)
    return window


def text_of(window: Page, item: int) -> Any:
    """The text of an item, where it is written."""
    return window.locator(f"#write_{item} .ed-text")


def test_everybody_follows_while_one_chairs_and_one_writes(
    running: Meeting,
    world: World,
    site: Server,
    page: Open,
    sign_in: SignIn,
    axe: Callable[[Page], list[str]],
) -> None:
    first = running.agenda[0].id
    chair = connected(page(site, path(running), reader=sign_in(world.anke)))
    writer = connected(page(site, path(running), reader=sign_in(world.ben)))
    phone = connected(page(site, path(running), reader=sign_in(world.guel), width=390))
    text_of(writer, first).click()
    writer.keyboard.type("Forty people wait")
    chair.get_by_role("button", name="Next item").click()
    for window in (chair, writer, phone):
        expect(window.locator(".mt-label")).to_have_text("Now: item 2 of 3")
    # What was being typed stays where it was, and readers see it without asking.
    expect(text_of(writer, first)).to_contain_text("Forty people wait")
    expect(phone.locator(f"#agenda_item_{first}_minutes")).to_contain_text("Forty people wait")
    assert axe(phone) == [] and axe(chair) == []


def test_an_open_page_becomes_the_live_one_and_leads_to_the_minutes(
    meeting: Meeting, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    reader = connected(page(site, path(meeting), reader=sign_in(world.ben), width=390))
    chair = page(site, path(meeting), reader=sign_in(world.anke))
    chair.get_by_role("button", name="Open the meeting").click()
    chair.locator("#confirm [data-yes]").click()
    expect(chair.get_by_role("button", name="Begin with the first item")).to_be_visible()
    expect(reader.locator("#desk")).to_be_visible()
    chair.get_by_text("More", exact=True).click()
    chair.get_by_role("link", name="End the meeting").click()
    chair.get_by_role("button", name="End the meeting").click()
    expect(chair.locator("h1")).to_have_text("The minutes")
    reader.get_by_role("link", name="Read the minutes").click()
    expect(reader.locator("h1")).to_have_text("The minutes")


def test_a_meeting_is_held_with_scripts_off(
    meeting: Meeting, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    first = meeting.agenda[0].id
    chair = page(site, path(meeting), reader=sign_in(world.anke), scripts=False, width=390)
    chair.get_by_role("button", name="Open the meeting").click()
    for item in (1, 2):
        chair.locator(".nw-actionbar").get_by_role("button", name="Next item").click()
        expect(chair.locator(".mt-label")).to_have_text(f"Now: item {item} of 3")
    chair.goto(f"/items/{first}/minutes")
    chair.get_by_label("Minutes of this item").fill("We were all there.")
    chair.get_by_role("button", name="Save").click()
    expect(chair.locator("h1")).to_have_text("The minutes")
    chair.goto(f"{path(meeting)}/close")
    chair.get_by_role("button", name="End the meeting").click()
    expect(chair.get_by_text("We were all there.")).to_be_visible()
    db.session.rollback()
    assert [item.state for item in meeting.agenda] == ["done", "done", "postponed"]


def test_on_a_phone_the_next_item_comes_into_sight_and_a_pause_shows_in_the_bar(
    running: Meeting, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    for number in range(12):
        attendance.add_guest(world.anke, running, name=f"Person {number}")
    chair = connected(page(site, path(running), reader=sign_in(world.anke), width=390))
    desk = connected(page(site, path(running), reader=sign_in(world.ben)))
    # Folded where the screen is narrow, open where it is wide.
    expect(chair.locator("#attendance").get_by_text("Person 11", exact=True)).to_be_hidden()
    expect(desk.locator("#attendance").get_by_text("Person 11", exact=True)).to_be_visible()
    chair.locator("#attendance").scroll_into_view_if_needed()
    expect(chair.locator(".mt-now h2")).not_to_be_in_viewport()
    before = desk.evaluate("scrollY")
    chair.locator(".nw-actionbar").get_by_role("button", name="Next item").click()
    expect(chair.locator(".mt-now h2")).to_have_text("Waiting lists")
    expect(chair.locator(".mt-now h2")).to_be_in_viewport()
    assert desk.evaluate("scrollY") == before
    chair.locator(".mt-now").get_by_role("button", name="Pause").click()
    for window in (chair, desk):
        expect(window.locator(".mt-bar .nw-badge")).to_contain_text("Paused since")
