"""A letter as it travels, and the way on which it leaves."""

import base64
import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app

from network.letters.models import Letter

TIMEOUT = 30  # seconds for each answer of the mail server


class NoAddress(ValueError):
    """What a letter was written to is no e-mail address."""


def addressed(given: str | None) -> str:
    """The address as servers know it. Raises NoAddress."""
    try:
        found = validate_email(given or "", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise NoAddress from None
    return found.ascii_email or found.normalized


def host() -> str:
    """The site's host, which stands in addresses that we make."""
    return urlsplit(current_app.config["SITE_URL"]).hostname or "localhost"


class Way:
    """How letters leave: one connection for all of a batch, or a folder where no server is set."""

    def __init__(self) -> None:
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> "Way":
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
    return Sender(name, address or f"no-reply@{host()}")


def message(letter: Letter) -> EmailMessage:
    """The letter as it travels: text and HTML, the calendar file beside them and once more as a file.

    Raises NoAddress, and ConnectionError for a MAIL_SENDER that can send nothing.
    """
    mail = EmailMessage(policy=SMTP)
    sender = sent_from()
    try:
        mail["From"] = Address(sender.name or letter.sender_name, addr_spec=sender.addr_spec)
    except (ValueError, LookupError, MessageError) as error:  # all letters wait until it is set right
        raise ConnectionError from error
    mail["To"] = Address(letter.to_name, addr_spec=addressed(letter.to_address))
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
