"""The pages of minutes: writing with and without scripts, reading, lists, and who sees them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from network.attendance.models import Attendance
from network.dates import today
from network.extensions import db
from network.groups.models import Visibility
from network.meetings.models import AgendaItem, Meeting
from network.minutes import actions, lines
from network.minutes.models import Action, Decision, MinutesState
from network.sitting import actions as sitting
from network.things import now
from tests.clients import Reader
from tests.world import World, make_item, make_meeting

SignIn = Callable[..., Reader]


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A running meeting of Language with two items; Ben takes the minutes, Anke is there for the school."""
    made = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    for place, title in enumerate(("Waiting lists", "Child care"), 1):
        make_item(made, title, place)
    for person, presence in ((world.anke, "room"), (world.ben, "online"), (world.guel, "unknown")):
        db.session.add(
            Attendance(
                parent_id=made.id,
                room_id=made.room_id,
                meeting_id=made.id,
                person_id=person.id,
                organisation_id=person.organisation.id if person.organisation else None,
                presence=presence,
                arrived_at=now() if presence != "unknown" else None,
            )
        )
    db.session.commit()
    sitting.start(world.anke, made)
    return made


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    """Its first item."""
    return meeting.agenda[0]


# Writing


def test_without_a_script_both_texts_are_shown_and_then_mine_is_taken(
    item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    ben = sign_in(world.ben)
    assert "Minutes of this item" in ben.get(f"/items/{item.id}/minutes").text
    actions.write(world.anke, item, text="What Anke heard.", revision=0)
    answer = ben.post(f"/items/{item.id}/minutes", data={"text": "What Ben heard.", "revision": "0"})
    assert answer.status_code == 409
    assert "What Anke heard." in answer.text and "What Ben heard." in answer.text
    assert 'name="revision" value="1"' in answer.text
    answer = ben.post(f"/items/{item.id}/minutes", data={"text": "What both heard.", "revision": "1"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert item.minutes.text == "What both heard."
    answer = ben.get(f"/items/{item.id}/minutes/versions", follow_redirects=True)
    earlier = re.findall(r"/drafts/\d+/versions/1\b", answer.text)[0]
    assert "What Anke heard." in ben.get(earlier).text
    draft_id = item.minutes.draft.id
    answer = ben.post(f"/drafts/{draft_id}/restore", data={"number": "1", "seen": "2"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert item.minutes.text == "What Anke heard."


@pytest.mark.parametrize(
    "facts",
    [
        {"text": "x" * 50_001, "revision": "0"},
        {"text": "Fine.", "revision": ""},
        {"text": "Fine.", "revision": "one"},
        {"text": "Fine."},
    ],
)
def test_what_cannot_be_saved_is_told_and_stays_in_the_field(
    item: AgendaItem, world: World, sign_in: SignIn, facts: dict[str, str]
) -> None:
    ben = sign_in(world.ben)
    answer = ben.post(f"/items/{item.id}/minutes", data=facts)
    assert answer.status_code == 422 and facts["text"][:100] in answer.text
    db.session.expire_all()
    assert item.minutes is None


def test_html_in_minutes_stays_the_text_that_it_is(item: AgendaItem, world: World, sign_in: SignIn) -> None:
    text = '<script>alert(1)</script> **bold** <b onclick="x()">no</b> مرحبا 😀'
    actions.write(world.ben, item, text=text, revision=0)
    page = sign_in(world.ben).get(f"/meetings/{item.parent_id}/minutes").text
    assert "<script>alert" not in page and "<b onclick" not in page
    assert "<strong>bold</strong>" in page and "مرحبا 😀" in page


def test_readers_do_not_get_a_text_area(item: AgendaItem, world: World, sign_in: SignIn) -> None:
    for who in (world.guel, world.olena):
        reader = sign_in(who)
        assert reader.get(f"/items/{item.id}/minutes").status_code == 403
        answer = reader.post(f"/items/{item.id}/minutes", data={"text": "Mine.", "revision": "0"})
        assert answer.status_code == 403
    db.session.expire_all()
    assert item.minutes is None


# Decisions and actions


def test_a_decision_and_an_action_are_recorded_on_the_item_that_is_on(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    sitting.next_item(world.anke, meeting, expected=0)
    ben = sign_in(world.ben)
    page = f"/meetings/{meeting.id}"
    answer = ben.post(f"{page}/decisions", data={"item": "0", "text": "We start.", "organisation_id": ""})
    assert (answer.status_code, answer.location) == (303, page)
    facts = {
        "item": "0",
        "text": "Ask.",
        "person_id": str(world.guel.id),
        "organisation_id": "",
        "due_on": "",
    }
    assert ben.post(f"{page}/actions", data=facts).status_code == 303
    db.session.expire_all()
    first = meeting.agenda[0]
    assert [decision.text for decision in first.decisions] == ["We start."]
    assert [(action.text, action.who) for action in first.actions] == [("Ask.", "Gül Yıldız")]
    text = ben.get(page).text
    assert "We start." in text and "Gül Yıldız" in text


def test_with_no_item_on_one_has_to_be_chosen(meeting: Meeting, world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    for path in ("decisions", "actions"):
        answer = ben.post(f"/meetings/{meeting.id}/{path}", data={"item": "0", "text": "This matters."})
        assert answer.status_code == 422 and "This matters." in answer.text
    db.session.expire_all()
    assert db.session.query(Decision).count() == db.session.query(Action).count() == 0


def test_a_decision_is_changed_removed_and_brought_back_by_the_notice(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    decision = lines.decide(world.ben, meeting.agenda[0], text="We start.")
    ben = sign_in(world.ben)
    base = f"/decisions/{decision.id}"
    assert "We start." in ben.get(f"{base}/edit").text
    item = str(meeting.agenda[0].id)
    answer = ben.post(f"{base}/edit", data={"item": item, "text": "We begin.", "organisation_id": ""})
    assert answer.status_code == 303
    assert ben.post(f"{base}/edit", data={"item": item, "text": ""}).status_code == 422
    assert ben.post(f"{base}/remove").status_code == 303
    page = ben.get(f"/meetings/{meeting.id}").text
    assert "We begin." not in page and f"{base}/restore" in page
    assert ben.post(f"{base}/restore").status_code == 303
    assert "We begin." in ben.get(f"/meetings/{meeting.id}").text
    page = ben.get(base).text
    assert "We begin." in page and f"/meetings/{meeting.id}/minutes#decision_{decision.id}" in page


def test_what_is_removed_on_its_own_page_leads_to_the_meeting_with_the_way_back(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    item, ben = meeting.agenda[0], sign_in(world.ben)
    for line in (lines.decide(world.ben, item, text="We start."), lines.agree(world.ben, item, text="Ask.")):
        page = f"/{line.type}s/{line.id}"
        answer = ben.post(f"{page}/remove", headers={"Referer": f"http://localhost{page}"})
        assert answer.headers["Location"] == f"/meetings/{meeting.id}"
        assert f"{page}/restore" in ben.get(answer.headers["Location"]).text


def test_my_actions_are_listed_over_all_groups_and_ticked_off(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    action = lines.agree(world.ben, meeting.agenda[0], text="Ask the schools.", person_id=world.guel.id)
    guel = sign_in(world.guel)
    assert "Ask the schools." in guel.get("/actions").text
    assert "Ask the schools." not in sign_in(world.anke).get("/actions").text
    assert guel.post(f"/actions/{action.id}/done").status_code == 303
    assert "You have nothing to do" in guel.get("/actions").text
    assert "Ask the schools." in guel.get("/actions?ended=1").text
    assert guel.post(f"/actions/{action.id}/reopen").status_code == 303
    assert guel.post(f"/actions/{action.id}/drop", data={"reason": ""}).status_code == 422
    assert guel.post(f"/actions/{action.id}/drop", data={"reason": "They closed."}).status_code == 303
    db.session.expire_all()
    assert (action.state, action.reason) == ("dropped", "They closed.")


# Reading


def test_the_minutes_read_like_minutes(meeting: Meeting, world: World, sign_in: SignIn, clock: Any) -> None:
    first = sitting.next_item(world.anke, meeting, expected=0)
    actions.write(world.ben, first, text="Forty people wait.\n\nTwo courses are full.", revision=0)
    decision = lines.decide(
        world.ben, first, text="We start.", how="by consensus", organisation_id=world.school.id
    )
    lines.agree(world.ben, first, text="Ask the schools.", person_id=world.guel.id)
    sitting.close(world.anke, meeting, expected=first.id)
    text = sign_in(world.ben).get(f"/meetings/{meeting.id}/minutes").text
    for expected in (
        "Netzwerk Auental",
        "Language",
        "Volkshochschule Auental",
        "Kirchengemeinde Auenstadt",
        "Anke Krämer",
        "Forty people wait.",
        decision.citation,
        "by consensus",
        "Ask the schools.",
        f'id="text-{first.id}-2"',
    ):
        assert expected in text
    assert "Postponed" in text and "Nothing has been written on this item." not in text
    assert "Send for correction" in text
    assert "Send for correction" not in sign_in(world.guel).get(f"/meetings/{meeting.id}/minutes").text


def test_minutes_are_sent_and_taken_back_on_their_page(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    sitting.close(world.anke, meeting, expected=0)
    base = f"/meetings/{meeting.id}/minutes"
    anke = sign_in(world.anke)
    assert "Gül Yıldız" in anke.get(f"{base}/circulate").text
    assert anke.post(f"{base}/circulate", data={"until": "soon"}).status_code == 422
    assert anke.post(f"{base}/circulate", data={"until": "2001-01-01"}).status_code == 422
    assert anke.post(f"{base}/circulate", data={"until": today().isoformat()}).status_code == 303
    assert "Sent for correction" in anke.get(base).text
    assert "Is everything right?" in sign_in(world.ben).get(base).text
    assert sign_in(world.ben).post(f"{base}/take-back").status_code == 403
    assert "told by e-mail" in anke.get(f"{base}/take-back").text
    assert anke.post(f"{base}/take-back", data={"reason": "x" * 1001}).status_code == 422
    assert anke.post(f"{base}/take-back").status_code == 303
    assert "Is everything right?" not in sign_in(world.ben).get(base).text
    db.session.expire_all()
    assert meeting.minutes.state == MinutesState.WRITING


def test_the_register_is_filtered_by_year_and_word(meeting: Meeting, world: World, sign_in: SignIn) -> None:
    for text in ("We start in January.", "Child care is paid."):
        lines.decide(world.ben, meeting.agenda[0], text=text)
    lines.decide(world.ben, meeting.agenda[1], text="Removed.")
    sitting.close(world.anke, meeting, expected=0)
    reader = sign_in(world.olena)  # of the network: reads along
    page = f"/groups/{world.language.id}/decisions"
    year = meeting.starts_at.year
    assert reader.get(page).text.count("January") == 1
    assert "January" not in reader.get(f"{page}?q=care+paid").text
    assert "January" in reader.get(f"{page}?year={year}").text
    assert "Nothing found" in reader.get(f"{page}?year={year - 1}").text
    assert "Nothing found" in reader.get(f"{page}?q=%25").text
    assert meeting.title in reader.get(f"/groups/{world.language.id}/minutes").text


def test_what_became_of_a_decision_is_said_in_the_register(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    decision = lines.decide(world.ben, meeting.agenda[0], text="We start in January.")
    sitting.close(world.anke, meeting, expected=0)
    anke = sign_in(world.anke)
    assert anke.post(f"/decisions/{decision.id}/settle", data={"state": "nonsense"}).status_code == 422
    assert anke.post(f"/decisions/{decision.id}/settle", data={"state": "carried_out"}).status_code == 303
    db.session.expire_all()
    assert decision.state == "carried_out"


def test_nobody_else_finds_minutes_decisions_and_actions_of_a_closed_group(
    world: World, sign_in: SignIn, client: Reader
) -> None:
    meeting = make_meeting(world.closed, chair_id=world.nina.id)
    item = make_item(meeting, "Between us", 1)
    sitting.start(world.nina, meeting)
    actions.write(world.mo, item, text="Said in confidence.", revision=0)
    decision = lines.decide(world.mo, item, text="Secretly.")
    action = lines.agree(world.mo, item, text="Quietly.", person_id=world.mo.id)
    sitting.close(world.nina, meeting, expected=0)
    paths = [
        f"/meetings/{meeting.id}/minutes",
        f"/groups/{world.closed.id}/minutes",
        f"/groups/{world.closed.id}/decisions",
        f"/groups/{world.closed.id}/actions",
        f"/items/{item.id}/minutes",
        f"/items/{item.id}/minutes/versions",
        f"/decisions/{decision.id}",
        f"/decisions/{decision.id}/edit",
        f"/actions/{action.id}",
        f"/actions/{action.id}/drop",
        f"/meetings/{meeting.id}/minutes/circulate",
    ]
    for who in (world.olena, world.anke, world.ada, world.kira):
        reader = sign_in(who)
        assert [reader.get(path).status_code for path in paths] == [404] * len(paths)
        assert reader.post(f"/actions/{action.id}/done").status_code == 404
        assert reader.post(f"/decisions/{decision.id}/restore").status_code == 404
    for path in paths:
        assert client.get(path).status_code in (303, 302, 404) and "confidence" not in client.get(path).text
    member = sign_in(world.mo)
    assert "Said in confidence." in member.get(paths[0]).text
    assert [member.get(path).status_code for path in paths[1:4]] == [200, 200, 200]
    db.session.expire_all()
    assert action.state == "open"


def test_visitors_find_no_minutes_not_even_of_a_public_meeting(world: World, client: Reader) -> None:
    assert world.housing.visibility == Visibility.PUBLIC
    meeting = make_meeting(world.housing, public=True, chair_id=world.lev.id)
    sitting.start(world.lev, meeting)
    assert client.get(f"/meetings/{meeting.id}/minutes").status_code == 404


def test_minutes_that_have_not_begun_are_not_found(world: World, sign_in: SignIn) -> None:
    coming = make_meeting(world.language)
    assert sign_in(world.anke).get(f"/meetings/{coming.id}/minutes").status_code == 404


# What it costs


def test_pages_cost_the_same_for_a_few_and_for_many(
    world: World, sign_in: SignIn, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    reader = sign_in(world.ben)
    counts = []
    for size in (2, 12):
        meeting = make_meeting(world.language, f"of {size}", chair_id=world.anke.id)
        sitting.start(world.anke, meeting)
        for place in range(1, size + 1):
            item = make_item(meeting, f"Item {place}", place)
            actions.write(world.anke, item, text="Said.", revision=0)
            lines.decide(world.anke, item, text="Decided.", organisation_id=world.school.id)
            lines.agree(world.anke, item, text="Do it.", person_id=world.ben.id)
        sitting.close(world.anke, meeting, expected=0)
        found = {}
        for path in (
            f"/meetings/{meeting.id}/minutes",
            f"/groups/{world.language.id}/minutes",
            f"/groups/{world.language.id}/decisions",
            f"/groups/{world.language.id}/actions",
            "/actions",
        ):
            reader.get(path)
            with statements() as sent:
                assert reader.get(path).status_code == 200
            found[path.rpartition("/")[2] + path.split("/")[1]] = sent
        counts.append(found)
    for name, sent in counts[1].items():
        assert len(sent) == len(counts[0][name]), (name, counts[0][name], sent)
        assert len(sent) <= 8, (name, sent)


@pytest.mark.parametrize(
    ("page", "tab"),
    [("decisions", "minutes"), ("actions", "minutes"), ("proposals", "meetings"), ("series", "meetings")],
)
def test_pages_without_a_tab_of_their_own_mark_the_one_that_they_belong_to(
    world: World, sign_in: SignIn, page: str, tab: str
) -> None:
    text = sign_in(world.anke).get(f"/groups/{world.language.id}/{page}").text
    assert f'href="/groups/{world.language.id}/{tab}" aria-current="true"' in text


def test_the_comma_is_that_of_the_script(meeting: Meeting, world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    sitting.close(world.anke, meeting, expected=0)
    base = f"/meetings/{meeting.id}/minutes"
    assert "Netzwerk Auental, " in ben.get(base).text
    world.ben.language = "ar"
    db.session.commit()
    text = ben.get(base).text
    assert "Netzwerk Auental، " in text and "Netzwerk Auental, " not in text
