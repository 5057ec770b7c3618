"""What people keep about themselves, and what the others see of it."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from network.changes import CLOCK, Change, Invalid, Refused
from network.extensions import db
from network.people import accounts, actions, profiles, sections
from network.people.jobs import forget_sign_ins
from network.people.letters import letters_headers, unsubscribe_url, wants
from network.people.models import Affiliation, EmailChange, Person, PersonState, SignIn
from network.people.photos import SIDE
from network.things import now
from tests.clients import Reader
from tests.letterbox import Letter, Letterbox
from tests.world import PASSWORD, World, make_organisation

SignInAs = Callable[..., Reader]
Knows = Callable[[Person], Person]
Link = Callable[[Letter, str], str]


def save_profile(reader: Reader, world: World, **more: Any) -> Any:
    facts = {"name": "Anke Krämer", "kept": [world.school.id], "main_organisation": world.school.id, **more}
    return reader.post("/profile", data=facts)


# The profile


def test_anke_changes_what_others_read(world: World, sign_in: SignInAs) -> None:
    anke = sign_in(world.anke)
    answer = save_profile(
        anke,
        world,
        name="Dr. Anke Krämer",
        address="Frau Dr. Krämer",
        engaged_citizen="y",
        spoken=["de", "uk", "gsg"],
        named_in_minutes="y",
        email_shown="y",
    )
    assert (answer.status_code, answer.location) == (303, "/profile")
    page = sign_in(world.ben).get(f"/people/{world.anke.id}").text
    for said in (
        "Dr. Anke Krämer",
        "Volkshochschule Auental",
        "Engaged citizen",
        "Ukrainian",
        "anke@example.org",
    ):
        assert said in page
    assert "German Sign Language" in page
    db.session.expire_all()
    assert world.anke.named_in_minutes
    assert world.anke.addressed == "Frau Dr. Krämer"


def test_an_address_is_shown_only_by_choice(world: World, sign_in: SignInAs) -> None:
    assert "anke@example.org" not in sign_in(world.ben).get(f"/people/{world.anke.id}").text


def test_visitors_and_strangers_do_not_see_people(world: World, client: Reader, sign_in: SignInAs) -> None:
    assert client.get(f"/people/{world.anke.id}").status_code == 303
    assert sign_in(world.ben).get("/people/999999").status_code == 404
    assert sign_in(world.ben).get("/people/x").status_code == 404
    assert sign_in(world.ben).get(f"/people/{world.school.id}").status_code == 404
    mara = actions.invite(world.olaf, world.desk, email="mara@example.org", name="Mara")
    assert sign_in(world.ben).get(f"/people/{mara.id}").status_code == 404
    assert sign_in(world.olaf).get(f"/people/{mara.id}").status_code == 200


def test_an_organisation_of_the_directory_is_joined_by_its_name(world: World, sign_in: SignInAs) -> None:
    save_profile(sign_in(world.anke), world, further="kirchengemeinde  AUENSTADT")
    db.session.expire_all()
    assert [a.organisation.name for a in world.anke.affiliations] == [
        "Volkshochschule Auental",
        "Kirchengemeinde Auenstadt",
    ]
    assert world.anke.applied_organisation == ""


def test_an_unknown_organisation_is_asked_of_the_office_which_settles_it(
    world: World, sign_in: SignInAs
) -> None:
    anke = sign_in(world.anke)
    save_profile(anke, world, further="Café Mosaik", further_kind="association")
    assert "You have asked for “Café Mosaik”" in anke.get("/profile").text
    heard = db.session.query(Change).filter_by(room_id=world.desk.room_id, verb="wished").one()
    assert heard.thing_id == world.anke.id
    actions.place(world.olaf, world.anke, create_organisation=True)
    assert "Café Mosaik" in [a.organisation.name for a in world.anke.affiliations]
    assert world.anke.applied_organisation == ""


def test_a_wish_can_be_taken_back(world: World, sign_in: SignInAs) -> None:
    anke = sign_in(world.anke)
    save_profile(anke, world, further="Café Mosaik")
    assert anke.post("/profile/wish/take-back").status_code == 303
    assert "Café Mosaik" not in anke.get("/profile").text


def test_the_main_organisation_is_chosen_and_others_are_left(world: World, sign_in: SignInAs) -> None:
    db.session.add(Affiliation(person_id=world.anke.id, organisation_id=world.parish.id, main=False))
    db.session.commit()
    anke = sign_in(world.anke)
    save_profile(anke, world, kept=[world.school.id, world.parish.id], main_organisation=world.parish.id)
    db.session.expire_all()
    assert world.anke.organisation == world.parish
    save_profile(anke, world, kept=[world.school.id], main_organisation=world.parish.id)
    db.session.expire_all()
    assert [a.organisation for a in world.anke.affiliations] == [world.school]
    assert world.anke.organisation == world.school
    save_profile(anke, world, kept=[], main_organisation="")
    db.session.expire_all()
    assert world.anke.organisation is None


def test_organisations_are_bounded(world: World, sign_in: SignInAs) -> None:
    ids = [world.school.id]
    for number in range(7):
        made = make_organisation(world, f"Verein {number}", "association")
        db.session.add(Affiliation(person_id=world.anke.id, organisation_id=made.id, main=False))
        ids.append(made.id)
    db.session.commit()
    answer = save_profile(sign_in(world.anke), world, kept=ids, further="Kirchengemeinde Auenstadt")
    assert answer.status_code == 422
    assert "take one of your organisations out" in answer.text
    db.session.expire_all()
    assert len(world.anke.affiliations) == 8


@pytest.mark.one_database  # the form alone finds them
@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""},
        {"name": "\u200b\u200f"},
        {"name": "x" * 121},
        {"address": "x" * 121},
        {"kept": ["999999"]},
        {"kept": ["x"]},
        {"kept": ["-1"]},
        {"main_organisation": "999999"},
        {"main_organisation": "x"},
        {"further": "x" * 161},
        {"further_kind": "secret-society"},
        {"spoken": ["tlh"]},
        {"spoken": ["de", "' OR 1=1"]},
    ],
)
def test_a_profile_with_mistakes_keeps_what_was_typed_and_changes_nothing(
    world: World, sign_in: SignInAs, facts: dict[str, Any]
) -> None:
    version = world.anke.version
    answer = save_profile(sign_in(world.anke), world, **{"address": "Typed with care", **facts})
    assert answer.status_code == 422
    assert "Please check" in answer.text
    if "address" not in facts:
        assert "Typed with care" in answer.text
    db.session.expire_all()
    assert (world.anke.version, world.anke.name) == (version, "Anke Krämer")


def test_nobody_changes_the_profile_of_somebody_else(world: World) -> None:
    for who in (world.ben, world.olaf, world.ada, CLOCK):
        with pytest.raises(Refused):
            profiles.set_letters(who, world.anke, wanted=[])
        with pytest.raises(Refused):
            profiles.set_photo(who, world.anke, photo=None)
    assert world.anke.unwanted_letters == []


def test_an_organisations_page_names_its_people(world: World, sign_in: SignInAs) -> None:
    world.lev.affiliations.append(Affiliation(organisation_id=world.school.id))
    world.lev.state = PersonState.LEFT
    db.session.commit()
    page = sign_in(world.ben).get(f"/organisations/{world.school.id}").text
    assert "Anke Krämer" in page
    assert "Lev Haus" not in page, "has left"


def test_features_below_show_their_part_of_a_person(
    world: World, sign_in: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "_SECTIONS", [])
    sections.add(10, "people/_person.html", lambda user, person: {} if user.works_in_office else None)
    assert sections.of(world.ben, world.anke) == []
    assert sections.of(world.olaf, world.anke) == [("people/_person.html", {})]


def test_a_persons_page_costs_few_statements(world: World, sign_in: SignInAs, statements: Any) -> None:
    ben = sign_in(world.ben)
    ben.get(f"/people/{world.anke.id}")
    with statements() as sent:
        ben.get(f"/people/{world.anke.id}")
    assert len(sent) <= 8, sent
    with statements() as sent:
        ben.get("/profile")
    assert len(sent) <= 8, sent


# The picture


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600), **more: Any) -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, **more)
    made.seek(0)
    return made


def upload(reader: Reader, content: Any, name: str = "me.jpg") -> Any:
    return reader.post("/profile/photo", data={"photo": (content, name)}, content_type="multipart/form-data")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_cut_square_and_freed_of_hidden_data(world: World, sign_in: SignInAs, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    anke = sign_in(world.anke)
    assert upload(anke, picture(kind, exif=exif)).status_code == 303
    db.session.expire_all()
    answer = sign_in(world.ben).get(f"/people/{world.anke.id}/photo")
    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"Secret Camera" not in answer.data
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.size == (SIDE, SIDE)
        assert not shown.getexif()


def test_a_picture_is_for_those_who_may_see_the_person(
    world: World, sign_in: SignInAs, client: Reader
) -> None:
    upload(sign_in(world.anke), picture())
    assert client.get(f"/people/{world.anke.id}/photo").status_code == 303
    assert sign_in(world.ben).get(f"/people/{world.ben.id}/photo").status_code == 404


@pytest.mark.one_database  # refused for its bytes
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "me.jpg"),
        (b"GIF89a" + b"\x00" * 40, "me.gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "me.svg"),
        (b"<html><script>alert(1)</script>", "me.jpg"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 100, "me.jpg"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 200, "me.png"),
        (b"%PDF-1.7 ...", "me.jpg"),
        (b"x" * 9_000_000, "me.jpg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "../../me.webp"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused_in_words(
    world: World, sign_in: SignInAs, content: bytes, name: str
) -> None:
    anke = sign_in(world.anke)
    answer = upload(anke, io.BytesIO(content), name)
    assert answer.status_code == 422
    assert "Please check" in answer.text
    db.session.expire_all()
    assert world.anke.photo is None


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_with_far_too_many_pixels_is_refused(world: World, sign_in: SignInAs) -> None:
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    bomb.seek(0)
    assert upload(sign_in(world.anke), bomb, "me.png").status_code == 422


def test_pictures_are_not_uploaded_without_end(world: World, sign_in: SignInAs, app: Flask) -> None:
    app.config["RATE_UPLOADS_ACCOUNT"] = "1 per 10 minutes"
    anke = sign_in(world.anke)
    assert [upload(anke, picture()).status_code for _try in range(2)] == [303, 429]


def test_removing_the_picture_deletes_its_bytes_unless_somebody_shows_the_same(
    world: World, sign_in: SignInAs, app: Flask
) -> None:
    anke, ben = sign_in(world.anke), sign_in(world.ben)
    upload(anke, picture())
    upload(ben, picture())
    db.session.expire_all()
    assert world.anke.photo == world.ben.photo
    kept = Path(app.instance_path) / "photos" / world.anke.photo[:2] / f"{world.anke.photo}.webp"
    assert kept.exists()
    assert anke.post("/profile/photo/remove").status_code == 303
    assert ben.get(f"/people/{world.ben.id}/photo").status_code == 200
    ben.post("/profile/photo/remove")
    assert not kept.exists()


# Language and theme


def test_a_visitor_chooses_language_and_theme(world: World, client: Reader) -> None:
    assert client.post("/language", data={"language": "ar", "next": "/sign-in"}).location == "/sign-in"
    assert client.post("/theme", data={"theme": "dark", "next": "//evil.example"}).location == "/"
    client.language = None
    page = client.get("/sign-in").text
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in page


def test_a_persons_choice_is_kept_with_the_account(world: World, sign_in: SignInAs) -> None:
    anke = sign_in(world.anke)
    anke.post("/language", data={"language": "de"})
    anke.post("/theme", data={"theme": "light"})
    db.session.expire_all()
    assert (world.anke.language, world.anke.theme) == ("de", "light")
    assert 'lang="de"' in sign_in(world.anke).get("/profile/data").text
    anke.post("/profile/interface", data={"language": "en", "theme": ""})
    assert "Saved." in anke.get("/profile").text  # in the language that was chosen
    db.session.expire_all()
    assert (world.anke.language, world.anke.theme) == ("en", "")


@pytest.mark.parametrize("value", ["", "tlh", "<script>", "en\x00", "x" * 5000])
def test_what_is_not_offered_is_refused(world: World, client: Reader, sign_in: SignInAs, value: str) -> None:
    for reader in (client, sign_in(world.anke)):
        assert reader.post("/language", data={"language": value}).status_code == 422
        if value:
            assert reader.post("/theme", data={"theme": value}).status_code == 422
    db.session.expire_all()
    assert (world.anke.language, world.anke.theme) == ("en", "")


# Sign-ins


def test_anke_sees_her_sign_ins_and_ends_one(world: World, sign_in: SignInAs) -> None:
    here, there = sign_in(world.anke), sign_in(world.anke)
    page = here.get("/profile/sign-ins").text
    assert page.count("This device") == 1
    assert page.count("Sign out there") == 1
    other = db.session.query(SignIn).order_by(SignIn.id.desc()).first()
    assert here.post(f"/profile/sign-ins/{other.id}/end").status_code == 303
    assert there.get("/profile").status_code == 303
    assert here.get("/profile").status_code == 200


def test_nobody_ends_the_sign_in_of_somebody_else(world: World, sign_in: SignInAs) -> None:
    anke, ben = sign_in(world.anke), sign_in(world.ben)
    hers = db.session.query(SignIn).filter_by(person_id=world.anke.id).one()
    for id in (hers.id, "999999", "x", "-1"):
        assert ben.post(f"/profile/sign-ins/{id}/end").status_code == 422
    assert anke.get("/profile").status_code == 200


def test_signing_out_everywhere_ends_all_sign_ins(world: World, sign_in: SignInAs) -> None:
    here, there, ben = sign_in(world.anke), sign_in(world.anke), sign_in(world.ben)
    assert here.post("/profile/sign-ins/end").location == "/sign-in"
    assert here.get("/profile").status_code == there.get("/profile").status_code == 303
    assert ben.get("/profile").status_code == 200


def test_ended_sign_ins_are_forgotten_after_some_weeks(world: World, sign_in: SignInAs, clock: Any) -> None:
    sign_in(world.anke).post("/sign-out")
    sign_in(world.ben)
    clock.shift(timedelta(days=29))
    forget_sign_ins()
    assert db.session.query(SignIn).count() == 2
    clock.shift(timedelta(days=3))
    forget_sign_ins()
    assert db.session.query(SignIn).count() == 0


# The password


def test_a_new_password_signs_out_all_other_devices(
    world: World, sign_in: SignInAs, knows_password: Knows, client: Reader, letters: Letterbox
) -> None:
    knows_password(world.anke)
    here, there = sign_in(world.anke), sign_in(world.anke)
    answer = here.post("/profile/password", data={"present": PASSWORD, "password": "a wide lake in autumn"})
    assert (answer.status_code, answer.location) == (303, "/profile/sign-ins")
    assert there.get("/profile").status_code == 303
    assert here.get("/profile").status_code == 200
    assert "It was not me" in letters.last("anke@example.org").html
    old = client.post("/sign-in", data={"email": "anke@example.org", "password": PASSWORD})
    assert old.status_code == 422
    new = client.post("/sign-in", data={"email": "anke@example.org", "password": "a wide lake in autumn"})
    assert new.status_code == 303


@pytest.mark.parametrize(
    ("present", "password"),
    [
        ("wrong", "a wide lake in autumn"),
        ("", "a wide lake in autumn"),
        (PASSWORD, ""),
        (PASSWORD, "short"),
        (PASSWORD, "anke.kraemer"),
        (PASSWORD, "1234567890"),
    ],
)
def test_a_password_is_changed_only_by_whoever_knows_the_present_one(
    world: World, sign_in: SignInAs, knows_password: Knows, present: str, password: str
) -> None:
    before = knows_password(world.anke).password_hash
    answer = sign_in(world.anke).post("/profile/password", data={"present": present, "password": password})
    assert answer.status_code == 422
    db.session.expire_all()
    assert world.anke.password_hash == before


def test_guessing_the_present_password_is_slowed_down(
    world: World, sign_in: SignInAs, knows_password: Knows, app: Flask
) -> None:
    app.config["RATE_SIGN_IN_ACCOUNT"] = "2 per 15 minutes"
    knows_password(world.anke)
    anke = sign_in(world.anke)
    facts = {"present": "a guess", "password": "a wide lake in autumn"}
    assert [anke.post("/profile/password", data=facts).status_code for _try in range(3)] == [422, 422, 429]


# The address


def ask_for(reader: Reader, email: str, present: str = PASSWORD) -> Any:
    return reader.post("/profile/email", data={"email": email, "present": present})


def test_an_address_changes_when_the_new_one_confirms_and_the_old_one_is_told(
    world: World, sign_in: SignInAs, knows_password: Knows, letters: Letterbox, link: Link, client: Reader
) -> None:
    knows_password(world.anke)
    anke = sign_in(world.anke)
    assert ask_for(anke, "New@example.org").location == "/profile/sign-ins"
    assert "new@example.org" in anke.get("/profile/sign-ins").text
    path = link(letters.last("new@example.org"), "/email/confirm/")
    client.get(path)
    db.session.expire_all()
    assert world.anke.email == "anke@example.org", "opening a link never acts"
    assert client.post(path).status_code == 303
    db.session.expire_all()
    assert world.anke.email == "new@example.org"
    assert "/email/object/" in letters.last("anke@example.org").text
    assert "address of your account" in letters.last("new@example.org").text
    assert client.post(path).status_code == 410, "it works once"


def test_the_old_address_objects_within_a_week_and_ends_everything(
    world: World,
    sign_in: SignInAs,
    knows_password: Knows,
    letters: Letterbox,
    link: Link,
    client: Reader,
    clock: Any,
) -> None:
    knows_password(world.anke)
    thief = sign_in(world.anke)
    ask_for(thief, "thief@example.org")
    client.post(link(letters.last("thief@example.org"), "/email/confirm/"))
    path = link(letters.last("anke@example.org"), "/email/object/")
    clock.shift(timedelta(days=6, hours=23))
    assert client.get(path).status_code == 200
    answer = client.post(path)
    assert answer.status_code == 303
    db.session.expire_all()
    assert world.anke.email == "anke@example.org"
    assert world.anke.password_hash is None, "somebody else may know the old one"
    assert thief.get("/profile").status_code == 303
    assert client.post(answer.location, data={"password": "a wide lake in autumn"}).status_code == 303
    assert client.post(path).status_code == 410


def test_an_objection_comes_too_late_after_a_week(
    world: World, letters: Letterbox, link: Link, client: Reader, clock: Any
) -> None:
    accounts.office_change_email(world.olaf, world.anke, email="new@example.org", reason="Mailbox is gone")
    path = link(letters.last("anke@example.org"), "/email/object/")
    clock.shift(timedelta(days=7, minutes=1))
    assert client.post(path).status_code == 410
    db.session.expire_all()
    assert world.anke.email == "new@example.org"


def test_an_objection_undoes_a_chain_of_changes(
    world: World, letters: Letterbox, link: Link, client: Reader
) -> None:
    accounts.office_change_email(world.olaf, world.anke, email="one@example.org", reason="Mailbox is gone")
    first = link(letters.last("anke@example.org"), "/email/object/")
    accounts.office_change_email(world.olaf, world.anke, email="two@example.org", reason="Once more")
    second = link(letters.last("one@example.org"), "/email/object/")
    assert client.post(first).status_code == 303
    db.session.expire_all()
    assert world.anke.email == "anke@example.org"
    assert client.post(second).status_code == 410


def test_the_office_helps_with_a_reason_and_both_addresses_are_told(world: World, letters: Letterbox) -> None:
    accounts.office_change_email(world.olaf, world.anke, email="New@Example.org", reason="Mailbox is gone")
    assert world.anke.email == "new@example.org"
    for address in ("anke@example.org", "new@example.org"):
        assert "Mailbox is gone" in letters.last(address).text


@pytest.mark.parametrize("who", ["anke", "ben", "kira", "ada"])
def test_only_the_office_helps_and_not_with_its_own_address(
    world: World, letters: Letterbox, who: str
) -> None:
    with pytest.raises(Refused):
        accounts.office_change_email(getattr(world, who), world.olena, email="x@example.org", reason="So")
    with pytest.raises(Refused):
        accounts.office_change_email(world.olaf, world.olaf, email="x@example.org", reason="So")
    assert (world.olena.email, len(letters)) == ("olena@example.org", 0)


@pytest.mark.parametrize(
    ("email", "reason"), [("ben@example.org", "So"), ("no address", "So"), ("", "So"), ("x@example.org", "")]
)
def test_help_that_cannot_be_says_why(world: World, letters: Letterbox, email: str, reason: str) -> None:
    with pytest.raises(Invalid):
        accounts.office_change_email(world.olaf, world.anke, email=email, reason=reason)
    assert (world.anke.email, len(letters)) == ("anke@example.org", 0)


def test_an_address_of_somebody_else_gets_the_same_answer(
    world: World, sign_in: SignInAs, knows_password: Knows, letters: Letterbox
) -> None:
    knows_password(world.anke)
    anke = sign_in(world.anke)
    free, taken = ask_for(anke, "free@example.org"), ask_for(anke, "Ben@example.org")
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert "nothing has changed" in letters.last("ben@example.org").text
    assert db.session.query(EmailChange).count() == 1


def test_only_the_newest_wish_counts(
    world: World, sign_in: SignInAs, knows_password: Knows, letters: Letterbox, link: Link, client: Reader
) -> None:
    knows_password(world.anke)
    anke = sign_in(world.anke)
    ask_for(anke, "one@example.org")
    ask_for(anke, "two@example.org")
    assert client.post(link(letters.last("one@example.org"), "/email/confirm/")).status_code == 410
    assert client.post(link(letters.last("two@example.org"), "/email/confirm/")).status_code == 303


@pytest.mark.parametrize("how", ["a new password", "signing out everywhere"])
def test_a_change_that_somebody_else_has_begun_ends_with_their_sign_in(
    world: World,
    sign_in: SignInAs,
    knows_password: Knows,
    letters: Letterbox,
    link: Link,
    client: Reader,
    how: str,
) -> None:
    knows_password(world.anke)
    ask_for(sign_in(world.anke), "thief@example.org")
    path = link(letters.last("thief@example.org"), "/email/confirm/")
    if how == "a new password":
        accounts.set_password(world.anke, world.anke, password_hash="x", epoch=world.anke.links_epoch)
    else:
        accounts.end_all_sign_ins(world.anke, world.anke)
    assert (client.get(path).status_code, client.post(path).status_code) == (410, 410)
    db.session.expire_all()
    assert world.anke.email == "anke@example.org"


def test_an_address_taken_meanwhile_is_not_taken_twice(
    world: World, sign_in: SignInAs, knows_password: Knows, letters: Letterbox, link: Link, client: Reader
) -> None:
    knows_password(world.anke)
    ask_for(sign_in(world.anke), "new@example.org")
    accounts.office_change_email(world.olaf, world.ben, email="new@example.org", reason="Mailbox is gone")
    path = link(letters.to("new@example.org")[0], "/email/confirm/")
    assert client.post(path).status_code == 410
    db.session.expire_all()
    assert (world.anke.email, world.ben.email) == ("anke@example.org", "new@example.org")


@pytest.mark.parametrize(
    ("email", "present"),
    [
        ("", PASSWORD),
        ("no address", PASSWORD),
        ("anke@example.org", PASSWORD),
        ("new@example.org", ""),
        ("new@example.org", "wrong"),
        ("a" * 300 + "@example.org", PASSWORD),
    ],
)
def test_a_wish_with_mistakes_sends_nothing(
    world: World, sign_in: SignInAs, knows_password: Knows, letters: Letterbox, email: str, present: str
) -> None:
    knows_password(world.anke)
    answer = ask_for(sign_in(world.anke), email, present)
    assert answer.status_code == 422
    assert len(letters) == 0
    assert db.session.query(EmailChange).count() == 0


# Letters


def test_anke_chooses_her_letters(world: World, sign_in: SignInAs) -> None:
    anke = sign_in(world.anke)
    assert anke.post("/profile/notifications", data={"wanted": ["meetings", "minutes"]}).status_code == 303
    db.session.expire_all()
    assert wants(world.anke, "meetings")
    assert not wants(world.anke, "reminders")
    assert anke.post("/profile/notifications", data={"wanted": ["spam"]}).status_code == 422
    db.session.expire_all()
    assert wants(world.anke, "meetings")


def test_whoever_left_or_is_not_in_yet_gets_no_letters(world: World) -> None:
    mara = actions.invite(world.olaf, world.desk, email="mara@example.org", name="Mara")
    assert not wants(mara, "meetings")
    with pytest.raises(ValueError, match="no kind of letters"):
        wants(world.anke, "spam")


def test_one_click_of_a_mail_program_ends_letters_without_a_page(world: World, client: Reader) -> None:
    headers = letters_headers(world.anke, "reminders")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"}, csrf=False)
    assert answer.status_code == 200
    db.session.expire_all()
    assert not wants(world.anke, "reminders")
    assert wants(world.anke, "meetings")


def test_a_person_ends_letters_with_a_button_and_a_look_does_nothing(world: World, client: Reader) -> None:
    path = unsubscribe_url(world.anke, "minutes").removeprefix("http://localhost")
    assert "End these letters" in client.get(path).text
    db.session.expire_all()
    assert wants(world.anke, "minutes")
    assert client.post(path).location == path
    assert "have ended" in client.get(path).text
    db.session.expire_all()
    assert not wants(world.anke, "minutes")
    assert now() > world.anke.created_at


def test_whoever_is_silenced_keeps_name_and_picture_and_changes_the_rest(world: World) -> None:
    world.ben.silenced_until = now() + timedelta(days=1)
    db.session.commit()
    facts = {
        "kept": [],
        "main_organisation": None,
        "further": "",
        "further_kind": "",
        "address": "Ben",
        "engaged_citizen": True,
        "spoken": ["de"],
        "named_in_minutes": False,
        "email_shown": False,
    }
    with pytest.raises(Invalid):
        profiles.change_profile(world.ben, world.ben, name="Rude words", **facts)
    assert world.ben.name == "Ben Berger"
    with pytest.raises(Invalid):
        profiles.set_photo(world.ben, world.ben, photo="0" * 64)
    profiles.change_profile(world.ben, world.ben, name="Ben Berger", **facts)
    assert world.ben.spoken == ["de"]
