"""Letters are written with the change that they tell of, leave after it, and leave once."""

import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from flask_babel import lazy_gettext as _l
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select

from network import jobs, letters
from network.changes import Refused, action, because, record
from network.extensions import db
from network.letters import Letter
from network.letters.jobs import _claim as claim
from network.things import Thing, now
from tests.letterbox import Letterbox, MailServer
from tests.world import World

ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nSUMMARY:Börde\r\nEND:VCALENDAR\r\n".encode()

PAGES = {
    "letters/test_news.html": '{% extends "letters/_layout.html" %}'
    '{% import "letters/_parts.html" as parts with context %}'
    '{% block content %}<p {{ look("text") }}>{{ news }}</p>{{ parts.button(url, _("Open")) }}'
    '{{ parts.facts([(_("When"), "17:00")]) }}{% endblock %}',
    "letters/test_news.txt": '{% extends "letters/_layout.txt" %}'
    "{% block content %}{{ news }}\n\n{{ url }}{% endblock %}",
}


@because("Only Anke.")
def may_tell(user: Any, thing: Thing) -> bool:
    """For the tests."""
    return bool(user.name.startswith("Anke"))


@action(may_tell)
def tell(actor: Any, group: Thing, *, to: list[Any], fails: bool = False, **letter: Any) -> None:
    """Write to them."""
    record("changed", group, by=actor)
    facts = {"news": "Neu & gut", "url": "http://localhost/x", "subject": "Neues", "about": group} | letter
    subject = facts.pop("subject")
    for person in to:
        letters.write(person, "test_news", subject, **facts)
    if fails:
        raise Refused


@action(may_tell)
def erase(actor: Any, group: Thing, *, of: Thing) -> None:
    """Erase the letters of somebody."""
    letters.erase_for(of.id)
    record("changed", group, by=actor)


def with_pages_of_ours(app: Flask) -> ChoiceLoader:
    """The application's templates and the letters of these tests."""
    assert app.jinja_env.loader is not None
    return ChoiceLoader([DictLoader(PAGES), app.jinja_env.loader])


@pytest.fixture(autouse=True)
def _pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.jinja_env, "loader", with_pages_of_ours(app))


def outbox() -> list[Letter]:
    """All rows, as they are now."""
    db.session.rollback()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def states() -> list[str]:
    return [letter.state for letter in outbox()]


def test_a_letter_leaves_after_the_commit_in_html_and_plain_text(world: World, app: Flask) -> None:
    tell(world.anke, world.language, to=[world.ben])
    folder = Path(app.instance_path) / "mail"
    assert states() == ["queued"]
    assert not list(folder.glob("*"))
    jobs.run_pending()
    assert states() == ["sent"]
    letter = Letterbox(folder).last(world.ben)
    assert "Ben Berger" in letter.text
    assert "Neu & gut" in letter.text
    assert "Neu &amp; gut" in letter.html
    assert "http://localhost/x" in letter.text
    assert "Netzwerk Auental" in letter.html
    assert "\n\n\n" not in letter.text.replace("\r", "")


def test_without_a_commit_there_is_no_letter(world: World) -> None:
    with pytest.raises(Refused):
        tell(world.anke, world.language, to=[world.ben], fails=True)
    assert outbox() == []
    assert jobs.run_pending() == 0


def test_a_letter_speaks_the_language_of_whoever_gets_it(world: World, letters: Letterbox) -> None:
    world.ben.language, world.guel.language, world.olena.language = "en", "ar", "xx"
    db.session.commit()
    tell(world.anke, world.language, to=[world.ben, world.guel, world.olena], subject=_l("Sign in"))
    assert 'lang="en" dir="ltr"' in letters.last(world.ben).html
    assert 'lang="ar" dir="rtl"' in letters.last(world.guel).html
    assert 'lang="de"' in letters.last(world.olena).html, "an unknown language is the network's first"
    assert letters.last(world.guel).message["Content-Language"] == "ar"


def test_links_lead_to_the_site_and_not_where_a_stranger_s_request_points(
    world: World, app: Flask, letters: Letterbox
) -> None:
    with app.test_request_context("/", base_url="http://attacker.example"):
        tell(world.anke, world.language, to=[world.ben])
    assert "attacker" not in letters.last(world.ben).message.as_string()


def test_the_head_of_a_letter_says_what_machines_want_to_know(world: World, letters: Letterbox) -> None:
    tell(world.anke, world.language, to=[world.ben], unsubscribe="http://localhost/unsubscribe/abc")
    letter = letters.last(world.ben)
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["List-Unsubscribe"] == "<http://localhost/unsubscribe/abc>"
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.message["Message-ID"].endswith("@localhost>")
    assert letter.message["Date"]
    assert letter.message["From"].addresses[0].display_name == "Netzwerk Auental"
    assert "http://localhost/unsubscribe/abc" in letter.text


def test_names_and_subjects_of_all_languages_arrive_as_they_were_written(
    world: World, letters: Letterbox
) -> None:
    world.ben.name = 'Ołeh "Ben" Süß, محمد'
    db.session.commit()
    tell(world.anke, world.language, to=[world.ben], subject="Größe – مرحبا 🎉 " + "lang " * 40)
    letter = letters.last(world.ben)
    assert letter.message["To"].addresses[0].display_name == 'Ołeh "Ben" Süß, محمد'
    assert letter.subject.startswith("Größe – مرحبا 🎉 lang")
    assert max(len(line) for line in letter.message.as_bytes().splitlines()) < 998


@pytest.mark.parametrize("name", ["subject", "name"])
def test_nobody_adds_a_header_through_a_subject_or_a_name(
    world: World, letters: Letterbox, name: str
) -> None:
    bad = "Hallo\r\nBcc: alle@example.org\r\n\r\nText"
    if name == "name":
        world.ben.name = bad
        db.session.commit()
    tell(world.anke, world.language, to=[world.ben], **({"subject": bad} if name == "subject" else {}))
    letter = letters.last(world.ben)
    assert letter.message["Bcc"] is None
    assert len(letters.all()) == 1


@pytest.mark.parametrize(
    "address", ["", "a@b@c", "ben@example.org\nBcc: x@y.de", "ben", "ben@example.org, x@y.de"]
)
def test_what_is_no_address_fails_its_letter_and_no_other(
    world: World, letters: Letterbox, address: str
) -> None:
    world.ben.email = address
    db.session.commit()
    tell(world.anke, world.language, to=[world.ben, address, world.guel])
    jobs.run_pending()
    assert states() == ["failed", "failed", "sent"]
    assert [letter.to for letter in letters.all()] == ["guel@example.org"]
    assert [failure.arguments for failure in jobs.failures()] == [[outbox()[1].id], [outbox()[0].id]]


def test_with_a_right_address_the_letter_that_failed_is_sent_again(world: World, letters: Letterbox) -> None:
    world.ben.email = "ben"
    db.session.commit()
    tell(world.anke, world.language, to=[world.ben])
    [failure] = jobs.failures()
    jobs.retry(failure.id)
    jobs.run_pending()
    assert states() == ["failed"] and len(jobs.failures()) == 1, "nothing was set right"
    world.ben.email = "ben@example.org"
    db.session.commit()
    jobs.retry(jobs.failures()[0].id)
    jobs.run_pending()
    assert states() == ["sent"]
    assert letters.last(world.ben).to == "ben@example.org"


def test_a_bad_header_is_refused(world: World) -> None:
    for headers in ({"X-Y": "a\r\nBcc: b"}, {"Bad Name": "x"}, {"": "x"}):
        with pytest.raises(ValueError, match="header"):
            tell(world.anke, world.language, to=[world.ben], headers=headers)
    assert outbox() == []


def test_an_invitation_carries_its_calendar_file_as_calendars_expect_it(
    world: World, letters: Letterbox
) -> None:
    tell(
        world.anke,
        world.language,
        to=[world.ben],
        calendar=(ICS, "REQUEST"),
        attachments=[("Ürün.pdf", "application/pdf", b"%PDF-1.7")],
    )
    letter = letters.last(world.ben)
    assert "SUMMARY:Börde" in letter.calendar
    [beside] = [part for part in letter.message.walk() if part.get_content_type() == "text/calendar"]
    assert beside.get_param("method") == "REQUEST"
    assert beside.get_content_charset() == "utf-8"
    alternatives = next(
        part for part in letter.message.walk() if part.get_content_type() == "multipart/alternative"
    )
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]  # type: ignore[attr-defined]  # the policy
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    files = {part.get_filename(): part.get_content_type() for part in letter.message.iter_attachments()}
    assert files == {"invite.ics": "application/ics", "Ürün.pdf": "application/pdf"}


# A real server


@pytest.fixture
def send_to(world: World, mail_server: MailServer, make_app: Any) -> Iterator[Callable[..., None]]:
    """`send_to("ben")`: Anke writes to Ben, in an application that sends through the server."""
    ids = {name: getattr(world, name).id for name in ("anke", "ben", "guel", "olena", "language")}
    db.session.remove()
    other = make_app(**mail_server.settings)
    other.jinja_env.loader = with_pages_of_ours(other)

    def send_to(*names: str, address: str | None = None) -> None:
        people = [db.session.get(Thing, ids[name]) for name in names]
        group = db.session.get(Thing, ids["language"])
        tell(db.session.get(Thing, ids["anke"]), group, to=[address] if address else people)

    with other.app_context():
        yield send_to
        db.session.remove()


def test_letters_go_through_a_real_server_over_one_connection(
    send_to: Callable[..., None], mail_server: MailServer
) -> None:
    send_to("ben", "guel", "olena")
    jobs.run_pending()
    assert [letter.to for letter in mail_server.letters] == [
        "ben@example.org",
        "guel@example.org",
        "olena@example.org",
    ]
    assert mail_server.letters[0].message["From"].addresses[0].addr_spec == "network@demo.example"
    assert states() == ["sent"] * 3
    letters.send_waiting()
    assert len(mail_server.letters) == 3, "none leaves twice"


def test_a_refused_recipient_stops_nobody_else_and_is_shown_to_the_administrator(
    send_to: Callable[..., None], mail_server: MailServer
) -> None:
    mail_server.refuse = lambda address: "550 no such ben@example.org" if address.startswith("ben") else None
    send_to("ben", "guel")
    jobs.run_pending()
    assert [letter.to for letter in mail_server.letters] == ["guel@example.org"]
    assert states() == ["failed", "sent"]
    [failure] = jobs.failures()
    assert failure.arguments == [outbox()[0].id]
    assert outbox()[0].last_error == "SMTPRecipientsRefused 550"
    mail_server.refuse = lambda address: None
    jobs.retry(failure.id)
    db.session.commit()
    jobs.run_pending()
    assert states() == ["sent", "sent"]
    assert [letter.to for letter in mail_server.letters] == ["guel@example.org", "ben@example.org"]


def test_a_letter_that_cannot_be_put_together_stops_nobody_else(
    send_to: Callable[..., None], mail_server: MailServer
) -> None:
    send_to("ben", "guel", "olena")
    broken, unaddressed, _whole = outbox()
    broken.attachments = [{"name": "minutes.pdf"}]
    unaddressed.to_address = "guel@"
    db.session.commit()
    letters.send_waiting()
    assert states() == ["failed", "failed", "sent"]
    assert [letter.to for letter in mail_server.letters] == ["olena@example.org"]
    assert [letter.last_error for letter in outbox()] == ["KeyError", "NoAddress", ""]


def test_a_sender_that_is_no_address_loses_no_letter(world: World, app: Flask) -> None:
    app.config.update(MAIL_SENDER="Netzwerk <nobody>")
    tell(world.anke, world.language, to=[world.ben, world.guel])
    jobs.run_pending()
    assert states() == ["queued", "queued"]
    assert jobs.failures() == []


def test_a_busy_server_is_asked_again_with_growing_waits_for_about_a_day(
    send_to: Callable[..., None], mail_server: MailServer, clock: Any
) -> None:
    mail_server.refuse = lambda address: "451 later"
    send_to("ben")
    waits = []
    began = now()
    while outbox()[0].state == "queued":
        letters.send_waiting()
        letter = outbox()[0]
        if letter.state == "queued":
            letters.send_waiting()
            assert outbox()[0].tries == letter.tries, "not before its time"
            waits.append(letter.next_try_at - now())
            clock.move_to(letter.next_try_at)
    assert waits == sorted(waits)
    assert timedelta(hours=20) < now() - began < timedelta(hours=28)
    assert len(jobs.failures()) == 1


def test_a_server_that_is_away_leaves_all_letters_waiting_until_it_is_back(
    send_to: Callable[..., None], mail_server: MailServer, clock: Any
) -> None:
    mail_server.stop()
    send_to("ben", "guel")
    jobs.run_pending()
    assert states() == ["queued", "queued"]
    assert [letter.tries for letter in outbox()] == [1, 0], "the second is not even tried"
    mail_server.controller = Controller(mail_server, hostname="127.0.0.1", port=mail_server.port)
    mail_server.start()
    clock.shift(timedelta(minutes=6))
    letters.send_waiting()
    assert sorted(letter.to for letter in mail_server.letters) == ["ben@example.org", "guel@example.org"]


def test_a_wrong_setting_loses_no_letter(world: World, app: Flask, mail_server: MailServer) -> None:
    app.config.update(mail_server.settings, MAIL_USE_TLS=True)
    tell(world.anke, world.language, to=[world.ben])
    jobs.run_pending()
    assert states() == ["queued"]
    assert outbox()[0].last_error == "SMTPNotSupportedError"
    assert jobs.failures() == []


def test_a_process_that_dies_while_sending_repeats_a_letter_at_most_once(
    send_to: Callable[..., None], mail_server: MailServer, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_to("ben")
    sending = smtplib.SMTP.send_message

    def die_after(server: smtplib.SMTP, *args: Any, **kwargs: Any) -> None:
        sending(server, *args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(smtplib.SMTP, "send_message", die_after)
    for _life in range(4):
        try:
            letters.send_waiting()
        except KeyboardInterrupt:
            db.session.rollback()
        clock.shift(timedelta(hours=13))
    assert len(mail_server.letters) == 2
    assert len({letter.message["Message-ID"] for letter in mail_server.letters}) == 1
    assert states() == ["failed"]
    assert jobs.failures()[0].error == "LetterLost"


def test_two_workers_send_each_letter_once(send_to: Callable[..., None], mail_server: MailServer) -> None:
    send_to("ben")
    first = claim()
    assert first is not None
    assert claim() is None, "it is taken"


def test_an_address_with_umlauts_in_its_domain_is_written_as_servers_know_it(
    send_to: Callable[..., None], mail_server: MailServer
) -> None:
    send_to(address="post@börde.example.org")
    jobs.run_pending()
    assert mail_server.letters[0].to == "post@xn--brde-5qa.example.org"


# Keeping and erasing


def test_sent_letters_are_deleted_after_their_time(world: World, app: Flask, clock: Any) -> None:
    tell(world.anke, world.language, to=[world.ben])
    jobs.run_pending()
    folder = Path(app.instance_path) / "mail"
    clock.shift(timedelta(days=13))
    letters.forget_sent()
    assert len(outbox()) == len(list(folder.glob("*.eml"))) == 1
    clock.shift(timedelta(days=2))
    letters.forget_sent()
    assert outbox() == []
    assert not list(folder.glob("*.eml"))


def test_erasing_a_person_erases_their_letters_sent_or_not(world: World, app: Flask) -> None:
    tell(world.anke, world.language, to=[world.ben, world.guel])
    jobs.run_pending()
    tell(world.anke, world.language, to=[world.ben])
    erase(world.anke, world.language, of=world.ben)
    assert {letter.person_id for letter in outbox()} == {world.guel.id}
    assert len(list((Path(app.instance_path) / "mail").glob("*.eml"))) == 1
    erase(world.anke, world.language, of=world.language)
    assert outbox() == [], "letters about a thing go as well"
    assert jobs.run_pending() >= 0
