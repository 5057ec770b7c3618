"""Answers by e-mail: whose they are, whether they may be believed, and what becomes of them.

A mail is believed with two proofs: the signed address that it was sent to, and the word of our own mail
server that it comes from the domain of the person's address. Whatever lacks one of them is not answered,
since the answer would reach somebody who has sent nothing. Of a mail nothing is kept beyond the message.
"""

import hashlib
import io
import logging
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import compat32, default
from email.utils import getaddresses
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from prometheus_client import Counter
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from network.changes import CLOCK, Invalid, Refused, Stale
from network.discussions import actions as discussions
from network.discussions import policy
from network.discussions.forms import LONGEST
from network.discussions.models import Thread
from network.extensions import db
from network.files.store import Stored, store
from network.health import FIGURES
from network.letters.mail import host
from network.notices import actions, answers, tokens, verdicts
from network.notices.composing import load_threads
from network.notices.models import InboundMail
from network.people.letters import site_url
from network.people.models import Person
from network.things import now
from network.transactions import begin_writing

log = logging.getLogger(__name__)

MOST_AN_HOUR = 20  # mails of one person; more are a machine's
ANSWERS_AN_HOUR = 4  # letters to one person about mails that could not be posted
GIVEN_BACK = 20_000  # characters
RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
AUTOMATIC = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Loop", "Feedback-ID")
PRECEDENCES = {"bulk", "junk", "list", "auto_reply", "auto-reply"}

COUNTED = Counter(
    "network_inbound_mails", "Mails that came in, by what became of them", ["outcome"], registry=FIGURES
)


@dataclass(frozen=True)
class Outcome:
    """What becomes of a mail: a word for the record; and what its sender is told, if anything."""

    word: str
    person_id: int | None = None
    reason: Any = None
    text: str = ""
    names: list[str] = field(default_factory=list)  # of files that could not be taken
    thread_id: int | None = None  # if the person may read it


# Mails that a mail server hands over wait in a folder: the process which serves the pages takes them in


def hand_over(content: bytes) -> str:
    """Keep a mail until it is taken in; its name there. Raises OSError if it cannot be kept."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_hex(16)
    unfinished = folder / f"{name}.part"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    unfinished.rename(folder / f"{name}.eml")
    return name


def handed_over() -> Iterator[str]:
    """The names of those that wait."""
    yield from sorted(file.stem for file in _folder().glob("*.eml"))


def take_in(name: str) -> None:
    """Take in one of them, and delete it. What fails stays where it is, for the next try."""
    file = _folder() / f"{Path(name).name}.eml"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return
    take(content)
    file.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(current_app.instance_path) / "inbound"


# One mail


def take(content: bytes) -> str:
    """Post what a mail says, or tell its sender why not, or do nothing; what was done, in a word.

    A mail that was taken in before is left alone.
    """
    head = message_from_bytes(content[: current_app.config["MAX_CONTENT_LENGTH"]], policy=compat32)
    key = _key(head, content)
    if db.session.get(InboundMail, key) is not None:
        return "again"
    outcome = _judged(head, content, key)
    if outcome.reason is not None and outcome.person_id is not None:
        _answer(outcome)
    begin_writing()
    db.session.add(InboundMail(key=key, person_id=outcome.person_id, outcome=outcome.word, at=now()))
    try:
        db.session.commit()
    except IntegrityError:  # another process has taken in the same mail meanwhile; posting it happened once
        db.session.rollback()
    COUNTED.labels(outcome.word).inc()
    log.info("inbound mail", extra={"outcome": outcome.word})
    return outcome.word


def _key(head: Message, content: bytes) -> str:
    named = str(head.get("Message-ID") or "").strip()
    return hashlib.sha256(named.encode("utf-8", "replace") or content).hexdigest()


def _judged(head: Message, content: bytes, key: str) -> Outcome:
    if len(content) > current_app.config["MAX_CONTENT_LENGTH"]:
        return Outcome("too large")
    if is_automatic(head):
        return Outcome("automatic")
    answered = _answered(head)
    if answered is None:
        return Outcome("unknown address")
    person = _sender(head, answered.person_id)
    if person is None:
        return Outcome("not believed")
    if _count(person.id, InboundMail.outcome != "again") >= MOST_AN_HOUR:
        return Outcome("too many", person.id)
    return _posted(person, answered, content, key)


def is_automatic(head: Message) -> bool:
    """Whether a program has sent it: an answer to it could go round and round."""
    submitted = str(head.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    sender = str(head.get("From", "")).lower()
    return (
        submitted != "no"
        or any(name in head for name in AUTOMATIC)
        or str(head.get("Precedence", "")).strip().lower() in PRECEDENCES
        or re.sub(r"\s", "", str(head.get("Return-Path", "<somebody>"))) in ("", "<>")
        or head.get_content_type() in ("multipart/report", "message/delivery-status")
        or re.search(r"\b(?:mailer-daemon|postmaster|no-?reply|double-bounce)@", sender) is not None
        or re.fullmatch(rf"<[0-9a-f]{{32}}@{re.escape(host())}>", str(head.get("Message-ID", "")).strip())
        is not None
    )


def _answered(head: Message) -> tokens.Answered | None:
    given = [str(value) for name in RECIPIENTS for value in head.get_all(name, [])]
    for _name, address in getaddresses(given):
        found = tokens.read(address)
        if found is not None:
            return found
    return None


def _sender(head: Message, person_id: int) -> Person | None:
    """The person to whom the address was given, if the mail is from their address and is vouched for."""
    person: Person | None = db.session.get(
        Person,
        person_id,
        options=[joinedload(Person.room), joinedload(Person.memberships)],
        populate_existing=True,
    )
    froms = head.get_all("From", [])
    if person is None or not person.is_active or not person.email or len(froms) != 1:
        return None
    addresses = getaddresses([str(froms[0])])
    if len(addresses) != 1 or addresses[0][1].strip().lower() != person.email:
        return None
    domain = person.email.rpartition("@")[2]
    return person if verdicts.vouches(head, current_app.config["MAIL_AUTHSERV_ID"], domain) else None


def _count(person_id: int, *which: Any) -> int:
    query = (
        select(func.count())
        .select_from(InboundMail)
        .where(InboundMail.person_id == person_id, InboundMail.at > now() - timedelta(hours=1), *which)
    )
    return int(db.session.scalar(query) or 0)


def _posted(person: Person, answered: tokens.Answered, content: bytes, key: str) -> Outcome:
    mail: Any = message_from_bytes(content, policy=default)
    found = answers.of(mail) if isinstance(mail, EmailMessage) else answers.Answer("")
    held = load_threads([answered.thread_id])
    thread = held.by_id.get(answered.thread_id)
    if thread is None or not policy.may_read(person, thread):
        reason = _l("You can no longer read this discussion, so your answer was not posted.")
        return Outcome("refused", person.id, reason, found.text)
    uploads, refused = _stored(found)
    outcome = partial(Outcome, person_id=person.id, text=found.text, names=refused, thread_id=thread.id)
    text = found.text or ", ".join(upload.name for upload in uploads)
    if not text:
        reason = _l(
            "We found nothing new in your mail. Please write your answer above the text of our letter."
        )
        return outcome("empty", reason=reason)
    if len(text) > LONGEST:
        reason = _l("Your answer is too long: at most %(most)d characters are possible.", most=LONGEST)
        return outcome("refused", reason=reason)
    person_id, thread_id = person.id, thread.id
    try:
        _post(person, thread, key=key, text=text, reply_to=answered.message_id or None, uploads=uploads)
    except (Refused, Invalid, Stale) as refusal:
        reason = refusal.description or _l("You cannot write in this discussion.")
        return outcome("refused", reason=reason)
    if refused:
        reason = _l("Your answer was posted, but without these files:")
        return Outcome("posted", person_id, reason, "", refused, thread_id)
    return Outcome("posted", person_id)


def _post(person: Person, thread: Thread, *, reply_to: int | None, **facts: Any) -> None:
    """Once, whatever happens in between; without saying what it answers if that is not there any more."""
    try:
        discussions.post(person, thread, reply_to=reply_to, **facts)
    except Invalid as invalid:
        if "key" in invalid.errors:  # posted before, and only what is kept of it differs
            return
        if "reply_to" not in invalid.errors:
            raise
        discussions.post(person, thread, reply_to=None, **facts)


def _stored(found: answers.Answer) -> tuple[list[Stored], list[str]]:
    """The files that can be kept, and the names of the others."""
    uploads: list[Stored] = []
    refused: list[str] = []
    for name, content in found.files:
        if len(uploads) == discussions.MOST_FILES:
            refused.append(name)
            continue
        try:
            uploads.append(store(io.BytesIO(content), name))
        except Invalid:
            refused.append(name)
    return uploads, refused


def _answer(outcome: Outcome) -> None:
    """Tell the sender, some times an hour: not for each of a hundred mails."""
    person: Person | None = db.session.get(Person, outcome.person_id, options=[joinedload(Person.room)])
    told = InboundMail.outcome.in_(["refused", "empty"])
    if person is None or not person.is_active or _count(person.id, told) >= ANSWERS_AN_HOUR:
        return
    url = site_url(f"/threads/{outcome.thread_id}") if outcome.thread_id else ""
    actions.answer(
        CLOCK,
        person,
        subject=_l("Some files could not be added")
        if outcome.word == "posted"
        else _l("Your answer by e-mail was not posted"),
        reason=outcome.reason,
        text=outcome.text[:GIVEN_BACK],
        names=outcome.names,
        url=url,
    )
