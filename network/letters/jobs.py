"""Sending what waits, each letter by itself, and forgetting what was sent."""

import smtplib
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from network import jobs
from network.extensions import db
from network.letters.mail import Way, message
from network.letters.models import Letter
from network.things import Thing, now
from network.transactions import begin_writing

# After each try the next one waits so long, in minutes; the last one comes about a day after the first.
WAITS = (5, 15, 60, 180, 480, 720)
UNKNOWN_ENDS = 2  # tries whose end nobody saw; after so many a letter is not repeated any more
OF_THE_SERVER = (OSError, smtplib.SMTPException)  # unless it is one of those:
OF_THIS_LETTER = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)
TOO_LARGE = 552


@jobs.every(minutes=1)
def send_waiting() -> None:
    """Send every letter whose time has come, over one connection."""
    with Way() as way:
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


def _send(letter: Letter, way: Way) -> bool:
    """Whether it makes sense to go on with the next one."""
    refused: Exception | None = None
    letter_id = letter.id
    try:
        way.send(letter, message(letter))
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever is wrong with this letter must not keep back the others
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
    return refused is None or _is_of_this_letter(refused)


def show_failed(letter_id: int, error: Exception, tries: int) -> None:
    """Let the administrator see that a letter will not arrive, and send it again."""
    jobs.keep_failure(send_again.name, (letter_id,), error, tries)


def _give_up(letter: Letter, error: Exception) -> None:
    letter.state, letter.last_error = "failed", _said(error)
    letter_id, tries = letter.id, letter.tries
    db.session.commit()
    show_failed(letter_id, error, tries)


@jobs.job(retries=0)
def send_again(letter_id: int) -> None:
    """Begin anew with a letter that had failed, to the address that the person has by now."""
    begin_writing()
    letter: Letter | None = db.session.get(Letter, letter_id)
    if letter is not None and letter.state == "failed":
        person = db.session.get(Thing, letter.person_id) if letter.person_id else None
        letter.to_address = getattr(person, "email", None) or letter.to_address
        letter.state, letter.tries, letter.unknown_ends, letter.next_try_at = "queued", 0, 0, now()
    db.session.commit()
    send_waiting()


def _code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _text in error.recipients.values()), None)
    return getattr(error, "smtp_code", None)


def _is_of_this_letter(error: Exception) -> bool:
    """Whether other letters may leave all the same."""
    if isinstance(error, smtplib.SMTPSenderRefused):  # said about its size already where it begins
        return error.smtp_code == TOO_LARGE
    return isinstance(error, OF_THIS_LETTER) or not isinstance(error, OF_THE_SERVER)


def _for_good(error: Exception) -> bool:
    """Whether this letter or its recipient will never be taken."""
    return _is_of_this_letter(error) and (_code(error) or 500) >= 500


def _said(error: Exception) -> str:
    """The kind of error without its text, in which servers repeat the address."""
    if isinstance(error.__cause__, smtplib.SMTPException):
        error = error.__cause__
    code = _code(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


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
