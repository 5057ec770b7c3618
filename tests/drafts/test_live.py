"""Several people write in one text over the live protocol."""

from collections.abc import Callable

import pytest

from network.drafts.models import Draft
from network.extensions import db
from network.meetings.models import AgendaItem
from network.minutes import actions
from network.sitting import actions as sitting
from tests.clients import Ear
from tests.drafts.desk import Pen
from tests.world import World, make_item, make_meeting

Listen = Callable[..., Ear]


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
