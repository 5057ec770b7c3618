"""The public version: all that goes into it passes the same replacing, and what is doubtful is suggested."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from network.approval import actions, doubts, public, publishing, snapshot
from network.approval.reading import newest
from network.attendance.models import Attendance
from network.extensions import db
from network.meetings.models import Presenter
from network.minutes import actions as writing
from network.minutes import lines
from network.minutes.models import Minutes
from network.sitting import actions as sitting
from network.things import now
from tests.approval.conftest import send
from tests.clients import Reader
from tests.world import World, make_item, make_meeting, make_person

SignIn = Callable[..., Reader]


@pytest.fixture
def minutes(world: World) -> Minutes:
    """Approved minutes of Housing that name Anke, who has not agreed, wherever something can be written."""
    title, place = "Visit to Anke Krämer", "With ANKE KRÄMER at home"
    found = make_meeting(world.housing, title, place=place, chair_id=world.anke.id)
    found.minute_taker_id = world.lev.id
    item = make_item(found, "What anke krämer asks", 1)
    db.session.add(Presenter(item_id=item.id, person_id=world.anke.id))
    db.session.add(
        Attendance(
            parent_id=found.id,
            room_id=found.room_id,
            meeting_id=found.id,
            person_id=world.anke.id,
            organisation_id=world.school.id,
            invited=True,
            presence="room",
            arrived_at=now(),
        )
    )
    db.session.commit()
    sitting.start(world.lev, found)
    sitting.next_item(world.lev, found, expected=0)
    text = (
        "ANKE KRÄMER asks, _Anke_ **Krämer** too, and Anke\nKrämers car.\n\n"
        "See [her page](https://example.org/anke-kraemer) and https://example.org/Anke.Kr%C3%A4mer.\n\n"
        "Write to anke.kraemer@example.org. Frau KRÄMER reports."
    )
    writing.write(world.lev, item, text=text, revision=0)
    lines.decide(
        world.lev, item, text="Anke Krämer goes.", how="against Anke Krämer", plain="anke krämer goes."
    )
    lines.agree(world.lev, item, text="Call Anke Krämer.", person_id=world.anke.id)
    sitting.close(world.lev, found, expected=item.id)
    send(found.minutes, world.lev)
    actions.approve(world.lev, found.minutes, result="without Anke Krämer")
    actions.add(world.lev, found.minutes, text="Anke Krämer left.", reason="Asked by Anke Krämer.", version=1)
    return found.minutes


def publish_anew(minutes: Minutes, by: Any, *left_out: str) -> None:
    publishing.publish(by, minutes, audience="public", version=newest(minutes).number, left_out=left_out)


def suggested(reader: Reader, minutes: Minutes) -> list[str]:
    """The words that the page of publishing proposes to leave out."""
    text = reader.get(f"/meetings/{minutes.meeting_id}/minutes/publish").text
    found = re.search(r'<textarea[^>]*name="left_out"[^>]*>([^<]*)<', text)
    return found.group(1).strip().splitlines() if found else []


def everywhere(client: Reader, minutes: Minutes) -> str:
    """All that the public reads of them: page, file and list of the group."""
    pages = (f"/minutes/{minutes.id}", f"/minutes/{minutes.id}.md", f"/groups/{minutes.parent.parent_id}")
    return "\n".join(client.get(page).text for page in pages)


def test_who_has_not_agreed_is_named_nowhere_in_no_letter_case_and_by_no_link(
    minutes: Minutes, world: World, client: Reader, sign_in: SignIn
) -> None:
    preview = sign_in(world.lev).get(f"/meetings/{minutes.meeting_id}/minutes/publish").text
    assert (
        "<mark>Volkshochschule Auental</mark> at home" in preview and "her page (<mark>…</mark>)" in preview
    )
    publish_anew(minutes, world.lev)
    said = everywhere(client, minutes)
    assert "Visit to Volkshochschule Auental" in said and "With Volkshochschule Auental at home" in said
    assert "What Volkshochschule Auental asks" in said and "her page" in said
    assert re.search(r"kr(ä|ae|%C3%A4)mer|anke", said, re.IGNORECASE) is None


def test_a_word_to_leave_out_is_left_out_of_the_attendance_and_of_organisations_too(
    minutes: Minutes, world: World, client: Reader
) -> None:
    world.anke.named_in_minutes = world.lev.named_in_minutes = True
    db.session.commit()
    publish_anew(minutes, world.lev)
    assert "Anke Krämer" in everywhere(client, minutes)
    publish_anew(minutes, world.lev, "krämer", "Auental")
    version = public.read_by_public(publishing.standing_of(minutes))  # type: ignore[arg-type]  # it was published
    assert version["meeting"]["chair"]["name"] == "Volkshochschule …"
    assert version["meeting"]["minute_taker"]["name"] == "Lev Haus"
    page = client.get(f"/minutes/{minutes.id}").text
    assert "Krämer" not in page and "KRÄMER" not in page and "Volkshochschule Auental" not in page


def test_members_who_are_only_named_in_a_text_are_suggested_and_nothing_is_taken_away_unseen(
    minutes: Minutes, world: World, sign_in: SignIn, client: Reader
) -> None:
    lev = sign_in(world.lev)
    for name, agrees in (("Heike Brandt", False), ("Mia Klein", False), ("Ida Wolf", True)):
        make_person(world, name, f"{name.split()[0]}@example.org", named_in_minutes=agrees)
    db.session.commit()
    text = "HEIKE BRANDT owes money, brandt says. A klein room. Ida Wolf sings. Olena Koval: ask Koval."
    actions.add(world.lev, minutes, text=text, reason="It was missing.", version=2)
    found = suggested(lev, minutes)
    assert found == ["Heike Brandt", "brandt".title(), "Olena Koval", "Koval"] + found[4:]
    assert not {"Klein", "Wolf", "Ida Wolf"} & set(found)
    publish_anew(minutes, world.lev)
    assert "HEIKE BRANDT" in everywhere(client, minutes)  # whoever publishes decides
    assert not {"Heike Brandt", "Olena Koval"} & set(suggested(lev, minutes))  # and is not asked again
    publish_anew(minutes, world.lev, *found)
    said = everywhere(client, minutes)
    assert re.search("brandt|koval", said, re.IGNORECASE) is None and "Ida Wolf sings" in said


def test_publishing_anew_suggests_what_stands_and_what_is_newly_doubtful(
    minutes: Minutes, world: World, sign_in: SignIn
) -> None:
    publish_anew(minutes, world.lev, "county")
    actions.add(world.lev, minutes, text="Olena Koval came.", reason="Forgotten.", version=2)
    assert suggested(sign_in(world.lev), minutes) == ["county", "Olena Koval"]


def test_who_takes_the_consent_back_is_left_out_with_the_bare_surname_too(
    minutes: Minutes, world: World, client: Reader
) -> None:
    world.anke.named_in_minutes = world.olena.named_in_minutes = True
    db.session.commit()
    text = "Krämer and Koval went. Olena Koval drove."
    actions.add(world.lev, minutes, text=text, reason="Forgotten.", version=2)
    publish_anew(minutes, world.lev)
    assert text in client.get(f"/minutes/{minutes.id}.md").text
    world.anke.named_in_minutes = world.olena.named_in_minutes = False
    db.session.commit()
    said = everywhere(client, minutes)
    assert "Volkshochschule Auental and … went. … drove." in said
    assert re.search("krämer|koval", said, re.IGNORECASE) is None


def test_the_address_of_the_minutes_leads_the_public_to_what_is_published_for_it(
    minutes: Minutes, world: World, client: Reader
) -> None:
    address = f"/meetings/{minutes.meeting_id}/minutes"
    for audience in ("group", "network"):
        publishing.publish(world.lev, minutes, audience=audience, version=2)
        assert client.get(address).status_code == 404
    publish_anew(minutes, world.lev)
    assert client.get(address).location == f"/minutes/{minutes.id}"
    publishing.withdraw(world.olaf, minutes, reason="A name was in it.")
    assert client.get(address).status_code == 404


def test_the_page_says_why_an_audience_is_chosen_already(
    minutes: Minutes, world: World, sign_in: SignIn
) -> None:
    lev, page = sign_in(world.lev), f"/meetings/{minutes.meeting_id}/minutes/publish"
    assert "Preselected is what fits the group" in lev.get(page).text
    publishing.publish(world.lev, minutes, audience="network", version=2)
    text = lev.get(page).text
    assert "Preselected is for whom they are published now." in text
    assert re.search(r'value="network"[^>]*checked', text)


def test_a_version_as_a_file_stays_with_whoever_fetched_it(
    minutes: Minutes, world: World, sign_in: SignIn
) -> None:
    answer = sign_in(world.lev).get(f"/meetings/{minutes.meeting_id}/minutes/versions/1.json")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert snapshot.digest(answer.text) == snapshot.digest(snapshot.canonical(answer.json))


def test_a_title_and_what_stands_behind_a_name_are_no_part_of_it(minutes: Minutes) -> None:
    item = minutes.parent.agenda[0]
    said = snapshot.read(newest(minutes))
    said["items"][0]["presenters"].append({"id": None, "name": "Dr. Ria Sand, Jobcenter", "organisation": ""})
    said["items"][0]["paragraphs"].append(
        {"id": f"text-{item.id}-9", "text": "Ria Sand asks Dr. Beet, Sand."}
    )
    assert doubts.doubtful(said, named=[]) == ["Sand"]
    text = public.version_for_public(said, named=[], left_out=["Sand"])["items"][0]["paragraphs"][-1]["text"]
    assert "Sand" not in text and "Dr. Beet" in text
