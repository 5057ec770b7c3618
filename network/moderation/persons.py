"""What moderation has to say about a person: on their page, in their data, and when they are erased."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from network.extensions import db
from network.moderation import policy, rules
from network.moderation.models import KINDS, CaseEntry, ModerationCase, Report
from network.people import erasers, export, sections
from network.people.models import Person

MOST_CASES = 20  # on a person's page


def reports_of(person: Person) -> list[Report]:
    """What the person has reported, the newest first."""
    query = select(Report).where(Report.person_id == person.id).order_by(Report.id.desc())
    return list(db.session.scalars(query.options(joinedload(Report.case))))


def cases_about(person: Person) -> list[ModerationCase]:
    """What was decided about the person or what is theirs, the newest first."""
    query = (
        select(ModerationCase)
        .where(ModerationCase.person_id == person.id, ModerationCase.decided_at.is_not(None))
        .order_by(ModerationCase.decided_at.desc())
        .options(joinedload(ModerationCase.group), selectinload(ModerationCase.entries))
    )
    return list(db.session.scalars(query))


def cases_of(user: Any, person: Person) -> list[ModerationCase]:
    """For the Office: the cases about a person or what is theirs, the newest first; none about oneself."""
    if user.id == person.id:
        return []
    query = select(ModerationCase).where(ModerationCase.person_id == person.id)
    query = query.order_by(ModerationCase.opened_at.desc(), ModerationCase.id.desc()).limit(MOST_CASES)
    return list(db.session.scalars(query.options(*ModerationCase.look())).unique())


def told(case: ModerationCase) -> list[CaseEntry]:
    """The part of a case's history that is told to the person whom it concerns; it names no moderator."""
    kinds = ("decided", "objected", "upheld", "fallen", "lifted")
    return [entry for entry in case.entries if entry.kind in kinds and entry.measure != "none"]


def to_report(user: Any, person: Person) -> dict[str, Any] | None:
    """For the person's page: whether it can be reported, or a case opened."""
    may_report, may_open = policy.may_report(user, person), policy.may_open(user, person)
    return {"may_open": may_open} if may_report or may_open else None


def own_data(person: Person) -> list[dict[str, Any]]:
    """For the person's data: own reports, and decisions about oneself without who reported or decided."""
    return [
        {
            "what": "report",
            "kind": str(KINDS[report.case.kind]),
            "rule": rules.word(report.rule),
            "text": report.text,
            "at": report.made_at,
            "outcome": report.right,
        }
        for report in reports_of(person)
    ] + [
        {
            "what": entry.kind,
            "kind": str(KINDS[case.kind]),
            "rule": rules.word(entry.rule) if entry.rule else "",
            "text": entry.text,
            "at": entry.at,
            "outcome": str(entry.told),
        }
        for case in cases_about(person)
        for entry in told(case)
    ]


def erase_words(person: Person) -> None:
    """Step: delete what an erased person wrote with reports and objections, and that they reported."""
    for report in db.session.scalars(select(Report).where(Report.person_id == person.id)):
        report.text, report.person_id = "", None
    written = select(CaseEntry).where(CaseEntry.by_id == person.id, CaseEntry.kind == "objected")
    for entry in db.session.scalars(written):
        entry.text = ""


def tell_people() -> None:
    """Add all of this to what people's pages, data and erasing show and do."""
    sections.add(90, "moderation/_of_person.html", to_report)
    export.add(
        "moderation",
        own_data,
        _l("My reports, and decisions about what is mine"),
        {
            "what": _l("What"),
            "kind": _l("Kind"),
            "rule": _l("Rule"),
            "text": _l("Text"),
            "at": _l("When"),
            "outcome": _l("Outcome"),
        },
    )
    erasers.add(erase_words)
