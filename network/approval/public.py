"""What the public reads of approved minutes: no internal items, and organisations in place of persons.

A person is named who agreed to be named and was named when somebody looked at the text before publishing it.
All others of these minutes are replaced wherever their full name stands, or their surname after a form of
address. Whether a bare surname in a text means the person, a program cannot know ("Haus"), nor whether the
minutes mean the member of the network whose name stands in them: `doubtful` finds such words, and whoever
publishes says which of them to leave out. A word that is left out is left out everywhere, in any letter case:
who is called so is not named either.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import and_, select

from network.approval.models import Publication
from network.approval.snapshot import Content, read
from network.extensions import db
from network.people.models import Person

# Around what was put in place of a name, until it is shown: signs that no text of ours means anything by.
BEGIN, END = "\ue000", "\ue001"
# Signs that nobody sees, but that make another word of a name.
UNSEEN = dict.fromkeys(map(ord, f"{BEGIN}{END}\u00ad\u200b\u2060\ufeff"))
LEFT_OUT = "…"
TITLES = r"(?:Frau|Herrn?|Mrs?\.?|Ms\.?|Dr\.?|Prof\.?|Bürgermeister(?:in)?|Pfarrer(?:in)?)\s+"
WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
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


class Known(NamedTuple):
    """Somebody of the network, and whether they agree to be named in public by now."""

    id: int
    name: str
    agrees: bool
    since: Any


def everybody(ids: Collection[int] | None = None) -> list[Known]:
    """All whom the network knows, or those of these ids: one statement."""
    query = select(
        Person.id,
        Person.recorded_name,
        and_(Person.named_in_minutes, ~Person.nameless),
        Person.created_at,
    ).order_by(Person.id)
    rows = db.session.execute(query if ids is None else query.where(Person.id.in_(ids)))
    return [Known(id, _bare(name), bool(agrees), since) for id, name, agrees, since in rows]


def agreed(content: Content, people: Iterable[Known] | None = None) -> set[int]:
    """The ids of those in these minutes who agree to be named in public, as they have said by now.

    Also of those who are only named in a text: when they no longer agree, they are left out of it.
    """
    willing = [one for one in (everybody() if people is None else people) if one.agrees]
    ids = {one["id"] for one in _people(content)}
    said = _Said(content)
    return {one.id for one in willing if one.id in ids or said.tells_of(one.name)}


def _people(content: Content) -> Iterator[dict[str, Any]]:
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
        self.left_out = _either(map(_fragment, _longest_first(self.words)))
        self.named = {one["name"] for one in _people(content) if one["id"] in named}
        self.ids = set(named)
        self.instead: dict[str, str] = {}
        self.surnames: dict[str, str] = {}
        self.parts: set[str] = set()
        for one in _people(content):
            if not one["name"] or self.names(one):
                continue
            said = self.without_words(one["organisation"]) or _("an engaged citizen")
            for name in dict.fromkeys((" ".join(one["name"].split()), _bare(one["name"]))):
                self.instead.setdefault(name, said)
            bare = _bare(one["name"])
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
        surnames = {_plain(name): said for name, said in self.surnames.items()}
        found = [
            *((name, f"(?:{TITLES})*{_fragment(name)}", said) for name, said in self.instead.items()),
            *((name, f"(?:{TITLES})+{_fragment(name)}", said) for name, said in self.surnames.items()),
            *((word, _fragment(word), surnames.get(_plain(word), LEFT_OUT)) for word in self.words),
        ]
        found.sort(key=lambda one: -len(one[0]))  # of the same length a person still comes before a word
        return [(fragment, said) for _name, fragment, said in found]

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        """All of them, each in a group of its own."""
        return _either(f"({fragment})" for fragment, _said in self._known)

    @cached_property
    def _flat(self) -> set[str]:
        """Names and words as an address spells them."""
        return {form for name in (*self.instead, *self.words) for form in _forms(name)}

    @cached_property
    def _ends(self) -> set[str]:
        """The last word of each: a text without any of them has nothing to replace."""
        return {form.rpartition("-")[2] for name in (*self._flat, *self.surnames) for form in _forms(name)}

    def over(self, text: str) -> str:
        """The text for the public, with marks around what was put in."""
        text = unicodedata.normalize("NFC", text).translate(UNSEEN)
        flat = _flat(unquote(text))
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
        spelled = f"-{_flat(target)}-"
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
        return f"{begun}{BEGIN}{_without(said)}{END}{ended}"

    def person(self, one: dict[str, Any] | None) -> dict[str, Any] | None:
        """Somebody whom the minutes name outside of their texts."""
        if one is None or "erased" in one:
            return one
        organisation = self.without_words(one["organisation"])
        if not one["name"] or self.names(one):
            return {**one, "organisation": organisation}
        said = f"{BEGIN}{_without(organisation) or _('an engaged citizen')}{END}"
        return {**one, "id": None, "name": said, "organisation": organisation, "veiled": True}


def _bare(name: str) -> str:
    """A name without title, and without what somebody wrote behind it: "Dr. Olena Koval, Jobcenter"."""
    name = " ".join(name.split())
    return re.sub(f"^(?:{TITLES})+", "", re.split(r"\s*[,(;]", name, maxsplit=1)[0]).strip() or name


def _fragment(name: str) -> str:
    """A pattern for the name: with any blanks between its words, where a text may be broken or bold begin."""
    words = (re.escape(unicodedata.normalize("NFC", word)) for word in name.split())
    return r"[\s*_~\\]+".join(re.sub("ß|ẞ", "(?:ß|ss)", re.sub(r"\\-", "[-‐‑]", word)) for word in words)


def _either(fragments: Iterable[str]) -> re.Pattern[str] | None:
    """One of the patterns in any letter case, also in the genitive, but no part of a longer word.

    An underline is a sign of Markdown, no letter.
    """
    listed = "|".join(fragments)
    return re.compile(rf"(?<![^\W_])(?:{listed})(?:['’]?s)?(?![^\W_])", re.IGNORECASE) if listed else None


def _plain(word: str) -> str:
    """A word in no letter case."""
    return unicodedata.normalize("NFC", word).casefold().replace("ı", "i").replace("i\u0307", "i")


def _flat(text: str) -> str:
    """A text as an address spells it: without accents, a hyphen between its words."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate({0x131: "i", 0xF8: "o", 0x142: "l"}))
    return "-".join(re.findall(r"[^\W_]+", "".join(one for one in letters if not unicodedata.combining(one))))


def _forms(name: str) -> set[str]:
    """How addresses spell a name: umlauts with their "e" or without."""
    umlauts = unicodedata.normalize("NFC", name).casefold().translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue"})
    return {_flat(name), _flat(umlauts)}


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def version_for_public(content: Content, *, named: Collection[int], left_out: Iterable[str] = ()) -> Content:
    """The minutes as the public reads them, with marks around what was put in; see `shown`."""
    veil = Veil(content, named, left_out)
    said: Content = deepcopy(content)
    meeting, attendance = said["meeting"], said["attendance"]
    said["group"]["name"] = veil.without_words(said["group"]["name"])
    for part in ("title", "place"):
        meeting[part] = veil.over(meeting[part])
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
            decision["organisation"] = veil.without_words(decision["organisation"])
        for action in item["actions"]:
            action["text"], action["person"] = veil.over(action["text"]), veil.person(action["person"])
            action["organisation"] = veil.without_words(action["organisation"])
    kept = {one["id"] for item in said["items"] for one in item["paragraphs"]}
    said["addenda"] = [one for one in said["addenda"] if not one["paragraph"] or one["paragraph"] in kept]
    for addendum in said["addenda"]:
        addendum["by"] = veil.person(addendum["by"])
        for part in ("text", "was", "reason"):
            addendum[part] = veil.over(addendum[part])
    approval = said["approval"]
    approval["by"], approval["result"] = veil.person(approval["by"]), veil.over(approval["result"])
    return said


def read_by_public(publication: Publication, people: Iterable[Known] | None = None) -> Content:
    """What a publication shows by now, without marks: who no longer agrees is left out of the text too."""
    content = read(publication.version)
    named, left_out = _by_now(publication, content, people)
    return without_marks(version_for_public(content, named=named, left_out=left_out))


def title_for_public(publication: Publication, people: Iterable[Known]) -> str:
    """The title of the meeting alone, for a list; `people` are those named in it, as they are by now."""
    content = read(publication.version)
    named, left_out = _by_now(publication, content, people)
    return _without(Veil(content, named, left_out).over(content["meeting"]["title"]))


def _by_now(
    publication: Publication, content: Content, people: Iterable[Known] | None
) -> tuple[set[int], list[str]]:
    """Who is named still, and the words that are left out by now."""
    then = set(publication.named)
    by_now = [one for one in (everybody(then) if people is None else people) if one.id in then]
    named = {one.id for one in by_now if one.agrees}
    withdrawn = [one.name for one in by_now if not one.agrees]
    withdrawn += [one["name"] for one in _people(content) if one["id"] in then - named]
    return named, [*publication.left_out, *withdrawn, *(_surname(name) for name in withdrawn)]


def _surname(name: str) -> str:
    """The last word of a name."""
    return (_bare(name).split() or [""])[-1]


class _Said:
    """What stands in a version beside the names that it gives, and beside what was put in."""

    def __init__(self, content: Content) -> None:
        self.text = "\n\n".join(
            unicodedata.normalize("NFC", re.sub(f"{BEGIN}.*?{END}", " ", text)).translate(UNSEEN)
            for text in _texts(content)
        )
        links = [unquote(one["target"] or one["pointed"] or one["bare"]) for one in LINK.finditer(self.text)]
        self.addresses = [f"-{_flat(link)}-" for link in links]
        self.flat = _flat(unquote(self.text))

    def tells_of(self, name: str) -> bool:
        """Whether this full name stands in it, in any letter case, or in the address of a link."""
        return self.place_of(name) is not None

    def place_of(self, name: str, without: re.Pattern[str] | None = None) -> int | None:
        """Where this name or part of a name stands first, not as a part of one of those `without`."""
        forms = _forms(name)
        if not any(form and form in self.flat for form in forms):
            return None
        is_long = len(name) >= SHORTEST_SMALL
        text = without.sub(lambda found: " " * len(found.group()), self.text) if without else self.text
        pattern = _either([_fragment(name)])
        for found in pattern.finditer(text) if pattern else ():
            if is_long or not found.group().islower():
                return found.start()
        is_in_address = is_long and any(f"-{form}-" in one for form in forms for one in self.addresses)
        return len(self.text) if is_in_address else None


def doubtful(content: Content, *, named: Collection[int], people: Iterable[Known] | None = None) -> list[str]:
    """Words of the public version that may be names of those who have not agreed to be named.

    Full names and surnames of whom the network knows, and parts of names that were replaced elsewhere.
    """
    known = everybody() if people is None else list(people)
    said = _Said(version_for_public(content, named=named))
    veil = Veil(content, named, ())
    unwilling = [one.name for one in known if one.id not in named and not one.agrees]
    willing = [one.name for one in known if one.id in named or one.agrees]
    whole = {name: said.place_of(name) for name in unwilling}
    whole = {name: place for name, place in whole.items() if place is not None}
    surnames = {word for name in unwilling if len(word := _surname(name)) >= SHORTEST}
    others = _either(
        _fragment(name)
        for name in _longest_first([*whole, *veil.named, *(one for one in willing if said.tells_of(one))])
    )
    parts = {word: said.place_of(word, others) for word in (veil.parts | surnames) - whole.keys()}
    found = {**whole, **parts}
    return sorted((word for word in found if found[word] is not None), key=lambda word: (found[word], word))


def stands_in(content: Content, word: str) -> bool:
    """Whether a word to be left out stands anywhere in a version, also in a name that it gives."""
    names = [one["name"] for one in _people(content)]
    names += [one["organisation"] for one in _people(content)]
    names += [one["organisation"] for item in content["items"] for one in item["decisions"] + item["actions"]]
    pattern = _either([_fragment(word)]) if word.split() else None
    is_named = any(pattern.search(name) for name in (*names, content["group"]["name"])) if pattern else False
    return is_named or _Said(content).tells_of(word)


def newly_doubtful(
    content: Content, publication: Publication, *, named: Collection[int], people: Iterable[Known]
) -> list[str]:
    """What is doubtful now and was not when the publication was made: whoever made it has decided on that."""
    known = list(people)
    then = doubtful(
        read(publication.version),
        named=publication.named,
        people=[one for one in known if one.since <= publication.made_at],
    )
    decided = {_plain(word) for word in (*then, *publication.left_out)}
    return [word for word in doubtful(content, named=named, people=known) if _plain(word) not in decided]


def _texts(content: Content) -> Iterator[str]:
    yield from (content["meeting"]["title"], content["meeting"]["place"], content["approval"]["result"])
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
    return _without(str(text))


def _without(text: str) -> str:
    """Text without the marks of what was put in."""
    return text.replace(BEGIN, "").replace(END, "")


def without_marks(content: Content) -> Content:
    """The whole version without marks."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return _without(value)
        if isinstance(value, list):
            return [clean(one) for one in value]
        if isinstance(value, dict):
            return {name: clean(one) for name, one in value.items()}
        return value

    cleaned: Content = clean(content)
    return cleaned
