"""Which letters a person wants, and how to end them with one click."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from network import letters, links
from network.letters import Letter
from network.people.models import Person

# What a person may choose. Letters about the account itself (reset, change of address) always come.
KINDS: dict[str, Any] = {
    "meetings": _l("Invitations to meetings and their changes"),
    "reminders": _l("Reminders before meetings"),
    "answers": _l("Answers to my proposals and requests"),
    "minutes": _l("Minutes to read and correct"),
}


def wants(person: Person, kind: str) -> bool:
    """Whether the person gets letters of this kind: has an account with an address and has not ended them.

    Nobody does while WRITE_LETTERS is off, so that nothing is put together for a letter that never leaves.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of letters: {kind}")
    return (
        bool(current_app.config["WRITE_LETTERS"])
        and person.is_active
        and person.email is not None
        and kind not in (person.unwanted_letters or ())
    )


def unsubscribe_url(person: Person, kind: str) -> str:
    """Where one click ends letters of this kind: for `letters.write(..., unsubscribe=...)`."""
    if kind not in KINDS:
        raise ValueError(f"no kind of letters: {kind}")
    token = links.make("unsubscribe", person=person.id, kind=kind)
    return site_url(f"/unsubscribe/{token}")


def write_if_wanted(person: Person, kind: str, template: str, subject: Any, **context: Any) -> Letter | None:
    """Step of an action: write a letter of a kind that one click ends, unless the person has ended them.

    `context` is what `letters.write` takes besides. None if no letter is written.
    """
    if not wants(person, kind):
        return None
    return letters.write(person, template, subject, unsubscribe=unsubscribe_url(person, kind), **context)


def letters_headers(person: Person, kind: str) -> dict[str, str]:
    """The headers by which mail programs offer to end letters of this kind (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(person, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def site_url(path: str) -> str:
    """An address of ours for a letter: never of the host that a request claims to have come to."""
    return str(current_app.config["SITE_URL"]).rstrip("/") + path
