"""Minutes told in a letter: each item's text with its decisions and actions where the text names them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from network.dates import comma, day_short
from network.drafts import markdown
from network.drafts.tree import Run
from network.meetings.models import AgendaItem
from network.minutes.content import REFERENCE, content, things_named
from network.minutes.models import Action, Decision
from network.texts import plain


@dataclass(frozen=True)
class Line:
    """A decision or an action as a letter tells it."""

    kind: str  # "decision", "action"
    text: str
    citation: str = ""
    plain: str = ""
    how: str = ""
    who: str = ""
    due_on: date | None = None

    @property
    def title(self) -> str:
        """What it is, with its number if it has one."""
        if self.kind == "action":
            return _("Action")
        return _("Decision %(number)s", number=self.citation) if self.citation else _("Decision")

    @property
    def facts(self) -> str:
        """Who does it and by when; how it was decided."""
        day = _("by %(day)s", day=day_short(self.due_on)) if self.due_on else ""
        return comma().join(one for one in (self.how, self.who, day) if one)

    @property
    def sentence(self) -> str:
        """All of it in one line, without markup."""
        said = f"{self.title}: {' '.join(plain(self.text).split())}"
        return f"{said} ({self.facts})" if self.facts else said


def decision_line(decision: Decision) -> Line:
    """A decision in a letter. Whoever is responsible stands there as who does an action."""
    who = decision.organisation.name if decision.organisation else ""
    return Line("decision", decision.text, decision.citation, decision.plain, decision.how, who)


def action_line(action: Action) -> Line:
    """An action in a letter."""
    return Line("action", action.text, who=action.who, due_on=action.due_on)


Lines = dict[tuple[str, int], Line]


def item_parts(item: AgendaItem) -> list[str | Line]:
    """What the minutes of an item say now: texts (Markdown) and lines, in their order."""
    lines: Lines = {("decision", one.id): decision_line(one) for one in item.decisions}
    lines |= {("action", one.id): action_line(one) for one in item.actions}
    return parts(content(item.minutes), lines)


def parts(paragraphs: Iterable[str], lines: Lines) -> list[str | Line]:
    """Paragraphs with lines where they are named, and after them the lines that no paragraph names.

    What a list or a quotation names stands there as a sentence. What is there no more is left out.
    """
    found: list[str | Line] = []
    told: set[tuple[str, int]] = set()
    for text in paragraphs:
        named = things_named(text)
        if named:
            found += [lines[key] for key in named if key in lines and key not in told]
            told |= set(named)
            continue
        told |= {(kind, int(id)) for kind, id in REFERENCE.findall(text)}

        def sentence(one: re.Match[str]) -> Any:
            line = lines.get((one[1], int(one[2])))
            return markdown.inline([Run(line.sentence)]) if line else ""

        said = REFERENCE.sub(sentence, text)
        found += [said] if said.strip(" \n>-*") else []
    return found + [line for key, line in lines.items() if key not in told]
