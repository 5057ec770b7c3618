"""Ten minutes of different hands, and one more, are taken over, and no sentence of them is lost."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from network.dates import local
from network.extensions import db
from network.imports.word import letters
from network.meetings.models import Meeting, MeetingState
from network.minutes.models import Action, Decision, MinutesState
from tests.clients import Reader
from tests.imports.papers import PAPERS, Paper
from tests.world import World

# The words that only say what comes next, or the number that the item has anyway.
SAID_OTHERWISE = re.compile(
    r"^\W*(?:Beschluss|Beschlossen wird|Aufgabe|Auftrag|Resolved|Decision|Decided|Task|To-?[Dd]o"
    r"|Action(?: item| point)?)"
    r"\W*:\W*|^(?:TOP|Agenda item)? ?\d[.:]+ ?|^\[[ x]\] "
)


def sent(reader: Reader, group_id: int, paper: Paper) -> str:
    """The address of the page on which the document is looked through."""
    answer = reader.post(
        f"/groups/{group_id}/minutes/old", data={"file": (BytesIO(paper.content), paper.name)}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def read(page: str, path: str = "//main") -> Any:
    """The letters of a part of a page, so that it does not matter how blanks and signs are set."""
    said = []
    for part in html.fromstring(page).xpath(path):
        for link in part.iter("a"):
            if link.get("href") != link.text_content():
                link.tail = f" {link.get('href')} {link.tail or ''}"
        said.append(part.text_content())
    return letters(" ".join(said))


def form_of(page: str) -> dict[str, str]:
    """What the form of the page would send as it stands."""
    form = html.fromstring(page).get_element_by_id("old-minutes")
    return {name: value or "" for name, value in form.form_values()}


@pytest.mark.parametrize("make", PAPERS.values(), ids=PAPERS)
def test_no_sentence_of_old_minutes_is_lost(
    make: Callable[[], Paper], world: World, sign_in: Callable[..., Reader]
) -> None:
    paper, anke = make(), sign_in(world.anke)
    address = sent(anke, world.language.id, paper)
    page = anke.get(address).text
    there = read(page, "//*[@data-source]")
    lost = [said for said in paper.sentences if letters(said) not in there]
    assert not lost, "not in the look at the document"

    form = form_of(page)
    assert form["day"] == paper.day
    answer = anke.post(address, data=form)
    assert answer.status_code == 303, read(answer.text)
    minutes = anke.get(answer.headers["Location"]).text
    there = read(minutes)
    lost = [said for said in paper.sentences if letters(SAID_OTHERWISE.sub("", said)) not in there]
    assert not lost, "not in the minutes"

    meeting = db.session.scalars(select(Meeting).where(Meeting.parent_id == world.language.id)).one()
    assert meeting.state == MeetingState.CLOSED and meeting.minutes.state == MinutesState.WRITING
    assert local(meeting.starts_at).date() == date.fromisoformat(paper.day)
    assert [item.title for item in meeting.items] == paper.items
    assert [item.number for item in meeting.items] == [str(number) for number in range(len(paper.items))]
    decisions = db.session.scalars(select(Decision).order_by(Decision.number)).all()
    assert [one.number for one in decisions] == list(range(1, paper.decisions + 1))
    assert {one.year for one in decisions} <= {meeting.starts_at.year}
    actions = db.session.scalars(select(Action)).all()
    assert len(actions) == paper.actions
    assert {date.fromisoformat(day) for day in paper.due} <= {one.due_on for one in actions}
