"""What the Office sets: the network's rules, words to watch, and how new accounts are treated."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import Invalid, action, record
from network.directory.models import Network
from network.extensions import db
from network.moderation import policy, rules
from network.moderation.models import ModerationSetting, NetworkRule
from network.people.models import Person


@action(policy.may_set)
def set_rules(actor: Person, network: Network, *, written: list[dict[str, Any]]) -> None:
    """Set the list in its order: `[{"slug": "respect", "names": {"de": ..}, "texts": .., "weight": 2}]`.

    A new one has an empty slug. A rule that is left out is chosen no more; what was decided by it keeps its
    word. Raises Invalid for an empty list.
    """
    if not written:
        raise Invalid(rules=_l("Please keep at least one rule."))
    known = {row.slug: row for row in rules.rows()}
    kept = set()
    for place, given in enumerate(written):
        row = known.get(given["slug"])
        if row is None:
            built_in = given["slug"] in {rule.slug for rule in rules.BUILT_IN}
            slug = given["slug"] if built_in else _slug(given["names"], {*known, rules.WATCHED})
            row = known[slug] = NetworkRule(slug=slug)
            db.session.add(row)
        row.place, row.names, row.texts, row.weight, row.retired = (
            place,
            given["names"],
            given["texts"],
            given["weight"],
            False,
        )
        kept.add(row.slug)
    for slug, row in known.items():
        if slug not in kept:
            row.retired = True
    record("changed rules", network, by=actor)
    rules.forget()


def _slug(names: dict[str, str], taken: set[str]) -> str:
    """A short word for a new rule, unlike those that exist."""
    first = next(iter(names.values())).lower()
    base = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in first).strip("-")[:30]
    base = base or "rule"
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 1000))) if slug not in taken)


@action(policy.may_set)
def change_settings(actor: Person, network: Network, **facts: Any) -> None:
    """Set words to watch, the time for objections, and until when accounts count as new."""
    row = db.session.get(ModerationSetting, network.id)
    if row is None:
        row = ModerationSetting(network_id=network.id)
        db.session.add(row)
    for name, value in facts.items():
        setattr(row, name, value)
    record("changed moderation", network, by=actor)
