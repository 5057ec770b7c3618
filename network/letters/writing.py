"""Writing a letter, as a step of an action."""

import base64
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

from flask import current_app, url_for
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy import ColumnElement, delete, or_, select

from network.changes import afterwards
from network.extensions import db
from network.forms import clean_line
from network.fragments import neutral
from network.letters import jobs
from network.letters.mail import NoAddress, addressed, host
from network.letters.models import Letter
from network.things import Thing

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
    What is no address fails this letter alone, and is shown to the administrator. Raises ValueError for a
    header that cannot be. None, and no letter, with WRITE_LETTERS off.
    """
    if not current_app.config["WRITE_LETTERS"]:
        return None
    db.session.flush()  # whom or what it is about may have been made a moment ago
    person = None if isinstance(to, str) else to
    given = to if person is None else person.email
    address, fault = (given or "")[:254], None
    try:
        address = addressed(given)
    except NoAddress as error:
        fault = error
    spoken = current_app.config["LANGUAGES"]
    language = language or getattr(person, "language", None)
    language = language if language in spoken else spoken[0]
    # A request of nobody: the running one's host is what a stranger's browser claims.
    with neutral(), force_locale(language):
        context = {
            "recipient": person,
            "unsubscribe": unsubscribe,
            "change_url": _change_url() if getattr(person, "is_active", False) else None,
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
            message_id=f"<{secrets.token_hex(16)}@{host()}>",
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
    if fault is not None:
        letter.state, letter.last_error = "failed", type(fault).__name__
        db.session.flush()
        afterwards(partial(jobs.show_failed, letter.id, fault, 1))
    elif _soon not in db.session.info["journal"].afterwards:
        afterwards(_soon)
    return letter


def look(part: str) -> Markup:
    """The style attribute of a part of a letter; mail programs know no style sheets."""
    return Markup('style="{}"').format(LOOKS[part])


def _line(text: Any, limit: int) -> str:
    return (clean_line(str(text or "")) or "")[:limit]


def _soon() -> None:
    jobs.send_waiting.later()


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


def erase_for(thing_id: int) -> None:
    """Step of an action: delete all letters to a person or about a thing, sent or not."""
    _erase(or_(Letter.person_id == thing_id, Letter.about_id == thing_id))


def erase(ids: Collection[int]) -> None:
    """Step of an action: delete these letters, sent or not."""
    _erase(Letter.id.in_(ids))


def _erase(which: ColumnElement[bool]) -> None:
    files = [letter.file for letter in db.session.scalars(select(Letter).where(which))]
    db.session.execute(delete(Letter).where(which))
    for file in files:
        afterwards(partial(file.unlink, missing_ok=True))
