"""E-mail: written in an action, in the language of whoever gets it, and sent after the commit.

A letter is a row that is written in the action's own transaction: no commit, no letter. A job sends what
waits. Each letter is claimed before it is sent, by setting the time of its next try; a process that
dies in between leaves it to that next try. So a letter can, at worst, leave twice, and then with the same
Message-ID, which lets most mail programs show it once; the other way round an invitation could be lost.
"""

import base64
import re
import secrets
import smtplib
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app, url_for
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy import JSON, ForeignKey, Index, String, Text, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from network import jobs, texts
from network.changes import afterwards
from network.extensions import db
from network.forms import clean_line
from network.fragments import neutral
from network.things import Thing, UTCDateTime, now
from network.transactions import begin_writing

# After each try the next one waits so long, in minutes; the last one comes about a day after the first.
WAITS = (5, 15, 60, 180, 480, 720)
UNKNOWN_ENDS = 2  # tries whose end nobody saw; after so many a letter is not repeated any more
TIMEOUT = 30  # seconds for each answer of the mail server
OF_THIS_LETTER = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)
UNMAKEABLE = (ValueError, LookupError)  # what email.message raises for what cannot be written down
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")

FONT = "font-family:'Fira Sans',FiraGO,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
LOOKS = {
    "page": "margin:0;padding:24px 12px;background:#f3f5f8;color:#171a1f;" + FONT,
    "sheet": "width:100%;max-width:600px;background:#ffffff;border-radius:8px;",
    "head": "padding:20px 28px;border-bottom:1px solid #dfe3ea;font-size:15px;font-weight:600;" + FONT,
    "body": "padding:24px 28px;font-size:16px;line-height:1.55;" + FONT,
    "foot": "padding:16px 28px 24px;border-top:1px solid #dfe3ea;color:#545b68;" + FONT,
    "title": "margin:0 0 16px;font-size:21px;line-height:1.3;font-weight:600;",
    "text": "margin:0 0 16px;",
    "quiet": "margin:0 0 8px;font-size:14px;color:#545b68;",
    "button": "display:inline-block;padding:12px 20px;border-radius:6px;background:#1f4f99;color:#ffffff;"
    "font-weight:600;text-decoration:none;",
    "facts": "margin:0 0 16px;border-collapse:collapse;",
    "fact": "padding:4px 0;padding-inline-end:16px;vertical-align:top;text-align:start;color:#545b68;"
    "font-weight:400;",
    "value": "padding:4px 0;vertical-align:top;",
    "quote": "margin:0 0 16px;padding:0 16px;border-inline-start:3px solid #c5ccd8;color:#3a404b;",
    "list": "margin:0 0 16px;padding-inline-start:24px;",
    "link": "color:#1f4f99;",
}


class Letter(db.Model):
    """A letter in the outbox. `queued` until it is `sent` or has `failed` for good."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"), index=True)
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    message_id: Mapped[str] = mapped_column(String(120))
    template: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    # [{"name", "type", "data" in base64}]; a calendar file also has its "method"
    attachments: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    unknown_ends: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_error: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index("ix_letter_state_next_try_at", "state", "next_try_at"),
        {"sqlite_autoincrement": True},
    )

    @property
    def file(self) -> Path:
        """Where it is written if there is no mail server."""
        return (
            Path(current_app.instance_path) / "mail" / f"{self.id:08d}-{self.template.replace('/', '-')}.eml"
        )


def write(
    to: Any,
    template: str,
    subject: Any,
    *,
    attachments: Iterable[tuple[str, str, bytes]] = (),
    calendar: tuple[bytes, str] | None = None,
    headers: Mapping[str, str] | None = None,
    unsubscribe: str | None = None,
    about: Thing | None = None,
    language: str | None = None,
    **context: Any,
) -> Letter | None:
    """Step of an action: write a letter to a person or an address, to be sent after the commit.

    `letters/<template>.txt` and `.html` are rendered in the recipient's language, and so is a lazy
    subject. They see the `context`, `recipient` (the person or None), `look` (see `LOOKS`), `change_url` and
    `unsubscribe`: an address at which one click, a POST, ends such letters (RFC 8058). `attachments` are
    (name, media type, bytes); `calendar` is an iCalendar file with its method, for calendar programs.
    Raises ValueError for an address or a header that cannot be. None, and no letter, with WRITE_LETTERS off.
    """
    if not current_app.config["WRITE_LETTERS"]:
        return None
    db.session.flush()  # whom or what it is about may have been made a moment ago
    person = None if isinstance(to, str) else to
    address = _address(to if person is None else person.email)
    spoken = current_app.config["LANGUAGES"]
    language = language or getattr(person, "language", None)
    language = language if language in spoken else spoken[0]
    # A request of nobody: the running one's host is what a stranger's browser claims.
    with neutral(), force_locale(language):
        context = {
            "recipient": person,
            "unsubscribe": unsubscribe,
            "change_url": _change_url(),
            "look": look,
            **context,
        }
        current_app.update_template_context(context)
        pages = current_app.jinja_env
        letter = Letter(
            person_id=person.id if person is not None else None,
            about_id=about.id if about is not None else None,
            to_address=address,
            to_name=_line(getattr(person, "name", ""), 200),
            sender_name=_line(getattr(context.get("network"), "name", ""), 200),
            message_id=f"<{secrets.token_hex(16)}@{_host()}>",
            template=template,
            language=language,
            subject=_line(subject, 400),
            text=BLANK_LINES.sub(
                "\n\n", pages.get_template(f"letters/{template}.txt").render(context)
            ).strip(),
            html=pages.get_template(f"letters/{template}.html").render(context).strip(),
            headers=_headers(headers or {}, unsubscribe),
            attachments=[_attached(*attached) for attached in attachments],
        )
    if calendar is not None:
        content, method = calendar
        invitation = _attached("invite.ics", "text/calendar", content)
        letter.attachments = [{**invitation, "method": method}, *letter.attachments]
    db.session.add(letter)
    if _soon not in db.session.info["journal"].afterwards:
        afterwards(_soon)
    return letter


def look(part: str) -> Markup:
    """The style attribute of a part of a letter; mail programs know no style sheets."""
    return Markup('style="{}"').format(LOOKS[part])


def _line(text: Any, limit: int) -> str:
    return (clean_line(str(text or "")) or "")[:limit]


def _soon() -> None:
    send_waiting.later()


def _address(given: str) -> str:
    try:
        found = validate_email(given or "", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("no e-mail address to write to") from None
    return found.ascii_email or found.normalized


def _headers(given: Mapping[str, str], unsubscribe: str | None) -> dict[str, str]:
    found = dict(given)
    if unsubscribe:
        found["List-Unsubscribe"] = f"<{unsubscribe}>"
    if "List-Unsubscribe" in found:
        found.setdefault("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    for name, value in found.items():
        if not HEADER.fullmatch(name) or not value.isprintable():
            raise ValueError(f"no header of a letter: {name!r}")
    return found


def _attached(name: str, media_type: str, content: bytes) -> dict[str, str]:
    return {"name": clean_line(name) or "", "type": media_type, "data": base64.b64encode(content).decode()}


def _change_url() -> str | None:
    """Where one chooses which letters one gets, once there is such a page."""
    endpoint = "people.notifications"
    return url_for(endpoint, _external=True) if endpoint in current_app.view_functions else None


def _host() -> str:
    return urlsplit(current_app.config["SITE_URL"]).hostname or "localhost"


# Sending


@jobs.every(minutes=1)
def send_waiting() -> None:
    """Send every letter whose time has come, over one connection."""
    with _Way() as way:
        while (letter := _claim()) is not None:
            if not _send(letter, way):
                return


def _claim() -> Letter | None:
    """Take the next letter that is due, so that no other worker takes it, and set its next try."""
    while True:
        begin_writing()
        moment = now()
        due = (Letter.state == "queued", Letter.next_try_at <= moment)
        letter: Letter | None = db.session.scalars(
            select(Letter).where(*due).order_by(Letter.next_try_at, Letter.id).limit(1)
        ).one_or_none()
        if letter is None:
            db.session.rollback()
            return None
        if letter.unknown_ends >= UNKNOWN_ENDS:
            _give_up(letter, LetterLost())
            continue
        wait = timedelta(minutes=WAITS[min(letter.tries, len(WAITS) - 1)])
        mine = db.session.execute(
            update(Letter)
            .where(Letter.id == letter.id, *due)
            .values(tries=Letter.tries + 1, unknown_ends=Letter.unknown_ends + 1, next_try_at=moment + wait)
        ).rowcount
        db.session.commit()
        if mine:
            return letter


class LetterLost(Exception):
    """Twice nobody saw how the sending of a letter ended."""


def _send(letter: Letter, way: "_Way") -> bool:
    """Whether it makes sense to go on with the next one."""
    refused: Exception | None = None
    letter_id = letter.id
    try:
        way.send(letter, message(letter))
    except (OSError, smtplib.SMTPException, *UNMAKEABLE) as error:
        refused = error
    begin_writing()
    fresh: Letter | None = db.session.get(Letter, letter_id, populate_existing=True)
    if fresh is None:  # erased while it was on its way
        db.session.rollback()
    elif refused is None:
        fresh.state, fresh.sent_at, fresh.last_error, fresh.unknown_ends = "sent", now(), "", 0
        db.session.commit()
    else:
        fresh.last_error = _said(refused)
        fresh.unknown_ends = 0
        if _for_good(refused) or fresh.tries > len(WAITS):
            _give_up(fresh, refused)
        else:
            db.session.commit()
    return refused is None or isinstance(refused, (*OF_THIS_LETTER, *UNMAKEABLE))


def _give_up(letter: Letter, error: Exception) -> None:
    letter.state, letter.last_error = "failed", _said(error)
    letter_id, tries = letter.id, letter.tries
    db.session.commit()
    jobs.keep_failure(send_again.name, (letter_id,), error, tries)


@jobs.job(retries=0)
def send_again(letter_id: int) -> None:
    """Begin anew with a letter that had failed; the administrator asks for it."""
    begin_writing()
    db.session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == "failed")
        .values(state="queued", tries=0, unknown_ends=0, next_try_at=now())
    )
    db.session.commit()
    send_waiting()


def _code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _text in error.recipients.values()), None)
    return getattr(error, "smtp_code", None)


def _for_good(error: Exception) -> bool:
    """Whether this letter or its recipient will never be taken."""
    if isinstance(error, UNMAKEABLE):
        return True
    return isinstance(error, OF_THIS_LETTER) and (_code(error) or 500) >= 500


def _said(error: Exception) -> str:
    """The kind of error without its text, in which servers repeat the address."""
    if isinstance(error.__cause__, smtplib.SMTPException):
        error = error.__cause__
    code = _code(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


class _Way:
    """How letters leave: one connection for all of a batch, or a folder where no server is set."""

    def __init__(self) -> None:
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> "_Way":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (OSError, smtplib.SMTPException):
                self.server.close()

    def send(self, letter: Letter, mail: EmailMessage) -> None:
        """Hand the letter over. Raises OSError or SMTPException if it is not taken."""
        if not current_app.config["MAIL_SERVER"]:
            letter.file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = letter.file.with_suffix(".part")
            unfinished.write_bytes(mail.as_bytes())
            unfinished.replace(letter.file)
            return
        if self.server is None or not self._listens():
            try:
                self.server = _connected()
            except smtplib.SMTPException as error:  # wrong password, no STARTTLS: not the letter's fault
                raise ConnectionError from error
        self.server.send_message(mail, from_addr=sent_from().addr_spec, to_addrs=[letter.to_address])

    def _listens(self) -> bool:
        """Servers end a connection after some letters or minutes. Asking first lets nothing leave twice."""
        assert self.server is not None
        try:
            return self.server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            self.server.close()
            return False


def _connected() -> smtplib.SMTP:
    config = current_app.config
    secure = ssl.create_default_context()
    where = {"host": config["MAIL_SERVER"], "port": config["MAIL_PORT"], "timeout": TIMEOUT}
    if config["MAIL_USE_SSL"]:
        server: smtplib.SMTP = smtplib.SMTP_SSL(**where, context=secure)
    else:
        server = smtplib.SMTP(**where)
    try:
        if config["MAIL_USE_TLS"] and not config["MAIL_USE_SSL"]:
            server.starttls(context=secure)
        if config["MAIL_USERNAME"]:
            server.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
    except BaseException:
        server.close()
        raise
    return server


@dataclass(frozen=True)
class Sender:
    """A name and an address."""

    name: str
    addr_spec: str


def sent_from() -> Sender:
    """Who all letters come from; the name is empty if the setting has none."""
    name, address = parseaddr(current_app.config["MAIL_SENDER"])
    return Sender(name, address or f"no-reply@{_host()}")


def message(letter: Letter) -> EmailMessage:
    """The letter as it travels: text and HTML, the calendar file beside them and once more as a file."""
    mail = EmailMessage(policy=SMTP)
    sender = sent_from()
    mail["From"] = Address(sender.name or letter.sender_name, addr_spec=sender.addr_spec)
    mail["To"] = Address(letter.to_name, addr_spec=letter.to_address)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.created_at)
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        mail[name] = value
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = letter.language  # now, or it would go to the text alone
    files = [(attached, base64.b64decode(attached["data"])) for attached in letter.attachments]
    for attached, content in files:
        if "method" in attached:
            mail.add_alternative(
                content.decode(), subtype="calendar", cte="base64", params={"method": attached["method"]}
            )
    for attached, content in files:
        kind, _slash, subtype = attached["type"].partition("/")
        if "method" in attached:  # Outlook and Gmail look for this kind
            kind, subtype = "application", "ics"
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=attached["name"])
    return mail


# Keeping and erasing


@jobs.daily(hour=3)
def forget_sent() -> None:
    """Delete letters, and those that were written to files, some days after they left."""
    kept_since = now() - timedelta(days=current_app.config["KEEP_SENT_LETTERS_DAYS"])
    begin_writing()
    old = db.session.scalars(
        select(Letter).where(
            or_(Letter.sent_at < kept_since, (Letter.state == "failed") & (Letter.next_try_at < kept_since))
        )
    ).all()
    files = [letter.file for letter in old]
    db.session.execute(delete(Letter).where(Letter.id.in_([letter.id for letter in old])))
    db.session.commit()
    for file in files:
        file.unlink(missing_ok=True)


def erase_for(thing_id: int) -> None:
    """Step of an action: delete all letters to a person or about a thing, sent or not."""
    theirs = or_(Letter.person_id == thing_id, Letter.about_id == thing_id)
    files = [letter.file for letter in db.session.scalars(select(Letter).where(theirs))]
    db.session.execute(delete(Letter).where(theirs))
    for file in files:
        afterwards(partial(file.unlink, missing_ok=True))


def waiting() -> int:
    """How many letters wait to be sent."""
    return int(
        db.session.scalar(select(func.count()).select_from(Letter).where(Letter.state == "queued")) or 0
    )


def init_app(app: Flask) -> None:
    """Offer what texts of letters need."""
    app.jinja_env.filters.setdefault("plain", texts.plain)
