"""What open pages hear about people, and that they fall silent when somebody signs out everywhere."""

from collections.abc import Callable

from network.extensions import db
from network.people import accounts, actions, leaving, profiles
from network.people.models import Person, Role, SignIn, token_hash
from tests.clients import Ear, Reader
from tests.world import World


def test_the_office_hears_an_application_with_all_that_it_needs(
    world: World, listen: Callable[..., Ear], client: Reader
) -> None:
    olaf = listen(world.olaf, world.desk)
    client.post(
        "/apply",
        data={
            "name": "Sami <b>Nur</b>",
            "email": "sami@example.org",
            "belongs": "organisation",
            "organisation": "Café Mosaik",
            "organisation_kind": "association",
            "text": "We run a meeting place.",
        },
    )
    said = olaf.html()
    assert "Café Mosaik" in said
    assert "We run a meeting place." in said
    assert "<b>Nur" not in said
    assert "csrf" not in said
    assert f"/office/people/{sami_id()}/admit" in said
    assert f'action="append" target="{world.desk.dom_id}_persons"' in said
    assert len(olaf.numbers()) == 1


def sami_id() -> int:
    sami = Person.by_email("sami@example.org")
    assert sami is not None
    return int(sami.id)


def test_an_answered_application_changes_on_the_desk(
    world: World, listen: Callable[..., Ear], client: Reader
) -> None:
    facts = {"name": "Sami Nur", "email": "sami@example.org", "belongs": "citizen", "text": "I want to help."}
    client.post("/apply", data=facts)
    olaf = listen(world.olaf, world.desk)
    sami = Person.by_email("sami@example.org")
    actions.admit(world.olaf, sami)
    assert 'action="replace"' in olaf.html()
    assert 'data-state="admitted"' in olaf.html()
    mara = actions.invite(world.olaf, world.desk, email="mara@example.org", name="Mara")
    olaf.forget()
    actions.take_back_invitation(world.olaf, mara)
    assert f'action="remove" target="{mara.dom_id}"' in olaf.html()


def test_nobody_else_enters_the_desk(world: World, listen: Callable[..., Ear]) -> None:
    for person in (world.anke, world.kira, world.ada, None):
        ear = listen(person)
        assert ear.enter(world.desk)["error"] == "not_found"


def test_anke_hears_her_own_changes_and_nobody_else_does(world: World, listen: Callable[..., Ear]) -> None:
    anke, ben, olaf = listen(world.anke, world.anke), listen(world.ben), listen(world.olaf)
    assert ben.enter(world.anke)["error"] == "not_found"
    assert olaf.enter(world.anke)["error"] == "not_found"
    profiles.set_letters(world.anke, world.anke, wanted=["minutes"])
    assert len(anke.numbers()) == 1
    assert ben.heard() == olaf.heard() == []


def test_signing_out_everywhere_ends_all_connections_of_the_person_alone(
    world: World, listen: Callable[..., Ear]
) -> None:
    phone, desk = listen(world.anke, world.anke), listen(world.anke, world.language)
    ben = listen(world.ben, world.language)
    before = world.anke.room.epoch
    accounts.end_all_sign_ins(world.anke, world.anke)
    assert (phone.connected, desk.connected, ben.connected) == (False, False, True)
    db.session.refresh(world.anke.room)
    assert world.anke.room.epoch == before + 1


def test_ending_one_sign_in_ends_its_connections_alone(world: World, listen: Callable[..., Ear]) -> None:
    phone = listen(world.anke, world.anke)
    with phone.reader.session_transaction() as session:
        token = session["sign-in"]
    laptop = listen(world.anke, world.anke)
    sign_in_id = the_sign_in(token)
    accounts.end_sign_in(world.anke, world.anke, sign_in_id=sign_in_id)
    assert (phone.connected, laptop.connected) == (False, True)


def the_sign_in(token: str) -> int:
    found = db.session.query(SignIn).filter_by(token_hash=token_hash(token)).one()
    return int(found.id)


def test_a_new_password_an_objection_leaving_and_erasing_end_connections(
    world: World, listen: Callable[..., Ear]
) -> None:
    def set_password() -> None:
        accounts.set_password(
            world.anke, world.anke, password_hash="$argon2id$x", epoch=world.anke.links_epoch
        )

    def give_office() -> None:
        actions.give_role(world.olaf, world.anke, role=Role.OFFICE)

    for deed in (set_password, give_office):
        ear = listen(world.anke, world.anke)
        deed()
        assert not ear.connected
    olena, ben = listen(world.olena, world.olena), listen(world.ben, world.ben)
    leaving.leave(world.olena, world.olena, nameless=False)
    leaving.erase(world.olaf, world.ben, reason="A wish")
    assert (olena.connected, ben.connected) == (False, False)


def test_a_refused_deed_is_heard_by_nobody(world: World, listen: Callable[..., Ear], client: Reader) -> None:
    olaf = listen(world.olaf, world.desk)
    client.post("/apply", data={"name": "", "email": "x"})
    client.post("/profile/leave", data={})
    assert olaf.heard() == []
