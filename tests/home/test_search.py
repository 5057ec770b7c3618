"""Search finds what its reader may see, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from network import search
from network.changes import CLOCK, action, record
from network.extensions import db
from network.groups import actions
from network.meetings.models import AgendaItem, MeetingState
from network.minutes.models import ItemMinutes
from network.things import Thing, now
from tests.clients import Reader
from tests.world import World, join, make_group, make_item, make_meeting

pytestmark = pytest.mark.both_databases  # each searches in its own way

SignIn = Callable[..., Reader]


def found(reader: Reader, words: str, **more: Any) -> str:
    page = reader.get("/search", query_string={"q": words, **more}).text
    return page.split('role="search"')[2] if page.count('role="search"') > 1 else page.split("</form>", 3)[-1]


@pytest.fixture
def indexed(world: World) -> World:
    """The world with a meeting, an item and minutes in each group, all indexed."""
    for group in (world.language, world.housing, world.closed):
        meeting = make_meeting(group, f"Autumn meeting of {group.name}", public=True)
        item = make_item(
            meeting, "Waiting list for courses", 1, text="Herr Müller explains the Kinderbetreuung"
        )
        db.session.add(
            ItemMinutes(parent=item, room_id=meeting.room_id, item_id=item.id, text="We need **rooms**")
        )
        db.session.commit()
    search.note_all()
    return world


def test_words_are_found_in_every_spelling_and_inside_of_compounds(indexed: World, sign_in: SignIn) -> None:
    ben = sign_in(indexed.ben)
    for words in ("Müller", "mueller", "MULLER", "betreuung müller", "list waiting"):
        assert "Waiting list for courses" in found(ben, words), words
    assert "Nothing found" in found(ben, "müller balloon")
    assert "<mark>Müller</mark>" in found(ben, "mueller")


def test_minutes_are_found_by_their_words_and_shown_without_the_codes_of_decisions(
    world: World, sign_in: SignIn
) -> None:
    meeting = make_meeting(world.language, "Autumn")
    item = make_item(meeting, "Summer party", 1)
    text = "We talk about it.\n\n[[decision 1386]]\n\n[[action 1387]]\n\nThe zebra comes."
    db.session.add(ItemMinutes(parent=item, room_id=meeting.room_id, item_id=item.id, text=text))
    db.session.commit()
    search.note_all()
    ben = sign_in(world.ben)
    page = found(ben, "zebra")
    assert "We talk about it. The <mark>zebra</mark> comes." in page
    assert "Nothing found" in found(ben, "1386")


def test_each_finds_what_they_may_see(indexed: World, sign_in: SignIn, client: Reader) -> None:
    member = found(sign_in(indexed.olena), "autumn")
    assert "of Language" in member and "of Housing" in member and "of Closed" not in member
    assert "of Closed" in found(sign_in(indexed.mo), "autumn")
    assert "of Closed" in found(sign_in(indexed.olaf), "autumn")
    assert "of Closed" not in found(sign_in(indexed.ada), "autumn")
    client.language = "en"
    visitor = found(client, "autumn")
    assert "of Housing" in visitor and "of Language" not in visitor and "of Closed" not in visitor
    assert "Nothing found" in found(client, "rooms")
    assert "Nothing found" in found(client, "müller")


def test_a_closed_group_is_found_by_name_and_purpose_and_by_nothing_else(
    indexed: World, sign_in: SignIn
) -> None:
    actions.change(
        indexed.nina,
        indexed.closed,
        name="Closed circle",
        purpose="Shelters",
        mode="We meet at Brunnenplatz",
        visibility="closed",
        joining="request",
        short_name="",
    )
    olena = sign_in(indexed.olena)
    assert "Closed circle" in found(olena, "shelters")
    assert "Nothing found" in found(olena, "brunnenplatz")
    assert "Closed circle" in found(sign_in(indexed.mo), "brunnenplatz")


def test_a_change_is_found_at_once_and_what_is_removed_never(indexed: World, sign_in: SignIn) -> None:
    ben = sign_in(indexed.ben)
    facts = {"mode": "", "visibility": "network", "joining": "request", "short_name": ""}
    actions.change(indexed.anke, indexed.language, name="Language", purpose="Zebrastreifen", **facts)
    assert "Language" in found(ben, "zebrastreifen")
    actions.change(indexed.anke, indexed.language, name="Language", purpose="Other", **facts)
    assert "Nothing found" in found(ben, "zebrastreifen")

    meeting = make_meeting(indexed.language, "Giraffe meeting")

    def remove_it(actor: Any, thing: Any) -> None:
        thing.removed_at = now()
        record("removed", thing, by=actor)

    def may(user: Any, thing: Any) -> bool:
        return True

    search.note_all()
    assert "Giraffe" in found(ben, "giraffe")
    action(may)(remove_it)(CLOCK, meeting)
    assert "Nothing found" in found(ben, "giraffe")


def test_drafts_are_found_by_those_who_plan_them(world: World, sign_in: SignIn) -> None:
    make_meeting(world.language, "Giraffe meeting", state=MeetingState.DRAFT)
    search.note_all()
    assert "Giraffe" in found(sign_in(world.anke), "giraffe")
    assert "Nothing found" in found(sign_in(world.ben), "giraffe")


def test_titles_come_first(world: World, sign_in: SignIn) -> None:
    make_group(world, "Zebra")
    other = make_group(world, "About others", mode="We also speak of the zebra")
    join(other, world.ben)
    db.session.commit()
    search.note_all()
    page = found(sign_in(world.ben), "zebra")
    assert page.index(">Zebra<") < page.index("About others")


def test_results_come_page_by_page_and_by_kind(world: World, sign_in: SignIn) -> None:
    for number in range(25):
        make_meeting(
            world.language,
            f"Zebra {number:02}",
            starts_at=now() + timedelta(days=number),
            calendar_uid=str(number),
        )
    make_item(make_meeting(world.language, "Other"), "Zebra crossing", 1)
    search.note_all()
    ben = sign_in(world.ben)
    first, second = found(ben, "zebra"), found(ben, "zebra", page=2)
    assert "26 results" in first and "Zebra 24" in first and "Zebra 00" not in first
    assert "Zebra 00" in second and "Zebra crossing" in second
    only = found(ben, "zebra", type="agenda_item")
    assert "Zebra crossing" in only and "Zebra 24" not in only
    assert "Zebra 24" in found(ben, "zebra", type="nonsense")
    assert found(ben, "zebra", page="x")


def test_one_can_search_inside_of_a_group_a_meeting_or_an_item(indexed: World) -> None:
    item = db.session.scalars(select(AgendaItem).order_by(AgendaItem.id)).first()
    other = make_item(item.parent, "Müller again", 2)
    search.note(other)
    db.session.commit()

    def ids(inside: Any, words: str = "müller") -> set[int]:
        return set(db.session.scalars(search.find(indexed.olaf, words, inside=inside).entries))

    assert ids(None) > ids(indexed.language) == ids(item.parent) == {item.id, other.id}
    assert ids(item) == {item.id} and ids(other) == {other.id}
    assert len(ids(item, "rooms")) == 1 and not ids(other, "rooms")
    assert not ids(indexed.housing) & ids(indexed.language)


def test_what_was_moved_where_the_reader_may_not_look_is_not_shown(indexed: World, sign_in: SignIn) -> None:
    item = make_item(make_meeting(indexed.language, "Other"), "Giraffe", 1)
    search.note(item)
    db.session.commit()
    ben = sign_in(indexed.ben)
    assert "Giraffe" in found(ben, "giraffe")
    db.session.execute(update(Thing).where(Thing.id == item.id).values(room_id=indexed.closed.room_id))
    db.session.commit()
    assert "Giraffe" not in found(ben, "giraffe")


def test_what_is_not_to_be_found_leaves_the_index_with_its_record(world: World, sign_in: SignIn) -> None:
    meeting = make_meeting(world.language, "Giraffe meeting")
    search.note(meeting)
    db.session.commit()
    ben = sign_in(world.ben)
    assert "Giraffe" in found(ben, "giraffe")
    meeting.is_template = True
    search.note(meeting)
    db.session.commit()
    assert "Nothing found" in found(ben, "giraffe")


@pytest.mark.parametrize(
    "words", ["%", "_", "\\", "' or 1=1 --", "a" * 500, "\u202e", "🦒", "<script>alert(1)</script>", " "]
)
def test_odd_words_find_nothing_and_break_nothing(indexed: World, sign_in: SignIn, words: str) -> None:
    answer = sign_in(indexed.ben).get("/search", query_string={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text and "<mark>" not in answer.text


def test_a_snippet_shows_nothing_that_could_run(world: World, sign_in: SignIn) -> None:
    item = make_item(make_meeting(world.language), "Zebra", 1, text="<img src=x onerror=alert(1)> zebra")
    search.note_all()
    page = sign_in(world.ben).get("/search?q=zebra").text
    assert item.title in page and "<img src=x" not in page


def test_a_search_costs_the_same_few_statements(world: World, sign_in: SignIn, statements: Any) -> None:
    def fill(number: int) -> None:
        for one in range(number):
            meeting = make_meeting(world.language, f"Zebra {number} {one}")
            for place in range(3):
                item = make_item(meeting, f"Zebra item {place}", place + 1)
                db.session.add(
                    ItemMinutes(parent=item, room_id=meeting.room_id, item_id=item.id, text="zebra")
                )
                db.session.commit()
        search.note_all()

    ben = sign_in(world.ben)
    fill(2)
    ben.get("/search?q=zebra")
    with statements() as few:
        ben.get("/search?q=zebra&type=item_minutes")
    fill(12)
    with statements() as many:
        assert "page=2" in ben.get("/search?q=zebra&type=item_minutes").text
    assert len(many) <= len(few), many
    assert len(many) <= 8, many
