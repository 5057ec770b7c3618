"""Answers by e-mail: which are believed, what becomes of them, and what nobody hears of."""

import io
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from network import jobs
from network.discussions import care
from network.discussions.models import Message, Thread
from network.extensions import db
from network.files.models import File
from network.notices import imap as mailbox
from network.notices import inbound, tokens
from network.notices.jobs import write_letters
from network.notices.models import InboundMail
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.notices.conftest import INBOUND, SERVER, Dovecot
from tests.payloads import PAYLOADS
from tests.world import World

Mail = Callable[..., bytes]


def said() -> list[str]:
    """What was said in the thread after its first message."""
    db.session.commit()
    return list(db.session.scalars(select(Message.text).order_by(Message.id)))[1:]


def test_an_answer_is_posted_under_the_name_of_who_sent_it(world: World, thread: Thread, mail: Mail) -> None:
    content = mail(
        "Yes, I do.\n\nOn Wed, Dec 2, 2026 at 10:00 AM Network <n@x.example> wrote:\n> Who knows one?\n"
    )
    assert inbound.take(content) == "posted"
    assert said() == ["Yes, I do."]
    newest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert newest is not None
    assert newest.person_id == world.anke.id


def test_the_address_in_a_letter_leads_into_its_thread(
    world: World, thread: Thread, mail: Mail, letters: Letterbox, clock: Any
) -> None:
    asked = inbound.discussions.post(world.ben, thread, text="What do you say, @Anke Krämer?")
    clock.shift(timedelta(minutes=3))
    write_letters()
    letter = letters.to(world.anke)[-1]
    address = str(letter.message["Reply-To"])
    assert len(address.partition("@")[0]) <= 64
    assert (
        inbound.take(mail(f"I agree.\n\n> {letter.text.splitlines()[0]}\n> and so on", to=address))
        == "posted"
    )
    newest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert newest is not None
    assert (newest.text, newest.reply_to_id) == ("I agree.", asked.id)


def test_the_same_mail_is_posted_once(thread: Thread, mail: Mail) -> None:
    content = mail("Once.")
    assert inbound.take(content) == "posted"
    assert inbound.take(content) == "again"
    db.session.query(InboundMail).delete()  # as if the process had died before it was noted
    db.session.commit()
    assert inbound.take(content) == "posted"
    assert said() == ["Once."]


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        (f"{SERVER}; dmarc=pass header.from=example.org", "posted"),
        (f"{SERVER}; dkim=pass header.d=example.org", "posted"),
        ("", "not believed"),
        (f"{SERVER}; dmarc=fail header.from=example.org", "not believed"),
        (f"{SERVER}; dmarc=pass header.from=evil.example", "not believed"),
        (f"{SERVER}; spf=pass smtp.mailfrom=example.org", "not believed"),
        ("mx.evil.example; dmarc=pass header.from=example.org", "not believed"),
    ],
)
def test_only_what_our_own_server_vouches_for_is_believed(
    thread: Thread, mail: Mail, letters: Letterbox, verdict: str, outcome: str
) -> None:
    assert inbound.take(mail("Hello", verdict=verdict)) == outcome
    assert said() == (["Hello"] if outcome == "posted" else [])
    assert len(letters) == 0


def test_without_the_name_of_our_server_nothing_is_believed(
    answering: Flask, thread: Thread, mail: Mail
) -> None:
    content = mail("Hello", verdict="; dmarc=pass header.from=example.org")
    answering.config["MAIL_AUTHSERV_ID"] = ""
    assert inbound.take(content) == "not believed"
    assert said() == []


def test_an_address_is_good_for_its_person_thread_and_time_only(
    world: World, thread: Thread, mail: Mail, clock: Any, letters: Letterbox
) -> None:
    address = tokens.address(thread.id, world.anke.id)
    head, _at, domain = address.partition("@")
    changed = head[:-1] + ("a" if head[-1] != "a" else "b") + "@" + domain
    other = address.replace("-", "-1", 1)
    for to in (changed, other, "reply+@network.example", "office@network.example", "reply+x@evil.example"):
        assert inbound.take(mail("Hello", to=to)) == "unknown address"
    assert inbound.take(mail("Hello", world.ben, to=address)) == "not believed"
    assert inbound.take(mail("HELLO", to=address.upper().replace("NETWORK", "network"))) == "posted"
    clock.shift(timedelta(days=91))
    assert inbound.take(mail("Late", to=address)) == "unknown address"
    assert said() == ["HELLO"]
    assert len(letters) == 0


def test_two_senders_are_none(world: World, thread: Thread, mail: Mail) -> None:
    assert inbound.take(mail("Hello", From=f"{world.anke.email}, evil@evil.example")) == "not believed"
    twice = mail("Hello").replace(b"From: ", b"From: evil@evil.example\r\nFrom: ", 1)
    assert inbound.take(twice) == "not believed"
    assert said() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=1"},
        {"Precedence": "bulk"},
        {"Precedence": "Auto_Reply"},
        {"List_Id": "<some.list.example>"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"From": "Mail Delivery <MAILER-DAEMON@example.org>"},
        {"Message_ID": "<0123456789abcdef0123456789abcdef@localhost>"},
    ],
    ids=str,
)
def test_what_programs_send_is_refused_in_silence(
    thread: Thread, mail: Mail, letters: Letterbox, headers: dict[str, str]
) -> None:
    assert inbound.take(mail("I am away.", **headers)) == "automatic"
    assert said() == []
    assert len(letters) == 0


def test_a_person_says_auto_submitted_no(thread: Thread, mail: Mail) -> None:
    assert inbound.take(mail("Hello", Auto_Submitted="no", Return_Path="<anke@example.org>")) == "posted"


def test_a_machine_gun_is_stopped(thread: Thread, mail: Mail, letters: Letterbox) -> None:
    outcomes = [inbound.take(mail(f"Number {number}")) for number in range(inbound.MOST_AN_HOUR + 2)]
    assert outcomes[-3:] == ["posted", "too many", "too many"]
    assert len(letters) == 0


def test_a_refusal_gives_the_words_back_once(
    world: World, thread: Thread, mail: Mail, letters: Letterbox
) -> None:
    care.lock(world.anke, thread, locked=True)
    address = tokens.address(thread.id, world.guel.id)
    for number in range(inbound.ANSWERS_AN_HOUR + 2):
        content = mail(f"My long words {number}\nwith <b>markup</b>", world.guel, to=address)
        assert inbound.take(content) == "refused"
        assert inbound.take(content) == "again"
    assert said() == []
    assert len(letters) == inbound.ANSWERS_AN_HOUR
    letter = letters.all()[0]
    assert letter.to == world.guel.email
    assert "My long words 0" in letter.text
    assert "closed" in letter.text
    assert "<b>markup" not in letter.html


def test_whoever_may_not_read_it_any_more_learns_nothing_of_it(
    world: World, answering: Flask, mail: Mail, letters: Letterbox
) -> None:
    inner = inbound.discussions.start(world.nina, world.closed, title="Inner matters", text="For us")
    content = mail("My words", world.olena, to=tokens.address(inner.id, world.olena.id))
    assert inbound.take(content) == "refused"
    letter = letters.last(world.olena)
    assert "My words" in letter.text
    assert "Inner matters" not in letter.text + letter.html
    assert f"/threads/{inner.id}" not in letter.text


def test_where_nothing_new_is_found_we_ask_back(
    world: World, thread: Thread, mail: Mail, letters: Letterbox
) -> None:
    assert inbound.take(mail("> Who knows one?\n> and so on\n")) == "empty"
    assert said() == []
    assert "nothing new" in letters.last(world.anke).text


def test_files_come_along_and_others_are_named(
    world: World, thread: Thread, mail: Mail, letters: Letterbox
) -> None:
    files = (("plan.pdf", b"%PDF-1.7 a plan"), ("run.exe", b"MZ\x90\x00 a program"))
    assert inbound.take(mail("Here it is.", files=files)) == "posted"
    assert said() == ["Here it is."]
    assert [file.name for file in db.session.scalars(select(File))] == ["plan.pdf"]
    letter = letters.last(world.anke)
    assert "run.exe" in letter.text
    assert "plan.pdf" not in letter.text


def test_html_only_is_read_as_text(thread: Thread, mail: Mail) -> None:
    html = (
        "<div>Yes <b>please</b><br>second &lt;line&gt;<script>alert(1)</script></div>"
        '<div class="gmail_quote">On Wed, Dec 2, 2026 at 10:00 AM N &lt;n@x.example&gt; wrote:<br>'
        "<blockquote>old words</blockquote></div>"
    )
    assert inbound.take(mail("", html=html)) == "posted"
    assert said() == ["Yes please\nsecond <line>"]


@pytest.mark.parametrize("kind", ["text", "html", "name"])
def test_no_published_payload_runs_in_page_or_letter(
    world: World,
    thread: Thread,
    mail: Mail,
    letters: Letterbox,
    clock: Any,
    sign_in: Callable[..., Reader],
    kind: str,
) -> None:
    lines = [" ".join(payload.split()) for payload in PAYLOADS]
    together = 40 if kind != "name" else 60
    for start in range(0, len(lines), together):
        some = lines[start : start + together]
        html = "".join(f"<p>x {line}</p>" for line in some) if kind == "html" else None
        files = tuple((f"{line[:60]}.txt", b"words") for line in some[::8]) if kind == "name" else ()
        said = "\n\n".join(f"x {line}" for line in some) if kind == "text" else "Hello"
        inbound.take(mail(said, html=html, files=files))
    clock.shift(timedelta(days=1))
    write_letters()
    pages = [sign_in(world.ben).get(f"/threads/{thread.id}").text, letters.to(world.ben)[-1].html]
    assert all("x " in page or "Hello" in page for page in pages)
    for page in pages:
        ran = Dangerous()
        ran.feed(page)
        assert ran.found == []


class Dangerous(HTMLParser):
    """Collects what would run in a page or letter: scripts in it, handlers, addresses that are scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = dict(attrs)
        if tag == "script" and not str(given.get("src", "")).startswith("/static/") and not given.get("type"):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name.startswith("on") or name == "srcdoc"]
        for name in ("href", "src", "action", "formaction", "data"):
            address = "".join((given.get(name) or "").split()).lower()
            if address.startswith(("javascript:", "vbscript:", "data:text")):
                self.found.append(f"{tag} {name}={address}")


def test_damaged_mails_change_nothing_and_break_nothing(thread: Thread, mail: Mail) -> None:
    good = mail("Hello")
    for content in (
        b"",
        b"\x00\xff" * 500,
        good.replace(b"utf-8", b"no-such-alphabet"),
        good.replace(b"text/plain", b"multipart/mixed"),
        good.replace(b"7bit", b"base64"),
        good[: len(good) // 2],
        b"Content-Type: multipart/mixed; boundary=a\n\n"
        + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 200,
    ):
        inbound.take(content)
    assert len(said()) <= 3


def test_nothing_of_a_mail_is_kept_beyond_the_message(answering: Flask, thread: Thread, mail: Mail) -> None:
    name = inbound.hand_over(mail("Only this", verdict=""))
    assert list(inbound.handed_over()) == [name]
    inbound.take_in(name)
    inbound.take_in(name)
    assert list(inbound.handed_over()) == []
    row = db.session.scalars(select(InboundMail)).one()
    assert (row.outcome, row.person_id) == ("not believed", None)
    assert len(row.key) == 64


def test_a_mail_server_hands_a_mail_over(answering: Flask, thread: Thread, mail: Mail) -> None:
    run = answering.test_cli_runner().invoke(
        args=["network", "receive-mail"], input=io.BytesIO(mail("Through the pipe"))
    )
    assert run.exit_code == 0, run.output
    jobs.run_pending()
    assert said() == ["Through the pipe"]
    assert list(inbound.handed_over()) == []


def test_a_mailbox_is_emptied_and_each_mail_posted_once(
    answering: Flask, thread: Thread, mail: Mail, imap: Dovecot
) -> None:
    answering.config.update(imap.settings)
    again = mail("Over IMAP, with Grüßen und שלום")
    for content in (again, mail("Second"), again, mail("Forged", verdict="mx.evil.example; dmarc=pass")):
        imap.deliver(content)
    mailbox.empty()
    assert sorted(said()) == ["Over IMAP, with Grüßen und שלום", "Second"]
    assert imap.mails == []
    mailbox.empty()
    assert db.session.scalar(select(func.count()).select_from(InboundMail)) == 3


def test_what_we_cannot_take_in_stays_with_a_flag_and_keeps_nobody_back(
    answering: Flask, thread: Thread, mail: Mail, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering.config.update(imap.settings)
    imap.deliver(mail("Breaks us"))
    imap.deliver(mail("Fine"))
    real = inbound.answers.new_part

    def breaks(text: str) -> str:
        if "Breaks" in text:
            raise RuntimeError
        return real(text)

    monkeypatch.setattr(inbound.answers, "new_part", breaks)
    mailbox.empty()
    assert said() == ["Fine"]
    assert [file.name.rpartition(":2,")[2] for file in imap.mails] == ["F"]
    monkeypatch.undo()
    mailbox.empty()
    assert said() == ["Fine"]
    assert [failure.job for failure in jobs.failures()] == ["notices.fetch_mails"]


def test_addresses_need_the_setting(app: Flask, world: World) -> None:
    assert tokens.address(1, 2) == ""
    assert tokens.read("reply+1-2-0-1-aaaaaaaaaaaaaaaaaaaaaaaa@network.example") is None
    assert "{token}" in INBOUND["INBOUND_ADDRESS"]
