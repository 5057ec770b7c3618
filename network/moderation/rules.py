"""The network's own list of rules, and what the Office has set about moderation.

Until the Office writes rules of its own, those of `BUILT_IN` hold, in all languages of the interface.
"""

import time
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.extensions import db
from network.moderation.models import ModerationSetting, NetworkRule

WATCHED = "watched"  # the reason of what the program reports: a word to watch
SECONDS = 20  # how long a process may show rules as they were


@dataclass(frozen=True)
class Rule:
    """A rule as it is shown: a word, what it means, and how much a report with it weighs."""

    slug: str
    name: Any
    text: Any
    weight: int


BUILT_IN = [
    Rule("respect", _l("Respect"), _l("We treat each other with respect, also when we disagree."), 2),
    Rule("hatred", _l("Hatred"), _l("Nobody is insulted, threatened or belittled for what they are."), 3),
    Rule("clients", _l("Personal data"), _l("No personal data of clients, or of people not here."), 3),
    Rule("unlawful", _l("Unlawful content"), _l("Nothing that breaks the law."), 3),
    Rule("advertising", _l("Advertising"), _l("No advertising, and no mass messages."), 1),
    Rule("off-topic", _l("Beside the matter"), _l("What is written belongs to the matter at hand."), 1),
]
WORD_TO_WATCH = Rule(WATCHED, _l("Word to watch"), _l("The program found a word to watch."), 1)


def current() -> list[Rule]:
    """The rules that can be chosen, in their order."""
    return [rule for rule, retired in _all() if not retired]


def find(slug: str) -> Rule | None:
    """A rule, also one that is chosen no more; None for a word that is none."""
    if slug == WATCHED:
        return WORD_TO_WATCH
    known = [*(rule for rule, _retired in _all()), *BUILT_IN]
    return next((rule for rule in known if rule.slug == slug), None)


def word(slug: str) -> str:
    """What stands where something is hidden: the rule's word in the reader's language."""
    rule = find(slug)
    return str(rule.name) if rule is not None else slug


def rows() -> list[NetworkRule]:
    """What the Office has written, retired ones too."""
    return list(db.session.scalars(select(NetworkRule).order_by(NetworkRule.place)))


def _all() -> list[tuple[Rule, bool]]:
    """Kept for some seconds, since a fragment of each hidden message asks."""
    kept = current_app.extensions.get("rules of the network")
    if kept is None or time.monotonic() - kept[0] > SECONDS:
        written = [(r.slug, dict(r.names), dict(r.texts), r.weight, r.retired) for r in rows()]
        kept = (time.monotonic(), written)
        current_app.extensions["rules of the network"] = kept
    found = [
        (Rule(slug, row.name, row.text, weight), retired)
        for slug, names, texts, weight, retired in kept[1]
        for row in [NetworkRule(slug=slug, names=names, texts=texts)]
    ]
    return found or [(rule, False) for rule in BUILT_IN]


def forget() -> None:
    """Read them anew."""
    current_app.extensions.pop("rules of the network", None)


def settings() -> ModerationSetting:
    """What is set: the Office's row, or one with the defaults that belongs to no session."""
    row = db.session.scalars(select(ModerationSetting).limit(1)).one_or_none()
    if row is not None:
        return row  # type: ignore[no-any-return]
    config = current_app.config
    return ModerationSetting(
        words=[],
        objection_days=config["OBJECTION_DAYS"],
        first_posts=config["FIRST_POSTS"],
        first_seconds=config["FIRST_POSTS_SECONDS"],
    )


def in_all_languages(rule: Rule) -> dict[str, Any]:
    """A built-in rule as the Office's form shows it, so that it can be changed."""
    names, texts = {}, {}
    for code in current_app.config["LANGUAGES"]:
        with force_locale(code):
            names[code], texts[code] = str(rule.name), str(rule.text)
    return {"slug": rule.slug, "names": names, "texts": texts, "weight": rule.weight}
