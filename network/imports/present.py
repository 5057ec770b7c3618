"""Lists of attendance in a document: who is on them, for which organisation, and what is nobody's name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from network.drafts.tree import Run
from network.imports.labels import parts_of_list, says_of_row
from network.imports.names import TITLES, Known, spaced, stands_in
from network.imports.pieces import Piece, lines, runs_of
from network.texts import folded

LONGEST_NAME = 120
LONGEST_ORGANISATION = 160
_BETWEEN = re.compile(r"[,;\n•·|]")
_AND = re.compile(r"\s+(?:und|and|sowie|&)\s+|\s*/\s*")
_GUESTS = re.compile(r"^\W*(?:Gäste|Guests|Gast|Guest)\s*:", re.IGNORECASE)
_NAMED = re.compile(
    r"^(?P<name>[^()–—]+?)\s*(?:\((?P<inside>[^()]*)\)|\s[–—-]\s(?P<behind>[^()]+))?\s*[.*]*$", re.DOTALL
)
_SMALL = {"von", "van", "vom", "de", "der", "den", "ter", "zu", "zur", "al", "el", "bin", "da", "di", "la"}
_NO_NAME = re.compile(
    r"\b(?:\w*stadt|\w*kreis|\w*gemeinde|\w*verein|\w*verband|\w{3,}amt|\w*schule|\w*ministerium|\w*büro|gruppe"
    r"|\w*leitung|\w{4,}stelle|stadtrat|gemeinderat|beirat|ag|gmbh|kirche|caritas|diakonie|\w*zentrum|personen"
    r"|mitglieder|alle|siehe|county|council|office|town|city|school|association|church|centre|center|members?"
    r"|people|everybody|all|nobody|niemand|keine|none)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class There:
    """Somebody on the list: a person of the group, or a guest by name."""

    key: str  # by which the form names it
    says: str  # present, online, excused, absent
    name: str
    person_id: int | None = None
    organisation_id: int | None = None
    organisation: str = ""
    is_said: bool = False  # the document itself names the organisation
    as_text: bool = False  # somebody wants no guest of it

    @property
    def whose(self) -> int | str:
        """The same for the same person or guest."""
        return self.person_id if self.person_id is not None else folded(self.name)


@dataclass
class Listed:
    """What a piece of a list of attendance says."""

    says: str  # at its end, for the pieces below it
    there: list[There] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    whole: bool = True  # nothing is said that the names and organisations do not say


def listed(piece: Piece, says: str, known: Known, mark: str) -> Listed:
    """Who is named in it; `says` is what the list said of those before."""
    found = Listed(says)
    if piece.is_table:
        _rows(piece, known, mark, found)
        return found
    found.whole = not any(isinstance(run, Run) and "link" in run.marks for run in runs_of(piece.node))
    for said, part, is_bare in parts_of_list(piece.text):
        guests = _GUESTS.match(part)
        if guests:
            found.says, part = "present", part[guests.end() :]
        found.says = said or found.says
        found.whole = found.whole and is_bare
        for entry in _entries(part):
            _enter(entry, known, mark, found)
    return found


def _rows(piece: Piece, known: Known, mark: str, found: Listed) -> None:
    """Each row of a table speaks for itself; the table stays, since its columns say more than names."""
    found.whole = False
    says = found.says
    for place, row in enumerate(piece.node.children):
        cells = [" ".join(lines(cell)) for cell in row.children]
        found.says = says_of_row(cells) or says
        names = [cell for cell in cells if cell and not says_of_row([cell])]
        said = len(found.rest)
        if len(names) > 1 and "(" not in names[0]:
            names = [f"{names[0]} ({names[1]})", *names[2:]]
        for cell in names:
            for entry in _entries(cell):
                _enter(entry, known, mark, found)
        if place == 0:
            del found.rest[said:]  # the heads of the columns
    found.says = says


def _entries(part: str) -> Iterator[str]:
    """What stands between commas, but for those in brackets."""
    entry, depth = "", 0
    for sign in part:
        depth = max(0, depth + (sign == "(") - (sign == ")"))
        if depth == 0 and _BETWEEN.match(sign):
            if spaced(entry):
                yield entry.strip()
            entry = ""
        else:
            entry += sign
    if spaced(entry):
        yield entry.strip()


def _enter(entry: str, known: Known, mark: str, found: Listed) -> None:
    """Add whom an entry names, or its organisation to whom stands before it, or keep it as words."""
    people = _people(entry, known)
    if len(people) == 1:
        there = _person(entry, people[0], known, mark, found.says)
        found.there.append(there)
        said = f"{there.name} {there.organisation if there.is_said else ''}"
        found.whole = found.whole and spaced(entry) == spaced(said)
        return
    organisation = _organisation(entry, known.organisations)
    if organisation and spaced(organisation[1]) == spaced(entry):
        before = found.there[-1] if found.there else None
        if before and not before.is_said:
            found.there[-1] = _for(before, organisation)
            return
    several = _AND.split(entry)
    if len(several) > 1 and all(_is_named(one, known) for one in several):
        for one in several:
            _enter(one, known, mark, found)
        return
    if people:
        found.there += [_person(one[1], one, known, mark, found.says) for one in people]
        found.whole = False
        return
    guest = _guest(entry, known, mark, found.says)
    if guest is None:
        found.rest.append(entry)
        found.whole = False
        return
    found.there.append(guest)
    found.whole = found.whole and spaced(entry) == spaced(f"{guest.name} {guest.organisation}")


def _people(entry: str, known: Known) -> list[tuple[int, str]]:
    """Whom of the group an entry names; nobody by a name that two have, or that is part of another one."""
    named = [one for one in known.people if spaced(one[1]) and stands_in(one[1], entry)]
    return [
        one for one in named if not any(other is not one and stands_in(one[1], other[1]) for other in named)
    ]


def _is_named(entry: str, known: Known) -> bool:
    return bool(_people(entry, known)) or _guest(entry, known, "", "") is not None


def _person(entry: str, person: tuple[int, str], known: Known, mark: str, says: str) -> There:
    """For the organisation that the entry names, one of their own or another one; else for their main one."""
    id, name = person
    names = dict(known.organisations)
    own = [(one, names[one]) for one in known.belong.get(id, ()) if one in names]
    words = spaced(f" {spaced(entry)} ".replace(f" {spaced(name)} ", " ", 1))
    there = There(f"{mark}:{folded(name)}", says, name, person_id=id)
    organisation = _organisation(words, own, shortened=True) or _organisation(words, known.organisations)
    if organisation:
        return _for(there, organisation)
    if own:
        return There(there.key, says, name, id, own[0][0], own[0][1])
    return there


def _for(there: There, organisation: tuple[int, str]) -> There:
    """The same for an organisation that the document names; that of a guest is kept in words."""
    id = organisation[0] if there.person_id is not None else None
    return There(there.key, there.says, there.name, there.person_id, id, organisation[1], is_said=True)


def _organisation(
    words: str, names: Sequence[tuple[int, str]], *, shortened: bool = False
) -> tuple[int, str] | None:
    """Which organisation is named; `shortened` also by a part of its name or its first letters."""
    if not spaced(words):
        return None
    for one in names:
        if spaced(one[1]) and stands_in(one[1], words):
            return one
    if shortened:
        for one in names:
            initials = "".join(word[0] for word in spaced(one[1]).split())
            if stands_in(words, one[1]) or spaced(words) == initials:
                return one
    return None


def _guest(entry: str, known: Known, mark: str, says: str) -> There | None:
    """A guest, if the entry looks like the name of a person, with the organisation behind it."""
    found = _NAMED.match(entry.strip())
    if found is None:
        return None
    name = " ".join(found["name"].split()).strip(" .*-")
    organisation = " ".join((found["inside"] or found["behind"] or "").split())
    if not _looks_like_a_name(name) or _organisation(name, known.organisations):
        return None
    if len(name) > LONGEST_NAME or len(organisation) > LONGEST_ORGANISATION:
        return None
    return There(f"{mark}:{folded(name)}", says, name, organisation=organisation, is_said=bool(organisation))


def _looks_like_a_name(name: str) -> bool:
    """First and last name, or a title and a name, in letters, with capital ones where the script has them."""
    title = TITLES.match(name)
    words = (name[title.end() :] if title else name).split()
    if _NO_NAME.search(name) or any(not re.fullmatch(r"[^\W\d_][\w'’.-]*", word) for word in words):
        return False
    names = [word for word in words if word.casefold() not in _SMALL]
    if any(word[:1].islower() for word in names) or any(re.search(r"\d", word) for word in names):
        return False
    return (1 if title else 2) <= len(names) <= 5
