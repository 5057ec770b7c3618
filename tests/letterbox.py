"""Letters as people get them: written to a folder, or sent to a server that is really there."""

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from network import jobs
from tests.clients import links_in
from tests.processes import free_port


class Letter:
    """A letter that has left."""

    def __init__(self, message: EmailMessage) -> None:
        self.message = message

    @property
    def to(self) -> str:
        """The recipient's address, without a name."""
        return str(self.message["To"].addresses[0].addr_spec)

    @property
    def subject(self) -> str:
        """Its subject line."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain-text twin."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The HTML twin."""
        return self._body("html")

    @property
    def links(self) -> list[str]:
        """The addresses in the plain text."""
        return links_in(self.text)

    @property
    def calendar(self) -> str:
        """The calendar file that came along, or nothing."""
        for piece in self.message.walk():
            if piece.get_content_type() == "text/calendar":
                payload = piece.get_payload(decode=True)
                return bytes(payload).decode()  # type: ignore[arg-type]  # no multipart here
        return ""

    def _body(self, kind: str) -> str:
        found = self.message.get_body((kind,))
        return str(found.get_content()) if found is not None else ""

    def __repr__(self) -> str:
        return f"<Letter to {self.to}: {self.subject}>"


def read(raw: bytes) -> Letter:
    """A letter from its bytes."""
    return Letter(message_from_bytes(raw, policy=default))  # type: ignore[arg-type]  # the policy makes it one


class Letterbox:
    """The folder into which letters are written where no server is set. What is due leaves before a look."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Letter]:
        """Every letter, in the order in which they were written."""
        jobs.run_pending()
        return [read(file.read_bytes()) for file in sorted(self.folder.glob("*.eml"))]

    def to(self, person: Any) -> list[Letter]:
        """The letters to a person or an address."""
        address = person if isinstance(person, str) else person.email
        return [letter for letter in self.all() if letter.to == address]

    def last(self, person: Any = None) -> Letter:
        """The newest letter (to a person or an address)."""
        found = self.all() if person is None else self.to(person)
        assert found, f"no letter to {person}; there are {self.all()}"
        return found[-1]

    def empty(self) -> None:
        """Throw all of them away."""
        jobs.run_pending()
        for file in self.folder.glob("*.eml"):
            file.unlink()

    def __len__(self) -> int:
        return len(self.all())


class MailServer:
    """An SMTP server on this machine that keeps what it is given. `refuse` lets it answer with an error."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refuse: Callable[[str], str | None] = lambda address: None
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def settings(self) -> dict[str, Any]:
        """What an application needs to know to send through it."""
        return {
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": self.port,
            "MAIL_USE_TLS": False,
            "MAIL_SENDER": "network@demo.example",
        }

    def start(self) -> None:
        """Begin to listen."""
        self.controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self.controller.stop()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient (called by aiosmtpd)."""
        refusal = self.refuse(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep a letter (called by aiosmtpd)."""
        self.letters.append(read(envelope.content))
        return "250 Message accepted for delivery"
