"""A page of a running meeting whose line is cut again and again, and whose server is killed.

The long run, with 100 cuts during 1,000 changes, is in `tests/load/reconnect.py`; this is its short form.
"""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from playwright.sync_api import Browser, Locator, Page, Route, expect

from network.directory.models import Topic
from network.extensions import db
from network.meetings.models import Meeting
from network.minutes.models import Decision
from network.needs import actions as needs
from network.people import passwords
from network.sitting import actions
from network.things import now
from tests.browser.conftest import lend
from tests.browser.writing import Mast
from tests.clients import Reader
from tests.processes import Guest, Listener, Server, wait_until
from tests.rides import Chair
from tests.tunnel import Tunnel
from tests.world import PASSWORD, World, make_item, make_meeting

Servers = Callable[..., list[Server]]
SignIn = Callable[..., Reader]
Open = Callable[..., Page]
# What Chromium says of requests on a line that is cut, and of those that a newer one has taken the place of.
CUT = {"Failed to fetch", "signal is aborted without reason"}
TYPED = "Half a sentence that nobody has sen"

# What a page says, line by line: without what runs by the clock, what the reader has opened, and tokens.
SAYS = """() => {
  const passing = ["number", "open", "value", "hidden", "data-keep", "style", "data-stage-end-value",
                   "data-stage-after-value"]
  const lines = []
  const walk = (node, depth) => {
    const put = (text) => lines.push(" ".repeat(depth) + text)
    if (node.nodeType === 3 && node.data.trim()) put(node.data.trim().replace(/\\s+/g, " "))
    if (node.nodeType !== 1) return
    if (node.matches("[name=csrf_token], .nw-clock, [data-stage-target=end]")) return
    if (node.matches("live-draft, live-draft + *")) return // what is written together keeps level by itself
    const marks = [...node.attributes].filter(({ name }) => !passing.includes(name))
    put([node.localName, ...marks.map(({ name, value }) => `${name}=${value.trim()}`).sort()].join(" "))
    node.childNodes.forEach((child) => walk(child, depth + 1))
  }
  document.querySelectorAll("main > *, .mt-bar h1").forEach((part) => walk(part, 0))
  return lines
}"""
DOUBLE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id)
  return ids.filter((id, place) => ids.indexOf(id) !== place)
}"""


def ride(
    chromium: Browser,
    world: World,
    servers: Servers,
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
    sign_in: SignIn,
    *,
    changes: int,
    cuts: int,
) -> None:
    """Ben follows and has half a sentence typed, while Anke holds the meeting."""
    meeting = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    tunnel = Tunnel()
    server = servers(
        1, SITE_URL=tunnel.url, RATE_SOCKET_EVENTS=100_000, RATE_DEEDS_ACCOUNT="100000 per minute"
    )[0]
    tunnel.server = server
    dice = random.Random(7)
    chair = Chair(meeting, connect(server, world.anke), visit(server, world.anke), dice)
    chair.begin()

    context = chromium.new_context(
        base_url=tunnel.url, viewport={"width": 1280, "height": 900}, locale="de-DE", reduced_motion="reduce"
    )
    try:
        context.set_default_timeout(15_000)
        lend(context, server, sign_in(world.ben))
        reader = context.new_page()
        errors: list[str] = []
        reader.on("pageerror", lambda error: errors.append(str(error)))
        reader.goto(f"/meetings/{meeting.id}")
        expect(reader.locator("[data-connection]")).to_have_text("Connected")
        # No item is on yet, so no text is open in which it would stand.
        reader.get_by_text("Record a decision").click()
        typed = reader.locator("#desk_decision textarea[name=text]")
        typed.press_sequentially(TYPED)

        when = set(dice.sample(range(changes), cuts))
        for number in range(changes):
            if number == changes // 2:
                chair.write_and_kill()
            else:
                chair.change()
            if number in when:
                wait_until(lambda: tunnel.is_used, "the page calls again")
                tunnel.cut()

        expect(reader.locator("[data-connection]")).to_have_text("Connected", timeout=60_000)
        fresh = context.new_page()
        fresh.goto(f"/meetings/{meeting.id}")
        expect(fresh.locator("[data-connection]")).to_have_text("Connected")
        must_say_the_same(reader, fresh)
        assert reader.evaluate(DOUBLE) == []
        assert typed.input_value() == TYPED
        expect(typed).to_be_visible()
        assert set(errors) <= CUT
        must_have_happened_once(chair, meeting)
    finally:
        context.close()
        tunnel.close()


def half_a_decision(window: Page) -> Locator:
    """A decision that somebody has begun to write, in the dialog of the text that is open."""
    expect(window.locator("#desk .ed-text")).to_be_visible()
    window.get_by_text("Record a decision").first.click()
    typed = window.locator("#new-decision-text")
    typed.press_sequentially(TYPED)
    return typed


def must_say_the_same(shown: Page, fresh: Page) -> None:
    """A page that has been open all the time says what a fresh one does."""
    different: list[str] = []

    def is_same() -> bool:
        here, there = shown.evaluate(SAYS), fresh.evaluate(SAYS)
        different[:] = [f"- {line}" for line in here if line not in there]
        different.extend(f"+ {line}" for line in there if line not in here)
        return bool(here == there)

    try:
        wait_until(is_same, "the page says the same as a fresh one", within=30)
    except AssertionError as error:
        raise AssertionError(f"{error}\n" + "\n".join(different[:40])) from None


def must_have_happened_once(chair: Chair, meeting: Meeting) -> None:
    """Nothing was done twice, and the typed text was not sent."""
    db.session.commit()
    titles = [item.title.split(",")[0] for item in meeting.agenda]
    assert len(set(titles)) == len(titles)
    assert all(decision.text != TYPED for decision in db.session.query(Decision))


def test_a_page_that_is_cut_off_again_and_again_is_as_a_fresh_one(
    chromium: Browser,
    world: World,
    servers: Servers,
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
    sign_in: SignIn,
) -> None:
    ride(chromium, world, servers, connect, visit, sign_in, changes=60, cuts=12)


def must_say_signed_out(window: Page, path: str) -> None:
    """The page says so, does not claim to be connected, and knows the way back to itself."""
    expect(window.locator("[data-connection]")).to_have_text("You are signed out.", timeout=30_000)
    banner = window.locator("[data-out-banner]")
    expect(banner).to_contain_text("You have been signed out. What you have typed stays here.")
    link = banner.get_by_role("link", name="Sign in again in a new window")
    expect(link).to_have_attribute("href", re.compile(f"/sign-in\\?next={quote(path, safe='')}$"))
    expect(link).to_have_attribute("target", "_blank")


def test_who_is_signed_out_everywhere_is_told_so_and_goes_on_where_they_were(
    world: World, servers: Servers, page: Open, sign_in: SignIn, visit: Callable[..., Guest]
) -> None:
    # A group that visitors may read too: the page could go on as a visitor's, and must not do so silently.
    meeting = make_meeting(world.housing, chair_id=world.lev.id, minute_taker_id=world.lev.id)
    make_item(meeting, "Welcome", 1)
    actions.start(world.lev, meeting)
    actions.next_item(world.lev, meeting, expected=0)
    world.lev.password_hash = passwords.hashed(PASSWORD)
    site = servers(1)[0]
    path = f"/meetings/{meeting.id}"
    window = page(site, path, reader=sign_in(world.lev))
    expect(window.locator("[data-connection]")).to_have_text("Connected")
    typed = half_a_decision(window)

    answer = visit(site, world.lev).post("/profile/sign-ins/end")

    assert answer.status_code == 303
    must_say_signed_out(window, path)
    expect(typed).to_have_value(TYPED)
    assert "steer" in (window.locator("main").get_attribute("data-may") or "")  # nothing was redrawn
    window.keyboard.press("Escape")
    with window.context.expect_page() as opened:
        window.locator("[data-out-banner] a").click()
    door = opened.value
    door.fill("[name=email]", "lev@example.org")
    door.fill("[name=password]", PASSWORD)
    door.press("[name=password]", "Enter")
    door.wait_for_url(f"**{path}")
    door.close()
    window.evaluate("dispatchEvent(new Event('online'))")  # it asks by itself every 20 seconds, too
    expect(window.locator("[data-connection]")).to_have_text("Connected", timeout=40_000)
    expect(window.locator("[data-out-banner]")).to_be_hidden()
    expect(typed).to_have_value(TYPED)
    window.get_by_text("Record a decision").first.click()
    # The page has new tokens: what was typed can be sent.
    window.get_by_role("button", name="Record the decision").click()
    expect(window.locator(".mn-live").get_by_text(TYPED)).to_be_visible()


def test_a_half_written_decision_is_there_again_when_the_page_is_loaded_anew(
    world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    make_item(meeting, "Welcome", 1)
    actions.start(world.anke, meeting)
    actions.next_item(world.anke, meeting, expected=0)
    window = page(site, f"/meetings/{meeting.id}", reader=sign_in(world.anke))
    expect(window.locator("[data-connection]")).to_have_text("Connected")
    typed = half_a_decision(window)
    window.reload()
    expect(typed).to_have_value(TYPED)
    expect(window.locator("#desk .ed-text")).to_be_visible()
    window.get_by_text("Record a decision").first.click()
    window.get_by_role("button", name="Record the decision").click()
    expect(window.locator(".mn-live").get_by_text(TYPED)).to_be_visible()
    window.reload()
    expect(typed).to_have_value("")


def test_the_end_of_a_tunnel_is_noticed_at_once(
    world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    window = page(site, "/groups", reader=sign_in(world.ben))
    window.clock.install()
    train = Mast(window)
    window.goto(f"/meetings/{meeting.id}")
    line = window.locator("[data-connection]")
    expect(line).to_have_attribute("data-state", "connected")
    train.cut()
    window.clock.run_for(30_000)
    expect(line).to_have_attribute("data-state", "lost")
    window.clock.pause_at(now() + timedelta(minutes=5))  # no clock of the page would make it call again
    train.mend()
    expect(line).to_have_attribute("data-state", "behind")


def test_what_one_has_done_is_told_though_the_page_hears_of_it_before_the_answer(
    world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    db.session.add(Topic(slug="education", place=1, names={"en": "Education"}))
    db.session.commit()
    need = needs.observe(
        world.ben, world.desk, title="Nobody reads with them", topic_id=1, organisation_id=world.parish.id
    )
    window = page(site, f"/needs/{need.id}", reader=sign_in(world.olaf))
    number = window.locator(f"live-room[room='{need.room_id}']").get_attribute("number")

    def answer_late(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        expect(window.locator(f"live-room[room='{need.room_id}']")).not_to_have_attribute(
            "number", number or ""
        )
        route.fulfill(response=answer)

    window.route("**/confirm", answer_late)
    window.get_by_role("button", name="Confirm", exact=True).click()
    expect(window.locator("#toasts")).to_contain_text("is confirmed. All members of the network see it now")
