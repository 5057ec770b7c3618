"""Putting letters together: what was said, by group and thread, for one person and in their language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network import letters, links
from network.discussions import policy
from network.discussions.models import Message, Thread
from network.extensions import db
from network.letters.mail import host
from network.notices import tokens
from network.notices.answers import MARK
from network.notices.models import MENTIONS, MESSAGES, WHYS, Notice, ToldMessage
from network.people.letters import site_url
from network.people.models import Person
from network.things import Thing, of_types

PURPOSE = "end notices"
MOST_SHOWN = 20  # messages of one thread in one letter; of the others only the number is told
MOST_GROUPS = 20  # that the link in a letter names; more are all of them


@dataclass(frozen=True)
class Piece:
    """A message that a letter tells of, and why: mention, reply, all, or nothing for being new."""

    message: Message
    why: str


@dataclass(frozen=True)
class Part:
    """What a letter says of one thread."""

    thread: Thread
    pieces: Sequence[Piece]
    left_out: int  # messages before these that the letter does not show
    address: str  # for answers by e-mail, or nothing
    url: str

    @property
    def speaks_to_you(self) -> bool:
        """Whether something in it is said to the reader."""
        return any(piece.why for piece in self.pieces)


@dataclass(frozen=True)
class Threads:
    """Threads with all that their rules and titles ask for, which is held as long as this is."""

    by_id: dict[int, Thread]
    around: Sequence[Thing]


def load_threads(ids: Iterable[int]) -> Threads:
    """The threads of these ids that are still there, in two statements."""
    threads = db.session.scalars(
        select(Thread)
        .where(Thread.id.in_(set(ids)), Thread.removed_at.is_(None))
        .options(joinedload(Thread.room), joinedload(Thread.group))
    ).unique()
    by_id = {thread.id: thread for thread in threads}
    anything = of_types()
    around = {id for thread in by_id.values() for id in (thread.parent_id, thread.about_id) if id}
    held = db.session.scalars(select(anything).where(anything.id.in_(around))).unique() if around else ()
    return Threads(by_id, list(held))


def write(person: Person, pieces: Sequence[Piece], *, at_once: bool) -> None:
    """Step of an action: one letter with these messages. Those told at once are all of one thread."""
    parts = _parts(person, pieces)
    if not parts:
        return
    group_ids = sorted({part.thread.group_id for part in parts})
    whys = {bool(piece.why) for part in parts for piece in part.pieces}
    kinds = [kind for kind, said in ((MENTIONS, True), (MESSAGES, False)) if said in whys]
    headers = {"List-Id": f"<{_list_name(group_ids)}.{host()}>"}
    first = parts[0]
    if len(parts) == 1:
        root = f"<thread-{first.thread.id}@{host()}>"
        headers |= {"In-Reply-To": root, "References": root}
        if first.address:
            headers["Reply-To"] = first.address
    letter = letters.write(
        person,
        "discussion_news",
        _subject(parts),
        headers=headers,
        unsubscribe=_end_url(person, kinds, group_ids),
        about=first.thread if len(parts) == 1 else None,
        groups=[(group, list(of)) for group, of in groupby(parts, lambda part: part.thread.group)],
        at_once=at_once,
        answered_by_mail=len(parts) == 1 and bool(first.address),
        choose_url=site_url("/profile/notices"),
        whys=WHYS,
        mark=MARK,
    )
    if letter is None:
        return
    db.session.flush()
    shown = {piece.message.id for part in parts for piece in part.pieces}
    db.session.add_all(ToldMessage(letter_id=letter.id, message_id=id) for id in sorted(shown))


def _parts(person: Person, pieces: Sequence[Piece]) -> list[Part]:
    def place(piece: Piece) -> tuple[Any, ...]:
        thread: Any = piece.message.parent
        return (thread.group.name, thread.group_id, thread.id, piece.message.ordinal)

    found = []
    for _key, of_thread in groupby(sorted(pieces, key=place), lambda piece: piece.message.thread_id):
        said = list(of_thread)
        thread: Any = said[0].message.parent
        speaks = [piece for piece in said if piece.why]
        new = [piece for piece in said if not piece.why][-max(0, MOST_SHOWN - len(speaks)) :]
        shown = [piece for piece in said if piece.why or piece in new] if len(said) > MOST_SHOWN else said
        answered = speaks[-1].message if len(speaks) == 1 else None
        found.append(
            Part(
                thread,
                shown,
                left_out=len(said) - len(shown),
                address=tokens.address(thread.id, person.id, answered.id if answered else 0)
                if policy.may_post(person, thread)
                else "",
                url=site_url(f"/threads/{thread.id}?at={shown[0].message.ordinal}#{shown[0].message.dom_id}"),
            )
        )
    return found


def _subject(parts: Sequence[Part]) -> Any:
    """That of one thread is always the same, so that mail programs keep its letters together."""
    if len(parts) == 1:
        thread = parts[0].thread
        return _l("[%(group)s] %(title)s", group=thread.group.name, title=thread.title)
    return _ln("News from %(num)s discussion", "News from %(num)s discussions", len(parts))


def _list_name(group_ids: Sequence[int]) -> str:
    return f"group-{group_ids[0]}.discussions" if len(group_ids) == 1 else "discussions"


def _end_url(person: Person, kinds: Sequence[str], group_ids: Sequence[int]) -> str:
    """Where one click ends letters of these kinds about these groups."""
    named = list(group_ids) if len(group_ids) <= MOST_GROUPS else []
    token = links.make(PURPOSE, person=person.id, kinds=list(kinds), groups=named)
    return site_url(f"/notices/end/{token}")


def write_anew(letter: letters.Letter, *, without: int) -> None:
    """Step of an action: write a waiting letter once more, without a message that was erased."""
    person = db.session.get(Person, letter.person_id) if letter.person_id else None
    if person is None or not person.is_active:
        return
    told = select(ToldMessage.message_id).where(
        ToldMessage.letter_id == letter.id, ToldMessage.message_id != without
    )
    rows = db.session.execute(
        select(Message, Notice.why)
        .outerjoin(Notice, (Notice.message_id == Message.id) & (Notice.person_id == person.id))
        .where(Message.id.in_(told))
        .options(joinedload(Message.person), joinedload(Message.parent))
    ).unique()
    pieces = [Piece(message, why if why in WHYS else "") for message, why in rows]
    held = load_threads(piece.message.thread_id for piece in pieces)
    readable = {id for id, thread in held.by_id.items() if policy.may_read(person, thread)}
    write(
        person,
        [piece for piece in pieces if piece.message.is_open and piece.message.thread_id in readable],
        at_once=letter.about_id is not None,
    )
