"""What administrators see and do: accounts without content, the record of errors, failed jobs."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from network import jobs
from network.error_record import RecordedError
from network.extensions import db
from network.letters import Letter
from network.people import actions
from network.people.models import Person, Role, SignIn
from network.things import now
from tests.unchanged import nothing_written
from tests.world import World, make_person

PAGES = ["/administration/accounts", "/administration/errors", "/administration/jobs"]


def account(person: Person, deed: str = "") -> str:
    """The address of somebody's account, or of what is done to it."""
    return f"/administration/accounts/{person.id}{'/' * bool(deed)}{deed}"


def standing(person: Person) -> int:
    """On how many devices the person is signed in."""
    ended = select(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    return len(db.session.scalars(ended).all())


def recorded(place: str = "network/groups/views.py:10 show", number: str = "0a1b2c3d") -> RecordedError:
    """An error that has happened a moment ago."""
    error = RecordedError(
        number=number,
        at=now(),
        endpoint="groups.show",
        address="GET /groups/<id>",
        kind="RuntimeError",
        place=place,
        calls=["flask/app.py:1 dispatch", place],
    )
    db.session.add(error)
    db.session.commit()
    return error


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["anke", "olaf", "kira"])
def test_the_pages_exist_for_administrators_alone(world: World, sign_in: Any, who: str, page: str) -> None:
    assert sign_in(getattr(world, who)).get(page).status_code == 404
    assert sign_in(world.ada).get(page).status_code == 200


def test_the_menu_leads_ada_to_the_administration_and_nobody_else(world: World, sign_in: Any) -> None:
    assert 'href="/administration/accounts"' in sign_in(world.ada).get("/my").text
    assert 'href="/administration/' not in sign_in(world.olaf).get("/my").text


# Accounts


def test_ada_finds_people_by_name_address_and_state(world: World, sign_in: Any) -> None:
    actions.invite(world.olaf, world.desk, email="nele@example.org", name="Nele Neu")
    ada = sign_in(world.ada)
    page = ada.get("/administration/accounts?q=krämer").text
    assert "Anke Krämer" in page and "Ben Berger" not in page
    assert "Ben Berger" in ada.get("/administration/accounts?q=ben@").text
    assert "Nele Neu" in ada.get("/administration/accounts?state=invited").text
    administrators = ada.get("/administration/accounts?state=administrators").text
    assert "Ada Admin" in administrators and "Ben Berger" not in administrators
    assert ada.get("/administration/accounts?state=kings").status_code == 404


def test_an_account_shows_how_it_stands_and_nothing_that_the_person_wrote(world: World, sign_in: Any) -> None:
    world.mo.applied_text = "My story, for the Office alone."
    db.session.commit()
    page = sign_in(world.ada).get(account(world.mo)).text
    assert "mo@example.org" in page and "Member of the network" in page
    assert "My story" not in page and "Closed circle" not in page
    assert f"/office/people/{world.mo.id}" not in page, "she may not change the address"


def test_ada_ends_the_sign_ins_of_a_lost_telephone(world: World, sign_in: Any) -> None:
    ben, ada = sign_in(world.ben), sign_in(world.ada)
    assert "on one device" in ada.get(account(world.ben)).text
    assert ada.post(account(world.ben, "sign-out")).status_code == 303
    assert standing(world.ben) == 0
    assert ben.get("/my").status_code == 303, "he is led to the door"
    assert ada.get("/administration/accounts").status_code == 200, "she is still signed in"


def test_a_link_for_a_new_password_goes_to_the_person_alone(world: World, sign_in: Any, letters: Any) -> None:
    answer = sign_in(world.ada).post(account(world.ben, "reset"), follow_redirects=True)
    jobs.run_pending()
    [link] = [link for link in letters.last(world.ben).links if "/reset/" in link]
    assert link not in answer.text
    assert letters.to("ada@example.org") == []


def test_links_for_a_new_password_cannot_flood_somebody(world: World, sign_in: Any, letters: Any) -> None:
    ada = sign_in(world.ada)
    for _time in range(8):
        page = ada.post(account(world.ben, "reset"), follow_redirects=True).text
    assert "That was tried very often" in page
    jobs.run_pending()
    assert len(letters.to("ben@example.org")) == 5


def test_an_invitation_is_sent_again(world: World, sign_in: Any, letters: Any) -> None:
    nele = actions.invite(world.olaf, world.desk, email="nele@example.org", name="Nele Neu")
    assert sign_in(world.ada).post(account(nele, "invite-again")).status_code == 303
    jobs.run_pending()
    assert len(letters.to("nele@example.org")) == 2


def test_whoever_is_a_member_already_is_not_invited_again(world: World, sign_in: Any) -> None:
    ada = sign_in(world.ada)
    with nothing_written():
        assert ada.post(account(world.ben, "invite-again")).status_code == 409


def test_ada_names_ben_and_goes_but_the_last_administrator_stays(world: World, sign_in: Any) -> None:
    ada, ben = sign_in(world.ada), sign_in(world.ben)
    with nothing_written():
        refused = ada.post(account(world.ada, "administrator/take-back"), follow_redirects=True)
    assert "needs at least one administrator" in refused.text

    ada.post(account(world.ben, "administrator"))
    assert ben.get("/administration/accounts").status_code == 200
    assert ada.post(account(world.ada, "administrator/take-back")).status_code == 303
    assert ada.get("/administration/accounts").status_code == 404
    assert (world.ben.administers, world.ada.administers) == (True, False)


def test_who_has_no_account_yet_cannot_administer(world: World, sign_in: Any) -> None:
    nele = actions.invite(world.olaf, world.desk, email="nele@example.org", name="Nele Neu")
    assert sign_in(world.ada).post(account(nele, "administrator")).status_code == 403
    assert not nele.administers


def test_the_last_administrator_is_not_erased(world: World, sign_in: Any) -> None:
    page = sign_in(world.olaf).post(
        f"/office/people/{world.ada.id}/erase", data={"reason": "asked by letter", "sure": "y"}
    )
    assert page.status_code == 422 and "needs at least one administrator" in page.text
    assert world.ada.email == "ada@example.org"


def test_ada_cannot_make_herself_one_of_the_office(world: World, sign_in: Any) -> None:
    ada = sign_in(world.ada)
    answer = ada.post(f"/office/people/{world.ada.id}", data={"deed": "role", "role": "office"})
    assert answer.status_code == 404
    assert world.ada.role == Role.MEMBER


def test_letters_that_did_not_arrive_stand_at_the_account_and_with_the_jobs(
    world: World, sign_in: Any
) -> None:
    letter = Letter(
        person_id=world.ben.id,
        to_address="ben@example.org",
        message_id="<1@localhost>",
        template="meeting_invitation",
        language="en",
        subject="A meeting of the Closed circle",
        text="What is said there.",
        html="",
        headers={},
        attachments=[],
        state="failed",
        last_error="SMTPRecipientsRefused 550",
    )
    db.session.add(letter)
    db.session.commit()
    jobs.keep_failure("letters.send_again", (letter.id,), RuntimeError(), 1)
    ada = sign_in(world.ada)
    for page in (account(world.ben), "/administration/jobs"):
        text = ada.get(page).text
        assert "SMTPRecipientsRefused 550" in text and "ben@example.org" in text
        assert "Closed circle" not in text and "What is said there" not in text


def test_the_pages_cost_the_same_for_many(world: World, sign_in: Any, statements: Any) -> None:
    for number in range(40):
        make_person(world, f"Person {number}", f"p{number}@example.org")
        recorded(f"network/groups/views.py:{number} show", f"{number:08x}")
        jobs.keep_failure("letters.send_again", (number,), RuntimeError(), 1)
    ada = sign_in(world.ada)
    for page in (*PAGES, account(world.ben)):
        ada.get(page)
        with statements() as sent:
            assert ada.get(page).status_code == 200
        assert len(sent) <= 8, (page, sent)


# The record of errors


def test_errors_of_one_place_stand_together_the_newest_place_first(world: World, sign_in: Any) -> None:
    for number in ("00000001", "00000002", "00000003"):
        recorded(number=number)
    recorded("network/home/views.py:7 my", "00000004")
    page = sign_in(world.ada).get("/administration/errors").text
    assert page.index("network/home/views.py:7 my") < page.index("network/groups/views.py:10 show")
    assert "3 times" in page and "00000003" in page and "00000001" not in page


def test_the_number_that_somebody_read_out_finds_its_error(world: World, sign_in: Any) -> None:
    recorded(number="00000001")
    recorded(number="00000002")
    ada = sign_in(world.ada)
    page = ada.get("/administration/errors?number=%2000000001%20").text
    assert "GET /groups/&lt;id&gt;" in page and '<code dir="ltr">00000001</code>' in page
    assert "00000002" not in page
    assert "No error with this number" in ada.get("/administration/errors?number=deadbeef").text


def test_settling_takes_those_seen_and_what_comes_later_stands_anew(world: World, sign_in: Any) -> None:
    seen, other = recorded(number="00000001"), recorded("network/home/views.py:7 my", "00000002")
    ada = sign_in(world.ada)
    later = recorded(number="00000003")
    assert ada.post(f"/administration/errors/{seen.id}/settle").status_code == 303
    db.session.refresh(seen)
    assert seen.settled_at is not None
    assert other.settled_at is None and later.settled_at is None
    assert ada.post(f"/administration/errors/{seen.id}/settle").status_code == 409
    assert ada.post("/administration/errors/999999/settle").status_code == 404
    page = ada.get("/administration/errors?number=00000001").text
    assert "nw-badge--ok" in page, "it is still found, as settled"


@pytest.mark.parametrize("number", ["\x00", "<script>alert(1)</script>", "9" * 500, "%", "' OR 1=1"])
def test_a_number_that_is_none_finds_nothing(world: World, app: Flask, sign_in: Any, number: str) -> None:
    recorded()
    answer = sign_in(world.ada).get("/administration/errors", query_string={"number": number})
    assert answer.status_code < 500
    assert "0a1b2c3d" not in answer.text and "<script>alert" not in answer.text
