"""The way of a goal in a browser: from a need that is observed to the page that everybody reads."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from network.dates import today
from network.directory.models import Topic
from network.extensions import db
from network.groups.models import Visibility
from network.meetings.models import Meeting
from network.sitting import actions as sitting
from tests.browser.conftest import PUSHED_OFF
from tests.browser.test_journeys import path_of
from tests.clients import Reader
from tests.processes import Server
from tests.world import World, make_item, make_meeting

Open = Callable[..., Page]
SignIn = Callable[..., Reader]
Words = Callable[..., str]

NEED = "Kinder haben niemanden, der mit ihnen liest"


@pytest.fixture
def running(world: World) -> Meeting:
    """A meeting of Language, which is public, is on; everybody reads German."""
    world.language.visibility = Visibility.PUBLIC
    for person in (world.ben, world.anke, world.olaf):
        person.language = "de"
    db.session.add(Topic(slug="education", place=1, names={"de": "Bildung", "ar": "التعليم"}))
    made = make_meeting(world.language, chair_id=world.anke.id)
    make_item(made, "Unsere Ziele", 1)
    sitting.start(world.anke, made)
    return made


def test_a_need_becomes_a_goal_that_everybody_sees_achieved(
    running: Meeting,
    world: World,
    site: Server,
    page: Open,
    sign_in: SignIn,
    words: Words,
    axe: Callable[..., list[str]],
) -> None:
    def german(text: str, **named: object) -> str:
        return words("de", text, **named)

    # Ben observes on his phone what is missing; the Office confirms it.
    ben = page(site, "/needs", reader=sign_in(world.ben), width=390)
    ben.get_by_role("link", name=german("Observe a need")).first.click()
    ben.get_by_label(german("What is missing?")).fill(NEED)
    ben.get_by_label(german("Topic")).select_option(label="Bildung")
    ben.get_by_role("button", name=german("Send")).click()
    expect(ben.locator("h1")).to_have_text(NEED)
    need_page = path_of(ben)
    assert axe(ben, colours=False) == []
    office = page(site, "/office/", reader=sign_in(world.olaf))
    office.get_by_role("link", name=NEED).click()
    expect(office.locator("h1")).to_have_text(NEED)
    office.get_by_role("button", name=german("Confirm"), exact=True).click()
    confirmed = (
        "“%(title)s” is confirmed. All members of the network see it now; whoever observed it is told."
    )
    expect(office.get_by_text(german(confirmed, title=NEED))).to_be_visible()
    office.context.close()

    # One click makes a goal of it. Two write in the same text, and see it grow.
    ben.goto(need_page)
    ben.get_by_role("link", name=german("Make a goal of it")).click()
    expect(ben.get_by_role("link", name=NEED)).to_be_visible()
    expect(ben.get_by_label(german("What do we want to reach, in one sentence?"))).to_have_value("")
    ben.get_by_label(german("What do we want to reach, in one sentence?")).fill("80 Lesepatenschaften")
    ben.get_by_role("button", name=german("Begin")).click()
    expect(ben.locator("h1")).to_have_text("80 Lesepatenschaften")
    expect(ben.locator("#links")).to_contain_text(NEED)
    goal_page = path_of(ben)
    anke = page(site, goal_page, reader=sign_in(world.anke))
    text = german("What do we want to reach?")
    anke.get_by_role("textbox", name=text).click()
    anke.keyboard.type("Kinder lesen jede Woche.")
    expect(ben.get_by_role("textbox", name=text)).to_contain_text("Kinder lesen jede Woche.")
    ben.get_by_role("textbox", name=text).press("Control+End")
    ben.keyboard.type(" In allen Schulen.")
    expect(anke.get_by_role("textbox", name=text)).to_contain_text("jede Woche. In allen Schulen.")

    # What it takes to be measured.
    ben.get_by_role("link", name=german("Fill in the plan")).click()
    for label, value in (
        ("By what do we see it?", "Patinnen und Paten, die alle zwei Wochen kommen"),
        ("Unit", "Patenschaften"),
        ("Value at the beginning", "20"),
        ("Day of this value", f"{today() - timedelta(days=50)}"),
        ("Value to be reached", "80"),
        ("By when?", f"{today() + timedelta(days=50)}"),
    ):
        ben.get_by_label(german(label)).fill(value)
    ben.get_by_role("button", name=german("Save")).click()
    expect(ben.get_by_text("Patinnen und Paten, die alle zwei Wochen kommen")).to_be_visible()

    # Proposed; the Office consents; the meeting that is running adopts it.
    anke.reload()
    anke.get_by_role("button", name=german("Propose the goal")).click()
    anke.locator("#confirm [data-yes]").click()
    expect(anke.get_by_role("heading", name=german("Proposed"))).to_be_visible()
    expect(ben.locator("live-draft")).to_have_count(0)  # his page has stayed open, and shows the text once
    ben.context.close()
    office = page(site, "/office/", reader=sign_in(world.olaf))
    office.get_by_role("link", name="80 Lesepatenschaften").click()
    office.get_by_role("link", name=german("Answer as the Office")).click()
    office.get_by_text(german("Consent"), exact=True).click()
    office.get_by_role("button", name=german("Send the answer")).click()
    expect(
        office.get_by_text(german("The Coordination Office: %(said)s", said=german("Consent")))
    ).to_be_visible()
    office.context.close()
    anke.goto(f"/meetings/{running.id}")
    anke.locator("#desk_decision > summary").click()
    anke.locator("#desk_decision").get_by_label(german("What was decided?")).fill("Wir beschließen das Ziel.")
    anke.locator("#desk_decision").get_by_role("button", name=german("Record the decision")).click()
    expect(anke.get_by_text("Wir beschließen das Ziel.").first).to_be_visible()
    anke.goto(goal_page)
    anke.get_by_role("link", name=german("Record the adoption")).click()
    anke.get_by_label(german("By which decision?")).select_option(index=1)
    anke.get_by_role("button", name=german("Record")).click()
    expect(anke.get_by_role("heading", name=german("How far we are"))).to_be_visible()

    # Three reports; the page that Anke has open follows. What is drawn stands there as a table, too.
    ben = page(site, goal_page, reader=sign_in(world.ben), width=390)
    reports = anke.get_by_role("table", name=german("Reports on this goal"))
    for days, value in ((40, "31"), (20, "44,5"), (0, "81")):
        ben.get_by_role("link", name=german("Report progress")).click()
        ben.get_by_label(german("Value")).fill(value)
        ben.get_by_label(german("On which day?")).fill(f"{today() - timedelta(days=days)}")
        ben.get_by_role("button", name=german("Send the progress report")).click()
        expect(ben.locator("#progress")).to_contain_text(value)
        if value == "31":
            expect(reports.get_by_role("cell", name="31", exact=True)).to_be_visible()
    ben.context.close()
    anke.reload()
    for value in ("81", "44,5", "31"):
        expect(reports.get_by_role("cell", name=value, exact=True)).to_be_visible()
    expect(anke.get_by_role("img", name="Berichte neben der geplanten Linie, von 20 bis 80")).to_be_visible()

    # The last report is shown by the decision; the review is due on the agenda of the next meeting.
    reports.get_by_role("row").nth(1).get_by_role("link", name=german("Link as evidence")).click()
    anke.get_by_role("searchbox").fill("Wir beschließen das Ziel")
    anke.get_by_role("radio", name="Wir beschließen das Ziel.").check()
    expect(anke.get_by_role("searchbox")).to_have_value("Wir beschließen das Ziel")
    anke.get_by_role("button", name=german("Link the two")).click()
    expect(reports.get_by_role("row").nth(1)).to_contain_text("Wir beschließen das Ziel.")
    anke.goto(f"/groups/{world.language.id}/meetings")
    anke.get_by_role("link", name=german("Plan a meeting")).first.click()
    anke.get_by_label(german("Title")).fill("Frühjahrstreffen")
    anke.get_by_label(german("Day"), exact=True).fill(f"{today() + timedelta(days=100)}")
    anke.get_by_label(german("Start"), exact=True).fill("17:00")
    anke.get_by_label(german("End"), exact=True).fill("18:30")
    anke.get_by_role("button", name=german("Make a draft")).click()
    anke.get_by_role("link", name=german("Take over from the last meeting")).click()
    review = german("Review of the goal “%(title)s”", title="80 Lesepatenschaften")
    expect(anke.get_by_role("checkbox", name=review)).to_be_checked()
    anke.get_by_role("button", name=german("Put on the agenda")).click()
    item = anke.locator("li", has=anke.get_by_role("heading", name=review)).last
    item.get_by_text(german("More about this item")).click()
    item.get_by_role("link", name=german("To the goal")).click()
    expect(anke.locator("#links")).to_contain_text(review)

    # Reviewed, achieved, shown to everybody.
    anke.get_by_role("link", name=german("Record a review")).click()
    anke.get_by_label(german("What did you see, and what will you do?")).fill("Es ist geschafft.")
    anke.get_by_role("button", name=german("Save")).click()
    anke.get_by_role("link", name=german("What became of it?")).click()
    anke.get_by_text(german("Achieved"), exact=True).click()
    anke.get_by_label(german("By what does one see it, or why?")).fill("Die Listen der Schulen.")
    anke.get_by_role("button", name=german("Save")).click()
    anke.get_by_role("button", name=german("Show it to the public")).click()
    anke.locator("#confirm [data-yes]").click()
    expect(anke.get_by_text(german("Everybody can see this goal now."))).to_be_visible()

    # Somebody who is not signed in reads it in Arabic.
    visitor = page(site, "/goals/public", language="ar", width=390)
    visitor.get_by_role("link", name="80 Lesepatenschaften").click()
    expect(visitor.locator("html")).to_have_attribute("dir", "rtl")
    expect(visitor.get_by_text(words("ar", "Achieved")).first).to_be_visible()
    expect(visitor.get_by_text("Die Listen der Schulen.")).to_be_visible()
    # Whoever hears the page gets from its table what the drawing shows.
    expect(visitor.get_by_role("img", name="من 20 إلى 80")).to_be_visible()
    cells = visitor.get_by_role("table", name=words("ar", "Reports on this goal")).get_by_role("cell")
    heard = cells.all_inner_texts()
    assert (heard[1::3], heard[2::3]) == (["81", "44.5", "31"], ["50", "38", "26"])  # reported, planned
    for window in (visitor, anke):
        assert window.evaluate(PUSHED_OFF) == []
        assert axe(window) == []
    anke.goto(need_page)
    expect(anke.get_by_text(german("Taken up"), exact=True)).to_be_visible()
    expect(anke.locator("#links")).to_contain_text("80 Lesepatenschaften")
