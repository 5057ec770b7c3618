"""The blocks of a document as HTML: every sign is escaped here, all elements and attributes are ours."""

import re
from collections.abc import Iterable, Mapping

from flask import current_app
from markupsafe import Markup, escape

from network.drafts.tree import Node, Run
from network.extensions import db
from network.things import Thing

_TAGS = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "blockquote": "blockquote",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
}
_HEADINGS = {2: "h3", 3: "h4"}  # a text stands below a heading of its page
_MARKS = {"bold": "strong", "italic": "em", "underline": "u", "strike": "s"}
THING = Markup('<span data-thing="{}"></span>')  # where a decision or action stands
_THING = re.compile(r'<span data-thing="(\d+)"></span>')

# How things look that stand in texts: a template for each type, in which the thing is called like its type.
lines: dict[str, str] = {}


def render(nodes: Iterable[Node], names: Mapping[int, str] | None = None) -> Markup:
    """The blocks as HTML. `names` are those of people who have suggested something, by id."""
    return Markup("").join(block(node, names or {}) for node in nodes)


def block(node: Node, names: Mapping[int, str]) -> Markup:
    """One block as HTML."""
    if node.name in ("decisionLine", "actionLine"):
        return THING.format(node.attributes["id"])
    if node.name == "horizontalRule":
        return Markup("<hr>")
    inside = Markup("").join(
        [
            *(block(child, names) for child in node.children),
            *(_run(run, names) if isinstance(run, Run) else Markup("<br>") for run in node.runs),
        ]
    )
    if node.name == "table":
        return Markup('<div class="nw-scroll" tabindex="0"><table>{}</table></div>').format(inside)
    tag = _HEADINGS[node.attributes["level"]] if node.name == "heading" else _TAGS[node.name]
    start = Markup(' start="{}"').format(node.attributes["start"]) if "start" in node.attributes else ""
    direction = "" if node.name == "tableRow" else Markup(' dir="auto"')
    return Markup("<{0}{1}{2}>{3}</{0}>").format(Markup(tag), direction, start, inside)


def _run(run: Run, names: Mapping[int, str]) -> Markup:
    said = escape(run.text)
    for mark, value in run.marks.items():
        if mark in _MARKS:
            said = Markup("<{0}>{1}</{0}>").format(Markup(_MARKS[mark]), said)
        elif mark == "link":
            said = Markup('<a href="{}" rel="noopener nofollow ugc">{}</a>').format(value, said)
        elif mark in ("insertion", "deletion"):
            tag = Markup("ins" if mark == "insertion" else "del")
            who = Markup(' title="{}"').format(names[value]) if value in names else ""
            said = Markup("<{0}{1}>{2}</{0}>").format(tag, who, said)
        elif mark.startswith("comment "):
            said = Markup('<mark data-comment="{}">{}</mark>').format(value, said)
    return said


def with_things(text: Markup, room_id: int) -> Markup:
    """HTML as `render` made it, with the things that stand in it as they are now.

    Only those that are heard in the same room: whoever writes may name any id.
    """

    def shown(found: re.Match[str]) -> str:
        thing = db.session.get(Thing, int(found.group(1)))
        if thing is None or thing.removed_at is not None or thing.room_id != room_id:
            return ""
        template = lines.get(thing.type)
        return current_app.jinja_env.get_template(template).render({thing.type: thing}) if template else ""

    return Markup(_THING.sub(shown, text))
