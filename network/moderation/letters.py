"""The letters of moderation. They always come: they tell of a decision and of how to object to it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network import letters, links
from network.moderation import rules
from network.moderation.models import CaseEntry, ModerationCase
from network.people.letters import site_url
from network.people.models import Person


def decided(case: ModerationCase, entry: CaseEntry) -> None:
    """Step: the person whom it concerns reads what was decided, why, and how to object."""
    token = links.make("objection", case=case.id, entry=entry.id)
    _write(
        case.person,
        "moderation_decided",
        _l("A decision about something of yours"),
        case,
        entry,
        url=site_url(f"/objections/{token}") if case.object_until else "",
    )


def answered(case: ModerationCase, entry: CaseEntry, *, undone: bool) -> None:
    """Step: the person reads what became of the objection."""
    _write(
        case.person,
        "moderation_answered",
        _l("The answer to your objection"),
        case,
        entry,
        falls=entry.kind == "fallen",
        undone=undone,
    )


def lifted(case: ModerationCase, entry: CaseEntry) -> None:
    """Step: the person reads that a measure has ended."""
    _write(case.person, "moderation_lifted", _l("A measure has ended"), case, entry)


def outcome(reporter: Person, case: ModerationCase, entry: CaseEntry) -> None:
    """Step: who reported it hears what came of it; not what exactly was done to whom."""
    _write(
        reporter,
        "moderation_outcome",
        _l("What became of your report"),
        case,
        entry,
        upheld=entry.kind == "upheld" or (entry.kind == "decided" and entry.measure != "none"),
        falls=entry.kind == "fallen",
    )


def _write(
    person: Person | None, template: str, subject: Any, case: ModerationCase, entry: CaseEntry, **facts: Any
) -> None:
    if person is None or not person.email:
        return
    letters.write(
        person,
        template,
        subject,
        about=case,
        case=case,
        entry=entry,
        rule=rules.find(entry.rule) if entry.rule else None,
        mine_url=site_url("/moderation/mine"),
        **facts,
    )
