"""The blocks of a document as HTML: every sign is escaped here, all elements and attributes are ours."""

import re
from collections.abc import Iterable, Mapping
from html import escape as _escaped
from html import unescape

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup

from network.drafts.tree import Node, Run
from network.extensions import db
from network.things import Thing

_TAGS = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "blockquote": "blockquote",
    "tableHeader": "th",
    "tableCell": "td",
}
_HEADINGS = {2: "h3", 3: "h4"}  # a text stands below a heading of its page
_MARKS = {"bold": "strong", "italic": "em", "underline": "u", "strike": "s"}
_THING = re.compile(r'<span data-thing="(\d+)"></span>')
_SUGGESTED = re.compile(r'<(ins|del) class="nw-proposed"(?: title="([^"]*)")?>')

# How things look that stand in texts: a template for each type, in which the thing is called like its type.
lines: dict[str, str] = {}


def render(nodes: Iterable[Node], names: Mapping[int, str] | None = None) -> Markup:
    """The blocks as HTML. `names` are those of people who have suggested something, by id."""
    out: list[str] = []
    for node in nodes:
        _block(node, names or {}, out)
    return Markup("".join(out))


def _block(node: Node, names: Mapping[int, str], out: list[str]) -> None:
    if node.name in ("decisionLine", "actionLine"):
        out.append(f'<span data-thing="{int(node.attributes["id"])}"></span>')
        return
    if node.name == "horizontalRule":
        out.append("<hr>")
        return
    if node.name == "table":
        begin, end = '<div class="nw-scroll" tabindex="0"><table>', "</table></div>"
    elif node.name == "tableRow":
        begin, end = "<tr>", "</tr>"
    else:
        tag = _HEADINGS[node.attributes["level"]] if node.name == "heading" else _TAGS[node.name]
        start = f' start="{int(node.attributes["start"])}"' if "start" in node.attributes else ""
        begin, end = f'<{tag} dir="auto"{start}>', f"</{tag}>"
    out.append(begin)
    for child in node.children:
        _block(child, names, out)
    for run in node.runs:
        out.append(_run(run, names) if isinstance(run, Run) else "<br>")
    out.append(end)


def _run(run: Run, names: Mapping[int, str]) -> str:
    said = _escaped(run.text)
    for mark, value in run.marks.items():
        if mark in _MARKS:
            said = f"<{_MARKS[mark]}>{said}</{_MARKS[mark]}>"
        elif mark == "link":
            said = f'<a href="{_escaped(value)}" rel="noopener nofollow ugc">{said}</a>'
        elif mark in ("insertion", "deletion"):
            tag = "ins" if mark == "insertion" else "del"
            who = f' title="{_escaped(names[value])}"' if value in names else ""
            said = f'<{tag} class="nw-proposed"{who}>{said}</{tag}>'
        elif mark.startswith("comment "):
            said = f'<mark data-comment="{int(value)}">{said}</mark>'
    return said


def with_things(text: Markup, room_id: int, card: str = "", of: int = 0) -> Markup:
    """HTML as `render` made it, with the things that stand in it as they are now.

    Only those that are heard in the same room: whoever writes may name any id. In the template `card` those
    of the thing with the id `of` are shown as its page has them, with ids of their own: each of them once.
    """
    told: set[int] = set()

    def shown(found: re.Match[str]) -> str:
        thing = db.session.get(Thing, int(found.group(1)))
        if thing is None or thing.removed_at is not None or thing.room_id != room_id:
            return ""
        path = lines.get(thing.type)
        if path is None:
            return ""
        if card and thing.parent_id == of:
            path = "" if thing.id in told else card
            told.add(thing.id)
        if not path:
            return ""
        page = current_app.jinja_env.get_template(path)
        return page.render({"thing": thing, thing.type: thing})

    return Markup(_SUGGESTED.sub(_proposed, _THING.sub(shown, text)))


def _proposed(found: re.Match[str]) -> str:
    """The tag of a suggestion with what it is, in words: it does not stand in the text yet, or still does."""
    tag, name = found.group(1), found.group(2)
    whose = _("Suggested by %(name)s", name=unescape(name)) if name else ""
    who = f' title="{_escaped(whose)}"' if whose else ""
    said = _("proposed to insert:") if tag == "ins" else _("proposed to delete:")
    return f'<{tag} class="nw-proposed"{who}><bdi class="nw-visually-hidden">{_escaped(said)} </bdi>'
