"""The record of moderation for the Office, and the yearly figures for everybody, which name nobody."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from network.dates import local
from network.extensions import db
from network.forms import moment
from network.moderation import rules
from network.moderation.models import CaseEntry, Measure, ModerationCase, Report
from network.things import now

FEW = 5  # below it a figure could point to somebody


@dataclass(frozen=True)
class Wanted:
    """What the record is filtered by; empty is everything."""

    begin: date | None = None
    end: date | None = None
    group_id: int | None = None
    rule: str = ""
    measure: str = ""
    state: str = ""


def decisions(wanted: Wanted) -> Select[tuple[CaseEntry]]:
    """The decisions that fit, the newest first, with their cases."""
    query = select(CaseEntry).join(CaseEntry.case).where(CaseEntry.kind == "decided")
    if wanted.begin:
        query = query.where(CaseEntry.at >= moment(wanted.begin, time()))
    if wanted.end:
        query = query.where(CaseEntry.at < moment(wanted.end + timedelta(days=1), time()))
    if wanted.group_id:
        query = query.where(ModerationCase.group_id == wanted.group_id)
    if wanted.rule:
        query = query.where(CaseEntry.rule == wanted.rule)
    if wanted.measure:
        query = query.where(CaseEntry.measure == wanted.measure)
    if wanted.state:
        query = query.where(ModerationCase.state == wanted.state)
    loaded = joinedload(CaseEntry.case)
    return query.order_by(CaseEntry.id.desc()).options(
        joinedload(CaseEntry.by),
        loaded.joinedload(ModerationCase.person),
        loaded.joinedload(ModerationCase.group),
        loaded.selectinload(ModerationCase.entries),
    )


def became(entry: CaseEntry) -> Any:
    """What became of a decision: whether there was an objection, and how it was answered."""
    own = {one.kind for one in entry.case.entries if one.about_id == entry.id}
    if "fallen" in own:
        return _("Has fallen")
    if "upheld" in own:
        return _("Stands after an objection")
    if "objected" in own:
        return _("Objection is open")
    if "lifted" in own:
        return _("Was ended")
    return _("Is over") if entry.until is not None and entry.until <= now() else _("Stands")


def heads() -> list[str]:
    """What the columns of the record are called."""
    return [
        _("Decided at"),
        _("Kind"),
        _("Person"),
        _("Group"),
        _("Rule"),
        _("Measure"),
        _("Reason"),
        _("Decided by"),
        _("What became of it"),
    ]


def rows(wanted: Wanted) -> Iterator[list[Any]]:
    """The record as rows of a table."""
    for entry in db.session.scalars(decisions(wanted)):
        case = entry.case
        yield [
            entry.at,
            case.kind_label,
            case.person.name if case.person else None,
            case.group.name if case.group else None,
            rules.word(entry.rule),
            entry.measure_label,
            entry.text,
            entry.by.name if entry.by else None,
            became(entry),
        ]


@dataclass(frozen=True)
class Figures:
    """A year in figures; None stands for fewer than five, and for what is not known of so few."""

    year: int
    reports: int | None
    decisions: int | None
    measures: list[tuple[Any, int | None]]
    objections: int | None
    fallen: int | None
    hours_to_decision: int | None
    hours_to_answer: int | None


def figures(year: int) -> Figures:
    """What happened in a year of the network's calendar."""
    begin, end = moment(date(year, 1, 1), time()), moment(date(year + 1, 1, 1), time())
    entries = db.session.execute(
        select(CaseEntry.kind, CaseEntry.measure, CaseEntry.at, CaseEntry.since).where(
            CaseEntry.at >= begin, CaseEntry.at < end
        )
    ).all()
    reports = db.session.scalar(
        select(func.count())
        .select_from(Report)
        .where(Report.made_at >= begin, Report.made_at < end, Report.rule != rules.WATCHED)
    )
    kinds = Counter(kind for kind, _measure, _at, _since in entries)
    measures = Counter(measure for kind, measure, _at, _since in entries if kind == "decided")
    taken = [(at, since) for kind, _measure, at, since in entries if kind == "decided" and since]
    answered = [
        (at, since) for kind, _measure, at, since in entries if kind in ("upheld", "fallen") and since
    ]
    return Figures(
        year=year,
        reports=_enough(reports or 0),
        decisions=_enough(kinds["decided"]),
        measures=[(measure.label, _enough(measures[measure])) for measure in Measure if measures[measure]],
        objections=_enough(kinds["objected"]),
        fallen=_enough(kinds["fallen"]),
        hours_to_decision=_median_hours(taken),
        hours_to_answer=_median_hours(answered),
    )


def first_year() -> int:
    """When the figures begin: with the first entry, else now."""
    first = db.session.scalar(select(func.min(CaseEntry.at)))
    return local(first).year if first else local(now()).year


def _enough(number: int) -> int | None:
    return number if number >= FEW else None


def _median_hours(times: list[tuple[datetime, datetime]]) -> int | None:
    if len(times) < FEW:
        return None
    return max(1, round(median((at - since).total_seconds() for at, since in times) / 3600))
