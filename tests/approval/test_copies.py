"""The words of approved minutes travel; where a passage of them is erased, no copy is left, and no letter."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from network.agenda import actions as agenda
from network.agenda import carry_over, proposals
from network.approval import actions, erasing, passages, publishing, snapshot
from network.approval.reading import versions_of
from network.attendance import actions as attendance
from network.discussions import actions as talking
from network.discussions import care
from network.discussions.matters import discussion_of
from network.extensions import db
from network.invitations import actions as inviting
from network.invitations import jobs as clockwork
from network.letters import send_waiting
from network.letters.models import Letter
from network.meetings import actions as planning
from network.meetings.models import Meeting
from network.meetings.planning import templates_of
from network.minutes import actions as minutes
from network.minutes import lines
from network.minutes.models import Minutes
from network.notices import jobs as noticing
from network.search_entries import SearchEntry
from network.sitting import actions as sitting
from network.things import now
from tests.approval.conftest import send
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.world import World, make_item, make_meeting

pytestmark = pytest.mark.both_databases  # nothing may be left

SignIn = Callable[..., Reader]
# A word in each kind of passage.
MEETING, TITLE, GUEST, FAMILY = "Quitzowfest", "Pflaumbaum", "Zenobia Wunderlich", "Wunderlichs"
DECIDED, AGREED, DROPPED, TEXT, HEARD = "Kuckucksheim", "Dompfaff", "Gimpel", "Zaunkoenig", "Stieglitz"
WORDS = (MEETING, TITLE, GUEST, FAMILY, DECIDED, AGREED, DROPPED, TEXT, HEARD)
WHY = "A client was named."
WAIT = timedelta(minutes=31)


def places_of(word: str) -> set[str]:
    """The columns that hold a word, in whatever way it is written; "table.column"."""
    database = MetaData()
    database.reflect(db.engine)
    return {
        f"{name}.{column.name}"
        for name, table in database.tables.items()
        for row in db.session.execute(select(table))
        for column, value in zip(table.columns, row, strict=True)
        if word.casefold() in repr(value).casefold()
    }


def plan(world: World, title: str, days: int, **more: Any) -> Meeting:
    """A draft of Language, led by Anke."""
    starts = now() + timedelta(days=days)
    facts = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "chair_id": world.anke.id, **more}
    return planning.plan_meeting(world.anke, world.language, title=title, **facts)


def announce(world: World, meeting: Meeting) -> Meeting:
    """Announced; its invitations wait in the queue."""
    inviting.announce(world.anke, meeting)
    return meeting


@pytest.fixture
def held(world: World, clock: Any, letters: Letterbox) -> Minutes:
    """Published minutes of Language. Each of their passages has a word of its own.

    The item was proposed, and its guest presents it. What was decided was recorded twice, and once removed;
    the guest was put on the list twice. All of it is talked about, and the meeting was made a template.
    """
    meeting = announce(world, plan(world, f"On {MEETING}", 4, like="empty"))
    wish = proposals.propose(world.ben, world.language, title=f"A place for {TITLE}")
    item = proposals.take_up(world.anke, wish, meeting_id=meeting.id)
    agenda.change_item(world.anke, item, presenter_ids=[], presenter_names=[GUEST])
    send_waiting()
    planning.save_as_template(world.anke, meeting, title=meeting.title)
    sitting.start(world.anke, meeting)
    guest = {"name": GUEST, "organisation": FAMILY}
    attendance.remove(world.anke, attendance.add_guest(world.anke, meeting, **guest))
    attendance.add_guest(world.anke, meeting, **guest)
    sitting.next_item(world.anke, meeting, expected=0)
    minutes.write(world.anke, item, text=f"We heard of {TEXT}.", revision=0)
    said = {"text": f"{DECIDED} gets a flat.", "plain": f"{DECIDED} may move.", "how": f"against {DECIDED}"}
    lines.remove_decision(world.anke, lines.decide(world.anke, item, **said))
    decision = lines.decide(world.anke, item, **said)
    deed = lines.agree(world.anke, item, text=f"Call {AGREED}.", person_id=world.ben.id)
    for thing in (meeting, item, decision, deed):
        talking.talk_about(world.anke, thing, text="What do you think?")
    care.rename(world.anke, discussion_of(decision), title=f"Is “{DECIDED} gets a flat.” right?")
    sitting.close(world.anke, meeting, expected=item.id)
    actions.approve(world.anke, send(meeting.minutes, world.anke), result=f"{HEARD} agreed")
    publishing.publish(world.anke, meeting.minutes, audience="network", version=1, left_out=[])
    lines.drop(world.anke, deed, reason=f"{DROPPED} has moved.")
    found: Minutes = meeting.minutes
    return found


def all_of(minutes: Minutes) -> list[str]:
    """Every passage that has one of the words."""
    known = erasing.to_erase(minutes, [snapshot.read(one) for one in versions_of(minutes)], [])
    return [one.id for one in known if any(word in one.text for word in WORDS)]


def naming(word: str, minutes: Minutes) -> list[str]:
    """The passages that have this word."""
    spots = passages.in_version(snapshot.read(versions_of(minutes)[0]))
    return list(dict.fromkeys(one.id for one in spots if word in one.text))


def erase(world: World, minutes: Minutes, chosen: list[str]) -> None:
    """The Office erases them."""
    erasing.erase_passages(world.olaf, minutes, chosen=chosen, reason=WHY, version=1)
    db.session.expire_all()


def test_of_no_passage_any_word_is_left_wherever_it_has_travelled(
    held: Minutes, world: World, clock: Any, sign_in: SignIn, letters: Letterbox
) -> None:
    item, group = held.parent.agenda[0], world.language
    noticing.write_letters()
    clock.shift(timedelta(days=2))
    noticing.write_letters()  # of several discussions in one letter
    december = plan(world, "December", 6, like="empty")
    spring = plan(world, "Spring", 20, like=str(templates_of(group)[0].id))
    make_item(
        december, "Review", 2, text=item.decisions[0].text, carried_as=f"decision:{item.decisions[0].id}"
    )
    again = make_item(december, item.title, 3, carried_from_id=item.id, carried_as=f"item:{item.id}")
    agenda.change_item(world.anke, again, presenter_names=[GUEST])
    agenda.change_item(world.anke, again, title=f"{item.title}, once more")
    announce(world, december)
    announce(world, spring)
    agenda.remove_item(world.anke, spring.agenda[0])  # it can be put back
    inviting.tell(world.anke, spring)
    before = {word: places_of(word) for word in WORDS}
    # That it travels at all is part of the proof.
    assert before[TITLE] >= {
        "agenda_item.title",
        "agenda_proposal.title",
        "letter.html",
        "minutes_version.content",
        "search_entry.text",
        "search_entry.title",
        "telling.facts",
    }
    assert before[GUEST] >= {"presenter.name", "attendance.guest_name", "minutes_version.content"}
    assert before[DECIDED] >= {"decision.how", "agenda_item.text", "thread.title", "search_entry.title"}
    assert before[MEETING] >= {"meeting.title", "telling.facts", "search_entry.title", "letter.subject"}
    assert all(before.values()) and len(all_of(held)) == 8
    assert db.session.scalars(select(Letter).where(Letter.about_id.is_(None))).all()

    erase(world, held, all_of(held))

    assert {word: found for word in WORDS if (found := places_of(word))} == {}
    threads = [discussion_of(thing) for thing in (held.parent, item, item.decisions[0], item.actions[0])]
    found = db.session.scalars(select(SearchEntry).where(SearchEntry.text.contains("koordinierungsstelle")))
    assert {one.thing_id for one in found} >= {one.id for one in threads}
    send_waiting()
    anke = sign_in(world.anke)
    pages = [f"/meetings/{one.id}" for one in (held.parent, december, spring, *templates_of(group))]
    for address in (*pages, *(f"{page}/agenda" for page in pages), f"/groups/{group.id}/discussions"):
        text = anke.get(address, inspected=False).text
        assert not any(word in text for word in WORDS), address


def test_those_invited_to_a_later_meeting_hear_nothing_of_it(
    held: Minutes, world: World, clock: Any, sign_in: SignIn, letters: Letterbox
) -> None:
    item = held.parent.agenda[0]
    december = plan(world, "December", 8, like="empty")
    carry_over.carry_over(world.anke, december, keys=[f"item:{item.id}"])
    again = make_item(december, item.title, 1, carried_from_id=item.id)
    agenda.change_item(world.anke, again, presenter_ids=[], presenter_names=[GUEST])
    announce(world, december)
    send_waiting()
    letters.empty()

    erase(world, held, [*naming(TITLE, held), *naming(GUEST, held)])

    assert WHY in again.title and [one.name for one in again.presenters] == [again.title[:160]]
    clock.shift(WAIT)
    clockwork.tell_changes()
    anke = sign_in(world.anke)
    assert anke.post(f"/meetings/{december.id}/tell").status_code == 303
    clockwork.write_waiting_letters()
    send_waiting()
    assert letters.all() == []
    agenda.change_item(world.anke, again, planned_minutes=25)
    inviting.tell(world.anke, december)
    send_waiting()
    said = "".join(letter.text for letter in letters.all())
    assert "25 minutes are planned now" in said and "is now called" not in said and TITLE not in said


def test_what_had_not_been_told_yet_is_told_in_other_words(
    held: Minutes, world: World, clock: Any, letters: Letterbox
) -> None:
    item = held.parent.agenda[0]
    december = plan(world, "December", 8, like="empty")
    make_item(december, item.title, 1, carried_from_id=item.id)
    announce(world, december)
    letters.empty()
    planning.change_meeting(world.anke, december, place="Parish hall")
    inviting.tell(world.anke, december)  # the letters wait
    january = plan(world, "January", 9, like="empty")
    make_item(january, item.title, 1, carried_from_id=item.id)
    announce(world, january)  # so do these

    erase(world, held, naming(TITLE, held))

    clockwork.write_waiting_letters()
    send_waiting()
    told = {letter.subject: letter for letter in letters.all() if letter.to == world.ben.email}
    assert set(told) == {"Changed: December", "Invitation: January"}
    assert "Place: Parish hall." in told["Changed: December"].text
    assert "is now called" not in told["Changed: December"].text
    for letter in told.values():
        assert WHY in letter.text and TITLE not in letter.text + letter.html + letter.calendar


def test_a_template_made_before_it_was_kept_from_what_is_known_by_its_words(
    held: Minutes, world: World
) -> None:
    (template,) = templates_of(world.language)
    spring = plan(world, "Spring", 20, like=str(template.id))
    for one in (*template.agenda, *spring.agenda):
        one.copied_from_id = None
    elsewhere = make_item(make_meeting(world.housing, "Housing"), held.parent.agenda[0].title, 1)
    db.session.commit()
    erase(world, held, [*naming(TITLE, held), *naming(GUEST, held), "meeting"])
    for meeting in (template, spring):
        (item,) = meeting.agenda
        assert WHY in item.title and [WHY in one.name for one in item.presenters] == [True]
    assert WHY in template.title and spring.title == "Spring"
    assert TITLE in elsewhere.title  # of another group, which has taken it from nowhere here


def test_what_is_no_copy_stays_for_a_reason(held: Minutes, world: World, clock: Any) -> None:
    """All that is left of a title, so that whoever adds a place to keep words in has to decide about it."""
    item = held.parent.agenda[0]
    talking.start(world.ben, world.language, title=f"What about {TITLE}?", text=f"Ask {TITLE}.")
    december = plan(world, "December", 6, like="empty")
    make_item(december, "Report", 1, text=f"On {TITLE}, by *Ben*.")
    make_item(december, f"Not {TITLE}s", 2, carried_from_id=item.id)  # another word
    erase(world, held, all_of(held))
    assert places_of(TITLE) == {
        "agenda_item.text",  # somebody wrote it on another agenda: they change it there
        "agenda_item.title",
        "thread.title",  # what is said in discussions is looked after there, message by message
        "message.text",
        "search_entry.title",  # by which these are found
        "search_entry.outside",
        "search_entry.text",
        "search_entry.stems" if db.engine.dialect.name == "postgresql" else "search_index.text",
    }
    assert places_of(DECIDED) == places_of(GUEST) == set()


def test_other_minutes_that_were_approved_say_it_until_it_is_erased_of_them(
    held: Minutes, world: World, clock: Any
) -> None:
    item = held.parent.agenda[0]
    later = announce(world, plan(world, "December", 6, like="empty"))
    again = make_item(later, item.title, 1, carried_from_id=item.id)
    sitting.start(world.anke, later)
    sitting.close(world.anke, later, expected=sitting.next_item(world.anke, later, expected=0).id)
    actions.approve(world.anke, send(later.minutes, world.anke), result="by consensus")
    erase(world, held, [*naming(TITLE, held), *naming(DECIDED, held)])
    assert WHY in again.title and TITLE in versions_of(later.minutes)[0].content
    assert places_of(TITLE) == {"minutes_version.content"}
    erase(world, later.minutes, naming(TITLE, later.minutes))
    assert places_of(TITLE) == set() and snapshot.holds(versions_of(later.minutes)[0], None)
