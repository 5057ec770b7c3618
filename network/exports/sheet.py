"""Minutes on paper: one tree of blocks, from which each kind of file is written.

The blocks are those of texts that people write (`drafts.tree`), and three more: `terms` (a label and what it
says, line by line), `box` (a decision, an action or an addendum) and `break` (a new page). A paragraph may
have the `look` "small" or "notice". Headings begin with level 1, the title of the whole.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from flask import current_app
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from network import dates
from network.approval.snapshot import Content
from network.attendance.models import Presence
from network.directory.models import Network
from network.drafts import markdown
from network.drafts.tree import LISTS, Node, Run
from network.groups.models import Group
from network.meetings.models import ItemKind, ItemState
from network.minutes.models import ActionState, DecisionState

DEEPEST = 6  # levels of headings
NESTING = (*LISTS, "blockquote")
DEEPEST_BLOCKS = 6  # levels of lists and quotations; typst fails where there are too many


@dataclass(frozen=True)
class Source:
    """What a version of minutes says, since when, and how far it holds.

    `standing` tells of minutes that are not approved; `digest` is the SHA-256 of those that are, for whoever
    may read all of them, and `approved_digest` what it was before a passage was erased; `public` is set where
    organisations stand in place of persons.
    """

    said: Content
    made_at: datetime
    standing: str = ""
    digest: str = ""
    approved_digest: str = ""
    public: bool = False


@dataclass(frozen=True)
class Sheet:
    """A whole file: its title, whose letter paper it is on, its language, and its blocks."""

    title: str
    network: str
    district: str
    language: str
    rtl: bool
    blocks: list[Node]


def of_meeting(source: Source) -> Sheet:
    """The minutes of one meeting, in the language of the reader."""
    title = _("Minutes: %(title)s", title=source.said["meeting"]["title"])
    return _sheet(title, source.said["network"], [heading(1, title), *_minutes(source, 2)])


def of_year(group: Group, year: int, sources: Iterable[Source]) -> Sheet:
    """All minutes of a group in a year, each on a new page."""
    title = _("Minutes of %(group)s, %(year)s", group=group.name, year=year)
    network = Network.here()
    blocks = [heading(1, title)]
    for number, source in enumerate(sources):
        blocks += [Node("break")] if number else []
        blocks += [heading(2, source.said["meeting"]["title"]), *_minutes(source, 3)]
    return _sheet(title, {"name": network.name, "district": network.district}, blocks)


def _sheet(title: str, network: Content, blocks: list[Node]) -> Sheet:
    locale = get_locale()
    return Sheet(
        title=one_line(title),
        network=one_line(network["name"]),
        district=one_line(network["district"] or ""),
        language=str(locale).replace("_", "-"),
        rtl=locale.text_direction == "rtl",
        blocks=_in_order(blocks),
    )


def _in_order(blocks: list[Node]) -> list[Node]:
    """The same with no level of headings skipped, as PDF/UA-1 asks; headings that were alike stay so."""
    found: list[Node] = []
    above: list[int] = []
    for node in blocks:
        if node.name == "heading":
            level = node.attributes["level"]
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            node = Node("heading", {"level": len(above)}, runs=node.runs)
        found.append(node)
    return found


# Words


def runs_rtl(text: str) -> bool | None:
    """Whether a text begins with a letter that runs from right to left; None if it has no letters.

    What is set apart in it has a direction of its own and says nothing about the whole (UAX 9, rule P2).
    """
    depth = 0
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("FSI", "LRI", "RLI"):
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif kind in ("L", "R", "AL") and not depth:
            return kind != "L"
    return None


def one_line(text: str) -> str:
    """The text without signs that are not to be seen, and with single blanks."""
    kept = (" " if sign.isspace() else sign for sign in text if sign.isspace() or _is_text(sign))
    return " ".join("".join(kept).split())


def _is_text(sign: str) -> bool:
    """No control sign, no half of a sign, and no sign that stands for nothing or may stand for anything."""
    return unicodedata.category(sign) not in ("Cc", "Cs", "Cn", "Co")


def apart(text: str) -> str:
    """A name within a line, in its own direction if that is not the line's."""
    text = one_line(text)
    rtl = runs_rtl(text)
    own = get_locale().text_direction == "rtl"
    return text if rtl is None or rtl == own else f"\u2068{text}\u2069"


def heading(level: int, text: str) -> Node:
    """A heading."""
    return Node("heading", {"level": min(level, DEEPEST)}, runs=[Run(one_line(text))])


def line(text: str, look: str = "", **marks: Any) -> Node:
    """A paragraph of ours, or a short text without markup."""
    return Node("paragraph", {"look": look} if look else {}, runs=[Run(one_line(text), marks)])


def terms(pairs: Iterable[tuple[str, str]]) -> Node:
    """A label and what it says, for each that says something."""
    return Node(
        "terms", children=[Node("term", {"label": label}, runs=[Run(said)]) for label, said in pairs if said]
    )


def _joined(parts: Iterable[str]) -> str:
    return dates.comma().join(part for part in parts if part)


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _span(began: datetime | None, ended: datetime | None) -> str:
    if began is None or ended is None:
        return ""
    return _("%(start)s to %(end)s", start=dates.clock(began), end=dates.clock(ended))


def _day(value: str) -> str:
    return dates.day_short(date.fromisoformat(value))


def _name(person: Content | None) -> str:
    return apart(person["name"]) if person else ""


def _written(text: str, level: int) -> list[Node]:
    """What people wrote, with headings below `level` (0: as bold paragraphs) and whole addresses."""
    found = [_fitted(node, level, 1) for node in markdown.parse(text)]
    return [node for node in found if node.name != "heading" or _says_anything(node)]


def _says_anything(node: Node) -> bool:
    return any(isinstance(run, Run) and run.text.strip() for run in node.runs)


def _fitted(node: Node, level: int, depth: int) -> Node:
    attributes = dict(node.attributes)
    name = node.name
    runs: list[Run | Node] = [_run(run) if isinstance(run, Run) else run for run in node.runs]
    if name == "heading" and level:
        attributes = {"level": min(level + attributes["level"] - 2, DEEPEST)}
    elif name == "heading":
        name, attributes = "paragraph", {}
        runs = [Run(run.text, {**run.marks, "bold": True}) if isinstance(run, Run) else run for run in runs]
    # What a list or quotation only names is told after the text.
    inside = _without_lines(_bounded(node.children) if depth >= DEEPEST_BLOCKS else node.children)
    return Node(name, attributes, [_fitted(child, 0, depth + (name in NESTING)) for child in inside], runs)


def _bounded(nodes: list[Node]) -> list[Node]:
    """What stands in the deepest list or quotation, with what is deeper beside it: every word stays."""
    found: list[Node] = []
    for node in nodes:
        if node.name == "listItem":
            found.append(Node(node.name, children=_bounded(node.children)))
        elif node.name in NESTING:
            below = [part for child in node.children for part in (child.children or [child])]
            found += _bounded(below if node.name in LISTS else node.children)
        else:
            found.append(node)
    return found


def _run(run: Run) -> Run:
    marks = dict(run.marks)
    if "link" in marks:
        marks["link"] = urljoin(current_app.config["SITE_URL"] + "/", marks["link"])
    text = "".join(" " if sign.isspace() else sign for sign in run.text if sign.isspace() or _is_text(sign))
    return Run(text, marks)


# Minutes


def _minutes(source: Source, level: int) -> list[Node]:
    said = source.said
    blocks = [line(source.standing, "notice")] if source.standing else []
    if source.public:
        text = _(
            "Internal items are left out, and persons are named by their organisation"
            " unless they agreed to be named."
        )
        blocks.append(line(text, "notice"))
    blocks += [_head(said), heading(level, _("Attendance")), _attendance(said, source.public)]
    for item in said["items"]:
        blocks += _item(item, level)
    if not said["items"]:
        blocks.append(line(_("The meeting had no agenda.")))
    if said["addenda"]:
        blocks += [heading(level, _("Addenda")), *(_addendum(one) for one in said["addenda"])]
    if said["approval"]:
        blocks += [heading(level, _("Approval")), line(_approved(said["approval"]))]
    if source.digest:
        version = _("Version %(number)s", number=said["version"])
        blocks.append(line(f"{version}{dates.comma()}SHA-256 {source.digest}", "small"))
    if source.approved_digest:
        text = _(
            "Passages were erased after the approval. The SHA-256 of what was approved is %(digest)s.",
            digest=source.approved_digest,
        )
        blocks.append(line(text, "small"))
    return blocks


def _head(said: Content) -> Node:
    meeting = said["meeting"]
    began, ended = _moment(meeting["began_at"]), _moment(meeting["ended_at"])
    nobody = _("Nobody")
    return terms(
        [
            (_("Group"), apart(said["group"]["name"])),
            (_("Held"), _joined([dates.day_long(began) if began else "", _span(began, ended)])),
            (_("Place"), apart(meeting["place"] or _("Online"))),
            (_("Chair"), _name(meeting["chair"]) or nobody),
            (_("Minute-taker"), _name(meeting["minute_taker"]) or nobody),
        ]
    )


def _attendance(said: Content, public: bool) -> Node:
    """Who was there, by organisation, then who was not; for the public, how many of those not named."""
    lists = said["attendance"]
    rows: list[list[str]] = []
    by_organisation: dict[str, list[Content]] = {}
    for one in lists["present"]:
        by_organisation.setdefault(one["organisation"], []).append(one)
    for organisation, people in sorted(by_organisation.items(), key=lambda part: (not part[0], part[0])):
        whose = apart(organisation) if organisation else _("Engaged citizens")
        unnamed = [one for one in people if "veiled" in one]
        rows += [[_name(one), whose, Presence(one["how"]).label] for one in people if "veiled" not in one]
        if unnamed:
            count = ngettext("%(num)s person", "%(num)s people", len(unnamed))
            rows.append([count, whose, ""])
    for one in [*lists["excused"], *lists["absent"]]:
        rows.append([_name(one), apart(one["organisation"]), Presence(one["how"]).label])
    if not rows:
        return line(_("Nobody is on the list of attendance."))
    heads = [_("Name"), _("Organisation"), _("Attendance")]
    return _table([row[: 2 if public else 3] for row in [heads, *rows]])


def _table(rows: list[list[str]]) -> Node:
    def cells(row: list[str], kind: str) -> Node:
        return Node("tableRow", children=[Node(kind, children=[line(str(said))]) for said in row])

    head, *others = rows
    return Node("table", children=[cells(head, "tableHeader"), *(cells(row, "tableCell") for row in others)])


def _item(item: Content, level: int) -> list[Node]:
    minutes = round(item["seconds"] / 60)
    facts = [
        str(ItemKind(item["kind"]).label),
        str(ItemState.POSTPONED.label) if item["state"] == ItemState.POSTPONED else "",
        _span(_moment(item["began_at"]), _moment(item["ended_at"])),
        _("%(minutes)s min.", minutes=minutes) if item["seconds"] >= 60 else "",
        *(_name(one) for one in item["presenters"]),
        _("internal") if item["internal"] else "",
    ]
    blocks = [heading(level, f"{item['number']} {item['title']}"), line(_joined(facts), "small")]
    things = {("decisionLine", one["id"]): one for one in item["decisions"]}
    things |= {("actionLine", one["id"]): one for one in item["actions"]}

    def told(key: tuple[str, int]) -> list[Node]:
        thing = things.pop(key, None)
        if thing is None:
            return []
        return [_decision(thing) if key[0] == "decisionLine" else _action(thing)]

    for paragraph in item["paragraphs"]:
        for node in _written(paragraph["text"], level + 1):
            blocks += told((node.name, node.attributes["id"])) if node.name.endswith("Line") else [node]
        if "addendum" in paragraph:
            note = _("Put right by addendum %(number)s", number=paragraph["addendum"])
            blocks.append(line(note, "small"))
    for key in list(things):
        blocks += told(key)
    return blocks


def _decision(one: Content) -> Node:
    title = _("Decision %(number)s", number=one["citation"]) if one["citation"] else _("Decision")
    blocks = [line(title, bold=True), *_without_lines(_written(one["text"], 0))]
    state = DecisionState(one["state"])
    facts = [
        (_("In plain language:"), apart(one["plain"])),
        (_("How:"), apart(one["how"])),
        (_("Responsible:"), apart(one["organisation"])),
    ]
    blocks += [line(f"{label} {said}") for label, said in facts if said]
    if one["review_on"]:
        blocks.append(line(_("To be reviewed on %(day)s", day=_day(one["review_on"]))))
    if state != DecisionState.IN_FORCE:
        blocks.append(line(str(state.label)))
    return Node("box", children=blocks)


def _action(one: Content) -> Node:
    title = _("Action")
    state = ActionState(one["state"])
    facts = [
        _name(one["person"]),
        apart(one["organisation"]),
        _("by %(day)s", day=_day(one["due_on"])) if one["due_on"] else "",
        str(state.label) if state != ActionState.OPEN else "",
    ]
    blocks = [line(title, bold=True), line(one["text"])]
    blocks += [line(_joined(facts), "small")] if any(facts) else []
    return Node("box", children=blocks)


def _addendum(one: Content) -> Node:
    title = _("Addendum %(number)s", number=one["number"])
    at = _moment(one["at"])
    blocks = [
        line(title, bold=True),
        line(_joined([dates.day_short(at) if at else "", _name(one["by"])]), "small"),
        *_without_lines(_written(one["text"], 0)),
    ]
    if one["was"]:
        blocks += [line(_("Before:"), bold=True), *_without_lines(_written(one["was"], 0))]
    blocks.append(line(f"{_('Reason:')} {apart(one['reason'])}"))
    return Node("box", children=blocks)


def _without_lines(nodes: list[Node]) -> list[Node]:
    return [node for node in nodes if not node.name.endswith("Line")]


def _approved(approval: Content) -> str:
    at = _moment(approval["at"])
    day = dates.day_long(at) if at else ""
    if approval["how"] == "tacit":
        text = _("Approved tacitly on %(day)s", day=day)
    else:
        text = _("Approved on %(day)s", day=day)
    by = _name(approval["by"])
    return _joined([text, apart(approval["result"])]) + (f" ({by})" if by else "")
