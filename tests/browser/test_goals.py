"""The way of a goal in a browser: drafted by two, adopted in a running meeting, reported on, shown to all."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from network.extensions import db
from network.groups.models import Visibility
from network.sitting import actions as sitting
from tests.browser.test_journeys import path_of
from tests.clients import Reader
from tests.goals.makers import today
from tests.processes import Server
from tests.world import World, make_item, make_meeting

Open = Callable[..., Page]
SignIn = Callable[..., Reader]
Words = Callable[..., str]


def test_a_goal_from_the_first_word_to_the_public_page(
    world: World, site: Server, page: Open, sign_in: SignIn, words: Words, axe: Callable[..., list[str]]
) -> None:
    def german(text: str, **named: object) -> str:
        return words("de", text, **named)

    world.language.visibility = Visibility.PUBLIC
    for person in (world.ben, world.anke, world.olaf):
        person.language = "de"
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    make_item(meeting, "Unsere Ziele", 1)
    db.session.commit()
    sitting.start(world.anke, meeting)

    # Ben begins on his phone; Anke writes in the same text, and he sees it grow.
    ben = page(
        site, f"/groups/{world.language.id}/goals", reader=sign_in(world.ben), language="de", width=390
    )
    ben.get_by_role("link", name=german("Draft the first goal")).click()
    ben.get_by_label(german("What do we want to reach, in one sentence?")).fill("80 Lesepatenschaften")
    ben.get_by_role("button", name=german("Begin")).click()
    expect(ben.locator("h1")).to_have_text("80 Lesepatenschaften")
    goal_page = path_of(ben)
    anke = page(site, goal_page, reader=sign_in(world.anke), language="de")
    text = german("What do we want to reach?")
    anke.get_by_role("textbox", name=text).click()
    anke.keyboard.type("Kinder lesen jede Woche.")
    expect(ben.get_by_role("textbox", name=text)).to_contain_text("Kinder lesen jede Woche.")

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
    office = page(site, "/office/", reader=sign_in(world.olaf), language="de")
    office.get_by_role("link", name="80 Lesepatenschaften").click()
    office.get_by_role("link", name=german("Answer as the Office")).click()
    office.get_by_text(german("Consent"), exact=True).click()
    office.get_by_role("button", name=german("Save")).click()
    expect(
        office.get_by_text(german("The Coordination Office: %(said)s", said=german("Consent")))
    ).to_be_visible()
    anke.goto(f"/meetings/{meeting.id}")
    anke.locator("#desk_decision > summary").click()
    anke.locator("#desk_decision").get_by_label(german("What was decided?")).fill("Wir beschließen das Ziel.")
    anke.locator("#desk_decision").get_by_role("button", name=german("Record the decision")).click()
    expect(anke.get_by_text("Wir beschließen das Ziel.").first).to_be_visible()
    anke.goto(goal_page)
    anke.get_by_role("link", name=german("Record the adoption")).click()
    anke.get_by_label(german("By which decision?")).select_option(index=1)
    anke.get_by_role("button", name=german("Record")).click()
    expect(anke.get_by_role("heading", name=german("How far we are"))).to_be_visible()

    # Three reports; the page that Anke has open follows.
    for days, value in ((40, "31"), (20, "44,5"), (0, "81")):
        ben.goto(goal_page)
        ben.get_by_role("link", name=german("Report progress")).click()
        ben.get_by_label(german("Value")).fill(value)
        ben.get_by_label(german("On which day?")).fill(f"{today() - timedelta(days=days)}")
        ben.get_by_role("button", name=german("Send the report")).click()
        expect(ben.get_by_role("heading", name=german("Progress reports"))).to_be_visible()
    expect(anke.locator("#progress")).to_contain_text("81")
    expect(anke.locator("#reports tbody tr")).to_have_count(3)
    chart = anke.get_by_role("img", name="Berichte neben der geplanten Linie, von 20 bis 80")
    expect(chart).to_be_visible()

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
    assert axe(visitor) == []
