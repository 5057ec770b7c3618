"""What the clock does: letters about discussions, mails that came in, and forgetting."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete

from network.changes import CLOCK
from network.directory.models import Network
from network.extensions import db
from network.jobs import daily, every, job
from network.notices import actions, due, imap, inbound, persons
from network.notices.models import InboundMail, Notice
from network.people import departures
from network.people.models import Person
from network.things import now
from network.transactions import begin_writing

PORTION = 40  # people who are written to in one action, which holds the rooms of their threads meanwhile


@every(minutes=1)
def write_letters() -> None:
    """Write what is due to everybody whom it is due, some people at a time."""
    network = Network.the()
    if network is None or not current_app.config["WRITE_LETTERS"]:
        return
    moment = now()
    people = sorted({one.person_id for one in due.at(moment)})
    for start in range(0, len(people), PORTION):
        actions.tell(CLOCK, network, moment=moment, person_ids=people[start : start + PORTION])


@every(minutes=1)
def fetch_mails() -> None:
    """Take in what lies in the mailbox, and what a mail server has handed over and was not taken in yet."""
    for name in inbound.handed_over():
        inbound.take_in(name)
    imap.empty()


@job(retries=3)
def take_in(name: str) -> None:
    """Take in a mail that the mail server has handed over."""
    inbound.take_in(name)


@daily(hour=3)
def forget() -> None:
    """Delete old notices, and what is known of mails that came in."""
    config = current_app.config
    begin_writing()
    db.session.execute(
        delete(Notice).where(Notice.made_at < now() - timedelta(days=config["KEEP_NOTICES_DAYS"]))
    )
    db.session.execute(
        delete(InboundMail).where(InboundMail.at < now() - timedelta(days=config["KEEP_DEED_KEYS_DAYS"]))
    )
    db.session.commit()


def forget_departed(person: Person) -> None:
    """Nobody writes to whoever has left the network."""
    actions.forget(CLOCK, person)


departures.add(forget_departed)
persons.tell_people()
