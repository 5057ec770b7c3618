"""A sheet as a PDF that is read aloud in order (PDF/UA-1) and kept for good (PDF/A-2a), set by typst.

typst gets the texts as data, never as its markup.
"""

import json
import logging
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import typst
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network.changes import Invalid
from network.drafts.tree import LISTS, Node, Run
from network.exports import cores
from network.exports.sheet import Sheet, line, runs_rtl

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
# The product's typeface, cut by script; the first that has a sign sets it.
FAMILIES = [
    "Fira Sans latin",
    "Fira Sans latin-ext",
    "FiraGO arabic",
    "Fira Sans cyrillic",
    "Fira Sans cyrillic-ext",
    "Fira Sans greek",
    "Fira Sans greek-ext",
    "Fira Sans vietnamese",
]
STANDARDS = ["a-2a", "ua-1"]
# What is written for signs that the letters lack, where it says the same.
INSTEAD = {"\u2010": "-", "→": "->", "←": "<-", "⇒": "=>", "≤": "<=", "≥": ">=", "−": "-", "�": "?"}
# Signs that direct others, and are themselves drawn by none.
UNDRAWN = {0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xFE0E, 0xFE0F}


class Unset(Exception):
    """typst has something to say about a PDF, which then is not what was meant."""


def write(sheet: Sheet, made_at: int) -> bytes:
    """The PDF, as if made at this moment (seconds since 1970): the same sheet gives the same file.

    Raises TooManyRequests if too many wait already, and Invalid if typst cannot set it: the log says why.
    """
    template = (HERE / "minutes.typ").read_bytes()
    made = cores.run(_set, template, json.dumps(_said(sheet), ensure_ascii=False), made_at)
    if isinstance(made, bytes):
        return made
    log.error("a PDF was not set", exc_info=made)
    raise Invalid(
        pdf=_l(
            "The PDF of this text cannot be made. Please take the Word file or the Markdown,"
            " and tell the Coordination Office."
        )
    )


def _set(template: bytes, said: str, made_at: int) -> bytes | Exception:
    """The PDF, or what was wrong: what is raised in a thread would be printed as well."""
    try:
        return _compiled(template, said, made_at)
    except (typst.TypstError, Unset) as error:
        return error


def _compiled(template: bytes, said: str, made_at: int) -> bytes:
    made, warnings = typst.compile_with_warnings(
        template,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"sheet": said},
        pdf_standards=STANDARDS,  # type: ignore[arg-type]  # a list of literals
        timestamp=made_at,
    )
    if warnings:
        raise Unset("; ".join(warning.message for warning in warnings))
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


# What is said, as the template takes it


def _said(sheet: Sheet) -> dict[str, Any]:
    language, _under, region = sheet.language.partition("-")
    letters = _Letters(language, sheet.rtl)
    blocks = [_block(node, letters) for node in sheet.blocks]
    if letters.missed:
        note = _("Signs that the letters of this file do not have are named in square brackets.")
        blocks.append(_block(line(note, "small"), letters))
    return {
        "title": letters.drawn(sheet.title),
        "network": letters.drawn(sheet.network),
        "district": letters.drawn(sheet.district),
        "lang": language,
        "region": region or None,
        "rtl": sheet.rtl,
        "fonts": FAMILIES,
        # The page's number is put in place of the first, their count in place of the second.
        "pages": _("Page %(number)s of %(count)s", number="0001", count="0002"),
        "blocks": blocks,
    }


class _Letters:
    """Which letters there are, and in which language a text is that runs the other way."""

    def __init__(self, language: str, rtl: bool) -> None:
        self.rtl = rtl
        spoken: list[str] = current_app.config["LANGUAGES"]
        # Which language it is, nobody has said; read as one of that script it is understood at least.
        self.other = next((one for one in spoken if one[:2] != "ar"), "de")[:2] if rtl else "ar"
        self.missed = False

    def drawn(self, text: str) -> str:
        """The text with names in place of signs that no file of ours has."""
        text = unicodedata.normalize("NFC", text)
        return "".join(sign if _has(ord(sign)) else self._named(sign) for sign in text)

    def _named(self, sign: str) -> str:
        alike = "".join(INSTEAD.get(one, one) for one in unicodedata.normalize("NFKC", sign))
        if all(_has(ord(one)) for one in alike):
            return alike
        self.missed = True
        return f"[{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}]"

    def own(self, text: str) -> dict[str, Any]:
        """Language and direction of a text, where they differ from the whole."""
        rtl = runs_rtl(text)
        return {} if rtl is None or rtl == self.rtl else {"lang": self.other, "rtl": rtl}


@cache
def _spans() -> tuple[list[int], list[int]]:
    lines = (FONTS / "signs.txt").read_text().split()
    spans = [[int(end, 16) for end in one.split("-")] for one in lines]
    return [first for first, _last in spans], [last for _first, last in spans]


def _has(sign: int) -> bool:
    firsts, lasts = _spans()
    place = bisect_right(firsts, sign) - 1
    return sign in UNDRAWN or (place >= 0 and sign <= lasts[place])


def _block(node: Node, letters: _Letters) -> dict[str, Any]:
    runs = [_run(run, letters) if isinstance(run, Run) else None for run in _whole_signs(node.runs)]
    said: dict[str, Any] = {
        **node.attributes,
        "name": node.name,
        "runs": runs,
        "children": [_block(child, letters) for child in node.children],
    }
    if node.name == "table":
        width = max(len(row["children"]) for row in said["children"])
        for row in said["children"]:
            row["children"] += [{"name": "tableCell", "children": []}] * (width - len(row["children"]))
    if "label" in said:
        said["label"] = letters.drawn(said["label"])
    elif runs or node.name in LISTS:
        said |= letters.own(_text(node))
        if node.name == "heading" and "lang" in said:
            said["rtl"] = letters.rtl  # it stands where headings stand
    return said


def _whole_signs(runs: Iterable[Run | Node]) -> list[Run | Node]:
    """The same runs, each mark above or below a letter in the run of its letter.

    typst draws each run by itself: a mark that is bold while its letter is not would stand beside it.
    """
    found: list[Run | Node] = []
    for run in runs:
        before = found[-1] if found else None
        if isinstance(run, Run) and isinstance(before, Run) and before.text:
            bare = run.text.lstrip("".join(filter(_combines, set(run.text))))
            if len(bare) < len(run.text):
                found[-1] = replace(before, text=before.text + run.text[: len(run.text) - len(bare)])
                run = replace(run, text=bare)
        found.append(run)
    return found


def _combines(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Me")


def _text(node: Node) -> str:
    own = "".join(run.text for run in node.runs if isinstance(run, Run))
    return own + "".join(map(_text, node.children))


def _run(run: Run, letters: _Letters) -> dict[str, Any]:
    text = letters.drawn(run.text)
    marks = dict(run.marks)
    if all(sign.isspace() or unicodedata.category(sign) in ("Cf", "Mn") for sign in text):
        marks.pop("link", None)  # nothing is seen that could be followed; typst fails where a link is nowhere
    return {**marks, "text": text}
