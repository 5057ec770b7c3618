"""From an invitation to minutes that are sent for correction, by what is written on the pages."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from network.attendance.models import Attendance
from network.extensions import db
from network.groups.models import Group, Place
from network.meetings.models import Meeting
from network.people.models import Person
from network.people.passwords import hashed
from network.things import now
from tests.browser.conftest import ready
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.processes import Server, wait_until
from tests.world import PASSWORD, World, join, make_item, make_meeting

Open = Callable[..., Page]
SignIn = Callable[..., Reader]
Words = Callable[..., str]


def link_to(letters: Letterbox, person: str, part: str) -> str:
    """The address in the newest letter to somebody that leads to `part`, once such a letter is there."""

    def found() -> list[str]:
        sent = letters.to(person)
        return [link for link in sent[-1].links if part in link] if sent else []

    wait_until(found, f"a letter to {person} with a link to {part}")
    return found()[0]


def path_of(window: Page) -> str:
    return "/" + window.url.split("/", 3)[3].split("#")[0]


def connected(window: Page, text: str = "Connected") -> Page:
    expect(window.locator("[data-connection]")).to_have_text(text)
    ready(window)
    return window


def answers(window: Page, path: str) -> int:
    """What the server says to somebody who types an address."""
    answer = window.goto(path)
    assert answer is not None
    return answer.status


def test_from_an_invitation_to_minutes_that_are_sent_for_correction(
    world: World, site: Server, page: Open, sign_in: SignIn, letters: Letterbox, words: Words
) -> None:
    def german(text: str, **named: object) -> str:
        return words("de", text, **named)

    world.guel.language = "ar"
    db.session.commit()

    # The Office invites somebody, who comes in by the link in the letter.
    office = page(site, "/office/invite", reader=sign_in(world.olaf))
    office.get_by_label("Name", exact=True).fill("Nele Neumann")
    office.get_by_label("E-mail address").fill("nele@example.org")
    office.get_by_label("Language").select_option("de")
    office.get_by_role("button", name="Invite", exact=True).click()
    expect(office.get_by_text("Nele Neumann").first).to_be_visible()
    nele = page(site, link_to(letters, "nele@example.org", "/invitation/"))
    nele.get_by_label(german("Password"), exact=True).fill(PASSWORD)
    nele.get_by_role("button", name=german("Take part")).click()
    nele.wait_for_url("**/profile?new=1")

    # The Office makes a group that Nele leads; Ben joins it.
    office.goto("/groups/new")
    office.get_by_label("Name of the group").fill("Neighbourhood")
    office.get_by_role("textbox", name="Purpose").fill("Those who live side by side get to know each other.")
    office.get_by_label("Freely: members of the network join by themselves").check()
    office.get_by_label("Find people by name").fill("Nele")
    office.get_by_role("button", name="Find", exact=True).click()
    office.get_by_label("Nele Neumann").check()
    office.get_by_role("button", name="Create the group").click()
    expect(office.locator("h1")).to_have_text("Neighbourhood")
    group_page = path_of(office)
    ben = page(site, group_page, reader=sign_in(world.ben), language="en")
    ben.get_by_role("button", name="Join the group").click()
    expect(ben.get_by_label("What else should be discussed?")).to_be_visible()
    db.session.rollback()
    group = db.session.scalars(select(Group).where(Group.name == "Neighbourhood")).one()
    join(group, world.guel, Place.GUEST)
    db.session.commit()

    # Nele plans a meeting, Ben proposes an item, she takes it up and announces the meeting.
    nele.goto(group_page)
    nele.get_by_role("link", name=german("Plan a meeting")).first.click()
    nele.get_by_label(german("Title")).fill("Summer meeting")
    nele.get_by_label(german("Day"), exact=True).fill((now() + timedelta(days=7)).date().isoformat())
    nele.get_by_label(german("Start"), exact=True).fill("17:00")
    nele.get_by_label(german("End"), exact=True).fill("18:30")
    nele.get_by_label(german("Place")).fill("Town library")
    nele.get_by_label(german("Minute-taker")).select_option(label="Ben Berger")
    nele.get_by_role("button", name=german("Make a draft")).click()
    expect(nele.locator("h1")).to_have_text("Summer meeting")
    meeting_page = path_of(nele)
    ben.goto(group_page)
    ben.get_by_label("What else should be discussed?").fill("A bench for the yard")
    ben.get_by_role("button", name="Propose", exact=True).click()
    expect(ben.get_by_role("heading", name="A bench for the yard")).to_be_visible()
    nele.goto(group_page)
    nele.get_by_role("button", name=german("Put on the next agenda")).click()
    nele.goto(meeting_page)
    expect(nele.get_by_role("heading", name="A bench for the yard")).to_be_visible()
    nele.get_by_role("link", name=german("Announce")).click()
    nele.get_by_role("button", name=german("Announce and invite")).click()
    expect(nele.get_by_role("button", name=german("Open the meeting"))).to_be_visible()

    # Ben answers by the link in his letter, on a device on which he is not signed in.
    device = page(site, link_to(letters, world.ben.email, "/answer/"), language="en", width=390)
    device.get_by_role("button", name="Yes, I am coming").click()
    expect(device.get_by_text("Your answer has been saved.")).to_be_visible()

    # The meeting is held: Nele chairs, Ben writes, Gül follows on her phone, in Arabic.
    guel = page(site, meeting_page, reader=sign_in(world.guel), width=390, language="ar")
    connected(guel, words("ar", "Connected"))
    expect(guel.locator("html")).to_have_attribute("dir", "rtl")
    nele.goto(meeting_page)
    expect(nele.get_by_role("main")).to_contain_text("Ben Berger")
    nele.get_by_role("button", name=german("Open the meeting")).click()
    nele.get_by_role("button", name=german("Open it now")).click()  # days before its time, she is asked
    nele.get_by_role("button", name=german("Begin with the first item")).click()
    now_on = "Now: item %(number)s of %(count)s"
    expect(nele.locator(".mt-label")).to_have_text(german(now_on, number=1, count=3))
    expect(guel.locator(".mt-label")).to_have_text(words("ar", now_on, number=1, count=3))
    ben.goto(meeting_page)
    connected(ben).locator("#desk details[open] .ed-text").first.click()
    ben.keyboard.type("Eleven people came")
    expect(guel.get_by_text("Eleven people came").first).to_be_visible()
    for number in (2, 3):
        nele.get_by_role("button", name=german("Next item")).click()
        expect(guel.locator(".mt-label")).to_have_text(words("ar", now_on, number=number, count=3))
        # While her own page still shows the item before, another press would mean that one, and be refused.
        expect(nele.locator(".mt-label")).to_have_text(german(now_on, number=number, count=3))
        expect(nele.locator("[aria-busy=true]")).to_have_count(0)  # nor while its answer is still under way
    nele.get_by_text(german("More"), exact=True).first.click()  # of the bar; each text has tools of that name
    nele.get_by_role("link", name=german("End the meeting")).click()
    nele.get_by_role("button", name=german("End the meeting")).click()
    expect(nele.locator("h1")).to_have_text(german("The minutes"))

    # The minutes are read and sent for correction.
    guel.get_by_role("link", name=words("ar", "Read the minutes")).click()
    expect(guel.get_by_text("Eleven people came")).to_be_visible()
    nele.get_by_role("link", name=german("Send for correction")).click()
    nele.get_by_role("button", name=german("Send for correction")).click()
    expect(nele.get_by_role("link", name=german("Send for correction"))).to_have_count(0)
    minutes = link_to(letters, world.ben.email, "/minutes").split(site.url)[1]
    assert answers(ben, minutes) == 200
    expect(ben.get_by_text("Eleven people came")).to_be_visible()
    expect(ben.get_by_text("Is everything right? Corrections are possible until")).to_be_visible()
    expect(ben.get_by_role("link", name="Write on item 1")).to_have_count(0)


def test_everybody_reads_what_is_theirs_to_read(
    world: World, site: Server, page: Open, sign_in: SignIn
) -> None:
    seen = {world.language: make_meeting(world.language), world.closed: make_meeting(world.closed)}
    draft = make_meeting(world.language, "Plans", "draft")
    public = make_meeting(world.housing, "Open house", public=True)
    member, guest, outside, visitor = (
        page(site, "/", reader=sign_in(person) if person else None)
        for person in (world.ben, world.guel, world.olena, None)
    )
    for meeting, statuses in (
        (seen[world.language], (200, 200, 200, 404)),
        (seen[world.closed], (404, 404, 404, 404)),
        (draft, (404, 404, 404, 404)),
        (public, (200, 200, 200, 200)),
    ):
        path = f"/meetings/{meeting.id}"
        found = tuple(answers(window, path) for window in (member, guest, outside, visitor))
        assert found == statuses, meeting.title
    # Nothing tells a page that is hidden from one that never was.
    visitor.goto(f"/meetings/{seen[world.closed].id}")
    hidden = visitor.locator("main").inner_text()
    visitor.goto("/meetings/999999")
    assert without_number(visitor.locator("main").inner_text()) == without_number(hidden)


def without_number(text: str) -> str:
    """An error page without the number under which it is found in the log."""
    return " ".join(word for word in text.split() if not any(sign.isdigit() for sign in word))


def let_sign_in(*people: Person) -> None:
    """Give people the password that they type."""
    for person in people:
        person.password_hash = hashed(PASSWORD)
    db.session.commit()


def test_the_essential_is_done_with_scripts_off(world: World, site: Server, sign_in_by_page: Open) -> None:
    meeting = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    for place, title in enumerate(("Welcome", "Waiting lists"), 1):
        make_item(meeting, title, place)
    invited = {"parent_id": meeting.id, "room_id": meeting.room_id, "meeting_id": meeting.id}
    db.session.add(Attendance(person_id=world.ben.id, **invited))
    let_sign_in(world.anke, world.ben)
    ben = sign_in_by_page(site, world.ben.email, PASSWORD, scripts=False, width=390, language="en")
    ben.goto(f"/groups/{world.language.id}")
    ben.get_by_label("What else should be discussed?").fill("A room for mothers")
    ben.get_by_role("button", name="Propose", exact=True).click()
    expect(ben.get_by_role("heading", name="A room for mothers")).to_be_visible()
    ben.goto(f"/meetings/{meeting.id}/answer")
    ben.get_by_role("button", name="Yes, I am coming").click()
    expect(ben.get_by_text("You have accepted.")).to_be_visible()
    anke = sign_in_by_page(site, world.anke.email, PASSWORD, scripts=False, language="en")
    anke.goto(f"/meetings/{meeting.id}")
    anke.get_by_role("button", name="Open the meeting").click()
    anke.get_by_role("button", name="Open it now").click()
    anke.get_by_role("button", name="Begin with the first item").click()
    expect(anke.locator(".mt-label")).to_have_text("Now: item 1 of 2")
    anke.get_by_role("group", name="Running the meeting").get_by_role("button", name="Next item").click()
    expect(anke.locator(".mt-label")).to_have_text("Now: item 2 of 2")
    ben.goto(f"/items/{meeting.agenda[0].id}/minutes")
    ben.get_by_label("Minutes of this item").fill("We were all there.")
    ben.get_by_role("button", name="Save").click()
    expect(ben.get_by_text("We were all there.")).to_be_visible()
    db.session.rollback()
    assert [item.state for item in meeting.agenda] == ["done", "current"]


def tab_to(window: Page, name: str) -> None:
    """Go on with the tab key until what has the focus is called so."""
    for _press in range(150):
        window.keyboard.press("Tab")
        if name in str(window.evaluate(NAME_OF_FOCUS)):
            return
    raise AssertionError(f"the tab key does not lead to “{name}”")


NAME_OF_FOCUS = """() => {
  const it = document.activeElement
  if (!it.matches("a, button, input, select, summary, textarea")) return ""
  return [it.getAttribute("aria-label"), it.title, it.labels?.[0]?.textContent, it.textContent].join(" ")
}"""


def test_a_lead_needs_no_mouse(world: World, site: Server, page: Open) -> None:
    meeting: Meeting = make_meeting(
        world.language, chair_id=world.anke.id, starts_at=now() + timedelta(minutes=30)
    )
    for place, title in enumerate(("Welcome", "Waiting lists", "Child care"), 1):
        make_item(meeting, title, place)
    let_sign_in(world.anke)
    window = page(site, f"/sign-in?next=/groups/{world.language.id}", language="en")
    tab_to(window, "E-mail address")
    window.keyboard.type(world.anke.email)
    tab_to(window, "Password")
    window.keyboard.type(PASSWORD)
    window.keyboard.press("Enter")
    window.wait_for_url(f"{site.url}/groups/{world.language.id}")
    tab_to(window, "What else should be discussed?")
    window.keyboard.type("A room for mothers")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="A room for mothers")).to_be_visible()
    window.goto(f"/meetings/{meeting.id}")
    connected(window)
    tab_to(window, "Move “Child care”")
    window.keyboard.press("Alt+ArrowUp")
    titles = window.locator("[id$=_agenda_items] > li > div > h3")
    expect(titles).to_have_text(["Welcome", "Child care", "Waiting lists"])

    def in_order() -> bool:
        db.session.rollback()
        return [item.title for item in meeting.agenda] == ["Welcome", "Child care", "Waiting lists"]

    wait_until(in_order, "the new order is kept")
    window.reload()
    tab_to(window, "Open the meeting")
    window.keyboard.press("Enter")
    expect(window.locator("#confirm")).to_be_visible()
    tab_to(window, "Open the meeting")  # the focus is on what does nothing
    window.keyboard.press("Enter")
    expect(window.get_by_role("button", name="Begin with the first item")).to_be_visible()
    for label, number in (("Begin with the first item", 1), ("Next item", 2)):
        tab_to(window, label)
        window.keyboard.press("Enter")
        expect(window.locator(".mt-label")).to_have_text(f"Now: item {number} of 3")
