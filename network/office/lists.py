"""A pasted list of people to invite: read line by line, with what will happen to each."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.directory.models import Organisation, folded_name
from network.extensions import db
from network.forms import clean_line
from network.people.models import Person, PersonState

MOST = 500  # lines
# Why an address is not invited, whatever else the line lacks.
STANDING = {
    PersonState.ADMITTED: _l("Has an account already."),
    PersonState.INVITED: _l("Has been invited already."),
    PersonState.APPLIED: _l("Has applied for an account, which is waiting for your answer."),
}
ADDRESS = re.compile(r"<?([^\s<>;,\"]{1,64}@[^\s<>;,\"]{1,255})>?")


@dataclass
class Line:
    """One person of the list. `problem` says why nothing will happen, `note` what else to know."""

    number: int
    name: str
    email: str
    organisation_name: str
    organisation: Organisation | None = None
    problem: Any = None
    note: Any = None


def read(text: str) -> list[Line]:
    """The lines of a list: name, address and organisation, in any order of the first two.

    Separated by semicolons, tabs or commas, as spreadsheets and mail programs give them; empty lines
    and a line of headings are passed over. Two statements for any length.
    """
    lines = list(_lines(text))
    _judge(lines)
    return lines


def _lines(text: str) -> Iterator[Line]:
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        found = ADDRESS.search(raw)
        if found is None and number == 1 and re.search(r"(?i)mail", raw):
            continue
        separator = next((sign for sign in "\t;," if sign in raw), ";")
        parts = [clean_line(part) or "" for part in next(csv.reader([raw], delimiter=separator), [])]
        email = found.group(1) if found else ""
        rest = [ADDRESS.sub("", part).strip(" <>\"'") if email and email in part else part for part in parts]
        rest = [part for part in rest if part]
        name = rest[0] if rest else ""
        yield Line(number, name[:120], email.lower(), (rest[1] if len(rest) > 1 else "")[:160])


def _judge(lines: list[Line]) -> None:
    """Say of each line what speaks against it."""
    emails = {line.email for line in lines if line.email}
    known = {
        person.email: person for person in db.session.scalars(select(Person).where(Person.email.in_(emails)))
    }
    names = {folded_name(line.organisation_name) for line in lines if line.organisation_name}
    organisations = {
        organisation.folded_name: organisation
        for organisation in db.session.scalars(
            select(Organisation).where(Organisation.folded_name.in_(names), Organisation.removed_at.is_(None))
        )
    }
    seen: set[str] = set()
    for position, line in enumerate(lines):
        line.organisation = organisations.get(folded_name(line.organisation_name))
        line.problem = _problem(line, known.get(line.email), seen, position)
        if line.name:  # else a later line with the name may invite
            seen.add(line.email)
        if line.organisation_name and line.organisation is None:
            line.note = _l("This organisation is not in the list yet.")


def _problem(line: Line, person: Person | None, seen: set[str], position: int) -> Any:
    if position >= MOST:
        return _l("At most %(number)s people at once. Please invite the rest afterwards.", number=MOST)
    if not line.email:
        return _l("There is no e-mail address in this line.")
    try:
        validate_email(line.email, check_deliverability=False)
    except EmailNotValidError:
        return _l("This is no e-mail address.")
    if line.email in seen:
        return _l("This address stands further up already.")
    if person is not None and person.state in STANDING:
        return STANDING[PersonState(person.state)]
    if not line.name:
        return _l("The name is missing.")
    return None
