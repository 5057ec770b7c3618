"""How people go: with their data, by themselves, or erased by the Office."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from lxml import html as markup

from network import jobs
from network.changes import Change, Invalid, Refused
from network.extensions import db
from network.people import accounts, actions, departures, erasers, export, hindrances, leaving
from network.people.hindrances import Hindrance
from network.people.models import EmailChange, Person, PersonState, Role, SignIn, Visit
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.world import PASSWORD, World, join

pytestmark = pytest.mark.both_databases  # nothing may be left

SignInAs = Callable[..., Reader]
Knows = Callable[[Person], Person]


# Taking data along


def test_anke_takes_her_data_along(world: World, sign_in: SignInAs) -> None:
    anke = sign_in(world.anke)
    anke.post("/profile/notifications", data={"wanted": ["meetings"]})
    answer = anke.get("/profile/data.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        data = json.loads(packed.read("data.json"))
        page = markup.document_fromstring(packed.read("data.html").decode())
    assert data["account"]["email"] == "anke@example.org"
    assert data["account"]["organisations"] == ["Volkshochschule Auental"]
    assert data["record"][0]["verb"] == "changed"
    assert len(data["sign_ins"]) == 1
    assert "password" not in str(data).lower()
    assert "Anke Krämer" in page.findtext(".//h1")


def test_data_are_for_oneself_alone(world: World, client: Reader, sign_in: SignInAs) -> None:
    assert client.get("/profile/data.zip").status_code == 303
    with zipfile.ZipFile(io.BytesIO(sign_in(world.ben).get("/profile/data.zip").data)) as packed:
        assert "anke" not in packed.read("data.json").decode().lower()


def test_features_below_add_their_part(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_PARTS", dict(export._PARTS))
    export.add(
        "plants", lambda person: [{"name": "Fern"}, {"name": "<b>Oak</b>"}], "Plants", {"name": "Called"}
    )
    with app.test_request_context():
        content = export.pack(world.anke)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert json.loads(packed.read("data.json"))["plants"][0] == {"name": "Fern"}
        page = packed.read("data.html").decode()
    assert "Called" in page
    assert "&lt;b&gt;Oak" in page


# Leaving by oneself


def leave_as(reader: Reader, become: str = "former", present: str = PASSWORD) -> Any:
    return reader.post("/profile/leave", data={"become": become, "present": present})


def test_olena_leaves_and_former_member_stands_in_her_place(
    world: World, sign_in: SignInAs, knows_password: Knows, letters: Letterbox, client: Reader
) -> None:
    knows_password(world.olena)
    olena, elsewhere = sign_in(world.olena), sign_in(world.olena)
    assert "This cannot be undone" in olena.get("/profile/leave").text
    answer = leave_as(olena)
    assert (answer.status_code, answer.location) == (303, "/left")
    assert "left the network" in olena.get("/left").text
    assert elsewhere.get("/profile").status_code == 303
    db.session.expire_all()
    assert world.olena.state == PersonState.LEFT
    assert world.olena.nameless
    assert world.olena.recorded_name == "Olena Koval", "the record of meetings keeps it"
    assert (world.olena.email, world.olena.password_hash) == (None, None)
    assert "“Former member” stands" in letters.last("olena@example.org").text
    assert sign_in(world.ben).get(f"/people/{world.olena.id}").status_code == 404
    signed = client.post("/sign-in", data={"email": "olena@example.org", "password": PASSWORD})
    assert signed.status_code == 422


def test_a_name_may_stay(world: World, sign_in: SignInAs, knows_password: Knows) -> None:
    knows_password(world.olena)
    leave_as(sign_in(world.olena), become="name")
    db.session.expire_all()
    assert (world.olena.state, world.olena.name) == (PersonState.LEFT, "Olena Koval")


def test_former_member_is_said_in_the_language_of_the_reader(
    world: World, app: Flask, sign_in: SignInAs
) -> None:
    leaving.leave(world.olena, world.olena, nameless=True)
    assert world.olena.initials == "–"
    for language in ("de", "en", "ar"):
        with force_locale(language):
            assert world.olena.name == gettext("Former member")
    page = sign_in(world.olaf).get(f"/people/{world.olena.id}").text
    assert "Former member" in page
    assert "Olena" not in page
    found = db.session.query(Person).filter(Person.name == "Olena Koval").one()
    assert found == world.olena


@pytest.mark.parametrize(
    ("become", "present"), [("", PASSWORD), ("emperor", PASSWORD), ("former", ""), ("former", "wrong")]
)
def test_leaving_needs_a_choice_and_the_password(
    world: World, sign_in: SignInAs, knows_password: Knows, letters: Letterbox, become: str, present: str
) -> None:
    knows_password(world.olena)
    olena = sign_in(world.olena)
    assert leave_as(olena, become, present).status_code == 422
    assert olena.get("/profile").status_code == 200
    db.session.expire_all()
    assert (world.olena.state, len(letters)) == (PersonState.ADMITTED, 0)


def test_what_is_to_be_settled_first_is_told(
    world: World, sign_in: SignInAs, knows_password: Knows, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows_password(world.olena)
    monkeypatch.setattr(hindrances, "_ASKED", [lambda person: [Hindrance("Water the fern first.", "/fern")]])
    olena = sign_in(world.olena)
    page = olena.get("/profile/leave").text
    assert "Water the fern first." in page
    assert leave_as(olena).status_code == 422
    with pytest.raises(Refused):
        leaving.leave(world.olena, world.olena, nameless=True)
    db.session.expire_all()
    assert world.olena.state == PersonState.ADMITTED


def test_the_last_of_the_office_and_the_last_administrator_stay(world: World) -> None:
    for person in (world.olaf, world.ada):
        with pytest.raises(Refused):
            leaving.leave(person, person, nameless=False)
        assert person.state == PersonState.ADMITTED
    actions.give_role(world.olaf, world.kira, role=Role.OFFICE)
    leaving.leave(world.olaf, world.olaf, nameless=False)
    assert world.olaf.state == PersonState.LEFT
    assert not world.olaf.works_in_office


def test_nobody_makes_somebody_else_leave(world: World) -> None:
    for who in (world.ben, world.olaf, world.ada):
        with pytest.raises(Refused):
            leaving.leave(who, world.olena, nameless=True)
    assert world.olena.state == PersonState.ADMITTED


def test_features_below_hear_of_a_departure_soon_after(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(departures, "_TOLD", [lambda person: told.append(person.id)])
    leaving.leave(world.olena, world.olena, nameless=False)
    jobs.run_pending()
    assert told == [world.olena.id]


def test_the_same_address_can_come_back_as_somebody_new(world: World) -> None:
    leaving.leave(world.olena, world.olena, nameless=False)
    again = actions.invite(world.olaf, world.desk, email="olena@example.org", name="Olena")
    assert again.id != world.olena.id


# Erased by the Office


def everything_said_about(person_id: int, *words: str) -> list[str]:
    """Every cell of the database that holds one of the words."""
    found = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()).mappings():
            for column, value in row.items():
                if any(word.lower() in str(value).lower() for word in words):
                    found.append(f"{table.name}.{column}: {value}")
    return found


def test_erasing_really_erases(
    world: World,
    sign_in: SignInAs,
    knows_password: Knows,
    letters: Letterbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ben = knows_password(world.ben)
    reader = sign_in(ben)
    accounts.ask_reset(ben, ben)
    reader.post("/profile/email", data={"email": "bens-new-address@example.org", "present": PASSWORD})
    reader.post("/profile", data={"name": "Ben Berger", "address": "Herr Berger", "further": "Bergerverein"})
    db.session.add(Visit(person_id=ben.id, room_id=world.network.room_id, number=0))
    db.session.commit()
    assert len(letters.all()) == 2
    asked: list[int] = []
    monkeypatch.setattr(erasers, "_ERASERS", [lambda person: asked.append(person.id)])
    leaving.erase(world.olaf, ben, reason="A wish of the person, by letter")
    assert everything_said_about(ben.id, "Ben Berger", "ben@example.org", "Herr Berger", "bens-new") == []
    assert everything_said_about(ben.id, "Bergerverein") == []
    for table in (SignIn, EmailChange, Visit):
        assert db.session.query(table).filter_by(person_id=ben.id).count() == 0
    assert len(letters.all()) == 0, "written letters go as well"
    assert asked == [ben.id]
    assert (ben.nameless, ben.state) == (True, PersonState.LEFT)
    assert (ben.erased_by_id, ben.erased_reason) == (world.olaf.id, "A wish of the person, by letter")
    assert ben.erased_at is not None
    assert reader.get("/profile").status_code == 303
    heard = db.session.query(Change).filter_by(thing_id=ben.id, verb="erased").all()
    assert {line.room_id for line in heard} == {ben.room_id, world.desk.room_id}


def test_somebody_who_has_left_can_be_erased_as_well(world: World) -> None:
    leaving.leave(world.olena, world.olena, nameless=False)
    leaving.erase(world.olaf, world.olena, reason="A wish")
    assert everything_said_about(world.olena.id, "Olena Koval") == []


@pytest.mark.parametrize("who", ["anke", "kira", "ada", "olena"])
def test_only_the_office_erases(world: World, who: str) -> None:
    with pytest.raises(Refused):
        leaving.erase(getattr(world, who), world.ben, reason="So")
    assert world.ben.name == "Ben Berger"


def test_erasing_needs_a_reason_and_is_not_for_oneself(world: World) -> None:
    with pytest.raises(Invalid):
        leaving.erase(world.olaf, world.ben, reason="")
    with pytest.raises(Refused):
        leaving.erase(world.olaf, world.olaf, reason="So")
    assert (world.ben.name, world.olaf.name) == ("Ben Berger", "Olaf Amt")


def test_an_eraser_that_fails_erases_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(person: Person) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(erasers, "_ERASERS", [fail])
    with pytest.raises(RuntimeError):
        leaving.erase(world.olaf, world.ben, reason="So")
    db.session.expire_all()
    assert (world.ben.name, world.ben.email) == ("Ben Berger", "ben@example.org")


def test_a_member_of_a_group_who_leaves_keeps_no_right(world: World, sign_in: SignInAs) -> None:
    join(world.language, world.olena)
    db.session.commit()
    olena = sign_in(world.olena)
    leaving.leave(world.olena, world.olena, nameless=True)
    assert olena.get(f"/people/{world.anke.id}").status_code == 303
    assert not world.olena.is_authenticated


def test_a_letter_that_waits_does_not_leave_after_a_departure(world: World, letters: Letterbox) -> None:
    accounts.ask_reset(world.olena, world.olena)
    leaving.leave(world.olena, world.olena, nameless=False)
    assert [letter.subject for letter in letters.to("olena@example.org")] == ["You have left the network"]
