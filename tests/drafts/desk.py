"""Somebody who writes in a text: a document of their own, level with the server over the live protocol."""

import base64
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText, write_var_uint

from network.drafts.models import Draft
from tests.clients import Ear


def text_of(update: bytes) -> str:
    """An update as the live protocol carries it."""
    return base64.b64encode(update).decode()


class Pen:
    """An editor without a window: it enters a draft, writes paragraphs, and hears the others."""

    def __init__(self, ear: Ear, draft: Draft | int, client: int = 0) -> None:
        self.ear = ear
        self.draft_id = draft if isinstance(draft, int) else draft.id
        self.document: Doc[Any] = Doc(client_id=client) if client else Doc()
        self.fragment: XmlFragment = self.document.get("default", type=XmlFragment)

    def enter(self) -> dict[str, Any]:
        """Enter, take in what is missing here, and send what is missing there."""
        vector = text_of(self.document.get_state())
        answer: dict[str, Any] = self.ear.send("draft.enter", {"draft": self.draft_id, "vector": vector})
        if answer["ok"]:
            self.document.apply_update(base64.b64decode(answer["update"]))
            mine = self.document.get_update(base64.b64decode(answer["vector"]))
            if answer["may_write"] and mine != b"\x00\x00":
                assert self.send(mine)["ok"]
        return answer

    def send(self, update: bytes) -> dict[str, Any]:
        """Send an update as it is."""
        answer: dict[str, Any] = self.ear.send(
            "draft.update", {"draft": self.draft_id, "update": text_of(update)}
        )
        return answer

    def write(self, text: str, **marks: Any) -> dict[str, Any]:
        """Write a paragraph at the end."""
        return self.send(self.unsent(text, **marks))

    def unsent(self, text: str, **marks: Any) -> bytes:
        """The update of a paragraph at the end, which is not sent."""
        before = self.document.get_state()
        with self.document.transaction():
            words = self.fragment.children.append(XmlElement("paragraph")).children.append(XmlText())
            words.insert(0, text, marks or None)
        return self.document.get_update(before)

    def hear(self) -> None:
        """Take in what the others have written meanwhile."""
        for message in self.ear.heard("draft.update"):
            self.document.apply_update(base64.b64decode(message["update"]))
        self.ear.forget()

    def caret(self, client: int, clock: int, state: bytes) -> None:
        """Tell where one is, as Yjs' awareness says it."""
        message = b"".join(write_var_uint(number) for number in (1, client, clock, len(state))) + state
        self.ear.send("draft.caret", {"draft": self.draft_id, "state": text_of(message)})

    def carets(self) -> list[bytes]:
        """What was heard of the carets of others."""
        heard = [base64.b64decode(message["state"]) for message in self.ear.heard("draft.caret")]
        self.ear.forget()
        return heard

    def __str__(self) -> str:
        return str(self.fragment)
