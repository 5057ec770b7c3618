"""What a text says beside its words: whom it names, and in which language it may be."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import or_, select

from network.discussions.models import Message, Thread
from network.extensions import db
from network.groups.models import Membership
from network.people.models import Person, PersonState, Role
from network.texts import render
from network.things import now

ALL = ("all", "alle", "الجميع")
# The scripts of the languages that the network's people read, by ranges of letters.
SCRIPTS = {
    "Arab": ("\u0600", "\u06ff", {"ar", "fa", "ps", "ckb", "ur"}),
    "Cyrl": ("\u0400", "\u04ff", {"uk", "ru", "bg"}),
}
UKRAINIAN = set("іїєґІЇЄҐ")
RUSSIAN = set("ыэъёЫЭЪЁ")
PERSIAN = set("پچژگک")
MOST_NAMED = 50  # people whom one message speaks to by name
_AT = re.compile(r"(?<![\w@])@")
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"(<[^>]*>)")


def people_to_name(group_id: int, thread: Thread | None = None) -> list[tuple[int, str]]:
    """Who can be mentioned: everybody with a place in the group, the Office, and whoever wrote in the thread.

    As (id, name), by name. Where a discussion is only begun there is no thread yet.
    """
    members = select(Membership.person_id).where(
        Membership.group_id == group_id,
        Membership.removed_at.is_(None),
        or_(Membership.until.is_(None), Membership.until > now()),
    )
    authors = select(Message.person_id).where(Message.thread_id == (thread.id if thread else None))
    rows = db.session.execute(
        select(Person.id, Person.name)
        .where(
            Person.state == PersonState.ADMITTED,
            ~Person.nameless,
            or_(Person.id.in_(members), Person.role == Role.OFFICE, Person.id.in_(authors)),
        )
        .order_by(Person.name, Person.id)
    )
    return [(id, name) for id, name in rows]


def named(text: str, people: Iterable[tuple[int, str]]) -> set[int]:
    """The ids of those whom the text names with an @; of two people of one name, both.

    Only the first MOST_NAMED signs count, so that a text of many costs no more.
    """
    folded = text.casefold()
    places = [found.end() for found in islice(_AT.finditer(folded), MOST_NAMED)]
    if not places:
        return set()
    by_first_word: dict[str, list[tuple[int, str]]] = {}
    for id, name in people:
        first = _WORD.match(name.casefold())
        if first:
            by_first_word.setdefault(first.group(), []).append((id, name.casefold()))
    wanted = set()
    for place in places:
        first = _WORD.match(folded, place)
        for id, name in by_first_word.get(first.group(), ()) if first else ():
            end = place + len(name)
            if folded.startswith(name, place) and not _WORD.match(folded, end):
                wanted.add(id)
    return wanted


def names_all(text: str) -> bool:
    """Whether the text speaks to everybody: @all, in any of our languages."""
    folded = text.casefold()
    return any(_mention(word).search(folded) for word in ALL)


@lru_cache(maxsize=500)
def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@])@{re.escape(name)}(?!\w)", re.IGNORECASE)


def language_of(text: str, author: Any) -> str:
    """The language of a text as a code, where its letters tell; else nothing, since a wrong one reads worse.

    Letters that several languages share are taken for the author's own one.
    """
    letters = [sign for sign in text if sign.isalpha()]
    for first, last, languages in SCRIPTS.values():
        if sum(first <= sign <= last for sign in letters) * 2 <= len(letters) or not letters:
            continue
        signs = set(text)
        for language, own in (("uk", UKRAINIAN), ("ru", RUSSIAN), ("fa", PERSIAN)):
            if language in languages and signs & own:
                return language
        speaks = [author.language, *(author.spoken or [])]
        return next((language for language in speaks if language in languages), "")
    return ""


def html_of(message: Message) -> Markup:
    """A message's text as HTML, with those marked whom it names."""
    html = render(message.text)
    people = [(mention.person_id, mention.person.name) for mention in message.mentions]
    words = [(word, None) for word in ALL] if message.mentions_all else []
    if not people and not words:
        return html
    marks = [(_mention(str(escape(name))), id) for id, name in people] + [
        (_mention(word), id) for word, id in words
    ]
    parts, depth = [], 0
    for part in _TAG.split(str(html)):
        if part.startswith("<"):
            depth += {"<a ": 1, "</a": -1}.get(part[:3], 0)
        elif not depth:
            for pattern, id in marks:
                part = pattern.sub(lambda found, id=id: _marked(found.group(), id), part)
        parts.append(part)
    return Markup("").join(Markup(part) for part in parts)


def _marked(words: str, person_id: int | None) -> str:
    author = f' data-controller="mine" data-author="{person_id}"' if person_id else ""
    return f'<span class="nw-mention"{author}>{words}</span>'
