"""The Office erases what was written in a text, and who wrote it: nothing of it is left, but a mark."""

from collections.abc import Callable

import pytest
from sqlalchemy import MetaData, select

from network.approval import actions as approval
from network.approval.reading import mark
from network.changes import Refused
from network.drafts import actions, erasing, showing, versions
from network.drafts.models import Draft, DraftAuthor, DraftUpdate
from network.extensions import db
from network.meetings.models import AgendaItem
from network.minutes import actions as minutes
from network.minutes.models import ItemMinutes
from network.people import leaving
from network.search_entries import SearchEntry
from network.sitting import actions as sitting
from tests.approval.conftest import hold, send
from tests.clients import Ear, Reader
from tests.drafts.desk import Pen
from tests.letterbox import Letterbox
from tests.world import World, make_item, make_meeting

pytestmark = pytest.mark.both_databases  # nothing may be left

Listen = Callable[..., Ear]
SignIn = Callable[..., Reader]
CLIENT = "Mehmet Yilmazoglu"


def is_anywhere(word: str) -> list[str]:
    """The tables that hold a word anywhere, in texts and in documents."""
    database = MetaData()
    database.reflect(db.engine)
    return [
        name
        for name, table in database.tables.items()
        if any(word in repr(value) for row in db.session.execute(select(table)) for value in row)
    ]


@pytest.fixture
def item(world: World) -> AgendaItem:
    """An item of a running meeting of Language. Ben has named a client and taken the name out again."""
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    made = make_item(meeting, "Waiting lists", 1)
    db.session.commit()
    sitting.start(world.anke, meeting)
    minutes.write(world.ben, made, text=f"{CLIENT} waits.\n\nThe school has room.", revision=0)
    actions.comment(world.anke, made.minutes.draft, text=f"Who is {CLIENT}?", quote=f"{CLIENT} waits.")
    minutes.write(world.ben, made, text="Somebody waits.\n\nThe school has room.", revision=1)
    return made


def test_of_what_was_written_before_nothing_is_left_and_the_text_goes_on(
    world: World, item: AgendaItem, listen: Listen, letters: Letterbox
) -> None:
    old = item.minutes.draft
    pen = Pen(listen(world.ben), old)
    pen.enter()
    erasing.erase(world.olaf, old, reason="A client was named.")
    assert is_anywhere(CLIENT) == []
    new = item.minutes.draft
    assert new.id != old.id and new.open
    assert item.minutes.text == "Somebody waits.\n\nThe school has room."
    assert (new.erased_by, new.erased_reason) == (world.olaf, "A client was named.")
    assert not pen.write("And more.")["ok"]
    assert pen.enter()["error"] == "not_found"  # a copy of the old document comes in nowhere
    other = Pen(listen(world.anke), new)
    assert other.enter()["ok"] and other.write("It goes on.")["ok"]
    showing.show_now(new.id)
    db.session.expire_all()
    assert item.minutes.text.endswith("It goes on.") and is_anywhere(CLIENT) == []
    assert [person.name for person in versions.writers(new)] == [world.anke.name]


def test_all_of_a_text_goes_and_a_mark_stays(
    world: World, item: AgendaItem, sign_in: SignIn, letters: Letterbox
) -> None:
    olaf, ben = sign_in(world.olaf), sign_in(world.ben)
    address = f"/drafts/{item.minutes.draft.id}/erase"
    assert address not in ben.get(f"/drafts/{item.minutes.draft.id}/versions").text
    assert address in olaf.get(f"/drafts/{item.minutes.draft.id}/versions").text
    assert "cannot be undone" in olaf.get(address).text
    answer = olaf.post(address, data={"what": "everything", "reason": "Asked for by the client."})
    assert answer.status_code == 422 and is_anywhere(CLIENT)
    facts = {"what": "everything", "reason": "Asked for by the client.", "sure": "y"}
    answer = olaf.post(address, data=facts)
    assert answer.status_code == 303
    assert is_anywhere(CLIENT) == is_anywhere("school has room") == []
    db.session.expire_all()
    assert "Asked for by the client." in olaf.get(answer.headers["Location"]).text
    assert "Asked for by the client." in ben.get(f"/meetings/{item.parent_id}/minutes").text
    entry = db.session.scalar(select(SearchEntry.text).where(SearchEntry.thing_id == item.minutes.id))
    assert entry is None or "school" not in entry
    minutes.write(world.ben, item, text="Begun anew.", revision=item.minutes.revision)
    assert item.minutes.text == "Begun anew."


def test_whoever_is_not_of_the_office_erases_nothing(world: World, item: AgendaItem) -> None:
    before = db.session.query(DraftUpdate).count()
    for who in (world.anke, world.ben, world.lev, world.ada):
        with pytest.raises(Refused):
            erasing.erase(who, item.minutes.draft, reason="Mine.")
    assert db.session.query(DraftUpdate).count() == before and is_anywhere(CLIENT)


def test_what_is_approved_stays_and_what_was_written_before_goes(world: World, letters: Letterbox) -> None:
    meeting = hold(world.language, world.anke, world.ben, world.guel)
    item = meeting.agenda[0]
    send(meeting.minutes, world.ben)
    told = approval.propose(
        world.guel,
        meeting.minutes,
        item=item.id,
        paragraph=mark("All agree."),
        proposed=f"All but {CLIENT} agree.",
        reason=f"{CLIENT} told me.",
    )
    approval.take(world.ben, told)
    approval.take(
        world.ben,
        approval.propose(
            world.guel,
            meeting.minutes,
            item=item.id,
            paragraph=mark(f"All but {CLIENT} agree."),
            proposed="All but one agree.",
            reason="No names.",
        ),
    )
    approval.approve(world.anke, meeting.minutes)
    with pytest.raises(Refused):
        erasing.erase(world.olaf, item.minutes.draft, reason="A client was named.", everything=True)
    assert CLIENT in told.proposed
    erasing.erase(world.olaf, item.minutes.draft, reason="A client was named.")
    assert is_anywhere(CLIENT) == []
    assert told.erased_at is not None and told.state == "taken"
    assert "All but one agree." in item.minutes.text and not item.minutes.draft.open


def test_nothing_tells_what_an_erased_person_wrote(
    world: World, item: AgendaItem, listen: Listen, letters: Letterbox
) -> None:
    draft: Draft = item.minutes.draft
    pen = Pen(listen(world.ben), draft)
    pen.enter()
    assert pen.write("A word of Ben.", insertion={"by": world.ben.id, "at": "2026-11-23T10:00:00Z"})["ok"]
    actions.comment(world.ben, draft, text="I, Ben, say so.", quote="Somebody waits.")
    showing.show_now(draft.id)
    db.session.expire_all()
    assert "Ben Berger" in draft.html
    leaving.erase(world.olaf, world.ben, reason="Asked for it.")
    db.session.expire_all()
    assert "Ben Berger" not in draft.html and "A word of Ben." in draft.html
    assert is_anywhere("Ben Berger") == is_anywhere("I, Ben, say so.") == []
    assert "Somebody waits." in item.minutes.text and item.minutes.written_by is None
    for model, column in ((DraftUpdate, DraftUpdate.by_id), (DraftAuthor, DraftAuthor.person_id)):
        assert db.session.scalars(select(model).where(column == world.ben.id)).all() == []
    texts = db.session.scalars(select(ItemMinutes).where(ItemMinutes.written_by_id == world.ben.id)).all()
    assert texts == []
