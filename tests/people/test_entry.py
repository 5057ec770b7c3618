"""Coming in: invitations, applications, and what signed links are good for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from network import jobs, links
from network.changes import CLOCK, Change, Invalid, Refused, Stale
from network.directory.models import Organisation
from network.extensions import db
from network.people import actions
from network.people.jobs import tidy_accounts
from network.people.models import OfficeDesk, Person, PersonState, Role, SignIn
from network.things import now
from tests.clients import Reader
from tests.letterbox import Letter, Letterbox
from tests.world import PASSWORD, World

Link = Callable[[Letter, str], str]
SAME_ANSWER = "If there is an account with this address"


def invite_mara(world: World, **more: Any) -> Person:
    facts = {"email": "mara@example.org", "name": "Mara Neu", "language": "en", **more}
    person: Person = actions.invite(world.olaf, world.desk, **facts)
    return person


def apply_as(client: Reader, **more: Any) -> Any:
    facts = {
        "name": "Sami Nur",
        "email": "sami@example.org",
        "belongs": "organisation",
        "organisation": "Café Mosaik",
        "organisation_kind": "association",
        "spoken": ["ar", "de"],
        "text": "We run a meeting place.",
        **more,
    }
    return client.post("/apply", data=facts)


def applied() -> Person:
    person = Person.by_email("sami@example.org")
    assert person is not None
    return person


# Invited


def test_an_invited_person_comes_in_by_the_link_and_is_signed_in(
    world: World, client: Reader, letters: Letterbox, link: Link
) -> None:
    mara = invite_mara(world, organisation_id=world.school.id)
    letter = letters.last("mara@example.org")
    assert "Olaf Amt" in letter.text
    path = link(letter, "/invitation/")
    page = client.get(path).text
    assert "Volkshochschule Auental" in page
    assert "mara@example.org" in page
    assert mara.state == PersonState.INVITED, "opening a link never acts"
    answer = client.post(
        path,
        data={"name": "Mara Neumann", "address": "Frau Neumann", "password": PASSWORD, "language": "en"},
    )
    assert (answer.status_code, answer.location) == (303, "/profile?new=1")
    page = client.get("/profile").text
    assert "Mara Neumann" in page
    db.session.expire_all()
    assert mara.state == PersonState.ADMITTED
    assert mara.addressed == "Frau Neumann"
    assert [a.organisation.name for a in mara.affiliations] == ["Volkshochschule Auental"]


def test_an_invitation_works_once(world: World, client: Reader, letters: Letterbox, link: Link) -> None:
    invite_mara(world)
    path = link(letters.last(), "/invitation/")
    facts = {"name": "Mara", "password": PASSWORD, "language": "en"}
    assert client.post(path, data=facts).status_code == 303
    client.post("/sign-out")
    again = client.post(path, data={**facts, "name": "Somebody Else"})
    assert again.status_code == 410
    assert "does not work any more" in again.text
    db.session.expire_all()
    assert Person.by_email("mara@example.org").name == "Mara"  # type: ignore[union-attr]  # found


def test_an_invitation_ends_after_its_days(
    world: World, client: Reader, letters: Letterbox, link: Link, clock: Any
) -> None:
    invite_mara(world)
    path = link(letters.last(), "/invitation/")
    clock.shift(timedelta(days=30, minutes=1))
    assert client.get(path).status_code == 410
    answer = client.post(path, data={"name": "M", "password": PASSWORD, "language": "en"})
    assert answer.status_code == 410
    assert Person.by_email("mara@example.org").state == PersonState.INVITED  # type: ignore[union-attr]  # found


def test_inviting_again_makes_the_first_link_void(
    world: World, client: Reader, letters: Letterbox, link: Link
) -> None:
    mara = invite_mara(world)
    first = link(letters.last(), "/invitation/")
    actions.invite_again(world.olaf, mara)
    second = link(letters.last(), "/invitation/")
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_an_invitation_that_was_taken_back_lets_nobody_in_and_forgets_the_person(
    world: World, client: Reader, letters: Letterbox, link: Link
) -> None:
    mara = invite_mara(world)
    path = link(letters.last(), "/invitation/")
    actions.take_back_invitation(world.olaf, mara)
    assert client.get(path).status_code == 410
    assert (mara.email, mara.recorded_name) == (None, "")
    assert invite_mara(world).id != mara.id, "the address is free again"


@pytest.mark.parametrize("who", ["anke", "kira", "ada", "olena"])
def test_only_the_office_invites(world: World, letters: Letterbox, who: str) -> None:
    with pytest.raises(Refused):
        actions.invite(getattr(world, who), world.desk, email="mara@example.org", name="Mara")
    assert Person.by_email("mara@example.org") is None
    assert len(letters) == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"email": "anke@example.org"}, "email"),
        ({"email": "ANKE@EXAMPLE.ORG"}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "a" * 250 + "@example.org"}, "email"),
        ({"email": "a@b@c.org"}, "email"),
        ({"organisation_id": 999_999}, "organisation_id"),
        ({"role": "emperor"}, "role"),
    ],
)
def test_an_invitation_that_cannot_be_says_why_and_nothing_is_sent(
    world: World, letters: Letterbox, facts: dict[str, Any], field: str
) -> None:
    before = db.session.query(Person).count()
    with pytest.raises(Invalid) as refusal:
        invite_mara(world, **facts)
    assert str(refusal.value.errors[field][0]).endswith(".")
    assert db.session.query(Person).count() == before
    assert len(letters) == 0


def test_the_letter_comes_in_the_language_of_the_invited(world: World, letters: Letterbox) -> None:
    invite_mara(world, language="ar")
    assert 'dir="rtl"' in letters.last("mara@example.org").html


def test_invitations_that_ran_out_are_told_and_later_forgotten(world: World, clock: Any) -> None:
    mara = invite_mara(world)
    clock.shift(timedelta(days=31))
    tidy_accounts()
    tidy_accounts()
    told = db.session.query(Change).filter_by(thing_id=mara.id, verb="ran out", room_id=world.desk.room_id)
    assert told.count() == 1
    assert mara.email == "mara@example.org"
    clock.shift(timedelta(days=91))
    tidy_accounts()
    db.session.expire_all()
    assert (mara.email, mara.recorded_name) == (None, "")
    assert mara.removed_at is not None


@pytest.mark.one_database  # the form alone finds them
@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 121},
        {"password": "short"},
        {"password": ""},
        {"password": "Mara Neumann"},
        {"password": "mara@example.org"},
        {"password": "1234567890"},
        {"password": "p" * 201},
        {"language": "tlh"},
        {"language": ""},
        {"address": "x" * 121},
    ],
)
def test_a_door_form_with_mistakes_keeps_what_was_typed_and_changes_nothing(
    world: World, client: Reader, letters: Letterbox, link: Link, facts: dict[str, str]
) -> None:
    mara = invite_mara(world)
    path = link(letters.last(), "/invitation/")
    given = {"name": "Mara Neumann", "address": "Mara", "password": PASSWORD, "language": "en", **facts}
    answer = client.post(path, data=given)
    assert answer.status_code == 422
    assert "Please check" in answer.text
    if given["name"].strip():
        assert given["name"] in answer.text
    assert PASSWORD not in answer.text
    db.session.expire_all()
    assert (mara.state, mara.password_hash) == (PersonState.INVITED, None)


# Applying


def test_somebody_applies_and_the_office_hears_of_it(
    world: World, client: Reader, letters: Letterbox
) -> None:
    answer = apply_as(client)
    assert (answer.status_code, answer.location) == (303, "/apply/sent")
    assert "on its way" in client.get("/apply/sent").text
    sami = applied()
    assert sami.state == PersonState.APPLIED
    assert (sami.applied_organisation, sami.spoken) == ("Café Mosaik", ["ar", "de"])
    heard = db.session.query(Change).filter_by(thing_id=sami.id, room_id=world.desk.room_id).one()
    assert heard.verb == "applied"
    assert letters.last("sami@example.org").subject == "Your application has arrived"


def test_a_known_address_gets_the_same_answer_and_a_letter_instead(
    world: World, client: Reader, letters: Letterbox
) -> None:
    answer = apply_as(client, email="Anke@example.org")
    assert (answer.status_code, answer.location) == (303, "/apply/sent")
    assert "You have an account already" in letters.last("anke@example.org").text
    db.session.expire_all()
    assert world.anke.state == PersonState.ADMITTED
    assert world.anke.applied_text == ""


def test_applying_twice_is_one_application(world: World, client: Reader, letters: Letterbox) -> None:
    apply_as(client)
    apply_as(client, text="Once more")
    assert applied().applied_text == "We run a meeting place."
    assert "need not apply again" in letters.last("sami@example.org").text


def test_the_invited_who_apply_get_their_invitation_again(
    world: World, client: Reader, letters: Letterbox, link: Link
) -> None:
    invite_mara(world)
    apply_as(client, email="mara@example.org")
    assert client.get(link(letters.last("mara@example.org"), "/invitation/")).status_code == 200


def test_the_trap_for_programs_takes_them_silently(world: World, client: Reader, letters: Letterbox) -> None:
    answer = apply_as(client, website="https://spam.example")
    assert (answer.status_code, answer.location) == (303, "/apply/sent")
    assert Person.by_email("sami@example.org") is None
    assert len(letters) == 0


def test_an_engaged_citizen_needs_no_organisation(world: World, client: Reader) -> None:
    assert (
        apply_as(client, belongs="citizen", organisation="ignored", organisation_kind="").status_code == 303
    )
    assert applied().engaged_citizen
    assert applied().applied_organisation == ""


@pytest.mark.one_database  # the form alone finds them
@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""},
        {"name": "\u202e\u200f \t"},
        {"name": "x" * 121},
        {"email": ""},
        {"email": "no address"},
        {"email": "sami@"},
        {"email": "a@b@example.org"},
        {"email": "sami@example.org\nBcc: all@example.org"},
        {"email": "x" * 300 + "@example.org"},
        {"belongs": ""},
        {"belongs": "emperor"},
        {"organisation": ""},
        {"organisation": "x" * 161},
        {"organisation_kind": ""},
        {"organisation_kind": "secret-society"},
        {"text": ""},
        {"text": "x" * 1001},
        {"spoken": ["tlh"]},
        {"spoken": ["<script>"]},
    ],
)
def test_an_application_with_mistakes_keeps_what_was_typed(
    world: World, client: Reader, letters: Letterbox, facts: dict[str, Any]
) -> None:
    before = db.session.query(Person).count()
    answer = apply_as(client, **facts)
    if "Bcc" in str(facts.get("email")):
        assert answer.status_code in (303, 422)
        assert all("Bcc" not in letter.message for letter in letters.all())
        return
    assert answer.status_code == 422
    assert "Please check" in answer.text
    if "text" not in facts:
        assert "We run a meeting place." in answer.text
    assert db.session.query(Person).count() == before
    assert len(letters) == 0


def test_html_emoji_and_arabic_stay_what_they_are(
    world: World, client: Reader, sign_in: Callable[..., Reader]
) -> None:
    apply_as(client, name="<b>سامي</b> 🌊", text="<script>alert(1)</script> مرحبا")
    sami = applied()
    assert sami.name == "<b>سامي</b> 🌊"
    page = sign_in(world.olaf).get(f"/people/{sami.id}").text
    assert "<b>سامي" not in page
    assert "&lt;b&gt;سامي" in page


def test_applications_can_be_closed(world: World, client: Reader) -> None:
    world.network.applications_open = False
    db.session.commit()
    assert "closed at the moment" in client.get("/apply").text
    apply_as(client)
    assert Person.by_email("sami@example.org") is None


def test_too_many_applications_are_asked_to_wait(world: World, client: Reader, app: Flask) -> None:
    app.config["RATE_LETTERS_ACCOUNT"] = "1 per hour"
    assert apply_as(client).status_code == 303
    answer = apply_as(client)
    assert answer.status_code == 429
    assert "Please wait" in answer.text
    assert "We run a meeting place." in answer.text


def test_the_office_admits_with_the_organisation_of_the_application(
    world: World, client: Reader, letters: Letterbox, link: Link
) -> None:
    apply_as(client)
    actions.admit(world.olaf, applied(), create_organisation=True, answer="Schön, dass Sie da sind.")
    organisation = db.session.query(Organisation).filter_by(name="Café Mosaik").one()
    assert organisation.kind == "association"
    assert applied().organisation == organisation
    letter = letters.last("sami@example.org")
    assert "Schön, dass Sie da sind." in letter.text
    answer = client.post(
        link(letter, "/invitation/"), data={"name": "Sami Nur", "password": PASSWORD, "language": "en"}
    )
    assert answer.status_code == 303
    assert "Sami Nur" in client.get("/profile").text


def test_an_organisation_that_is_there_already_is_not_added_twice(world: World, client: Reader) -> None:
    before = db.session.query(Organisation).count()
    apply_as(client, organisation="volkshochschule  AUENTAL")
    actions.admit(world.olaf, applied(), create_organisation=True)
    assert applied().organisation == world.school
    assert db.session.query(Organisation).count() == before


def test_the_office_declines_with_a_reason_that_the_person_reads(
    world: World, client: Reader, letters: Letterbox
) -> None:
    apply_as(client)
    with pytest.raises(Invalid):
        actions.decline(world.olaf, applied(), answer="")
    assert applied().state == PersonState.APPLIED
    actions.decline(world.olaf, applied(), answer="The network is for this district.")
    assert applied().state == PersonState.DECLINED
    assert "The network is for this district." in letters.last("sami@example.org").text


def test_an_application_is_answered_once(world: World, client: Reader) -> None:
    apply_as(client)
    actions.decline(world.olaf, applied(), answer="No.")
    with pytest.raises(Stale):
        actions.admit(world.olaf, applied())
    assert applied().state == PersonState.DECLINED


def test_the_declined_may_apply_again_and_are_forgotten_after_some_months(
    world: World, client: Reader, clock: Any
) -> None:
    apply_as(client)
    sami = applied()
    actions.decline(world.olaf, sami, answer="No.")
    apply_as(client, text="Now we moved here.")
    assert applied().id == sami.id
    assert applied().state == PersonState.APPLIED
    actions.decline(world.olaf, applied(), answer="Still no.")
    clock.shift(timedelta(days=89))
    tidy_accounts()
    assert applied().answer == "Still no."
    clock.shift(timedelta(days=2))
    tidy_accounts()
    assert Person.by_email("sami@example.org") is None
    db.session.expire_all()
    assert (sami.answer, sami.applied_text, sami.recorded_name) == ("", "", "")


def test_nobody_but_the_clock_clears_away(world: World, client: Reader) -> None:
    apply_as(client)
    actions.decline(world.olaf, applied(), answer="No.")
    with pytest.raises(Refused):
        actions.clear_away(world.olaf, applied())
    with pytest.raises(Refused):
        actions.clear_away(CLOCK, world.anke)
    assert applied().answer == "No."


# Roles


def test_a_role_is_given_and_the_last_of_the_office_stays(world: World) -> None:
    actions.give_role(world.olaf, world.anke, role=Role.OFFICE)
    assert world.anke.works_in_office
    actions.give_role(world.olaf, world.anke, role=Role.MEMBER)
    with pytest.raises(Invalid):
        actions.give_role(world.olaf, world.olaf, role=Role.MEMBER)
    assert world.olaf.works_in_office


def test_administrators_are_named_by_administrators(world: World) -> None:
    with pytest.raises(Refused):
        actions.name_administrator(world.olaf, world.anke, administers=True)
    assert not world.anke.administers
    actions.name_administrator(world.ada, world.anke, administers=True)
    assert world.anke.administers
    actions.name_administrator(world.anke, world.ada, administers=False)
    with pytest.raises(Refused):
        actions.name_administrator(world.anke, world.anke, administers=False)
    assert world.anke.administers


def test_an_administrator_gives_no_roles_and_so_not_oneself_the_sight_of_closed_groups(world: World) -> None:
    with pytest.raises(Refused):
        actions.give_role(world.ada, world.ada, role=Role.OFFICE)
    assert not world.ada.works_in_office


# A new password


def test_a_forgotten_password_is_set_anew_by_a_link_which_signs_out_everywhere(
    world: World, client: Reader, letters: Letterbox, link: Link, sign_in: Callable[..., Reader]
) -> None:
    elsewhere = sign_in(world.anke)
    answer = client.post("/reset", data={"email": "ANKE@example.org"})
    assert (answer.status_code, answer.location) == (303, "/reset/sent")
    assert SAME_ANSWER in client.get("/reset/sent").text
    path = link(letters.last("anke@example.org"), "/reset/")
    page = client.get(path)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    answer = client.post(path, data={"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert elsewhere.get("/profile").status_code == 303
    assert letters.last("anke@example.org").subject == "Your password was changed"
    answer = client.post("/sign-in", data={"email": "anke@example.org", "password": PASSWORD})
    assert answer.status_code == 303
    assert client.post(path, data={"password": "another long password"}).status_code == 410


def test_no_answer_tells_whether_an_address_has_an_account(
    world: World, client: Reader, letters: Letterbox
) -> None:
    known = client.post("/reset", data={"email": "anke@example.org"})
    unknown = client.post("/reset", data={"email": "nobody@example.org"})
    assert (known.status_code, known.location, known.text) == (
        unknown.status_code,
        unknown.location,
        unknown.text,
    )
    assert [letter.to for letter in letters.all()] == ["anke@example.org"]


def test_a_reset_link_grows_old(
    world: World, client: Reader, letters: Letterbox, link: Link, clock: Any
) -> None:
    client.post("/reset", data={"email": "anke@example.org"})
    path = link(letters.last(), "/reset/")
    clock.shift(timedelta(hours=2, seconds=1))
    answer = client.post(path, data={"password": PASSWORD})
    assert answer.status_code == 410
    assert "too old" in answer.text
    assert world.anke.password_hash is None


def test_the_invited_who_ask_for_a_password_get_their_invitation(
    world: World, client: Reader, letters: Letterbox, link: Link
) -> None:
    invite_mara(world)
    client.post("/reset", data={"email": "mara@example.org"})
    assert client.get(link(letters.last("mara@example.org"), "/invitation/")).status_code == 200


@pytest.mark.one_database  # no data are read for a link that nobody signed
@pytest.mark.parametrize("token", ["x", "x.y.z", "%00", "..", "a" * 3000, "ключ"])
@pytest.mark.parametrize("page", ["reset", "invitation", "email/confirm", "email/object", "unsubscribe"])
def test_what_is_no_link_gets_a_kind_page(world: World, client: Reader, page: str, token: str) -> None:
    answer = client.get(f"/{page}/{token}")
    assert answer.status_code == 404
    assert client.post(f"/{page}/{token}", data={"password": PASSWORD}).status_code == 404


def test_links_are_worth_nothing_for_another_purpose_or_person(world: World, client: Reader) -> None:
    reset = links.make("reset", person=world.anke.id, epoch=world.anke.links_epoch)
    for page in ("invitation", "email/confirm", "email/object", "unsubscribe"):
        assert client.get(f"/{page}/{reset}").status_code == 404
    for facts in (
        {"person": 999_999, "epoch": 0},
        {"person": world.school.id, "epoch": 0},
        {},
        {"person": "x"},
    ):
        assert client.get(f"/reset/{links.make('reset', **facts)}").status_code == 410
    assert db.session.query(SignIn).count() == 0


def test_too_many_letters_to_one_address_are_asked_to_wait(
    world: World, client: Reader, app: Flask, letters: Letterbox
) -> None:
    app.config["RATE_LETTERS_ACCOUNT"] = "2 per hour"
    answers = [client.post("/reset", data={"email": "anke@example.org"}).status_code for _try in range(3)]
    assert answers == [303, 303, 429]
    assert len(letters.to("anke@example.org")) == 2


def test_letters_name_our_own_site_whatever_host_was_asked(
    world: World, client: Reader, letters: Letterbox, app: Flask
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # the token's cookie would not travel to another host
    client.post(
        "/reset", data={"email": "anke@example.org"}, headers={"Host": "evil.example"}, inspected=False
    )
    assert all(one.startswith("http://localhost/") for one in letters.last().links)


def test_a_job_queue_that_is_worked_off_twice_sends_one_letter(
    world: World, client: Reader, letters: Letterbox
) -> None:
    client.post("/reset", data={"email": "anke@example.org"})
    assert len(letters.to("anke@example.org")) == 1
    jobs.run_pending()
    assert len(letters.to("anke@example.org")) == 1


def test_the_desk_is_there(world: World) -> None:
    assert OfficeDesk.the() == world.desk
    assert now() > world.desk.created_at
