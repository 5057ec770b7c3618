"""The Office's pages: what waits, whom to invite, and what stays closed to others."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from network import jobs
from network.agenda import proposals
from network.approval import actions as approval
from network.directory.models import Organisation
from network.extensions import db
from network.groups.models import Place
from network.groups.policy import role
from network.meetings.models import MeetingState
from network.office import waiting
from network.people import actions, leaving
from network.people.models import Person, PersonState, Visitor
from network.things import now
from tests.approval.conftest import hold, send
from tests.world import World, make_group, make_meeting, make_person

PAGES = ["/office/", "/office/people", "/office/invite", "/office/invite/list"]
LIST = """Name; E-Mail; Organisation
Pavel Sidorenko; pavel@example.org; Volkshochschule Auental
"Maaß, Dörte" <doerte@example.org>
no address at all
Ben Berger; ben@example.org
Pavel again; PAVEL@example.org
; nameless@example.org
Selam Tesfay\tselam@example.org\tBildungswerk
"""


@pytest.fixture
def tarek(world: World) -> Person:
    """He has asked for an account."""
    return actions.apply(
        Visitor(),
        world.desk,
        email="tarek@example.org",
        name="Tarek Nassar",
        organisation="Fahrradwerkstatt",
        organisation_kind="citizens-initiative",
        engaged_citizen=False,
        spoken=["ar"],
        text="We repair bicycles.",
        language="en",
    )


def of(email: str) -> Person | None:
    """Whoever has this address."""
    return db.session.scalars(select(Person).where(Person.email == email)).one_or_none()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["anke", "ben", "guel", "olena", "kira"])
def test_the_offices_pages_do_not_exist_for_others(world: World, sign_in: Any, who: str, page: str) -> None:
    assert sign_in(getattr(world, who)).get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_olaf_of_the_office_opens_its_pages(world: World, sign_in: Any, page: str) -> None:
    assert sign_in(world.olaf).get(page).status_code == 200


def test_the_offices_pages_do_not_exist_for_administrators_either(world: World, sign_in: Any) -> None:
    ada = sign_in(world.ada)
    assert [ada.get(page).status_code for page in PAGES] == [404] * 4


def test_visitors_are_asked_to_sign_in(app: Flask, world: World, client: Any) -> None:
    assert client.get("/office/").status_code in (302, 303)


def test_an_application_waits_and_is_admitted_with_its_organisation(
    world: World, sign_in: Any, tarek: Person, letters: Any
) -> None:
    olaf = sign_in(world.olaf)
    assert "Tarek Nassar" in olaf.get("/office/").text

    answer = olaf.post(f"/office/people/{tarek.id}/admit", data={"create_organisation": "y"})

    assert answer.status_code == 303
    found = of("tarek@example.org")
    assert found is not None and found.state == PersonState.ADMITTED
    assert found.organisation is not None and found.organisation.name == "Fahrradwerkstatt"
    assert "Welcome" in letters.to("tarek@example.org")[-1].subject
    assert "Tarek Nassar" not in olaf.get("/office/").text.split("<main")[1]


def test_declining_needs_a_reason_which_the_person_reads(
    world: World, sign_in: Any, tarek: Person, letters: Any
) -> None:
    olaf = sign_in(world.olaf)

    refused = olaf.post(f"/office/people/{tarek.id}/decline", data={"answer": "  "})
    assert refused.status_code == 422
    assert of("tarek@example.org").state == PersonState.APPLIED  # type: ignore[union-attr]  # found

    olaf.post(f"/office/people/{tarek.id}/decline", data={"answer": "Please ask your parish first."})
    assert of("tarek@example.org").state == PersonState.DECLINED  # type: ignore[union-attr]  # found
    assert "ask your parish first" in letters.to("tarek@example.org")[-1].text


def test_two_of_the_office_cannot_decide_the_same_application(
    world: World, sign_in: Any, tarek: Person
) -> None:
    olaf = sign_in(world.olaf)
    olaf.post(f"/office/people/{tarek.id}/admit", data={})

    late = olaf.post(f"/office/people/{tarek.id}/decline", data={"answer": "No."})

    assert late.status_code == 409
    assert of("tarek@example.org").state == PersonState.ADMITTED  # type: ignore[union-attr]  # found


def test_a_pasted_list_is_previewed_and_nothing_is_sent(world: World, sign_in: Any, letters: Any) -> None:
    page = sign_in(world.olaf).post("/office/invite/list", data={"people": LIST, "language": "de"})

    assert "3 people will be invited" in page.text
    assert "Nothing will happen for 4 lines" in page.text
    for said in ("There is no e-mail address", "Has an account already", "further up", "name is missing"):
        assert said in page.text
    assert of("pavel@example.org") is None
    assert letters.to("pavel@example.org") == []


def test_sending_the_list_invites_whom_nothing_speaks_against(
    world: World, sign_in: Any, letters: Any
) -> None:
    answer = sign_in(world.olaf).post(
        "/office/invite/list",
        data={"people": LIST, "language": "de", "step": "send", "add_as": "school-or-provider"},
    )

    assert answer.status_code == 303
    pavel, selam = of("pavel@example.org"), of("selam@example.org")
    assert pavel is not None and pavel.organisation == world.school
    assert selam is not None and selam.organisation is not None
    assert selam.organisation.name == "Bildungswerk"
    assert of("doerte@example.org").name == "Maaß, Dörte"  # type: ignore[union-attr]  # found
    assert of("nameless@example.org") is None
    assert len(letters.to("pavel@example.org")) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "", "email": "x@example.org"},
        {"name": "X", "email": ""},
        {"name": "X", "email": "no address"},
        {"name": "X", "email": "ben@example.org"},
        {"name": "X" * 500, "email": "x@example.org"},
        {"name": "X", "email": "x@example.org", "organisation_id": "999999"},
        {"name": "X", "email": "x@example.org", "role": "emperor"},
        {"name": "X", "email": "x@example.org", "language": "tlh"},
    ],
)
def test_a_wrong_invitation_is_told_and_keeps_what_was_typed(
    world: World, sign_in: Any, facts: dict[str, str]
) -> None:
    given = {"organisation_id": "", "role": "member", "language": "de", **facts}
    page = sign_in(world.olaf).post("/office/invite", data=given)

    assert page.status_code == 422
    assert "Please check" in page.text
    assert facts["email"] in page.text
    assert of("x@example.org") is None


def test_the_office_gives_roles_and_makes_no_administrators(world: World, sign_in: Any) -> None:
    sign_in(world.olaf).post(
        f"/office/people/{world.ben.id}",
        data={"deed": "role", "role": "coordination", "administers": "y"},
    )

    assert (world.ben.role, world.ben.administers) == ("coordination", False)


def test_erasing_asks_for_a_reason_and_deletes(world: World, sign_in: Any) -> None:
    olaf = sign_in(world.olaf)
    assert olaf.post(f"/office/people/{world.mo.id}/erase", data={"reason": "asked"}).status_code == 422
    assert world.mo.email == "mo@example.org"

    olaf.post(f"/office/people/{world.mo.id}/erase", data={"reason": "asked by letter", "sure": "y"})

    assert of("mo@example.org") is None
    assert db.session.get(Person, world.mo.id).nameless


def test_a_page_of_people_costs_the_same_for_many(world: World, sign_in: Any, statements: Any) -> None:
    for number in range(40):
        make_person(world, f"Person {number}", f"p{number}@example.org")
    db.session.commit()
    olaf = sign_in(world.olaf)
    olaf.get("/office/people")

    with statements() as sent:
        assert olaf.get("/office/people").status_code == 200
    assert len(sent) <= 8, sent
    with statements() as sent:
        assert olaf.get("/office/").status_code == 200
    assert len(sent) <= 8, sent


def test_run_out_invitations_are_sent_again_in_one_click(world: World, sign_in: Any, letters: Any) -> None:
    invited = actions.invite(world.olaf, world.desk, email="late@example.org", name="Late Person")
    invited.invited_until = now()
    db.session.commit()
    olaf = sign_in(world.olaf)
    assert "Late Person" in olaf.get("/office/").text

    olaf.post(f"/office/people/{invited.id}/invite-again", data={"back": "office"})

    assert len(letters.to("late@example.org")) == 2
    assert "Late Person" not in olaf.get("/office/").text.split("<main")[1]


def test_an_organisation_of_the_same_name_is_refused(world: World, sign_in: Any) -> None:
    page = sign_in(world.olaf).post(
        "/organisations/new", data={"name": "volkshochschule  AUENTAL", "kind": "association"}
    )

    assert page.status_code == 422
    assert "organisation of this name already" in page.text
    assert len(db.session.scalars(select(Organisation)).all()) == 2


def test_a_group_without_a_lead_is_seen_and_gets_one_in_one_click(
    world: World, sign_in: Any, statements: Any
) -> None:
    leaving.erase(world.olaf, world.anke, reason="asked by letter")
    jobs.run_pending()
    olaf = sign_in(world.olaf)
    olaf.get("/office/")
    with statements() as sent:
        desk = olaf.get("/office/").text
    assert len(sent) <= 8, sent
    card = desk.split('id="without-lead"')[1].split("</section>")[0]
    assert "Language" in card and "Housing" not in card
    ben = next(place for place in world.language.memberships if place.person_id == world.ben.id)
    assert f'formaction="/memberships/{ben.id}"' in card

    assert olaf.post(f"/memberships/{ben.id}", data={"role": "lead"}).status_code == 303
    assert role(world.ben, world.language) == Place.LEAD
    assert 'id="without-lead"' not in olaf.get("/office/").text


def test_an_empty_group_without_a_lead_is_offered_an_invitation(world: World, sign_in: Any) -> None:
    empty = make_group(world, "Empty circle")
    archived = make_group(world, "Old circle", archived_at=now())
    db.session.commit()
    card = sign_in(world.olaf).get("/office/").text.split('id="without-lead"')[1].split("</section>")[0]
    assert f'href="/groups/{empty.id}/invite"' in card
    assert archived.name not in card


def test_of_a_list_it_is_said_first_that_somebody_has_an_account(world: World, sign_in: Any) -> None:
    given = "ben@example.org\nnele@example.org\nNele Neu; nele@example.org\nNele; nele@example.org"
    page = sign_in(world.olaf).post("/office/invite/list", data={"people": given, "language": "en"}).text
    said = page.split("Nothing will happen")[1].split("</ul>")[0]
    lines = re.findall(r"<li>(.*?)</li>", said)
    assert ["Has an account already" in lines[0], "name is missing" in lines[1]] == [True, True]
    assert "further up" in lines[2] and len(lines) == 3
    assert "One person will be invited" in page


def test_the_menu_counts_what_the_page_lists_and_ones_own_area_says_so(
    world: World, sign_in: Any, tarek: Person, clock: Any
) -> None:
    make_group(world, "Quiet and without a lead")
    make_meeting(world.language, state=MeetingState.CLOSED, ended_at=now())
    proposals.propose(world.ben, world.language, title="Childcare")
    clock.shift(timedelta(days=100))
    waiting.forget_number()
    number = waiting.lists(world.olaf).number
    assert number >= 5 and waiting.number_for_menu(world.olaf) == number
    assert f"{number} things need a hand of the Coordination Office" in sign_in(world.olaf).get("/my").text
    assert "of the Coordination Office</a></p>" not in sign_in(world.ben).get("/my").text


def test_minutes_that_wait_to_be_sent_or_approved_stand_there_with_what_they_wait_for(
    world: World, sign_in: Any, clock: Any
) -> None:
    sent = hold(world.language, world.anke, world.ben, title="Sent in time")
    send(sent.minutes, world.ben)
    hold(world.language, world.anke, world.ben, title="Left lying")
    olaf = sign_in(world.olaf)
    listed = [title in olaf.get("/office/").text for title in ("Sent in time", "Left lying")]
    assert listed == [False, False]
    clock.shift(timedelta(days=9))
    page = sign_in(world.olaf).get("/office/").text
    assert "Sent in time" in page and "Corrections were possible until" in page
    assert "Left lying" in page and "not sent yet" in page
    approval.approve(world.anke, sent.minutes)
    assert "Sent in time" not in sign_in(world.olaf).get("/office/").text
