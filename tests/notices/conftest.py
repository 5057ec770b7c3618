"""A mailbox on a real IMAP server, and mails as people's servers deliver them."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from network.discussions import actions
from network.discussions.models import Thread
from network.notices import tokens
from tests.processes import Process
from tests.world import World

SERVER = "mx.network.example"
INBOUND = {"INBOUND_ADDRESS": "reply+{token}@network.example", "MAIL_AUTHSERV_ID": SERVER}
USER, PASSWORD = "replies", "for-the-tests"
NOBODY = 65534


class Dovecot(Process):
    """A Dovecot with one mailbox, which forgets all when it ends."""

    name = "dovecot"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.maildir = folder / "Maildir"

    @property
    def settings(self) -> dict[str, Any]:
        """What an application needs to know to look into the mailbox."""
        return {
            "IMAP_SERVER": "127.0.0.1",
            "IMAP_PORT": self.port,
            "IMAP_USERNAME": USER,
            "IMAP_PASSWORD": PASSWORD,
            "IMAP_USE_SSL": False,
        }

    def command(self) -> list[str]:
        """What to run."""
        root = os.getuid() == 0
        mine = NOBODY if root else os.getuid()
        users = (
            "" if root else f"default_internal_user = {os.getlogin()}\ndefault_login_user = {os.getlogin()}\n"
        )
        config = self.folder / "dovecot.conf"
        config.write_text(
            f"""base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{self.maildir}
{users}service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={mine} gid={mine if root else os.getgid()} home={self.folder}
}}
"""
        )
        return [shutil.which("dovecot") or "dovecot", "-F", "-c", str(config)]

    def answers(self) -> bool:
        """Whether it greets."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                return line.recv(64).startswith(b"* OK")
        except OSError:
            return False

    def deliver(self, content: bytes) -> None:
        """Put a mail into the mailbox, as the mail server would."""
        for name in ("tmp", "new", "cur"):
            place = self.maildir / name
            place.mkdir(parents=True, exist_ok=True)
            if os.getuid() == 0:
                os.chown(place, NOBODY, NOBODY)
                os.chown(self.maildir, NOBODY, NOBODY)
        file = self.maildir / "new" / f"{len(self.mails)}.{os.getpid()}.test"
        file.write_bytes(content)
        if os.getuid() == 0:
            os.chown(file, NOBODY, NOBODY)

    @property
    def mails(self) -> list[Path]:
        """What lies in the mailbox."""
        return [*self.maildir.glob("new/*"), *self.maildir.glob("cur/*")]


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    """A mailbox on a server of the test's own."""
    if not shutil.which("dovecot"):
        pytest.skip("Dovecot could not be had")
    folder = Path(tempfile.mkdtemp(prefix="imap"))
    folder.chmod(0o777)  # the server reads it as nobody
    server = Dovecot(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def answering(app: Flask) -> Flask:
    """The application, which takes in answers by e-mail."""
    app.config.update(INBOUND)
    return app


@pytest.fixture
def thread(world: World, answering: Flask) -> Thread:
    """A discussion of Language, begun by Ben."""
    made: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    return made


@pytest.fixture
def mail(world: World, thread: Thread) -> Callable[..., bytes]:
    """`mail("Text", sender=person, **headers)`: an answer of Anke's as our mail server hands it over."""
    count = iter(range(1000))

    def made(
        text: str,
        sender: Any = None,
        *,
        to: str | None = None,
        verdict: str | None = None,
        html: str | None = None,
        files: tuple[tuple[str, bytes], ...] = (),
        **headers: str,
    ) -> bytes:
        sender = sender or world.anke
        domain = sender.email.rpartition("@")[2]
        found = EmailMessage(policy=SMTP)
        if verdict is None:
            verdict = f"{SERVER}; dmarc=pass (p=none dis=none) header.from={domain}"
        if verdict:
            found["Authentication-Results"] = verdict
        found["From"] = headers.pop("From", f"{sender.name} <{sender.email}>")
        found["To"] = to or tokens.address(thread.id, sender.id)
        found["Subject"] = "Re: [Language] A room"
        found["Message-ID"] = headers.pop("Message_ID", f"<{next(count)}@example.org>")
        for name, value in headers.items():
            found[name.replace("_", "-")] = value
        if html is None:
            found.set_content(text)
        else:
            found.set_content(html, subtype="html")
        for name, content in files:
            found.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return found.as_bytes()

    return made
