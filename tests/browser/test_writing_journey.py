"""The minutes of one meeting, from the first word that three people write at once to the public page."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from network.groups.models import Place, Visibility
from network.meetings.models import Meeting
from network.sitting import actions
from tests.browser.conftest import PUSHED_OFF
from tests.browser.writing import Mast, said, state_of, text_of, wait_for, write
from tests.clients import Reader
from tests.exports.reading import read
from tests.processes import Server
from tests.world import World, join, make_item, make_meeting

Open = Callable[..., Page]
SignIn = Callable[..., Reader]
Words = Callable[..., str]
Axe = Callable[[Page], list[str]]

GROWS = (
    60_000  # milliseconds: the busier the server is, the more rarely it shows a text to those who only read
)
IN_ARABIC = "اقترحت أميرة حداد البدء في يناير."
# What people have written, whatever language the page around it speaks.
WRITTEN = ".mn-par > .nw-prose, .mn-line--decision .nw-prose, .mn-line--action .nw-strong"


@pytest.fixture
def running(world: World) -> Meeting:
    """A meeting of Language, which is public, is on. Its second item is internal. Gül reads Arabic."""
    world.language.visibility = Visibility.PUBLIC
    world.guel.language = "ar"
    join(world.language, world.mo, Place.MEMBER)
    made = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    make_item(made, "Waiting lists", 1)
    make_item(made, "Between us", 2, internal=True)
    actions.start(world.anke, made)
    actions.next_item(world.anke, made, expected=0)
    return made


def shown_tool(window: Page, name: str) -> Locator:
    """A tool of the text that is open."""
    return window.get_by_role("button", name=name, exact=True).locator("visible=true")


def paragraphs(window: Page) -> list[str]:
    """What the minutes say where they are read: paragraphs, decisions and actions, in their order."""
    return [" ".join(text.split()) for text in window.locator(WRITTEN).all_inner_texts()]


def test_minutes_from_the_first_word_to_the_public_page(
    running: Meeting, world: World, site: Server, page: Open, sign_in: SignIn, words: Words, axe: Axe
) -> None:
    def arabic(text: str, **named: object) -> str:
        return words("ar", text, **named)

    path, item = f"/meetings/{running.id}", running.agenda[0].id
    anke = page(site, path, reader=sign_in(world.anke))
    ben = page(site, path, reader=sign_in(world.ben))
    mo = page(site, path, reader=sign_in(world.mo))
    olena = page(site, path, reader=sign_in(world.olena))
    guel = page(site, path, reader=sign_in(world.guel), width=390, language="ar")
    train = Mast(mo)
    expect(guel.locator("html")).to_have_attribute("dir", "rtl")
    guel.locator(".nw-actionbar").get_by_role("button", name=arabic("I am in the room")).click()
    expect(guel.get_by_text(arabic("You are there."))).to_be_visible()

    # Three write one text, one of them through a tunnel; everybody sees where the others are, and who.
    text_of(anke).click()
    anke.keyboard.type("Forty people wait.")
    text_of(ben).click()
    wait_for(ben, "Forty people wait.")
    text_of(mo).click()
    wait_for(mo, "Forty people wait.")
    expect(text_of(ben).locator(".ed-caret__name").first).to_be_visible()
    expect(ben.locator(".ed-people").first).to_contain_text("Anke Krämer")
    train.cut()
    write(mo, IN_ARABIC)
    expect(state_of(mo)).to_have_attribute("data-state", "offline")
    write(ben, "The school has a room.")
    wait_for(anke, "The school has a room.")
    write(anke, "Ben asks the parish on Monday")
    train.mend()
    for window in (anke, ben, mo):
        wait_for(window, "حداد")
        wait_for(window, "Ben asks the parish on Monday")
        expect(state_of(window)).to_have_attribute("data-state", "saved")
    assert said(anke) == said(ben) == said(mo)
    assert sorted(said(anke)) == sorted(
        ["Forty people wait.", "The school has a room.", "Ben asks the parish on Monday", IN_ARABIC]
    )

    readers = [window.locator(f"#agenda_item_{item}_minutes") for window in (olena, guel)]
    for text in readers:
        expect(text).to_contain_text("Ben asks the parish on Monday", timeout=GROWS)
        expect(text).to_contain_text(IN_ARABIC, timeout=GROWS)

    # A comment is made and settled; what somebody suggests is taken in.
    text_of(anke).get_by_text("Ben asks the parish").click()
    anke.keyboard.press("End")
    anke.keyboard.press("Control+Shift+ArrowLeft")
    shown_tool(anke, "Comment").click()
    anke.locator("#editor_comment_text").fill("Or on Tuesday?")
    anke.locator("#editor_comment [type=submit]").click()
    ben.locator("#desk").get_by_text("Or on Tuesday?").wait_for()
    shown_tool(ben, "Settled").click()
    expect(anke.locator("#desk")).to_contain_text("settled by Ben Berger")
    text_of(mo).get_by_text("Ben asks the parish").click()
    mo.keyboard.press("End")
    shown_tool(mo, "Only suggest").click()
    mo.keyboard.type(" at noon")
    shown_tool(mo, "Only suggest").click()
    expect(text_of(anke).locator("ins")).to_have_text(" at noon")
    text_of(anke).locator("ins").click()
    shown_tool(anke, "Take it in").click()
    for window in (anke, ben, mo):
        expect(text_of(window).locator("ins")).to_have_count(0)
        wait_for(window, "Ben asks the parish on Monday at noon")

    # A decision and an action, written inside the text; those who read see them grow without an editor.
    write(ben, "/deci")
    ben.get_by_role("option", name="Decision").wait_for()
    ben.keyboard.press("Enter")
    line = ben.locator("#editor_line")
    line.get_by_label("What was decided?").fill("The course starts in January.")
    line.get_by_role("button", name="Record the decision").click()
    expect(text_of(mo).locator(".mn-line--decision")).to_contain_text("The course starts in January.")
    write(mo, "/acti")
    mo.get_by_role("option", name="Action").wait_for()
    mo.keyboard.press("Enter")
    line = mo.locator("#editor_line")
    line.get_by_label("What is to be done?").fill("Ask the parish")
    line.get_by_label("Who does it?").select_option(label="Ben Berger")
    line.get_by_role("button", name="Record the action").click()
    for text in (text_of(anke), text_of(ben), *readers):
        decision, task = text.locator(".mn-line--decision"), text.locator(".mn-line--action")
        expect(decision).to_contain_text("The course starts in January.", timeout=GROWS)
        expect(task).to_contain_text("Ask the parish", timeout=GROWS)
    for window in (anke, ben, mo):
        expect(state_of(window)).to_have_attribute("data-state", "saved")
    assert said(anke) == said(ben) == said(mo)
    for window in (olena, guel):
        loaded = window.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert not [name for name in loaded if "/editor" in name]

    # The internal item has a text, too; the meeting ends.
    anke.get_by_role("button", name="Next item").locator("visible=true").first.click()
    expect(ben.locator(".mt-label")).to_have_text("Now: item 2 of 2")
    between = ben.locator(f"#desk_{running.agenda[1].id}")
    between.locator("summary").first.click()
    between.locator(".ed-text").click()
    ben.keyboard.type("Said in confidence.")
    expect(between.locator(".ed-foot [data-state]").first).to_have_attribute("data-state", "saved")
    anke.get_by_text("More", exact=True).first.click()
    anke.get_by_role("link", name="End the meeting").click()
    anke.get_by_role("button", name="End the meeting").click()
    expect(anke.locator("h1")).to_have_text("The minutes")

    # Sent for correction; Gül corrects a paragraph on her phone, and it is taken.
    ben.goto(f"{path}/minutes")
    ben.get_by_role("link", name="Send for correction").click()
    ben.get_by_role("button", name="Send for correction").click()
    expect(ben.get_by_text("Nobody has proposed a correction.")).to_be_visible()
    guel.get_by_role("link", name=arabic("Read the minutes")).click()
    guel.get_by_role(
        "link", name=arabic("Propose a correction of paragraph %(number)s", number=1), exact=True
    ).first.click()
    guel.get_by_label(arabic("How it should read")).fill("Fifty people wait.")
    guel.get_by_label(arabic("Why?")).fill("I have counted them.")
    guel.get_by_role("button", name=arabic("Propose"), exact=True).click()
    ben.get_by_role("button", name="Take the correction by Gül Yıldız").click()
    for window in (ben, guel):
        expect(window.locator(f"#agenda_item_{item}_paragraphs")).to_contain_text("Fifty people wait.")

    # Approved: from now on its SHA-256 tells that nothing has changed.
    anke.reload()
    anke.get_by_role("link", name="Approve the minutes").click()
    anke.get_by_role("button", name="Approve the minutes").click()
    expect(anke.get_by_role("heading", name="Approved and unchanged")).to_be_visible()
    digest = anke.locator("#approved code").inner_text()
    frozen = anke.request.get(f"{path}/minutes/versions/1.json").body()
    assert re.fullmatch("[0-9a-f]{64}", digest) and hashlib.sha256(frozen).hexdigest() == digest
    assert "Fifty people wait." in frozen.decode()
    anke.get_by_text("Save as a file").click()
    with anke.expect_download() as saved:
        anke.get_by_role("link", name="PDF").click()
    pdf = Path(saved.value.path()).read_bytes()
    assert pdf.startswith(b"%PDF")
    printed = [part.text for part in read(pdf)]
    assert "Fifty people wait." in printed and "Ben asks the parish on Monday at noon" in printed

    # Published, after a look at what the public will read; somebody who is not signed in reads it.
    ben.goto(f"{path}/minutes")
    ben.get_by_role("link", name="Publish", exact=True).click()
    preview = ben.get_by_role("region", name="What was approved, and what the public reads")
    expect(preview.get_by_text("Left out: this item is internal.")).to_be_visible()
    expect(preview.get_by_text("… asks the parish on Monday at noon")).to_be_visible()
    ben.get_by_role("button", name="Publish", exact=True).click()
    ben.get_by_role("link", name="As the public reads them").click()
    public = ben.url.removeprefix(site.url)
    visitor = page(site, public, width=390, language="ar")
    expect(visitor.locator("html")).to_have_attribute("dir", "rtl")
    expect(visitor.get_by_text(arabic("Published")).first).to_be_visible()

    # Everybody reads the same, and nobody who is not signed in reads more than that.
    for window in (mo, olena):
        window.get_by_role("link", name="Read the minutes").click()
        window.get_by_role("heading", name="Approved and unchanged").wait_for()
    for window in (ben, guel):
        window.goto(f"{path}/minutes")
    everything = paragraphs(anke)
    for window in (ben, mo, olena, guel):
        assert paragraphs(window) == everything
    assert sorted(everything) == sorted(
        [
            "Fifty people wait.",
            "The school has a room.",
            "Ben asks the parish on Monday at noon",
            IN_ARABIC,
            "The course starts in January.",
            "Ask the parish",
            "Said in confidence.",
        ]
    )
    assert paragraphs(visitor) == [
        text.replace("Ben asks", "… asks") for text in everything if text != "Said in confidence."
    ]
    expect(visitor.get_by_role("main")).not_to_contain_text("Ben Berger")
    for window in (visitor, anke, guel):
        assert window.evaluate(PUSHED_OFF) == []
        assert axe(window) == []
