"""Organisations are put in place of persons, and dots in place of words, wherever they stand in a version."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from flask_babel import gettext as _
from markupsafe import Markup

from network.approval.snapshot import Content

# Around what was put in place of a name, until it is shown: signs that no text of ours means anything by.
BEGIN, END = "\ue000", "\ue001"
# Signs that nobody sees, but that make another word of a name.
UNSEEN = dict.fromkeys(map(ord, f"{BEGIN}{END}\u00ad\u200b\u2060\ufeff"))
LEFT_OUT = "…"
TITLES = r"(?:Frau|Herrn?|Mrs?\.?|Ms\.?|Dr\.?|Prof\.?|Bürgermeister(?:in)?|Pfarrer(?:in)?)\s+"
LINK = re.compile(
    r"\[(?P<words>[^\[\]]*)\]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*[^()]*)\)"
    r"|<(?P<pointed>[^<>\s]+[:@][^<>\s]*)>"
    r"|(?P<bare>(?:https?://|www\.)[^\s<>()\[\]]+|[\w.+%-]+@[\w-]+(?:\.[\w-]+)+)",
    re.IGNORECASE,
)
SHORTEST = 3  # letters of a word that may be a name
SHORTEST_SMALL = 6  # of one that is written small: the shorter ones are rather "klein", "lang" and "will"
MOST_WORDS = 200  # that can be left out besides
LONGEST_WORD = 100


def people_in(content: Content) -> Iterator[dict[str, Any]]:
    """Everybody whom the minutes name outside of their texts, some more than once; no erased guests."""
    meeting, attendance = content["meeting"], content["attendance"]
    yield from (one for one in (meeting["chair"], meeting["minute_taker"]) if one)
    for rows in (attendance["present"], attendance["excused"], attendance["absent"]):
        yield from (one for one in rows if "erased" not in one)
    for item in content["items"]:
        yield from (one for one in item["presenters"] if "erased" not in one)
        yield from (one["person"] for one in item["actions"] if one["person"])
    yield from (one["by"] for one in content["addenda"])
    if content["approval"]["by"]:
        yield content["approval"]["by"]


class Veil:
    """Puts organisations in place of persons, and dots in place of further words."""

    def __init__(self, content: Content, named: Collection[int], left_out: Iterable[str]) -> None:
        self.words = list(dict.fromkeys(word for one in left_out if (word := " ".join(one.split()))))
        self.left_out = either_of(map(fragment_of, longest_first(self.words)))
        self.named = {one["name"] for one in people_in(content) if one["id"] in named}
        self.ids = set(named)
        self.instead: dict[str, str] = {}
        self.surnames: dict[str, str] = {}
        self.parts: set[str] = set()
        for one in people_in(content):
            if not one["name"] or self.names(one):
                continue
            said = self.without_words(one["organisation"]) or _("an engaged citizen")
            for name in dict.fromkeys((" ".join(one["name"].split()), bare_name(one["name"]))):
                self.instead.setdefault(name, said)
            bare = bare_name(one["name"])
            first, *_between, last = [bare, ""] if " " not in bare else bare.split()
            if last:
                self.surnames.setdefault(last, said)
            self.parts |= {word for word in (first, last) if len(word) >= SHORTEST}

    def names(self, one: dict[str, Any]) -> bool:
        """Whether somebody is named: who agreed, unless a word of the name is left out."""
        agrees = one["id"] in self.ids or (one["id"] is None and one["name"] in self.named)
        return agrees and not (self.left_out and self.left_out.search(one["name"]))

    def without_words(self, text: str) -> str:
        """The name of an organisation or group: persons are not looked for in it, words are."""
        return self.left_out.sub(f"{BEGIN}{LEFT_OUT}{END}", text) if self.left_out else text

    @cached_property
    def _known(self) -> list[tuple[str, str]]:
        """The patterns of what is looked for, the longest first, each with what is put in its place."""
        surnames = {in_no_case(name): said for name, said in self.surnames.items()}
        found = [
            *((name, f"(?:{TITLES})*{fragment_of(name)}", said) for name, said in self.instead.items()),
            *((name, f"(?:{TITLES})+{fragment_of(name)}", said) for name, said in self.surnames.items()),
            *((word, fragment_of(word), surnames.get(in_no_case(word), LEFT_OUT)) for word in self.words),
        ]
        found.sort(key=lambda one: -len(one[0]))  # of the same length a person still comes before a word
        return [(fragment, said) for _name, fragment, said in found]

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        """All of them, each in a group of its own."""
        return either_of(f"({fragment})" for fragment, _said in self._known)

    @cached_property
    def _flat(self) -> set[str]:
        """Names and words as an address spells them."""
        return {form for name in (*self.instead, *self.words) for form in forms_of(name)}

    @cached_property
    def _ends(self) -> set[str]:
        """The last word of each: a text without any of them has nothing to replace."""
        return {form.rpartition("-")[2] for name in (*self._flat, *self.surnames) for form in forms_of(name)}

    def over(self, text: str) -> str:
        """The text for the public, with marks around what was put in."""
        text = unicodedata.normalize("NFC", text).translate(UNSEEN)
        flat = as_in_address(unquote(text))
        if not any(end in flat for end in self._ends) or self._pattern is None:
            return text
        return self._pattern.sub(self._said, LINK.sub(self._link, text))

    def _link(self, found: re.Match[str]) -> str:
        words = found["words"] or ""
        if is_spelled := LINK.fullmatch(words) is not None and self._veils_address(words):
            words = ""  # an address that is written out as the words of its link
        target = found["target"] or found["pointed"] or found["bare"] or ""
        if not is_spelled and not self._veils_address(target):
            return found.group()
        return f"{words} ({BEGIN}{LEFT_OUT}{END})" if words else f"{BEGIN}{LEFT_OUT}{END}"

    def _veils_address(self, address: str) -> bool:
        """Whether an address tells a name, however it spells it."""
        target = unquote(address)
        spelled = f"-{as_in_address(target)}-"
        joined = spelled.replace("-", "")
        is_telling = any(
            f"-{form}-" in spelled or ("-" in form and form.replace("-", "") in joined) for form in self._flat
        )
        return is_telling or bool(self._pattern and self._pattern.search(target))

    def _said(self, found: re.Match[str]) -> str:
        text, (_looked_for, said) = found.group(), self._known[(found.lastindex or 1) - 1]
        # Bold or italic that begins or ends inside the name does so around what is put in.
        begun = "".join(re.findall(r"(?<=\s)[*_~]+", text))
        ended = "".join(re.findall(r"(?<=\S)[*_~]+(?=\s)", text))
        return f"{begun}{BEGIN}{unmarked(said)}{END}{ended}"

    def person(self, one: dict[str, Any] | None) -> dict[str, Any] | None:
        """Somebody whom the minutes name outside of their texts."""
        if one is None or "erased" in one:
            return one
        organisation = self.without_words(one["organisation"])
        if not one["name"] or self.names(one):
            return {**one, "organisation": organisation}
        said = f"{BEGIN}{unmarked(organisation) or _('an engaged citizen')}{END}"
        return {**one, "id": None, "name": said, "organisation": organisation, "veiled": True}


def bare_name(name: str) -> str:
    """A name without title, and without what somebody wrote behind it: "Dr. Olena Koval, Jobcenter"."""
    name = " ".join(name.split())
    return re.sub(f"^(?:{TITLES})+", "", re.split(r"\s*[,(;]", name, maxsplit=1)[0]).strip() or name


def fragment_of(name: str) -> str:
    """A pattern for the name: with any blanks between its words, where a text may be broken or bold begin."""
    words = (re.escape(unicodedata.normalize("NFC", word)) for word in name.split())
    return r"[\s*_~\\]+".join(re.sub("ß|ẞ", "(?:ß|ss)", re.sub(r"\\-", "[-‐‑]", word)) for word in words)


def either_of(fragments: Iterable[str]) -> re.Pattern[str] | None:
    """One of the patterns in any letter case, also in the genitive, but no part of a longer word.

    An underline is a sign of Markdown, no letter.
    """
    listed = "|".join(fragments)
    return re.compile(rf"(?<![^\W_])(?:{listed})(?:['’]?s)?(?![^\W_])", re.IGNORECASE) if listed else None


def in_no_case(word: str) -> str:
    """A word in no letter case."""
    return unicodedata.normalize("NFC", word).casefold().replace("ı", "i").replace("i\u0307", "i")


def as_in_address(text: str) -> str:
    """A text as an address spells it: without accents, a hyphen between its words."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate({0x131: "i", 0xF8: "o", 0x142: "l"}))
    return "-".join(re.findall(r"[^\W_]+", "".join(one for one in letters if not unicodedata.combining(one))))


def forms_of(name: str) -> set[str]:
    """How addresses spell a name: umlauts with their "e" or without."""
    umlauts = unicodedata.normalize("NFC", name).casefold().translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue"})
    return {as_in_address(name), as_in_address(umlauts)}


def longest_first(words: Iterable[str]) -> list[str]:
    """The longest first, so that a whole name is found before a part of it."""
    return sorted(words, key=lambda word: (-len(word), word))


def surname_of(name: str) -> str:
    """The last word of a name."""
    return (bare_name(name).split() or [""])[-1]


def shown(text: Any, marked: bool = False) -> Any:
    """Text or rendered text without the marks of what was put in, or with them as readers see them."""
    begin, end = ("<mark>", "</mark>") if marked else ("", "")
    if isinstance(text, Markup):
        return Markup(str(text).replace(BEGIN, begin).replace(END, end))
    if marked:
        return shown(Markup.escape(text), marked)
    return unmarked(str(text))


def unmarked(text: str) -> str:
    """Text without the marks of what was put in."""
    return text.replace(BEGIN, "").replace(END, "")


def without_marks(content: Content) -> Content:
    """The whole version without marks."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return unmarked(value)
        if isinstance(value, list):
            return [clean(one) for one in value]
        if isinstance(value, dict):
            return {name: clean(one) for name, one in value.items()}
        return value

    cleaned: Content = clean(content)
    return cleaned
