"""Agendas, proposals and carrying over, on pages and over the socket."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from network.agenda import proposals
from network.agenda.models import AgendaProposal
from network.extensions import db
from network.meetings.models import AgendaItem, ItemKind, Meeting, MeetingState
from network.things import now
from tests.clients import Reader
from tests.world import World, make_item, make_meeting


@pytest.fixture
def meeting(world: World) -> Meeting:
    """Announced, with two items and one below the first."""
    made = make_meeting(world.language)
    first = make_item(made, "Courses", 1)
    make_item(made, "Beginners", 1, sub_place=1, under_id=first.id)
    make_item(made, "Rooms", 2)
    return made


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.anke)


@pytest.fixture
def ben(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.ben)


def agenda(meeting: Meeting) -> list[str]:
    db.session.commit()
    db.session.expire_all()
    return [f"{item.number} {item.title}" for item in meeting.agenda]


def item(title: str) -> AgendaItem:
    found: AgendaItem = db.session.scalars(select(AgendaItem).where(AgendaItem.title == title)).one()
    return found


def test_anke_adds_with_a_title_and_ben_sees_no_form(meeting: Meeting, anke: Reader, ben: Reader) -> None:
    answer = anke.post(f"/meetings/{meeting.id}/items", data={"title": "Childcare"})
    assert (answer.status_code, answer.location) == (
        303,
        f"/meetings/{meeting.id}#{item('Childcare').dom_id}",
    )
    assert agenda(meeting)[-1] == "3 Childcare"
    address = f'action="/meetings/{meeting.id}/items"'
    assert address in anke.get(f"/meetings/{meeting.id}").text
    assert address not in ben.get(f"/meetings/{meeting.id}").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"title": "A", "kind": "party"},
        {"title": "A", "planned_minutes": "-1"},
        {"title": "A", "planned_minutes": "601"},
        {"title": "A", "planned_minutes": "ten"},
        {"title": "A", "under": "x"},
    ],
)
def test_what_is_wrong_with_an_item_is_said(meeting: Meeting, anke: Reader, wrong: dict[str, str]) -> None:
    before = agenda(meeting)
    assert anke.post(f"/meetings/{meeting.id}/items", data=wrong).status_code == 422
    assert agenda(meeting) == before


def test_all_about_an_item_is_changed_on_its_page(world: World, meeting: Meeting, anke: Reader) -> None:
    page = f"/items/{item('Courses').id}/edit"
    assert anke.get(page).status_code == 200
    answer = anke.post(
        page,
        data={
            "title": "All courses",
            "kind": "decision",
            "planned_minutes": "25",
            "text": "- **First**\n- https://example.org\n\n<script>",
            "presenter_ids": [str(world.ben.id)],
            "presenter_names": "Frau Sommer\n\n  Herr Winter ",
            "standing": "y",
            "internal": "y",
        },
    )
    assert answer.status_code == 303
    changed = item("All courses")
    assert (changed.kind, changed.planned_minutes, changed.standing, changed.internal) == (
        "decision",
        25,
        True,
        True,
    )
    assert [by.shown for by in changed.presenters] == ["Ben Berger", "Frau Sommer", "Herr Winter"]
    text = anke.get(f"/meetings/{meeting.id}").text
    assert "<strong>First</strong>" in text
    assert "<script>\n" not in text
    assert "New or changed" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"presenter_ids": "999999"},
        {"presenter_ids": "x"},
        {"presenter_names": "\n".join(map(str, range(21)))},
        {"presenter_names": "x" * 161},
        {"text": "x" * 20_001},
        {"title": ""},
    ],
)
def test_what_is_wrong_on_its_page_is_said_too(meeting: Meeting, anke: Reader, wrong: dict[str, str]) -> None:
    data = {"title": "Other", "kind": "exchange", "planned_minutes": "5", **wrong}
    assert anke.post(f"/items/{item('Courses').id}/edit", data=data).status_code == 422
    assert item("Courses").planned_minutes == 10


def test_items_move_by_drag_by_buttons_and_in_and_out(meeting: Meeting, anke: Reader) -> None:
    courses, rooms, beginners = item("Courses"), item("Rooms"), item("Beginners")
    anke.post(f"/items/{rooms.id}/move", data={"before": courses.id})
    assert agenda(meeting) == ["1 Rooms", "2 Courses", "2.1 Beginners"]
    anke.post(f"/items/{rooms.id}/down")
    assert agenda(meeting) == ["1 Courses", "1.1 Beginners", "2 Rooms"]
    anke.post(f"/items/{rooms.id}/indent")
    assert agenda(meeting) == ["1 Courses", "1.1 Beginners", "1.2 Rooms"]
    anke.post(f"/items/{rooms.id}/up")
    assert agenda(meeting) == ["1 Courses", "1.1 Rooms", "1.2 Beginners"]
    anke.post(f"/items/{beginners.id}/outdent")
    assert agenda(meeting) == ["1 Courses", "1.1 Rooms", "2 Beginners"]
    assert anke.post(f"/items/{courses.id}/up").status_code == 303
    assert anke.post(f"/items/{courses.id}/indent").status_code == 303
    assert anke.post(f"/items/{courses.id}/outdent").status_code == 303
    assert agenda(meeting) == ["1 Courses", "1.1 Rooms", "2 Beginners"]


@pytest.mark.parametrize(
    "where, status", [({}, 422), ({"before": "x"}, 422), ({"before": "999999"}, 409), ({"after": "-1"}, 422)]
)
def test_a_move_to_nowhere_is_refused(
    meeting: Meeting, anke: Reader, where: dict[str, str], status: int
) -> None:
    before = agenda(meeting)
    assert anke.post(f"/items/{item('Rooms').id}/move", data=where).status_code == status
    assert agenda(meeting) == before


def test_a_deed_goes_back_to_the_page_that_it_was_done_on(
    world: World, meeting: Meeting, anke: Reader
) -> None:
    page = f"/groups/{world.language.id}"
    address = f"/items/{item('Rooms').id}/up"
    inside = anke.post(address, headers={"Referer": f"http://localhost{page}"})
    assert inside.location == page
    outside = anke.post(address, headers={"Referer": "http://elsewhere.example/x"})
    assert outside.location == f"/meetings/{meeting.id}"


def test_an_item_is_taken_off_with_a_way_back(meeting: Meeting, anke: Reader) -> None:
    gone = item("Courses")
    text = anke.post(f"/items/{gone.id}/remove", follow_redirects=True).text
    assert f'formaction="/items/{gone.id}/restore"' in text
    assert agenda(meeting) == ["1 Rooms"]
    anke.post(f"/items/{gone.id}/restore")
    assert agenda(meeting) == ["1 Courses", "1.1 Beginners", "2 Rooms"]


@pytest.mark.parametrize("who, status", [("ben", 403), ("guel", 403), ("olena", 403), ("nina", 403)])
def test_others_see_why_they_may_not(
    world: World, meeting: Meeting, sign_in: Callable[..., Reader], who: str, status: int
) -> None:
    reader, first = sign_in(getattr(world, who)), item("Courses")
    for address in (
        f"/meetings/{meeting.id}/items",
        f"/items/{first.id}/edit",
        f"/items/{first.id}/move",
        f"/items/{first.id}/up",
        f"/items/{first.id}/remove",
        f"/meetings/{meeting.id}/carry-over",
    ):
        data = {"title": "Mine", "after": item("Rooms").id}
        assert reader.post(address, data=data).status_code == status, address
    assert agenda(meeting) == ["1 Courses", "1.1 Beginners", "2 Rooms"]


def test_what_one_may_not_see_is_not_there(
    world: World, sign_in: Callable[..., Reader], client: Reader
) -> None:
    hidden = make_item(make_meeting(world.closed), "Secret", 1)
    reader = sign_in(world.anke)
    for address in (f"/items/{hidden.id}/edit", f"/meetings/{hidden.parent_id}/carry-over"):
        assert reader.get(address).status_code == 404
    assert reader.post(f"/items/{hidden.id}/up").status_code == 404
    assert client.post(f"/items/{hidden.id}/up").status_code in (302, 303, 401)


def test_the_sum_of_minutes_is_shown_and_what_is_too_much(meeting: Meeting, anke: Reader) -> None:
    assert "20 of 90 minutes" in anke.get(f"/meetings/{meeting.id}").text
    item("Rooms").planned_minutes = 95
    meeting.room.number += 1  # as a change of the agenda leaves it
    db.session.commit()
    assert "15 minutes more than the meeting lasts" in anke.get(f"/meetings/{meeting.id}").text


# Carrying over


def test_the_preview_shows_what_was_left_and_puts_what_is_ticked(world: World, anke: Reader) -> None:
    last = make_meeting(world.language, state=MeetingState.CLOSED, starts_at=now() - timedelta(days=20))
    left = make_item(last, "Left over", 1)
    draft = make_meeting(world.language, "Next", state=MeetingState.DRAFT)
    page = anke.get(f"/meetings/{draft.id}/carry-over").text
    assert "Left over" in page
    assert "Open actions" in page
    answer = anke.post(f"/meetings/{draft.id}/carry-over", data={"keys": [f"item:{left.id}", "x" * 5000]})
    assert answer.status_code == 303
    assert agenda(draft) == ["1 Left over"]


# Proposals


def test_ben_proposes_in_one_line_and_anke_answers(
    world: World, meeting: Meeting, anke: Reader, ben: Reader
) -> None:
    group = f"/groups/{world.language.id}"
    assert ben.post(f"{group}/proposals", data={"title": "Childcare"}).status_code == 303
    proposal = db.session.scalars(select(AgendaProposal)).one()
    assert "Childcare" in ben.get(group).text
    assert anke.get(f"/proposals/{proposal.id}/answer").status_code == 200
    declined = {"answer": "decline", "meeting_id": str(meeting.id), "reason": ""}
    assert anke.post(f"/proposals/{proposal.id}/answer", data=declined).status_code == 422
    given = {"answer": "take_up", "meeting_id": str(meeting.id), "reason": ""}
    assert anke.post(f"/proposals/{proposal.id}/answer", data=given).status_code == 303
    assert agenda(meeting)[-1] == "3 Childcare"
    assert "Childcare" in anke.get(f"{group}/proposals").text


def test_after_proposing_on_a_page_of_its_own_the_proposals_are_shown(world: World, ben: Reader) -> None:
    group = f"/groups/{world.language.id}"
    [form] = [
        one for one in html.fromstring(ben.get(f"{group}/proposals/new").text).forms if "text" in one.fields
    ]
    for came_from, address in ((f"{group}/proposals/new", form.action), (group, f"{group}/proposals")):
        answer = ben.post(
            address, data={"title": "Rooms"}, headers={"Referer": f"http://localhost{came_from}"}
        )
        made = db.session.scalars(select(AgendaProposal).order_by(AgendaProposal.id.desc())).first()
        assert made is not None
        assert answer.location == (f"{group}/proposals#{made.dom_id}" if address == form.action else group)


def test_one_click_puts_a_proposal_on_the_next_agenda(world: World, meeting: Meeting, anke: Reader) -> None:
    proposal = proposals.propose(world.ben, world.language, title="Childcare")
    assert anke.post(f"/proposals/{proposal.id}/take-up").status_code == 303
    assert agenda(meeting)[-1] == "3 Childcare"
    assert anke.post(f"/proposals/{proposal.id}/take-up").status_code == 403


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_an_answer_that_is_none_is_refused(world: World, anke: Reader, answer: str) -> None:
    proposal = proposals.propose(world.ben, world.language, title="Childcare")
    data = {"answer": answer, "meeting_id": "", "reason": ""}
    assert anke.post(f"/proposals/{proposal.id}/answer", data=data).status_code == 422
    data = {"answer": "take_up", "meeting_id": "", "reason": ""}
    assert anke.post(f"/proposals/{proposal.id}/answer", data=data).status_code == 422
    db.session.commit()
    assert proposal.state == "open"


def test_ben_withdraws_what_he_proposed(world: World, ben: Reader) -> None:
    proposal = proposals.propose(world.ben, world.language, title="Childcare")
    assert ben.post(f"/proposals/{proposal.id}/withdraw").status_code == 303
    db.session.commit()
    assert proposal.state == "withdrawn"


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"title": "x" * 201}, {"title": "A", "planned_minutes": "x"}]
)
def test_what_is_wrong_with_a_proposal_is_said(world: World, ben: Reader, wrong: dict[str, str]) -> None:
    answer = ben.post(f"/groups/{world.language.id}/proposals", data={"text": "Because of this", **wrong})
    assert answer.status_code == 422
    assert "Because of this" in answer.text
    assert db.session.scalars(select(AgendaProposal)).all() == []


def test_guests_do_not_propose(world: World, sign_in: Callable[..., Reader]) -> None:
    reader = sign_in(world.guel)
    assert reader.post(f"/groups/{world.language.id}/proposals", data={"title": "A"}).status_code == 403
    assert reader.get(f"/groups/{world.language.id}/proposals/new").status_code == 403
    assert db.session.scalars(select(AgendaProposal)).all() == []


# Live


def test_everybody_sees_an_item_appear_move_and_go(world: World, meeting: Meeting, listen: Any) -> None:
    lead, member = listen(world.anke, meeting), listen(world.ben, meeting)
    added = lead.do("agenda.add_item", meeting, "key-12345", title="Childcare")
    assert added["ok"]
    new = item("Childcare")
    assert added["id"] == new.id
    assert f'action="after" target="{item("Rooms").dom_id}"' in member.html()
    assert f'target="{meeting.dom_id}_agenda_head"' in member.html()
    member.forget()

    assert lead.do("agenda.move_item", new, before=item("Courses").id)["ok"]
    assert f'action="prepend" target="{meeting.dom_id}_agenda_items"' in member.html()
    assert agenda(meeting)[0] == "1 Childcare"


def test_the_same_key_adds_once(world: World, meeting: Meeting, listen: Any) -> None:
    lead = listen(world.anke, meeting)
    first = lead.do("agenda.add_item", meeting, "key-12345", title="Childcare")
    again = lead.do("agenda.add_item", meeting, "key-12345", title="Childcare")
    assert first["id"] == again["id"]
    assert len(agenda(meeting)) == 4


def test_who_may_not_is_refused_over_the_socket_and_nobody_hears_anything(
    world: World, meeting: Meeting, listen: Any
) -> None:
    lead, member = listen(world.anke, meeting), listen(world.ben, meeting)
    assert member.do("agenda.add_item", meeting, title="Mine")["error"] == "forbidden"
    assert member.do("agenda.move_item", item("Rooms"), before=item("Courses").id)["error"] == "forbidden"
    assert member.do("agenda.add_item", 999_999, title="Mine")["error"] == "not_found"
    assert lead.do("agenda.add_item", meeting, title="")["error"] == "invalid"
    assert lead.do("agenda.move_item", item("Rooms"), before=999_999)["error"] == "stale"
    assert lead.heard() == []
    assert agenda(meeting) == ["1 Courses", "1.1 Beginners", "2 Rooms"]


def test_a_proposal_over_the_socket(world: World, listen: Any) -> None:
    member = listen(world.ben, world.language)
    assert member.do("agenda.propose", world.language, "key-12345", title="Childcare")["ok"]
    assert "Childcare" in member.html()


def test_an_items_fragment_is_the_same_in_the_page_and_in_the_change(
    world: World, meeting: Meeting, listen: Any, anke: Reader
) -> None:
    ear = listen(world.ben, meeting)
    anke.post(f"/items/{item('Rooms').id}/edit", data={"title": "Rooms!", "kind": "exchange"})
    page = anke.get(f"/meetings/{meeting.id}").text
    fragment = ear.html().split(f'id="{item("Rooms!").dom_id}"')[1].split("</li>")[0]
    assert fragment in page


# Costs


def test_pages_cost_the_same_for_few_and_for_many_items(
    world: World, meeting: Meeting, anke: Reader, statements: Any
) -> None:
    last = make_meeting(world.language, state=MeetingState.CLOSED, starts_at=now() - timedelta(days=9))
    make_item(last, "Left over", 1)
    pages = (f"/meetings/{meeting.id}", f"/groups/{world.language.id}", f"/meetings/{meeting.id}/carry-over")
    few = {}
    for page in pages:
        anke.get(page)
        with statements() as sent:
            anke.get(page)
        few[page] = len(sent)
        assert len(sent) <= 8, sent
    for place in range(3, 15):
        made = make_item(meeting, f"Item {place}", place, kind=ItemKind.DECISION, text="Text")
        make_item(meeting, f"Sub {place}", place, sub_place=1, under_id=made.id)
        proposals.propose(world.ben, world.language, title=f"Wish {place}")
        make_item(last, f"Left {place}", place)
    for page in pages:
        anke.get(page)
        with statements() as sent:
            anke.get(page)
        assert len(sent) == few[page], sent
