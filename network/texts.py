"""What people write: a small Markdown, shown safely, told plainly, and folded for searching.

Allowed are paragraphs, line breaks, bold, italics, lists, quotations and links. Headings become bold
paragraphs, since a page has its own; pictures, tables and HTML stay the text that they are.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_core import StateCore, linkify
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import linkify as linkify_inline
from markdown_it.token import Token
from markupsafe import Markup

MOST = 100_000  # characters; what comes after is not shown (forms allow far less)
DEEPEST = 16  # levels of lists (two each) and quotations; what is deeper stays text
LONGEST_WORD = 2_000  # characters; looking for addresses in longer ones takes time that grows with its square

BLOCKS = {"p", "ul", "ol", "li", "blockquote"}
ALLOWED: dict[str, set[str]] = {
    **{tag: {"dir"} for tag in BLOCKS},
    "ol": {"dir", "start"},
    "a": {"href"},
    "strong": set(),
    "em": set(),
    "br": set(),
    "hr": set(),
}
SCHEMES = {"http", "https", "mailto"}
RULES = (
    "blockquote hr list heading newline escape emphasis link autolink linkify"
    " balance_pairs fragments_join text_join"
)
_BEFORE_LINES = re.compile(r"^(?:\s*[->]\s+)+", re.MULTILINE)
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}")


def _safe_link(address: str) -> bool:
    return address.partition(":")[0].lower() in SCHEMES


def _shape(state: StateCore) -> None:
    """Give each block the direction of its own text, and headings the look of a bold paragraph."""
    for place, token in enumerate(state.tokens):
        if token.type == "heading_open":
            token.tag = "p"
            _within(state.tokens[place + 1], "strong")
        elif token.type == "heading_close":
            token.tag = "p"
        if token.nesting == 1 and token.tag in BLOCKS:
            token.attrSet("dir", "auto")


def _within(inline: Token, name: str) -> None:
    inline.children = [
        Token(f"{name}_open", name, 1),
        *(inline.children or []),
        Token(f"{name}_close", name, -1),
    ]


def _not_too_deep(rule: Callable[..., bool]) -> Callable[..., bool]:
    """The parser's own limit would leave out what is deeper; ours leaves it as it was written."""

    def block(state: StateBlock, *more: Any) -> bool:
        return state.level < DEEPEST and rule(state, *more)

    return block


def _look_for_long_words(state: StateCore) -> None:
    state.env["long words"] = bool(_LONG_WORD.search(state.src))


def _addresses_in_text(state: StateCore) -> None:
    if not state.env["long words"]:
        linkify(state)


def _addresses_in_line(state: StateInline, silent: bool) -> bool:
    return not state.env["long words"] and linkify_inline(state, silent)


def parser(*further: str) -> MarkdownIt:
    """A parser of the small Markdown, with `further` rules of the library."""
    made = MarkdownIt("zero", {"html": False, "breaks": True, "linkify": True, "maxNesting": DEEPEST + 4})
    made.enable([*RULES.split(), *further])
    # `alt` says which blocks a line of this kind may end, as the parser has it itself.
    ended = ["paragraph", "reference", "blockquote"]
    made.block.ruler.at("blockquote", _not_too_deep(blockquote), {"alt": [*ended, "list"]})
    made.block.ruler.at("list", _not_too_deep(list_block), {"alt": ended})
    made.core.ruler.before("inline", "long words", _look_for_long_words)
    made.core.ruler.at("linkify", _addresses_in_text)
    made.inline.ruler.at("linkify", _addresses_in_line)
    made.validateLink = _safe_link  # type: ignore[method-assign, assignment]  # the documented way
    if made.linkify is not None:
        made.linkify.set({"fuzzy_link": False, "fuzzy_ip": False, "fuzzy_email": True})
    return made


_markdown = parser()
_markdown.core.ruler.push("shape", _shape)
KEPT = 10_000  # characters; the HTML of shorter texts is remembered


def render(text: str | None) -> Markup:
    """What a person wrote, as safe HTML."""
    if not text:
        return Markup("")
    return _rendered(text) if len(text) <= KEPT else _rendered.__wrapped__(text)


@lru_cache(maxsize=500)
def _rendered(text: str) -> Markup:
    html = _markdown.render(text[:MOST])
    # Our parser lets nothing through; the cleaner makes sure of it.
    return Markup(
        nh3.clean(
            html,
            tags=set(ALLOWED),
            attributes={**ALLOWED, "*": set()},
            url_schemes=SCHEMES,
            link_rel="noopener nofollow ugc",
        ).strip()
    )


def plain(text: str | None) -> str:
    """The same for e-mail text: without signs of markup, lists with dashes, links with their address."""
    if not text:
        return ""
    lines: list[str] = []
    starts: list[str] = []  # what stands before a line, for each list and quotation around it
    numbers: list[int | None] = []
    for token in _markdown.parse(text[:MOST]):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
            if not numbers:
                lines.append("")
        elif token.type == "list_item_open":
            number = numbers[-1]
            starts.append("- " if number is None else f"{number}. ")
            numbers[-1] = None if number is None else number + 1
        elif token.type == "blockquote_open":
            starts.append("> ")
        elif token.type == "list_item_close":
            starts.pop()
        elif token.type == "blockquote_close":
            starts.pop()
            lines[-1:] = ["".join(starts).rstrip()]
        elif token.type == "hr":
            lines += ["".join(starts) + "---", ""]
        elif token.type == "inline":
            for line in _words(token.children or []).split("\n"):
                lines.append(("".join(starts) + line).rstrip())
                starts = [start if start == "> " else " " * len(start) for start in starts]
        elif token.type in ("paragraph_close", "heading_close") and not token.hidden and not numbers:
            lines.append("".join(starts).rstrip())
    return "\n".join(lines).strip()


def _words(tokens: Sequence[Token]) -> str:
    said: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "text":
            said.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            said.append("\n")
        elif token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(said)))
        elif token.type == "link_close" and links:
            address, since = links.pop()
            shown = "".join(said[since:])
            if token.markup not in ("autolink", "linkify") and address not in (shown, f"mailto:{shown}"):
                said.append(f" ({address})")
    return "".join(said)


def blocks(text: str | None) -> list[str]:
    """The Markdown of its paragraphs, lists and quotations, one by one: all rendered make the whole."""
    if not text:
        return []
    text = text[:MOST]
    lines = text.split("\n")
    starts = list(
        dict.fromkeys(token.map[0] for token in _markdown.parse(text) if token.level == 0 and token.map)
    )
    parts = [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)]
    return ["\n".join(part).rstrip() for part in parts]


def summary(text: str | None, length: int = 160) -> str:
    """Its beginning on one line, cut after a word, at most `length` characters long.

    Signs that stand before the lines of a list or a quotation mean nothing where all is one line.
    """
    line = " ".join(_BEFORE_LINES.sub("", plain(text)).split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    if not line[length - 1].isspace() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.") + "…"


# Letters that Unicode does not take apart by itself.
_ALIKE = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ـ": None,
        "\u200c": None,
    }
)
_UMLAUT_IN_TWO = re.compile("([aou])e+")


def folded(text: str | None) -> str:
    """The form in which texts are searched: Müller, Mueller and Muller are one, and so Straße and Strasse.

    Capitals, accents, Arabic vowel signs and the e of a spelt-out umlaut go, blanks become one.
    The form of a word's beginning is the beginning of the word's form; folding twice changes nothing.
    """
    if not text:
        return ""
    # Once more afterwards: a sign of presentation may come apart into a capital, or a stretch of a line.
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE)).casefold().translate(_ALIKE)
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _UMLAUT_IN_TWO.sub(r"\1", " ".join(bare.casefold().split()))


def in_alphabet(name: str) -> tuple[str, str]:
    """The key by which names stand as people look for them: capitals and accents make no difference."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)), name


def no_formula(cell: str) -> str:
    """A cell that a spreadsheet takes for a formula becomes text (OWASP, CSV injection).

    Some take the wide signs of East Asian keyboards for the narrow ones.
    """
    begins = cell[:1] in tuple("\t\r\n") or cell.lstrip()[:1] in tuple("=+-@＝＋－＠")
    return f"'{cell}" if begins else cell


def _rich(text: Any) -> Markup:
    return render(str(text) if text else "")


def init_app(app: Flask) -> None:
    """Offer `rich`, `plain` and `summary` as filters."""
    app.jinja_env.filters.update(rich=_rich, plain=plain, summary=summary)
