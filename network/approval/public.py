"""What the public reads of approved minutes: no internal items, and organisations in place of persons.

A person is named who agreed to be named and was named when somebody looked at the text before publishing it.
All others are replaced wherever their full name stands, or their surname after a form of address. Whether
a bare surname in a text means the person, a program cannot know ("Haus"): `doubtful` finds such words, and
whoever publishes says which of them to leave out.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from network.approval.snapshot import Content
from network.extensions import db
from network.people.models import Person

# Around what was put in place of a name, until it is shown: signs that no text of ours means anything by.
BEGIN, END = "\ue000", "\ue001"
TITLES = r"Frau|Herrn?|Mrs?\.?|Ms\.?|Dr\.?|Prof\.?|Bürgermeister(?:in)?|Pfarrer(?:in)?"
SHORTEST = 3  # letters of a word that may be a name
MOST_WORDS = 200  # that can be left out besides
LONGEST_WORD = 100


def agreed(content: Content) -> set[int]:
    """The ids of those in these minutes who agree to be named in public, as they have said by now."""
    query = select(Person.id).where(
        Person.id.in_({one["id"] for one in _people(content) if one["id"]}),
        Person.named_in_minutes,
        ~Person.nameless,
    )
    return set(db.session.scalars(query))


def _people(content: Content) -> Iterator[dict[str, Any]]:
    """Everybody whom the minutes name outside of their texts; some more than once."""
    meeting, attendance = content["meeting"], content["attendance"]
    yield from (one for one in (meeting["chair"], meeting["minute_taker"]) if one)
    for rows in (attendance["present"], attendance["excused"], attendance["absent"]):
        yield from rows
    for item in content["items"]:
        yield from item["presenters"]
        yield from (one["person"] for one in item["actions"] if one["person"])
    yield from (one["by"] for one in content["addenda"])
    if content["approval"]["by"]:
        yield content["approval"]["by"]


class Veil:
    """Puts organisations in place of persons, and dots in place of further words."""

    def __init__(self, content: Content, named: Collection[int], left_out: Iterable[str]) -> None:
        hidden = [one for one in _people(content) if one["name"] and one["id"] not in named]
        shown = {one["name"] for one in _people(content) if one["id"] in named}
        self.instead: dict[str, str] = {}
        self.surnames: dict[str, str] = {}
        self.parts: set[str] = set()
        for one in hidden:
            name = " ".join(one["name"].split())
            if name in shown:
                continue
            said = one["organisation"] or _("an engaged citizen")
            self.instead.setdefault(name, said)
            first, *_between, last = [*name.split(), ""] if " " not in name else name.split()
            if last:
                self.surnames.setdefault(last, said)
            self.parts |= {word for word in (first, last) if len(word) >= SHORTEST}
        self.words = {word: self.surnames.get(word, "…") for word in left_out if word}
        self.pattern = self._pattern()

    def _pattern(self) -> re.Pattern[str] | None:
        either = [
            *(rf"(?:(?:{TITLES})\s+)*{_spaced(name)}" for name in _longest_first(self.instead)),
            *(rf"(?:(?:{TITLES})\s+)+{re.escape(name)}" for name in _longest_first(self.surnames)),
            *(_spaced(word) for word in _longest_first(self.words)),
        ]
        return re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?:['’]?s)?(?!\w)") if either else None

    def over(self, text: str) -> str:
        """The text for the public, with marks around what was put in."""
        text = text.replace(BEGIN, "").replace(END, "")
        return self.pattern.sub(self._said, text) if self.pattern else text

    def _said(self, found: re.Match[str]) -> str:
        text = " ".join(found.group().split())
        known = [*self.instead.items(), *self.words.items(), *self.surnames.items()]
        said = next((instead for name, instead in known if _means(text, name)), "…")
        return f"{BEGIN}{said}{END}"

    def person(self, one: dict[str, Any] | None) -> dict[str, Any] | None:
        """Somebody whom the minutes name outside of their texts."""
        if one is None or one["name"] not in self.instead:
            return one
        return {**one, "id": None, "name": f"{BEGIN}{self.instead[one['name']]}{END}", "veiled": True}


def _means(text: str, name: str) -> bool:
    """Whether a place that was found is about this name: it ends with it, or with its genitive."""
    return bool(re.search(rf"(?:^|\s){re.escape(name)}(?:['’]?s)?$", text))


def _spaced(name: str) -> str:
    """The name with any blanks between its words: a text may be broken there."""
    return r"\s+".join(re.escape(word) for word in name.split())


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def version_for_public(content: Content, *, named: Collection[int], left_out: Iterable[str] = ()) -> Content:
    """The minutes as the public reads them, with marks around what was put in; see `shown`."""
    veil = Veil(content, named, left_out)
    said: Content = deepcopy(content)
    meeting, attendance = said["meeting"], said["attendance"]
    meeting["title"] = veil.over(meeting["title"])
    meeting["chair"], meeting["minute_taker"] = (
        veil.person(meeting[office]) for office in ("chair", "minute_taker")
    )
    attendance["present"] = [veil.person(one) for one in attendance["present"]]
    attendance["excused"], attendance["absent"] = [], []  # who was not there is nobody else's business
    said["items"] = [item for item in said["items"] if not item["internal"]]
    for item in said["items"]:
        item["title"] = veil.over(item["title"])
        item["presenters"] = [veil.person(one) for one in item["presenters"]]
        for paragraph in item["paragraphs"]:
            paragraph["text"] = veil.over(paragraph["text"])
        for decision in item["decisions"]:
            for part in ("text", "plain", "how"):
                decision[part] = veil.over(decision[part])
        for action in item["actions"]:
            action["text"], action["person"] = veil.over(action["text"]), veil.person(action["person"])
    kept = {one["id"] for item in said["items"] for one in item["paragraphs"]}
    said["addenda"] = [one for one in said["addenda"] if not one["paragraph"] or one["paragraph"] in kept]
    for addendum in said["addenda"]:
        addendum["by"] = veil.person(addendum["by"])
        for part in ("text", "was", "reason"):
            addendum[part] = veil.over(addendum[part])
    approval = said["approval"]
    approval["by"], approval["result"] = veil.person(approval["by"]), veil.over(approval["result"])
    return said


def doubtful(content: Content, *, named: Collection[int]) -> list[str]:
    """Words of the public version that are parts of names which were replaced elsewhere, in their order."""
    veil = Veil(content, named, ())
    said = version_for_public(content, named=named)
    found: dict[str, None] = {}
    for text in _texts(said):
        for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.sub(f"{BEGIN}.*?{END}", " ", text)):
            bare = word[:-1] if word.endswith("s") and word[:-1] in veil.parts else word
            if bare in veil.parts:
                found.setdefault(bare)
    return list(found)


def _texts(content: Content) -> Iterator[str]:
    for item in content["items"]:
        yield item["title"]
        yield from (one["text"] for one in item["paragraphs"])
        for decision in item["decisions"]:
            yield from (decision["text"], decision["plain"], decision["how"])
        yield from (action["text"] for action in item["actions"])
    for addendum in content["addenda"]:
        yield from (addendum["text"], addendum["was"], addendum["reason"])


def shown(text: Any, marked: bool = False) -> Any:
    """Text or rendered text without the marks of what was put in, or with them as readers see them."""
    begin, end = ("<mark>", "</mark>") if marked else ("", "")
    if isinstance(text, Markup):
        return Markup(str(text).replace(BEGIN, begin).replace(END, end))
    if marked:
        return shown(Markup.escape(text), marked)
    return str(text).replace(BEGIN, "").replace(END, "")


def without_marks(content: Content) -> Content:
    """The whole version without marks."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(BEGIN, "").replace(END, "")
        if isinstance(value, list):
            return [clean(one) for one in value]
        if isinstance(value, dict):
            return {name: clean(one) for name, one in value.items()}
        return value

    cleaned: Content = clean(content)
    return cleaned
