"""The minutes of an item are written by several people at once, in Chromium."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from network.extensions import db
from network.meetings.models import Meeting
from network.minutes.models import Action, Decision
from network.sitting import actions
from tests.browser.writing import Mast, press, said, state_of, text_of, wait_for, write
from tests.clients import Reader
from tests.processes import Server
from tests.world import Place, World, join, make_item, make_meeting

Open = Callable[..., Page]
SignIn = Callable[..., Reader]
Axe = Callable[[Page], list[str]]

KEPT = "indexedDB.databases().then((all) => all.map(({ name }) => name))"
FROM_WORD = """<html><head><style>p { margin: 0 }</style></head><body>
<h1 style='color:red'>Costs<o:p></o:p></h1>
<p class=MsoNormal>The rooms cost <b>180 euros</b>, <i>see</i>
<a href="https://example.org/rooms">the offer</a>
<a href="javascript:alert(1)">here</a>.</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·  </span>Heating</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·  </span>Kitchen</p>
<table><tr><td>Hall</td><td>two rooms</td></tr></table></body></html>"""
PASTE = """(text, html) => {
  const carried = new DataTransfer()
  carried.setData("text/html", html)
  text.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }))
}"""


@pytest.fixture
def running(world: World) -> Meeting:
    """A meeting of Language is on, with its first item. Mo has joined the group, and reads Arabic."""
    world.mo.language = "ar"
    join(world.language, world.mo, Place.MEMBER)
    made = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    for place, title in enumerate(("Waiting lists", "Child care"), 1):
        make_item(made, title, place)
    actions.start(world.anke, made)
    actions.next_item(world.anke, made, expected=0)
    return made


def test_what_was_typed_without_a_connection_outlives_the_page_and_leaves_with_the_person(
    running: Meeting, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    ben = page(site, f"/meetings/{running.id}", reader=sign_in(world.ben))
    train = Mast(ben)
    text_of(ben).click()
    ben.keyboard.type("Begun.")
    expect(state_of(ben)).to_have_attribute("data-state", "saved")
    train.cut()
    ben.keyboard.type(" In the tunnel.")
    expect(state_of(ben)).to_have_attribute("data-state", "offline")
    train.mend()
    ben.goto("/groups")
    ben.goto(f"/meetings/{running.id}")
    wait_for(ben, "Begun. In the tunnel.")
    anke = page(site, f"/meetings/{running.id}", reader=sign_in(world.anke))
    wait_for(anke, "Begun. In the tunnel.")
    assert ben.evaluate(KEPT) == [f"network:{world.ben.id}:drafts"]
    ben.goto("/groups")
    ben.locator("[data-sign-out]").evaluate("(button) => button.click()")
    ben.wait_for_url("**/sign-in*")
    assert ben.evaluate(KEPT) == []


def test_decisions_words_from_word_comments_and_suggestions_stand_in_the_text(
    running: Meeting, world: World, site: Server, page: Open, sign_in: SignIn, axe: Axe
) -> None:
    ben = page(site, f"/meetings/{running.id}", reader=sign_in(world.ben))
    anke = page(site, f"/meetings/{running.id}", reader=sign_in(world.anke))
    text = text_of(ben)
    text.click()
    text.evaluate(PASTE, FROM_WORD)
    expect(text.locator("h3")).to_have_text("Costs")
    expect(text.locator("li")).to_have_text(["Heating", "Kitchen"])
    expect(text.locator("strong")).to_have_text("180 euros")
    expect(text.locator("td")).to_have_text(["Hall", "two rooms"])
    assert text.locator("a").evaluate_all("(all) => all.map((a) => a.getAttribute('href'))") == [
        "https://example.org/rooms"
    ]
    assert text.locator("i, em, [style*=red]").count() == 0

    write(ben, "/deci")
    ben.get_by_role("option", name="Decision").wait_for()
    ben.keyboard.press("Enter")
    ben.locator("#editor_line [name=text]").fill("The course starts in January.")
    ben.locator("#editor_line form [type=submit]").click()
    for window in (ben, anke):
        expect(text_of(window).locator(".mn-line--decision")).to_contain_text("The course starts in January.")
    ben.locator("#desk_action > summary").click()
    ben.locator("#editor_line [name=text]").fill("Ask the parish")
    ben.locator("#editor_line form [type=submit]").click()
    expect(text_of(anke).locator(".mn-line--action")).to_contain_text("Ask the parish")
    db.session.rollback()
    assert db.session.query(Decision).one().text == "The course starts in January."
    assert db.session.query(Action).one().text == "Ask the parish"

    write(ben, "We meet on Monday")
    ben.keyboard.press("Control+Shift+ArrowLeft")
    ben.get_by_role("button", name="Comment", exact=True).locator("visible=true").click()
    ben.locator("#editor_comment_text").fill("Or on Tuesday?")
    ben.locator("#editor_comment [type=submit]").click()
    expect(text_of(anke).locator("[data-comment]")).to_contain_text("Monday")
    expect(anke.locator("#desk")).to_contain_text("Or on Tuesday?")

    text_of(anke).press("Control+End")
    anke.get_by_role("button", name="Only suggest").locator("visible=true").click()
    for _letter in "Monday":
        anke.keyboard.press("Backspace")
    anke.keyboard.type("Tuesday")
    expect(text_of(ben).locator("ins")).to_contain_text("Tuesday")
    expect(text_of(ben).locator("del")).to_contain_text("Monday")
    text_of(ben).locator("ins").click()
    expect(ben.locator("[data-suggestion]").locator("visible=true")).to_contain_text("Anke Krämer")
    assert axe(ben) == []
    ben.get_by_role("button", name="Take it in").locator("visible=true").click()
    for window in (ben, anke):
        expect(text_of(window).locator("ins, del")).to_have_count(0)
        assert "We meet on Tuesday" in said(window)


def test_what_cannot_be_suggested_says_so_and_loses_nothing(
    running: Meeting, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    ben = page(site, f"/meetings/{running.id}", reader=sign_in(world.ben))
    write(ben, "Forty people wait.")
    write(ben, "The school has room.")
    before = said(ben)
    ben.get_by_role("button", name="Only suggest").locator("visible=true").click()
    text_of(ben).press("Control+End")
    for keys in ("Enter", "Control+b", "Home Backspace", "Control+a X", "Control+a Control+b"):
        press(ben, keys)
        ben.get_by_text("Only words can be suggested.").first.wait_for()
        assert said(ben) == before, keys
        assert text_of(ben).locator("ins, del, strong").count() == 0, keys
        press(ben, "Control+End")
    press(ben, "Control+a Delete")
    expect(text_of(ben).locator("del")).to_have_count(2)
    assert said(ben) == before
    ben.keyboard.press("Control+z")
    expect(text_of(ben).locator("del")).to_have_count(0)
    press(ben, "Control+End ArrowLeft ArrowLeft Backspace")
    expect(text_of(ben).locator("del")).to_have_text("o")
    press(ben, "Control+End")
    ben.keyboard.type(" Today.")
    expect(text_of(ben).locator("ins")).to_have_text(" Today.")


def fits(window: Page) -> Any:
    """Whether nothing stands out of the window sideways."""
    return window.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_tools_are_reached_and_worked_by_keyboard_from_right_to_left(
    running: Meeting, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    mo = page(site, f"/meetings/{running.id}", reader=sign_in(world.mo), width=390, language="ar")
    text_of(mo).click()
    mo.keyboard.type("Wort")
    mo.keyboard.press("Alt+F10")
    tools = mo.locator("#desk details[open] [role=toolbar]").first
    expect(tools.locator("[data-do=bold]")).to_be_focused()
    mo.keyboard.press("ArrowLeft")
    expect(tools.locator("[data-do=italic]")).to_be_focused()
    assert tools.locator('button[tabindex="0"]').count() == 1
    assert fits(mo)
    mo.keyboard.press("Escape")
    expect(text_of(mo)).to_be_focused()
    mo.keyboard.press("Control+a")
    mo.keyboard.press("Control+b")
    expect(tools.locator("[data-do=bold]")).to_have_attribute("aria-pressed", "true")
    expect(text_of(mo).locator("strong")).to_have_text("Wort")
