"""How words are compared and found, on both databases."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from network import search
from network.extensions import db
from network.meetings.models import AgendaItem
from network.minutes.models import ItemMinutes
from network.search_entries import SearchEntry, drop, form, lay, matches, put, scrub, sought, words_of
from tests.world import World, make_item, make_meeting

WRITTEN = {
    "Beschlüsse": "Die Beschlüsse der Sitzung, mit Frauen aus der Straße",
    "Mueller": "Frau Mueller fragt nach den Haeusern (AB 12)",
    "Müller": "Herr Müller, Strasse und Raum a",
    "Protokoll": "Das Protokoll zum Sprachkurs",
    "Vorstand": "Vorstandsbeschluss über die Kinderbetreuung",
    "arabic": "اجتماعٌ عامّ",
}
ENTRY = {"kind": "item_minutes", "title": "", "outside": ""}
ON_BOTH = {
    "Beschluss": {"Beschlüsse", "Vorstand"},
    "Beschlüsse": {"Beschlüsse"},
    "Muller": {"Mueller", "Müller"},
    "MÜLLER": {"Mueller", "Müller"},
    "Mueller,": {"Mueller", "Müller"},
    "Straße": {"Beschlüsse", "Müller"},
    "Strasse": {"Beschlüsse", "Müller"},
    "betreuung": {"Vorstand"},
    "die Beschluss": {"Beschlüsse", "Vorstand"},
    "Müller Protokoll": set(),
    "ab": {"Mueller"},
    "a": {"Müller"},
    "اجتماع": {"arabic"},
    '" OR "': set(),
    "%": set(),
}
BY_STEM = {
    "Protokolle": {"Protokoll"},
    "Protokolles": {"Protokoll"},
    "Sprachkurse": {"Protokoll"},
    "Beschlusses": {"Beschlüsse"},
    "Beschluesse": {"Beschlüsse"},
    "Frau": {"Beschlüsse", "Mueller"},
    "Strassen": {"Beschlüsse", "Müller"},
}


@pytest.fixture
def items(world: World) -> dict[int, str]:
    """Agenda items with these texts, and what each is called."""
    meeting = make_meeting(world.language, "Sitzungen")
    made = {make_item(meeting, "", place + 1, text=WRITTEN[name]): name for place, name in enumerate(WRITTEN)}
    search.note(*made)
    db.session.commit()
    return {item.id: name for item, name in made.items()}


def found(items: dict[int, str], wanted: str) -> set[str]:
    return {items[id] for id in db.session.scalars(select(SearchEntry.thing_id).where(matches(wanted)))}


def test_words_are_found_in_every_spelling_on_both_databases(items: dict[int, str]) -> None:
    assert {wanted: found(items, wanted) for wanted in ON_BOTH} == ON_BOTH


def test_postgresql_finds_words_by_their_stems(items: dict[int, str]) -> None:
    if db.engine.dialect.name == "postgresql":
        assert {wanted: found(items, wanted) for wanted in BY_STEM} == BY_STEM


@pytest.fixture
def bare(items: dict[int, str]) -> Iterator[None]:
    """The database without its index of letters."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    db.session.rollback()
    with db.engine.begin() as connection:
        if on_sqlite:
            for name in ("insert", "delete", "update"):
                connection.exec_driver_sql(f"DROP TRIGGER search_index_{name}")
        connection.exec_driver_sql(
            "DROP TABLE search_index" if on_sqlite else "DROP INDEX search_index_letters"
        )
    yield
    db.session.rollback()
    with db.engine.begin() as connection:
        lay(connection)


def test_without_an_index_of_letters_the_same_is_found_and_the_log_says_so(
    items: dict[int, str], bare: None, make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), make_app().app_context():
        assert {wanted: found(items, wanted) for wanted in ON_BOTH} == ON_BOTH
    assert "without an index of letters" in caplog.text


def test_an_unknown_language_finds_words_as_they_stand(
    items: dict[int, str], make_app: Callable[..., Flask]
) -> None:
    with make_app(SEARCH_LANGUAGE="klingon").app_context():
        assert found(items, "Protokoll") == {"Protokoll"}


def test_an_item_is_noted_in_one_statement_and_nothing_is_written_twice(
    world: World, statements: Any
) -> None:
    item = make_item(make_meeting(world.language), "Zebra", 1)
    search.note(item)
    db.session.commit()
    assert item.title and item.room_id and item.type and item.owns_room is False
    with statements() as sent:
        search.note(item)
    assert len(sent) == 1, sent


def shadows() -> bytes:
    """What SQLite's index holds, as bytes."""
    return b"".join(db.session.scalars(text("SELECT block FROM search_index_data")))


def test_what_is_erased_is_in_no_index_any_more(world: World) -> None:
    item = make_item(make_meeting(world.language), "Zebra", 1, text="qxzqxzqxz")
    search.note(item)
    db.session.commit()
    on_sqlite = db.engine.dialect.name == "sqlite"
    assert not on_sqlite or b" qx" in shadows()
    drop([item.id])
    scrub()
    db.session.commit()
    assert not db.session.scalars(select(SearchEntry.thing_id).where(matches("qxzqxzqxz"))).all()
    assert not on_sqlite or b" qx" not in shadows()


def test_everything_is_indexed_anew_in_portions(
    world: World, items: dict[int, str], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PORTION", 2)
    ids = list(items)
    meeting = db.session.get_one(AgendaItem, ids[0]).parent
    with_line = ItemMinutes(parent_id=ids[0], room_id=meeting.room_id, item_id=ids[0], text="[[decision 12]]")
    db.session.add(with_line)
    db.session.flush()
    put([{**ENTRY, "thing_id": with_line.id, "room_id": meeting.room_id, "text": "[[decision 12]]"}])
    db.session.execute(text("DELETE FROM search_entry WHERE thing_id = :id"), {"id": ids[0]})
    db.session.execute(text("UPDATE thing SET removed_at = created_at WHERE id = :id"), {"id": ids[1]})
    db.session.commit()
    code = select(SearchEntry.thing_id).where(matches("decision 12"))
    assert db.session.scalars(code).all() == [with_line.id]  # as an older version of the program wrote it
    db.session.commit()
    answer = app.test_cli_runner().invoke(args=["network", "reindex"])
    assert answer.exit_code == 0
    first, *between, last = answer.output.splitlines()
    assert "Nobody has to wait" in first and last.startswith("Done: ")
    number = db.session.scalar(select(func.count(SearchEntry.thing_id)))
    assert between[0] == f"2 of {number} are done." and between[-1] == f"{number} of {number} are done."
    assert db.session.scalars(code).all() == []
    assert found(items, "Müller") == {"Müller"}
    assert found(items, "Beschluss") == {"Beschlüsse", "Vorstand"}
    kept = db.session.scalars(
        select(SearchEntry.thing_id).join(AgendaItem, AgendaItem.id == SearchEntry.thing_id)
    )
    assert set(kept) == set(ids) - {ids[1]}


@given(st.text(max_size=60))
@example("a\u00adb (\u202e) ß\x00 ...")
@example("\ufcf2")
def test_a_text_has_all_of_its_words(written: str) -> None:
    assert all(sought(word) in form(written) for word in words_of(written))
    assert form(form(written)) == form(written)


@given(st.text(alphabet="aeoubßäöüÄ nr.-", max_size=20), st.data())
def test_the_beginning_and_the_inside_of_a_word_are_in_its_form(written: str, data: st.DataObject) -> None:
    for word in words_of(written):
        start = data.draw(st.integers(0, len(word) - 1))
        inside = word[start : start + 5]
        assert len(inside) < 3 or inside in form(written)
        assert len(sought(word)) > 2
