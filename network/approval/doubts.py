"""Which words of what the public reads may be names of those who have not agreed to be named."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import unquote

from network.approval.models import Publication
from network.approval.public import Known, everybody, version_for_public
from network.approval.snapshot import Content, read
from network.approval.veil import (
    BEGIN,
    END,
    LINK,
    SHORTEST,
    SHORTEST_SMALL,
    UNSEEN,
    Veil,
    as_in_address,
    either_of,
    forms_of,
    fragment_of,
    in_no_case,
    longest_first,
    people_in,
    surname_of,
)


def agreed(content: Content, people: Iterable[Known] | None = None) -> set[int]:
    """The ids of those in these minutes who agree to be named in public, as they have said by now.

    Also of those who are only named in a text: when they no longer agree, they are left out of it.
    """
    willing = [one for one in (everybody() if people is None else people) if one.agrees]
    ids = {one["id"] for one in people_in(content)}
    said = _Said(content)
    return {one.id for one in willing if one.id in ids or said.tells_of(one.name)}


class _Said:
    """What stands in a version beside the names that it gives, and beside what was put in."""

    def __init__(self, content: Content) -> None:
        self.text = "\n\n".join(
            unicodedata.normalize("NFC", re.sub(f"{BEGIN}.*?{END}", " ", text)).translate(UNSEEN)
            for text in _texts(content)
        )
        links = [unquote(one["target"] or one["pointed"] or one["bare"]) for one in LINK.finditer(self.text)]
        self.addresses = [f"-{as_in_address(link)}-" for link in links]
        self.flat = as_in_address(unquote(self.text))

    def tells_of(self, name: str) -> bool:
        """Whether this full name stands in it, in any letter case, or in the address of a link."""
        return self.place_of(name) is not None

    def place_of(self, name: str, without: re.Pattern[str] | None = None) -> int | None:
        """Where this name or part of a name stands first, not as a part of one of those `without`."""
        forms = forms_of(name)
        if not any(form and form in self.flat for form in forms):
            return None
        is_long = len(name) >= SHORTEST_SMALL
        text = without.sub(lambda found: " " * len(found.group()), self.text) if without else self.text
        pattern = either_of([fragment_of(name)])
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
    surnames = {word for name in unwilling if len(word := surname_of(name)) >= SHORTEST}
    others = either_of(
        fragment_of(name)
        for name in longest_first([*whole, *veil.named, *(one for one in willing if said.tells_of(one))])
    )
    parts = {word: said.place_of(word, others) for word in (veil.parts | surnames) - whole.keys()}
    found = {**whole, **parts}
    return sorted((word for word in found if found[word] is not None), key=lambda word: (found[word], word))


def stands_in(content: Content, word: str) -> bool:
    """Whether a word to be left out stands anywhere in a version, also in a name that it gives."""
    names = [one["name"] for one in people_in(content)]
    names += [one["organisation"] for one in people_in(content)]
    names += [one["organisation"] for item in content["items"] for one in item["decisions"] + item["actions"]]
    pattern = either_of([fragment_of(word)]) if word.split() else None
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
    decided = {in_no_case(word) for word in (*then, *publication.left_out)}
    return [word for word in doubtful(content, named=named, people=known) if in_no_case(word) not in decided]


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
