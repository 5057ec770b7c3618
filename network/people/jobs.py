"""What the clock does about people: invitations run out, what is no longer needed is deleted."""

from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import joinedload

from network import jobs
from network.changes import CLOCK, DeedKey
from network.extensions import db
from network.people import actions, departures
from network.people.models import EmailChange, Person, PersonState, SignIn
from network.things import now
from network.transactions import begin_writing


@jobs.daily(hour=2)
def tidy_accounts() -> None:
    """Tell the Office of invitations that ran out; later delete them, and declined applications."""
    for person in _people(
        Person.state == PersonState.INVITED, Person.invited_until < now(), Person.answered_at.is_(None)
    ):
        actions.let_run_out(CLOCK, person)
    kept_since = now() - timedelta(days=current_app.config["KEEP_DECLINED_APPLICATIONS_DAYS"])
    for person in _people(
        Person.state.in_([PersonState.INVITED, PersonState.DECLINED]), Person.answered_at < kept_since
    ):
        actions.clear_away(CLOCK, person)


def _people(*which: Any) -> list[Person]:
    query = select(Person).where(Person.removed_at.is_(None), *which).options(joinedload(Person.room))
    return list(db.session.scalars(query.order_by(Person.id)).unique())


@jobs.daily(hour=2)
def forget_sign_ins() -> None:
    """Delete ended sign-ins, deed keys that nobody repeats any more, and old changes of address."""
    config = current_app.config
    ended = now() - timedelta(days=config["KEEP_ENDED_SIGN_INS_DAYS"])
    asked = now() - timedelta(days=config["KEEP_ENDED_SIGN_INS_DAYS"] + config["EMAIL_OBJECTION_DAYS"])
    done = now() - timedelta(days=config["KEEP_DEED_KEYS_DAYS"])
    begin_writing()
    db.session.execute(delete(SignIn).where(or_(SignIn.ended_at < ended, SignIn.until < ended)))
    db.session.execute(delete(EmailChange).where(EmailChange.asked_at < asked))
    db.session.execute(delete(DeedKey).where(DeedKey.made_at < done))
    db.session.commit()


@jobs.job(retries=8)
def tell_departure(person_id: int) -> None:
    """Let the features below end what somebody who has left still has there."""
    person = db.session.get(Person, person_id, options=[joinedload(Person.room)])
    if person is not None and person.state == PersonState.LEFT:
        departures.tell(person)
