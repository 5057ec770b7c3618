"""The minutes of an item are written by several people at once, in Chromium."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from network.extensions import db
from network.meetings.models import Meeting
from network.minutes.models import Action, Decision
from network.sitting import actions
from tests.clients import Reader
from tests.processes import Server, wait_until
from tests.world import Place, World, join, make_item, make_meeting

Open = Callable[..., Page]
SignIn = Callable[..., Reader]
Axe = Callable[[Page], list[str]]

SAID = """(text) => {
  const copy = text.cloneNode(true)
  copy.querySelectorAll(".ed-caret, img").forEach((passing) => passing.remove())
  return [...copy.children].map((block) => block.textContent).filter(Boolean)
}"""
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


def text_of(window: Page) -> Locator:
    """The text of the item that is on, where it is written."""
    return window.locator("#desk details[open] .ed-text").first


def said(window: Page) -> list[str]:
    """Its blocks, without the carets of the others."""
    blocks: list[str] = text_of(window).evaluate(SAID)
    return blocks


def wait_for(window: Page, words: str) -> None:
    """Until its text says so; the name at somebody's caret may stand in the middle of a word."""
    wait_until(lambda: any(words in block for block in said(window)), f"the text says {words!r}", within=30)


def state_of(window: Page) -> Locator:
    return window.locator("#desk details[open] .ed-foot [data-state]").first


def write(window: Page, words: str) -> None:
    """Type at the end, as a paragraph of its own."""
    text_of(window).press("Control+End")
    window.keyboard.press("Enter")
    window.keyboard.type(words)


def press(window: Page, keys: str) -> None:
    """Press keys one after the other, each when the editor knows where the caret is."""
    for key in keys.split():
        window.keyboard.press(key)
        window.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")


class Mast:
    """The line of one window, which can be cut like that of a train in a tunnel."""

    def __init__(self, window: Page) -> None:
        self.window = window
        self.lines: list[WebSocketRoute] = []
        self.is_down = False
        window.context.route_web_socket("**/socket.io/**", self._pass_on)
        window.reload()

    def _pass_on(self, line: WebSocketRoute) -> None:
        if self.is_down:
            line.close()
            return
        line.connect_to_server()
        self.lines.append(line)

    def cut(self) -> None:
        """No connection any more."""
        self.is_down = True
        self.window.context.set_offline(True)
        for line in self.lines:
            line.close()

    def mend(self) -> None:
        """There is one again."""
        self.is_down = False
        self.window.context.set_offline(False)


def test_three_write_one_text_through_a_tunnel_while_two_see_it_grow(
    running: Meeting, world: World, site: Server, page: Open, sign_in: SignIn, axe: Axe
) -> None:
    path = f"/meetings/{running.id}"
    item = running.agenda[0].id
    anke = page(site, path, reader=sign_in(world.anke))
    ben = page(site, path, reader=sign_in(world.ben))
    mo = page(site, path, reader=sign_in(world.mo), width=390, language="ar")
    olena = page(site, path, reader=sign_in(world.olena))
    guel = page(site, path, reader=sign_in(world.guel), width=390)
    train = Mast(mo)

    text_of(anke).click()
    anke.keyboard.type("Forty people wait.")
    text_of(ben).click()
    wait_for(ben, "Forty people wait.")
    text_of(mo).click()
    wait_for(mo, "Forty people wait.")
    # Everybody sees where the others are, and who.
    expect(text_of(ben).locator(".ed-caret__name").first).to_be_visible()
    expect(ben.locator(".ed-people").first).to_contain_text("Anke Krämer")

    train.cut()
    write(mo, "اقترحت أميرة حداد البدء في يناير.")
    expect(state_of(mo)).to_have_attribute("data-state", "offline")
    write(ben, "The school has a room.")
    wait_for(anke, "The school has a room.")
    write(anke, "Ben asks the parish.")
    for reader in (olena, guel):
        expect(reader.locator(f"#agenda_item_{item}_minutes")).to_contain_text("Ben asks the parish.")
    train.mend()

    for window in (anke, ben, mo):
        wait_for(window, "حداد")
        wait_for(window, "Ben asks the parish.")
        expect(state_of(window)).to_have_attribute("data-state", "saved")
    assert said(anke) == said(ben) == said(mo)
    assert sorted(said(anke)) == sorted(
        [
            "Forty people wait.",
            "The school has a room.",
            "Ben asks the parish.",
            "اقترحت أميرة حداد البدء في يناير.",
        ]
    )
    for reader in (olena, guel):
        expect(reader.locator(f"#agenda_item_{item}_minutes")).to_contain_text("حداد")
        loaded = reader.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert not [name for name in loaded if "/editor" in name]
    assert axe(ben) == [] and axe(mo) == [] and axe(olena) == []


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
        for key in keys.split():
            ben.keyboard.press(key)
            ben.evaluate(
                "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"
            )  # the caret is there
        ben.get_by_text("Only words can be suggested.").first.wait_for()
        assert said(ben) == before, keys
        assert text_of(ben).locator("ins, del, strong").count() == 0, keys
        text_of(ben).press("Control+End")
    ben.keyboard.press("Control+a")
    ben.keyboard.press("Delete")
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
