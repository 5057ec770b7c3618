"""What is searched: the entries, and how each database finds words in them.

Words are compared folded (see texts.folded), so that Müller, Mueller and Muller are found by each other,
and so is the inside of compounds. An index of three letters each serves that on both databases: FTS5 on
SQLite, pg_trgm on PostgreSQL. PostgreSQL also keeps the words' stems, so that "Protokolle" finds
"Protokoll". Whatever a database lacks of this is told in the log, and then entries are read one by one.
"""

import logging
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Connection,
    ForeignKey,
    String,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    event,
    false,
    func,
    literal,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from network.extensions import db
from network.texts import folded

log = logging.getLogger(__name__)

MOST_WORDS = 8
LONGEST_WORD = 60
LONGEST_TITLE = 400  # signs, with the blanks around it


class SearchEntry(db.Model):
    """What is found of a thing: its title, what everybody sees who sees it at all, and all of it.

    All folded, each with a blank before and after it, so that the edges of words can be asked for. Only a
    thing that owns a room has an `outside`, since else whoever sees it may enter where it lies.
    """

    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), primary_key=True)
    # As the thing has them, so that a search that finds many needs no look at each thing.
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    outside: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # On PostgreSQL the stems of all words, both as they were written and folded.
    stems: Mapped[str | None] = mapped_column(postgresql.TSVECTOR().with_variant(Text(), "sqlite"))


# Words

# Signs that are not seen: they would part words that look whole.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # what a database cannot hold, or nobody writes


def form(written: str) -> str:
    """The folded words of a text, without the signs around them, a blank before each and after the last."""
    words = map(_bare, folded(_NO_TEXT.sub(" ", _UNSEEN.sub("", written))).split())
    return f" {' '.join(words)} "


def _bare(word: str) -> str:
    """A word without the punctuation around it; a word of nothing else stays."""
    if word.isalnum():
        return word
    start, end = 0, len(word)
    while start < end and unicodedata.category(word[start])[0] in "PS":
        start += 1
    while start < end and unicodedata.category(word[end - 1])[0] in "PS":
        end -= 1
    return word[start:end] or word


def words_of(wanted: str) -> list[str]:
    """The folded words that a result must have, all of them."""
    return [word[:LONGEST_WORD] for word in dict.fromkeys(form(wanted).split()[:MOST_WORDS])]


def sought(word: str) -> str:
    """What of an entry's text shows that it has the word.

    Anywhere from three letters on; two letters begin a word, and one is a word: so that it is never less
    than three signs, of which the indexes are made.
    """
    return word if len(word) > 2 else f" {word}" if len(word) == 2 else f" {word} "


# Keeping entries


def put(rows: Sequence[dict[str, Any]]) -> None:
    """Write entries, new or anew, in one statement; one that says the same as before costs no index.

    Each row has thing_id, room_id, kind, title, outside, text, all as they were written.
    """
    if rows:
        # Not through the session, which would first write what is better written all at once.
        db.session.connection().execute(_upsert(_on_postgresql()), [_entry(**row) for row in rows])


def _entry(*, thing_id: int, room_id: int, kind: str, **written: str) -> dict[str, Any]:
    whole = " ".join(part for part in (written["title"], written["outside"], written["text"]) if part)
    folded_whole = form(whole)
    return {
        "thing_id": thing_id,
        "room_id": room_id,
        "kind": kind,
        "title": form(form(written["title"])[: LONGEST_TITLE - 2]),
        "outside": form(written["outside"]) if written["outside"] else "",
        "text": folded_whole,
        # A word is stemmed as it was written, since folding takes more from some ("Frauen": "fraun"), and
        # folded, since the stemmer does not know that "ue" may be an umlaut ("Beschluesse").
        "words": f"{_NO_TEXT.sub(' ', whole)} {folded_whole}",
    }


@cache
def _upsert(on_postgresql: bool) -> Any:
    values: dict[str, Any] = {
        name: bindparam(name) for name in ("thing_id", "room_id", "kind", "title", "outside", "text")
    }
    dialect: Any = sqlite
    if on_postgresql:
        dialect = postgresql
        values["stems"] = _stems_of(bindparam("words", type_=Text))
    entries = SearchEntry.__table__
    new = dialect.insert(entries).values(values)
    columns = [name for name in values if name != "thing_id"]
    return new.on_conflict_do_update(
        index_elements=["thing_id"],
        set_={name: new.excluded[name] for name in columns},
        where=or_(*(entries.c[name].is_distinct_from(new.excluded[name]) for name in columns)),
    )


def drop(ids: Iterable[int]) -> None:
    """Take entries away, in one statement."""
    db.session.execute(
        delete(SearchEntry)
        .where(SearchEntry.thing_id.in_(list(ids)))
        .execution_options(synchronize_session=False)
    )


def scrub() -> None:
    """Leave nothing in SQLite's index of letters of entries that were taken away.

    FTS5 only marks what is deleted, and keeps it until its parts are merged: this merges all of them.
    """
    if not _on_postgresql() and _abilities().letters:
        db.session.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))


def empty_log() -> None:
    """Write SQLite's log of changes into the database and empty it, lest it holds what was erased.

    While somebody reads, the log stays; it is then overwritten little by little.
    """
    if _on_postgresql():
        return
    connection = db.engine.raw_connection()
    try:
        connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


# Finding entries


def has(field: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """Whether a folded column has all the words, read without an index."""
    if _on_postgresql():
        return and_(*(field.contains(sought(word), autoescape=True) for word in words))
    return and_(*(func.instr(field, sought(word)) > 0 for word in words))


def matches(wanted: str) -> ColumnElement[bool]:
    """Which entries have all the wanted words somewhere, as a condition that the indexes answer."""
    words = words_of(wanted)
    if not words:
        return false()
    if _on_postgresql():
        stems = _stems_wanted(wanted, words)
        return and_(
            *(
                or_(stem, has(SearchEntry.text, [word]))
                if stem is not None
                else has(SearchEntry.text, [word])
                for stem, word in zip(stems, words, strict=True)
            )
        )
    if not _abilities().letters:
        return has(SearchEntry.text, words)
    letters = table("search_index", column("rowid"), column("search_index"))
    phrases = " AND ".join('"' + sought(word).replace('"', '""') + '"' for word in words)
    found = select(letters.c.rowid).where(letters.c.search_index.op("MATCH")(phrases))
    return SearchEntry.thing_id.in_(found)


def _stems_wanted(wanted: str, words: list[str]) -> list[ColumnElement[bool] | None]:
    """For each word, whether an entry has a word with the same stem; None for what has no stem.

    Stems are compared whole: the beginnings of words are found by their letters, and the beginning of a
    stem would find too much ("Kurse" every "kurz").
    """
    written = {}
    for one in wanted.split():
        forms = form(one).split()
        if len(forms) == 1:
            written[forms[0][:LONGEST_WORD]] = _bare(one).lower()
    found: list[ColumnElement[bool] | None] = []
    for word in words:
        alike = {part for part in (word, written.get(word, word)) if part.isalnum() and len(part) > 2}
        stems = func.concat_ws(" | ", *(_stem(part) for part in sorted(alike)))
        # In a statement of its own, or PostgreSQL would stem the word again for each entry.
        wanted_stems = select(func.to_tsquery(_language("simple"), stems)).scalar_subquery()
        found.append(SearchEntry.stems.op("@@")(wanted_stems) if alike else None)
    return found


def _language(name: str) -> ColumnElement[Any]:
    return literal(name, postgresql.REGCONFIG)


def _stem(word: str) -> ColumnElement[Any]:
    """The stem of a word's stem, as a statement has it; NULL for a word that says nothing ("und")."""
    dictionary = literal(_abilities().dictionary, _REGDICTIONARY)
    once = func.ts_lexize(dictionary, literal(word, Text), type_=postgresql.ARRAY(Text))[1]
    return func.ts_lexize(dictionary, once, type_=postgresql.ARRAY(Text))[1]


class _REGDICTIONARY(UserDefinedType):  # type: ignore[type-arg]  # its generic has no runtime form here
    cache_ok = True

    def get_col_spec(self, **_more: Any) -> str:
        return "REGDICTIONARY"

    def bind_expression(self, value: Any) -> Any:
        return cast(cast(value, Text), self)


def _stems_of(words: ColumnElement[str]) -> ColumnElement[Any]:
    """The stems of the stems of a text's words: once is not enough for "Sprachkurse" and "Sprachkurs"."""
    language = _language(_abilities().language)
    once = func.array_to_string(func.tsvector_to_array(func.to_tsvector(language, words)), " ")
    return func.strip(func.to_tsvector(language, once))


# The indexes, which SQLAlchemy's metadata cannot tell of

ON_SQLITE = (
    (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5 (text, content='search_entry',"
        " content_rowid='thing_id', columnsize=0, tokenize='trigram case_sensitive 1')"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS search_index_insert AFTER INSERT ON search_entry BEGIN"
        " INSERT INTO search_index (rowid, text) VALUES (new.thing_id, new.text); END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS search_index_delete AFTER DELETE ON search_entry BEGIN"
        " INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', old.thing_id, old.text); END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS search_index_update AFTER UPDATE ON search_entry"
        " WHEN old.text <> new.text BEGIN"
        " INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', old.thing_id, old.text);"
        " INSERT INTO search_index (rowid, text) VALUES (new.thing_id, new.text); END"
    ),
    "INSERT INTO search_index (search_index) VALUES ('rebuild')",
)
# Without fastupdate a search never has to read a list of what was not yet sorted in.
ON_POSTGRESQL = (
    "CREATE INDEX IF NOT EXISTS search_index_stems ON search_entry USING gin (stems) WITH (fastupdate = off)",
    # The extension is trusted, so whoever may create things in the database may create it, if it is there.
    """DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX IF NOT EXISTS search_index_letters ON search_entry
        USING gin (text gin_trgm_ops) WITH (fastupdate = off);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE WARNING 'search works without the extension pg_trgm: %', SQLERRM;
END $$""",
)


def lay(connection: Connection) -> None:
    """Make the indexes that are missing and can be had; SQLite's is filled anew."""
    if connection.dialect.name == "postgresql":
        for statement in ON_POSTGRESQL:
            connection.execute(text(statement))
        return
    try:
        for statement in ON_SQLITE:
            connection.exec_driver_sql(statement)
    except OperationalError as error:
        # Built without FTS5, or older than its trigrams. That is told by whoever searches.
        if not re.search("no such (module|tokenizer)|error in tokenizer", str(error)):
            raise


def is_in_models(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether the models tell of a table or index, so that Alembic may compare it with them."""
    return kind not in ("table", "index") or not str(name).startswith("search_index")


@event.listens_for(SearchEntry.__table__, "after_create")
def _lay(_table: Any, connection: Connection, **_more: Any) -> None:
    lay(connection)


@event.listens_for(SearchEntry.__table__, "before_drop")
def _lift(_table: Any, connection: Connection, **_more: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS search_index")


# What the database can do


@dataclass(frozen=True)
class _Abilities:
    """What a process has seen of its database."""

    letters: bool  # whether there is an index of three letters each
    language: str = ""  # PostgreSQL's text search configuration, and the dictionary that it stems with
    dictionary: str = ""


_seen: WeakKeyDictionary[Engine, _Abilities] = WeakKeyDictionary()


def _abilities() -> _Abilities:
    """What this database can do; asked once by each process, and what is missing told in the log."""
    engine: Engine = db.engine
    if engine not in _seen:
        _seen[engine] = _seen_on_postgresql() if _on_postgresql() else _seen_on_sqlite()
        if not _seen[engine].letters:
            log.warning(
                "search works without an index of letters and reads every entry: %s is missing",
                "the extension pg_trgm" if _on_postgresql() else "SQLite's FTS5 with trigram",
            )
    return _seen[engine]


def _seen_on_postgresql() -> _Abilities:
    language = current_app.config["SEARCH_LANGUAGE"]
    found = db.session.execute(
        text(
            "SELECT to_regclass('search_index_letters') IS NOT NULL,"
            " EXISTS (SELECT 1 FROM pg_ts_config WHERE cfgname = :language)"
            " AND EXISTS (SELECT 1 FROM pg_ts_dict WHERE dictname = :dictionary)"
        ),
        {"language": language, "dictionary": f"{language}_stem"},
    )
    letters, known = found.one()
    if not known:
        log.warning("PostgreSQL has no stemmer for SEARCH_LANGUAGE; inflected words are not found")
        return _Abilities(letters, "simple", "simple")
    return _Abilities(letters, language, f"{language}_stem")


def _seen_on_sqlite() -> _Abilities:
    found = db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'search_index'"))
    return _Abilities(bool(found))


def _on_postgresql() -> bool:
    return bool(db.engine.dialect.name == "postgresql")
