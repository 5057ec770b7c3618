"""Several people write in one text over the live protocol."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from network.dates import today
from network.drafts import showing, storing, writers
from network.drafts.documents import Document
from network.drafts.models import Draft, DraftUpdate
from network.drafts.storing import Desk
from network.drafts.wire import read
from network.extensions import db
from network.groups import actions as places
from network.groups import policy as groups
from network.meetings.models import AgendaItem
from network.minutes import actions
from network.sitting import actions as sitting
from tests.clients import Ear, Reader
from tests.drafts.desk import Pen
from tests.world import World, make_item, make_meeting

Listen = Callable[..., Ear]
SignIn = Callable[..., Reader]


def rows_of(draft: Draft) -> int:
    """How many updates of it are stored."""
    return int(db.session.query(DraftUpdate).filter_by(draft_id=draft.id).count())


@pytest.fixture
def item(world: World) -> AgendaItem:
    """An item of a running meeting of Language; Ben takes the minutes."""
    meeting = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    made = make_item(meeting, "Waiting lists", 1)
    db.session.commit()
    sitting.start(world.anke, meeting)
    return made


@pytest.fixture
def draft(item: AgendaItem, world: World) -> Draft:
    """The text of its minutes, which says something already."""
    actions.write(world.ben, item, text="Forty people wait.", revision=0)
    return actions.write_together(world.ben, item)


def test_two_write_and_each_hears_the_other(draft: Draft, world: World, listen: Listen) -> None:
    ben, anke = Pen(listen(world.ben), draft), Pen(listen(world.anke), draft)
    assert ben.enter()["may_write"] and anke.enter()["may_write"]
    assert "Forty people wait." in str(ben)
    assert ben.write("Ben heard this.") == {"ok": True}
    anke.hear()
    assert anke.write("Anke heard that.") == {"ok": True}
    ben.hear()
    assert str(ben) == str(anke) and "Ben heard this." in str(anke)
    late = Pen(listen(world.anke), draft)
    late.enter()
    assert str(late) == str(ben)


def test_what_the_database_refuses_is_sent_again_and_nothing_is_told(
    draft: Draft, world: World, listen: Listen
) -> None:
    ben, anke = Pen(listen(world.ben), draft), Pen(listen(world.anke), draft)
    ben.enter()
    anke.enter()
    before = rows_of(draft)
    db.session.execute(text("ALTER TABLE draft_update RENAME TO away"))
    db.session.commit()
    try:
        answer = ben.write("Ben heard this.")
    finally:
        db.session.execute(text("ALTER TABLE away RENAME TO draft_update"))
        db.session.commit()
    assert (answer["ok"], answer["error"]) == (False, "stale")
    assert rows_of(draft) == before and not anke.ear.heard("draft.update")
    ben.enter()  # says what the server lacks
    anke.hear()
    assert rows_of(draft) == before + 1 and "Ben heard this." in str(anke)


@pytest.mark.parametrize("fails", [False, True])
def test_who_comes_while_another_is_stored_is_told_together_with_them(
    fails: bool, draft: Draft, world: World, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben, anke, late = (Pen(listen(one), draft) for one in (world.ben, world.anke, world.ben))
    for pen in (ben, anke, late):
        pen.enter()
    waiting: list[storing._Sent] = []
    commit, desk, her_id = Desk._commit, storing.desk(), world.anke.id

    def come(_seconds: float) -> None:
        """As Anke's update that arrives in this moment, of which its own greenlet waits for its turn."""
        data = anke.unsent("Anke heard that.")
        writer = next(one for one in writers._writers.values() if one.person_id == her_id)
        waiting.append(storing._Sent(writer, data, read(data)))
        desk.waiting.setdefault(ben.draft_id, []).append(waiting[0])

    def refuse_her(self: Desk, document: Document, taken: list[storing._Sent]) -> bool:
        if waiting:
            raise SQLAlchemyError("the database refused")
        return commit(self, document, taken)

    monkeypatch.setattr(storing.socketio, "sleep", come)
    if fails:
        monkeypatch.setattr(Desk, "_commit", refuse_her)
    before = rows_of(draft)
    assert ben.write("Ben heard this.") == {"ok": True}
    [sent] = waiting
    assert sent.is_done and sent.refused == ("stale" if fails else "")
    assert rows_of(draft) == before + (1 if fails else 2)
    assert len(late.ear.heard("draft.update")) == 1
    late.hear()
    assert "Ben heard this." in str(late) and ("Anke heard that." in str(late)) != fails


def test_readers_see_the_text_grow_without_a_line_in_the_journal_for_each_word(
    draft: Draft, world: World, listen: Listen, sign_in: SignIn
) -> None:
    ben, reader = Pen(listen(world.ben), draft), listen(world.guel, draft.room)
    ben.enter()
    ben.write("Ten of them are new.")
    before = draft.room.number
    showing.show_now(draft.id)
    (state,) = reader.heard("state")
    assert state["on"] == draft.owner_id and state["version"] == 2
    assert "Ten of them are new." in state["html"] and draft.room.number == before
    item = draft.parent.parent
    assert item.minutes.text == "Forty people wait.\n\nTen of them are new."
    assert "Ten of them are new." in sign_in(world.guel).get(f"/meetings/{item.parent_id}").text
    showing.tell_now(draft.id)
    assert reader.numbers() == [before + 1] and "Ten of them are new." in reader.html()
    showing.left_behind()
    assert reader.numbers() == [before + 1] and len(reader.heard("state")) == 1


def test_whoever_may_only_read_writes_nothing(draft: Draft, world: World, listen: Listen) -> None:
    guel = Pen(listen(world.guel), draft)
    assert guel.enter()["may_write"] is False
    assert guel.write("Me too.")["error"] == "forbidden"
    assert rows_of(draft) == 1


def test_rights_that_end_end_at_once(draft: Draft, world: World, listen: Listen) -> None:
    draft.parent.parent.parent.minute_taker_id = None  # an office would outlast his place in the group
    world.language.visibility = "closed"
    ben, anke = Pen(listen(world.ben), draft), Pen(listen(world.anke), draft)
    ben.enter()
    anke.enter()
    places.remove(world.anke, groups.membership(world.ben, world.language), reason="")
    assert ben.write("Still here.")["error"] in ("forbidden", "not_found")
    assert ben.write("Still here.")["ok"] is False
    assert anke.write("He has left.") == {"ok": True}
    assert ben.ear.heard("draft.update") == [] and rows_of(draft) == 2


def test_nobody_writes_in_what_was_sent_for_correction(draft: Draft, world: World, listen: Listen) -> None:
    meeting = draft.parent.parent.parent
    ben = Pen(listen(world.ben), draft)
    ben.enter()
    ben.write("The last word.")
    sitting.close(world.anke, meeting, expected=0)
    actions.circulate(world.anke, meeting.minutes, until=today() + timedelta(days=14))
    assert meeting.agenda[0].minutes.text.endswith("The last word.")
    assert ben.write("One more.")["error"] == "forbidden"
    assert rows_of(draft) == 2
    actions.take_back(world.anke, meeting.minutes, reason="")
    assert ben.enter()["may_write"] and ben.write("Now again.")["ok"]
