"""A text that is typed sign by sign is the same at its end, however it is opened."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from pycrdt import XmlElement, XmlText

from network.drafts import jobs, showing, versions
from network.drafts.models import Draft, DraftSnapshot, DraftUpdate
from network.extensions import db
from network.minutes import actions
from network.sitting import actions as sitting
from tests.clients import Ear
from tests.drafts.desk import Pen
from tests.world import World, make_item, make_meeting

pytestmark = pytest.mark.both_databases  # rows and snapshots

EDITS = 800


@pytest.fixture
def draft(world: World) -> Draft:
    """An empty text of an item of a running meeting of Language."""
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    item = make_item(meeting, "Waiting lists", 1)
    db.session.commit()
    sitting.start(world.anke, meeting)
    return actions.write_together(world.ben, item)


def test_a_long_history_ends_in_the_same_text_from_memory_from_snapshots_and_from_rows(
    app: Flask, draft: Draft, world: World, listen: Callable[..., Ear]
) -> None:
    pen, dice = Pen(listen(world.ben), draft), random.Random(11)
    pen.enter()
    updates: list[bytes] = []
    watching = pen.document.observe(lambda event: updates.append(event.update))
    text: Any = pen.fragment.children.append(XmlElement("paragraph")).children.append(XmlText())
    expected = ""
    for number in range(EDITS):
        place = dice.randint(0, len(expected))
        if expected and dice.random() < 0.3:
            gone = dice.randint(1, 3)
            expected = expected[:place] + expected[place + gone :]
            del text[place : min(len(text), place + gone)]
        else:
            expected = expected[:place] + f"{number} " + expected[place:]
            text.insert(place, f"{number} ")
        for update in updates:
            assert pen.send(update)["ok"]
        updates.clear()
        if number % 300 == 299:
            showing.show_now(draft.id)
    pen.document.unobserve(watching)
    assert str(text) == expected
    jobs.show_left_behind()
    db.session.expire_all()
    assert draft.parent.text == expected.strip()
    warm = Pen(listen(world.anke), draft)
    warm.enter()
    del app.extensions["drafts"]  # as in a process that has just begun
    cold = Pen(listen(world.anke), draft)
    cold.enter()
    assert str(warm) == str(cold) == str(pen)
    kept = db.session.query(DraftSnapshot).filter_by(draft_id=draft.id).one()
    assert kept.number >= 500 and db.session.query(DraftUpdate).count() == draft.number
    early = versions.said_at(draft, 40)
    db.session.delete(kept)
    db.session.commit()
    assert versions.said_now(draft)[0].runs[0].text == expected  # type: ignore[union-attr]  # it is a run
    assert versions.said_at(draft, 40) == early
