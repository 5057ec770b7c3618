"""Discussions in real browsers: live, without a connection, by keyboard, and with scripts off."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select

from network.discussions import actions, care
from network.discussions.models import Message, ReadMark, Thread
from network.extensions import db
from network.people import passwords
from tests.browser.conftest import ready
from tests.clients import Reader
from tests.processes import Server, wait_until
from tests.world import PASSWORD, World

Open = Callable[..., Page]
SignIn = Callable[..., Reader]
LATER = 20_000  # milliseconds: what waits is tried again every 15 seconds
PLACE = "message => message.getBoundingClientRect().top"


@pytest.fixture
def thread(world: World) -> Thread:
    """A discussion of Language that Anke has begun."""
    made: Thread = actions.start(
        world.anke, world.language, title="Child care", text="Who watches the children?"
    )
    return made


def path(thread: Thread) -> str:
    return f"/threads/{thread.id}"


def connected(window: Page) -> Page:
    expect(window.locator(".nw-chat [data-connection]")).to_have_attribute("data-state", "connected")
    ready(window)
    return window


def say(window: Page, text: str) -> None:
    expect(window.locator(".nw-msg[tabindex='0']")).to_have_count(1)  # the page's script is there
    window.locator("#text").press_sequentially(text)
    window.keyboard.press("Control+Enter")


def said(window: Page) -> Locator:
    """What everybody can read, without what waits in this browser."""
    return window.locator("[id^=message_] .nw-prose")


def waiting(window: Page) -> Locator:
    return window.locator(".nw-msg--waits")


def in_database(text: str) -> int:
    db.session.commit()
    return len(list(db.session.scalars(select(Message.id).where(Message.text == text))))


def cut_off(window: Page) -> None:
    """Pages still come, and nothing can be sent: neither by the socket nor by a form."""
    window.context.route_web_socket("**/socket.io/**", lambda line: line.close())
    window.context.route("**/socket.io/**", lambda route: route.abort())
    window.context.route("**/messages", lambda route: route.abort())


def test_two_people_talk_live_in_two_directions_of_writing(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    world.ben.language = "ar"
    db.session.commit()
    anke = connected(page(site, path(thread), reader=sign_in(world.anke)))
    ben = connected(
        page(site, path(thread), reader=sign_in(world.ben), width=390, language="ar", theme="dark")
    )
    expect(anke.locator(".nw-chat__here")).to_have_text("2 here now")

    ben.locator("#text").press_sequentially("أنا أستطيع")
    expect(anke.locator(".nw-typing")).to_have_text("Ben Berger is writing")
    ben.get_by_role("button", name="إرسال").click()

    theirs = anke.locator(".nw-msg").last
    expect(theirs.locator(".nw-prose")).to_have_text("أنا أستطيع")
    expect(theirs.locator(".nw-prose")).to_have_attribute("lang", "ar")
    expect(anke.locator(".nw-typing")).to_be_empty()
    assert theirs.locator(".nw-prose p").evaluate("it => getComputedStyle(it).direction") == "rtl"
    expect(ben.locator(".nw-msg").last).to_have_attribute("data-mine", "")
    expect(ben.locator("#text")).to_have_value("")
    expect(waiting(ben)).to_have_count(0)

    theirs.hover()
    theirs.get_by_role("link", name="More about the message of Ben Berger").click()
    anke.get_by_role("dialog").get_by_role("button", name="Thank you").click()
    expect(theirs.locator(".nw-reaction")).to_have_attribute("aria-pressed", "true")
    expect(ben.locator(".nw-msg").last.locator(".nw-reaction")).to_have_attribute("aria-pressed", "false")


def test_what_is_new_below_is_counted_until_it_is_read(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    for number in range(30):
        actions.post(world.anke, thread, text=f"Message {number}")
    ben = connected(page(site, path(thread), reader=sign_in(world.ben)))
    expect(ben.locator(".nw-new")).to_be_in_viewport()  # it opens where one has not read yet
    ben.locator(".nw-chat__pill").click()
    wait_until(lambda: _read_up_to(world.ben.id, thread) == 31, "what is in view counts as read")
    ben.locator("#message_" + str(_id_of(thread, 5))).focus()
    anke = connected(page(site, path(thread), reader=sign_in(world.anke)))

    say(anke, "Something new")

    expect(ben.locator(".nw-chat__pill")).to_have_text("1 new")
    assert _read_up_to(world.ben.id, thread) == 31
    ben.locator(".nw-chat__pill").click()
    expect(ben.locator(".nw-chat__pill")).to_be_hidden()
    wait_until(lambda: _read_up_to(world.ben.id, thread) == 32, "that counts as read, too")


def _read_up_to(person_id: int, thread: Thread) -> int:
    db.session.commit()
    return int(db.session.get_one(ReadMark, (person_id, thread.id)).ordinal)


def _id_of(thread: Thread, ordinal: int) -> int:
    return int(db.session.scalars(select(Message.id).filter_by(thread_id=thread.id, ordinal=ordinal)).one())


def test_what_cannot_be_sent_survives_a_reload_and_arrives_once(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    ben = connected(page(site, path(thread), reader=sign_in(world.ben)))
    ben.locator("#text").press_sequentially("Half a")
    cut_off(ben)
    ben.reload()
    expect(ben.locator("#text")).to_have_value("Half a")  # a draft of this discussion

    ben.locator("#text").press("End")
    say(ben, " sentence, and the other half")
    expect(waiting(ben)).to_contain_text("Half a sentence, and the other half")
    expect(ben.locator("#text")).to_have_value("")
    ben.reload()
    expect(waiting(ben)).to_contain_text("Half a sentence, and the other half")
    ben.goto("/groups")
    expect(ben.locator("[data-waiting-banner]")).to_contain_text("Half a sentence", timeout=LATER)
    assert in_database("Half a sentence, and the other half") == 0

    # It is taken, and the answer is lost on its way: the browser cannot know.
    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    ben.context.unroute("**/messages")
    ben.context.route("**/messages", lose_the_answer)
    with ben.expect_event("requestfailed", lambda request: request.method == "POST", timeout=LATER):
        pass  # the browser tries by itself
    assert in_database("Half a sentence, and the other half") == 1
    expect(ben.locator("[data-waiting-banner]")).to_be_visible()
    ben.context.unroute("**/messages")
    ben.goto(path(thread))

    expect(waiting(ben)).to_have_count(0, timeout=LATER)
    expect(said(ben)).to_have_text(["Who watches the children?", "Half a sentence, and the other half"])
    assert in_database("Half a sentence, and the other half") == 1


def test_what_is_refused_stays_with_the_reason(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    ben = connected(page(site, path(thread), reader=sign_in(world.ben)))
    cut_off(ben)
    ben.reload()
    say(ben, "Too late")
    expect(waiting(ben)).to_contain_text("Too late")
    care.lock(world.anke, thread, locked=True)
    ben.context.unroute("**/messages")
    ben.reload()

    expect(waiting(ben)).to_contain_text("You cannot write in this discussion: it is closed", timeout=LATER)
    expect(waiting(ben)).to_contain_text("Too late")
    assert in_database("Too late") == 0
    waiting(ben).get_by_role("button", name="Delete").click()
    expect(waiting(ben)).to_have_count(0)
    ben.reload()
    expect(waiting(ben)).to_have_count(0)


def test_older_messages_come_while_one_scrolls_and_the_place_is_kept(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    for number in range(2, 131):
        actions.post(world.anke, thread, text=f"Message {number}")
    anke = connected(page(site, path(thread), reader=sign_in(world.anke)))
    expect(said(anke)).to_have_count(50)
    expect(anke.get_by_text("Message 130", exact=True)).to_be_in_viewport()
    eldest = anke.locator(f"#message_{_id_of(thread, 81)}")

    anke.locator(".nw-chat__log").evaluate(
        "log => { log.scrollTop = 300 - log.scrollHeight + log.clientHeight }"
    )
    before = eldest.evaluate(PLACE)
    expect(said(anke)).to_have_count(100)

    assert abs(eldest.evaluate(PLACE) - before) < 2
    anke.get_by_role("link", name="Older messages").click()
    expect(said(anke)).to_have_count(130)
    expect(anke.get_by_role("link", name="Older messages")).to_have_count(0)
    assert anke.locator(".nw-chat__day").count() == 1
    assert [
        int(it)
        for it in anke.locator("[data-ordinal]").evaluate_all(
            "messages => messages.map(({ dataset }) => dataset.ordinal)"
        )
    ] == list(range(1, 131))


def test_a_discussion_by_keyboard_alone(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    actions.post(world.ben, thread, text="I could on Mondays")
    anke = page(site, f"/groups/{world.language.id}/discussions", reader=sign_in(world.anke))
    _tab_to(anke, f"a[href='{path(thread)}']")
    anke.keyboard.press("Enter")
    anke.wait_for_url(f"**{path(thread)}")
    connected(anke)

    _tab_to(anke, ".nw-msg")
    expect(anke.locator(".nw-msg").last).to_be_focused()
    anke.keyboard.press("ArrowUp")
    expect(anke.locator(".nw-msg").first).to_be_focused()
    anke.keyboard.press("End")
    anke.keyboard.press("Enter")
    _tab_to(anke, "dialog [value='🎉']")
    anke.keyboard.press("Enter")
    expect(anke.locator(".nw-msg").last.locator(".nw-reaction")).to_have_attribute("aria-pressed", "true")
    expect(anke.locator(".nw-msg").last).to_be_focused()

    anke.keyboard.press("Enter")
    _tab_to(anke, "dialog [data-action='discussion#reply']")
    anke.keyboard.press("Enter")
    expect(anke.locator("#text")).to_be_focused()
    expect(anke.locator(".nw-composer__answered")).to_contain_text("Reply to Ben Berger: I could on Mondays")
    anke.keyboard.type("Wonderful, @Be")
    expect(anke.get_by_role("option", name="Ben Berger")).to_have_attribute("aria-selected", "true")
    expect(anke.locator("#text")).to_have_attribute("aria-activedescendant", f"name_{world.ben.id}")
    anke.keyboard.press("Enter")
    anke.keyboard.press("Control+b")
    anke.keyboard.type("thank you")
    anke.keyboard.press("Control+Enter")

    answer = anke.locator(".nw-msg").last
    expect(answer.locator(".nw-prose")).to_have_text("Wonderful, @Ben Berger thank you")
    expect(answer.locator("strong")).to_have_text("thank you")
    expect(answer.locator(".nw-msg__ref")).to_contain_text("Ben Berger I could on Mondays")
    expect(anke.locator(".nw-composer__answered")).to_be_hidden()


def _tab_to(window: Page, selector: str) -> None:
    """Go on with the tab key until this is in focus."""
    for _step in range(60):
        window.keyboard.press("Tab")
        if window.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the tab key")


def test_a_discussion_with_scripts_off(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    for number in range(2, 61):
        actions.post(world.ben, thread, text=f"Message {number}")
    anke = page(site, path(thread), reader=sign_in(world.anke), scripts=False)
    expect(anke.get_by_text("Message 60", exact=True)).to_be_in_viewport()

    anke.locator(".nw-msg").last.get_by_role("link", name="Reply to the message of Ben Berger").click()
    anke.fill("#text", "An answer")
    anke.get_by_role("button", name="Send").click()
    answer = anke.locator(".nw-msg").last
    expect(answer.locator(".nw-prose")).to_have_text("An answer")
    expect(answer.locator(".nw-msg__ref")).to_contain_text("Message 60")

    answer.get_by_role("link", name="More about the message of Anke Krämer").click()
    anke.get_by_role("button", name="Agreed").click()
    expect(anke.locator(".nw-msg").last.locator(".nw-reaction")).to_contain_text("1 Agreed")

    anke.goto(path(thread))
    anke.get_by_role("link", name="Older messages").click()
    expect(anke.get_by_text("Who watches the children?")).to_have_count(1)


def test_files_go_with_a_message(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn, tmp_path: Any
) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("Mondays: Ben", encoding="utf-8")
    ben = connected(page(site, path(thread), reader=sign_in(world.ben)))
    ben.locator("[name=files]").set_input_files([plan])
    expect(ben.get_by_role("list", name="Files to be sent")).to_contain_text("plan.txt")

    say(ben, "The plan")

    expect(ben.locator(".nw-msg").last.get_by_role("link", name="plan.txt")).to_be_visible()
    expect(ben.get_by_role("list", name="Files to be sent")).to_be_hidden()
    assert in_database("The plan") == 1

    ben.locator("[name=files]").set_input_files([plan])
    ben.get_by_role("button", name="Send").click()
    expect(ben.get_by_role("link", name="plan.txt")).to_have_count(2)
    expect(ben.locator("#text")).to_be_focused()
    assert in_database("") == 1


def test_ones_own_message_is_changed_where_one_is(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    anke = connected(page(site, path(thread), reader=sign_in(world.anke)))
    field = anke.locator("#changed")

    def begin() -> None:
        anke.get_by_role("link", name="More about the message of Anke Krämer").click()
        anke.get_by_role("link", name="Change").click()

    begin()
    expect(field).to_have_value("Who watches the children?")
    field.fill("Who plays with")
    anke.keyboard.press("Escape")
    begin()
    expect(field).to_have_value("Who plays with")
    field.fill("Who plays with the children?")
    anke.get_by_role("button", name="Save").click()

    expect(said(anke)).to_have_text(["Who plays with the children?"])
    expect(field).to_be_hidden()
    expect(anke.get_by_role("link", name="changed")).to_be_visible()
    expect(anke.locator(".nw-msg")).to_be_focused()


def opens_at(window: Page) -> float:
    """How many pixels below the upper edge of the text the names open."""
    expect(window.locator("#names")).to_be_visible()
    field, names = window.locator("#text").bounding_box(), window.locator("#names").bounding_box()
    assert field is not None and names is not None
    return names["y"] - field["y"]


def test_the_first_message_is_written_as_all_others_with_names_under_the_sign(
    world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    anke = page(site, f"/groups/{world.language.id}/discussions/new", reader=sign_in(world.anke))
    anke.get_by_label("Title").fill("Child care")
    anke.locator("#text").press_sequentially("Who knows, @Be")
    expect(anke.get_by_role("option", name="Ben Berger")).to_have_attribute("aria-selected", "true")
    first_line = opens_at(anke)
    assert 0 < first_line < 64  # under what is written, not away from it
    anke.keyboard.press("Escape")
    anke.locator("#text").fill("One\nTwo\nThree\nWho knows, ")
    anke.locator("#text").press_sequentially("@Be")
    assert 60 < opens_at(anke) - first_line < 100  # three lines further down
    anke.keyboard.press("Enter")
    anke.get_by_role("button", name="Bold").click()
    anke.keyboard.type("exactly")
    anke.keyboard.press("Control+Enter")
    first = anke.locator(".nw-msg .nw-prose")
    expect(first).to_contain_text("Who knows, @Ben Berger exactly")
    expect(first.locator("strong")).to_have_text("exactly")
    expect(first.locator(".nw-mention")).to_have_text("@Ben Berger")


def sign_in_anew(window: Page, world: World) -> None:
    """Sign out and in again in another tab of the same browser."""
    tab = window.context.new_page()
    tab.goto("/groups")
    tab.locator("summary", has_text="My account").click()
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_url("**/sign-in")
    tab.fill("[name=email]", world.ben.email or "")
    tab.fill("[name=password]", PASSWORD)
    tab.press("[name=password]", "Enter")
    tab.wait_for_url(lambda url: "/sign-in" not in url)
    tab.close()


def test_an_old_tab_sends_what_was_typed_after_a_new_sign_in_in_another_tab(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    world.ben.password_hash = passwords.hashed(PASSWORD)
    db.session.commit()
    reader = sign_in(world.ben)
    form = page(site, f"/groups/{world.language.id}/discussions/new", reader=reader)
    form.get_by_label("Title").fill("Interpreter")
    form.locator("#text").fill("Who speaks Dari?")
    talk = form.context.new_page()  # without a socket, so that what is said goes by the form's address
    talk.route_web_socket("**/socket.io/**", lambda line: line.close())
    talk.route("**/socket.io/**", lambda route: route.abort())
    talk.goto(path(thread))

    sign_in_anew(form, world)

    with talk.expect_response(lambda answer: answer.status == 400, timeout=LATER):
        say(talk, "I do, on Mondays")  # the outbox takes the new token of the refusal and sends it by itself
    wait_until(lambda: in_database("I do, on Mondays") == 1, "the outbox has sent it with a new token")
    expect(waiting(talk)).to_have_count(0)

    form.get_by_role("button", name="Begin the discussion").click()
    expect(form.locator("#toasts")).to_contain_text("You have signed in anew")
    expect(form.locator("#text")).to_have_value("Who speaks Dari?")
    assert in_database("Who speaks Dari?") == 0
    form.get_by_role("button", name="Begin the discussion").click()
    expect(said(form)).to_have_text(["Who speaks Dari?"])
    assert in_database("Who speaks Dari?") == 1


def test_leaving_a_discussion_is_not_told_as_a_lost_connection(
    thread: Thread, world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    ben = connected(page(site, path(thread), reader=sign_in(world.ben)))
    ben.clock.install()
    ben.get_by_role("link", name="More about the message of Anke Krämer").click()
    ben.get_by_role("link", name="Report").click()
    ben.wait_for_url("**/report")
    expect(ben.get_by_role("button", name="Send the report")).to_be_visible()
    ben.clock.fast_forward(30_000)
    expect(ben.locator("[data-lost-banner]")).to_be_hidden()
    ben.go_back()
    connected(ben)
