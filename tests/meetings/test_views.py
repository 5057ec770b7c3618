"""The pages on which meetings are planned and listed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from network.extensions import db
from network.groups.models import Group
from network.meetings.models import Meeting, MeetingState
from network.things import now
from tests.clients import Reader
from tests.world import World, join, make_group, make_item, make_meeting


@pytest.fixture(autouse=True)
def standing_clock(clock: Any) -> Any:
    """A Wednesday, 2 December 2026, 10:00 in the network."""
    return clock


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.anke)


def facts(**more: str) -> dict[str, str]:
    return {
        "title": "Winter meeting",
        "kind": "ordinary",
        "day": "2026-12-16",
        "start": "17:00",
        "end": "18:30",
        "chair_id": "",
        "minute_taker_id": "",
        "like": "first",
        **more,
    }


def meetings() -> list[Meeting]:
    db.session.commit()
    return list(db.session.scalars(select(Meeting).order_by(Meeting.id)))


def test_anke_plans_in_the_networks_time_and_gets_to_the_draft(world: World, anke: Reader) -> None:
    page = f"/groups/{world.language.id}/meetings/new"
    assert anke.get(page).status_code == 200
    answer = anke.post(page, data=facts(online_url="meet.example.org/a", chair_id=str(world.guel.id)))
    (meeting,) = meetings()
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}")
    assert meeting.starts_at == datetime(2026, 12, 16, 16, 0, tzinfo=UTC)
    assert meeting.ends_at == datetime(2026, 12, 16, 17, 30, tzinfo=UTC)
    assert meeting.online_url == "https://meet.example.org/a"
    assert meeting.chair_id == world.guel.id


def test_without_a_title_it_is_called_by_group_and_day(world: World, anke: Reader) -> None:
    anke.post(f"/groups/{world.language.id}/meetings/new", data=facts(title=""))
    assert meetings()[0].title == "Language, Dec 16, 2026"


def test_a_meeting_past_midnight_is_asked_about_and_then_planned(world: World, anke: Reader) -> None:
    page = f"/groups/{world.language.id}/meetings/new"
    answer = anke.post(page, data=facts(start="22:00", end="01:00"))
    assert answer.status_code == 422
    assert "If the meeting goes past midnight" in answer.text
    assert meetings() == []
    anke.post(page, data=facts(start="22:00", end="01:00", ends_next_day="y"))
    assert meetings()[0].planned_length == 180


def test_the_past_is_asked_about_and_then_accepted(world: World, anke: Reader) -> None:
    page = f"/groups/{world.language.id}/meetings/new"
    answer = anke.post(page, data=facts(day="2026-11-02"))
    assert answer.status_code == 422
    assert "Was the meeting really then?" in answer.text
    assert 'name="in_past"' in answer.text
    assert meetings() == []
    assert anke.post(page, data=facts(day="2026-11-02", in_past="y")).status_code == 303


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"day": "2027-03-28", "start": "02:30", "end": "04:00"}, "does not exist on that day"),
        ({"day": "2027-03-28", "start": "01:00", "end": "02:30"}, "does not exist on that day"),
        ({"end": "17:00"}, "The end must come after the start."),
        ({"end": "18:00", "ends_next_day": "y"}, "lasts less than a day"),
        ({"day": "31.2.2027"}, "Please give a date"),
        ({"day": ""}, "Please fill this in."),
        ({"day": "9999-12-31"}, "between 1900 and 2200"),
        ({"start": "25:00"}, "Please give a time"),
        ({"start": "\U0001f600"}, "Please give a time"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"kind": "party"}, "Please choose one of the entries."),
        ({"online_url": "javascript:alert(1)"}, "begins with https://"),
        ({"online_url": "https://"}, "begins with https://"),
        ({"online_url": "http://[::1"}, "begins with https://"),
        ({"online_url": "ftp://example.org"}, "begins with https://"),
        ({"chair_id": "999999"}, "Please choose one of the entries."),
        ({"chair_id": "x"}, "Please choose"),
        ({"like": "999999"}, "Please choose one of the entries."),
        ({"note": "x" * 5001}, "at most 5000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    world: World, anke: Reader, wrong: dict[str, str], sentence: str
) -> None:
    answer = anke.post(f"/groups/{world.language.id}/meetings/new", data=facts(place="My place", **wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "My place" in answer.text
    assert meetings() == []


def test_strange_signs_in_titles_do_no_harm(world: World, anke: Reader) -> None:
    title = "\u202egnitem <script>alert(1)</script> \U0001f389 اجتماع"
    answer = anke.post(
        f"/groups/{world.language.id}/meetings/new", data=facts(title=title), follow_redirects=True
    )
    assert answer.status_code == 200
    assert meetings()[0].title == "gnitem <script>alert(1)</script> \U0001f389 اجتماع"
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("who, status", [("ben", 403), ("guel", 403), ("olena", 403), ("olaf", 200)])
def test_who_may_not_plan_reads_why(
    world: World, sign_in: Callable[..., Reader], who: str, status: int
) -> None:
    reader = sign_in(getattr(world, who))
    assert reader.get(f"/groups/{world.language.id}/meetings/new").status_code == status
    if status == 403:
        answer = reader.post(f"/groups/{world.language.id}/meetings/new", data=facts())
        assert answer.status_code == 403
        assert "those who lead the group" in answer.text
        assert meetings() == []


def test_a_meeting_planned_again_begins_as_the_last_one_was(world: World, anke: Reader) -> None:
    make_meeting(
        world.language,
        state=MeetingState.CLOSED,
        starts_at=datetime(2026, 11, 4, 16, 0, tzinfo=UTC),
        place="School kitchen",
        minute_taker_id=world.ben.id,
    )
    text = anke.get(f"/groups/{world.language.id}/meetings/new").text
    assert "School kitchen" in text
    assert 'value="17:00"' in text
    assert f'<option selected value="{world.ben.id}">' in text


def test_changing_shows_what_is_there_and_saves_it(world: World, anke: Reader) -> None:
    meeting = make_meeting(world.language, starts_at=datetime(2026, 12, 16, 16, 0, tzinfo=UTC))
    page = f"/meetings/{meeting.id}/edit"
    assert 'value="2026-12-16"' in anke.get(page).text
    answer = anke.post(page, data=facts(title="Moved", start="18:00", end="19:00"))
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}")
    assert (meeting.title, meeting.sequence) == ("Moved", 1)


def test_a_meeting_that_has_begun_keeps_its_past_time(world: World, anke: Reader) -> None:
    meeting = make_meeting(world.language, state="running", starts_at=now() - timedelta(minutes=30))
    local = {"day": "2026-12-02", "start": "09:30", "end": "11:00", "title": "Renamed"}
    assert anke.post(f"/meetings/{meeting.id}/edit", data=facts(**local)).status_code == 303
    assert meeting.title == "Renamed"


def test_a_draft_is_removed_with_a_way_back(world: World, anke: Reader) -> None:
    meeting = make_meeting(world.language, state=MeetingState.DRAFT)
    answer = anke.post(f"/meetings/{meeting.id}/remove", follow_redirects=True)
    assert f'formaction="/meetings/{meeting.id}/restore"' in answer.text
    assert anke.get(f"/meetings/{meeting.id}").status_code == 404
    assert anke.post(f"/meetings/{meeting.id}/restore").status_code == 303
    assert anke.get(f"/meetings/{meeting.id}").status_code == 200


def test_cancelling_asks_for_a_reason(world: World, anke: Reader) -> None:
    meeting = make_meeting(world.language)
    assert anke.get(f"/meetings/{meeting.id}/cancel").status_code == 200
    assert anke.post(f"/meetings/{meeting.id}/cancel", data={"reason": " "}).status_code == 422
    assert meeting.state == MeetingState.ANNOUNCED
    assert anke.post(f"/meetings/{meeting.id}/cancel", data={"reason": "Storm"}).status_code == 303
    db.session.commit()
    assert meeting.state == MeetingState.CANCELLED


def test_templates_are_kept_listed_and_used(world: World, anke: Reader) -> None:
    meeting = make_meeting(world.language)
    make_item(meeting, "Year in figures", 1)
    assert anke.get(f"/meetings/{meeting.id}/save-as-template").status_code == 200
    anke.post(f"/meetings/{meeting.id}/save-as-template", data={"title": "Yearly"})
    template = meetings()[-1]
    assert "Yearly" in anke.get(f"/groups/{world.language.id}/templates").text
    assert "Year in figures" in anke.get(f"/meetings/{template.id}/template").text
    assert "Yearly" in anke.get(f"/groups/{world.language.id}/meetings/new?like={template.id}").text
    assert "Yearly" not in anke.get(f"/groups/{world.language.id}/meetings").text


# Warnings


def test_a_meeting_is_suggested_as_public_where_the_group_is_and_its_last_meeting_was(
    world: World, sign_in: Callable[..., Reader]
) -> None:
    olaf = sign_in(world.olaf)

    def ticked(group: Group) -> bool | None:
        page = html.fromstring(olaf.get(f"/groups/{group.id}/meetings/new").text)
        boxes = page.xpath("//input[@name='public']")
        return boxes[0].get("checked") is not None if boxes else None

    assert ticked(world.housing) is True
    assert (ticked(world.language), ticked(world.closed)) == (None, None)
    last = make_meeting(world.housing, state=MeetingState.CLOSED, starts_at=now() - timedelta(days=20))
    assert ticked(world.housing) is False
    last.public = True
    db.session.commit()
    assert ticked(world.housing) is True


def test_a_public_holiday_is_named(world: World, anke: Reader) -> None:
    holiday = make_meeting(
        world.language, state=MeetingState.DRAFT, starts_at=datetime(2027, 1, 6, 16, 0, tzinfo=UTC)
    )
    assert "is a public holiday: Epiphany" in anke.get(f"/meetings/{holiday.id}/edit").text
    world.network.state = "BE"  # where Epiphany is a working day
    db.session.commit()
    assert "public holiday" not in anke.get(f"/meetings/{holiday.id}/edit").text


def test_other_meetings_of_the_same_people_are_told_as_far_as_one_may_see_them(
    world: World, anke: Reader
) -> None:
    join(world.housing, world.ben)
    join(world.closed, world.guel)
    join(world.closed, world.ben)
    meeting = make_meeting(world.language, state=MeetingState.DRAFT)
    make_meeting(world.housing, "Flats", starts_at=meeting.starts_at + timedelta(minutes=30))
    make_meeting(world.closed, "Secret", starts_at=meeting.starts_at)
    text = anke.get(f"/meetings/{meeting.id}/edit").text
    assert "“Flats” of the group Housing, with Ben Berger." in text
    assert "2 people of this group have another meeting at this time." in text
    assert "Secret" not in text
    assert "Gül" not in text.split("nw-form")[0].split("nw-notice")[1]


def test_meetings_before_and_after_are_no_clash(world: World, anke: Reader) -> None:
    join(world.housing, world.ben)
    meeting = make_meeting(world.language, state=MeetingState.DRAFT)
    make_meeting(world.housing, "Before", starts_at=meeting.starts_at - timedelta(minutes=90))
    make_meeting(world.housing, "After", starts_at=meeting.ends_at)
    make_meeting(world.housing, "Cancelled", starts_at=meeting.starts_at, state="cancelled")
    assert "nw-notice" not in anke.get(f"/meetings/{meeting.id}/edit").text


# Lists


def test_everybody_finds_the_meetings_that_they_may_see(
    world: World, sign_in: Callable[..., Reader], client: Reader
) -> None:
    make_meeting(world.language, "Of Language")
    make_meeting(world.housing, "Open house", public=True)
    make_meeting(world.closed, "Of the closed circle")
    make_meeting(world.language, "Only a draft", state=MeetingState.DRAFT)
    shown = {
        "anke": ("Of Language", "Open house", "Only a draft"),
        "ben": ("Of Language", "Open house"),
        "nina": ("Of Language", "Open house", "Of the closed circle"),
        "visitor": ("Open house",),
    }
    for who, titles in shown.items():
        reader = client if who == "visitor" else sign_in(getattr(world, who))
        text = reader.get("/meetings").text
        for title in ("Of Language", "Open house", "Of the closed circle", "Only a draft"):
            assert (title in text) == (title in titles), (who, title)


def test_a_group_lists_what_comes_and_pages_what_was(world: World, anke: Reader) -> None:
    for number in range(23):
        make_meeting(
            world.language, f"Past {number}", state="closed", starts_at=now() - timedelta(days=number + 1)
        )
    make_meeting(world.language, "Next")
    first = anke.get(f"/groups/{world.language.id}/meetings").text
    assert "Next" in first
    assert "Past 0<" in first
    assert "Past 22" not in first
    assert "Past 22" in anke.get(f"/groups/{world.language.id}/meetings?page=2").text
    assert anke.get(f"/groups/{world.language.id}/meetings?page=x").status_code == 200


def test_a_closed_groups_meetings_are_not_there_for_others(
    world: World, sign_in: Callable[..., Reader], client: Reader
) -> None:
    make_meeting(world.closed, "Of the closed circle")
    assert "Of the closed circle" not in sign_in(world.anke).get(f"/groups/{world.closed.id}/meetings").text
    assert client.get(f"/groups/{world.closed.id}/meetings").status_code == 404
    assert client.get(f"/groups/{world.language.id}/meetings").status_code == 404
    assert client.get(f"/groups/{world.housing.id}/meetings").status_code == 200


@pytest.mark.parametrize("address", ["/meetings/0/edit", "/meetings/x/edit", "/groups/99999/meetings/new"])
def test_what_is_not_there_is_404(anke: Reader, address: str) -> None:
    assert anke.get(address).status_code == 404


@pytest.mark.parametrize("language", ["de", "ar"])
def test_pages_speak_other_languages(world: World, sign_in: Callable[..., Reader], language: str) -> None:
    world.anke.language = language
    db.session.commit()
    reader = sign_in(world.anke)
    meeting = make_meeting(world.language, state=MeetingState.DRAFT)
    for page in (
        "/meetings",
        f"/groups/{world.language.id}/meetings",
        f"/groups/{world.language.id}/meetings/new",
        f"/groups/{world.language.id}/templates",
        f"/meetings/{meeting.id}/edit",
        f"/meetings/{meeting.id}/save-as-template",
    ):
        assert reader.get(page).status_code == 200


@pytest.mark.parametrize("page", ["/meetings", "/groups/{group}/meetings"])
def test_lists_cost_the_same_for_few_and_for_many(
    world: World, anke: Reader, statements: Any, page: str
) -> None:
    address = page.format(group=world.language.id)
    make_meeting(world.language, "One", state="closed", starts_at=now() - timedelta(days=1))
    make_meeting(world.language, "Next")
    anke.get(address)
    with statements() as few:
        anke.get(address)
    for number in range(12):
        group = make_group(world, f"Group {number}")
        make_meeting(group, f"M {number}", chair_id=world.ben.id)
        make_meeting(world.language, f"P {number}", state="closed", starts_at=now() - timedelta(days=number))
    with statements() as many:
        anke.get(address)
    assert len(many) == len(few), many
    assert len(many) <= 8, many
