"""What failed on our side is on record under the number that the person read, and holds nothing personal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from network import error_record
from network.error_record import RecordedError
from network.extensions import db
from network.people.models import Person
from tests.clients import Reader
from tests.world import World


class Unlucky(Exception):
    """Raised in these tests."""


def fail(id: str) -> Any:
    """A page that changes something and then fails."""
    person = db.session.scalars(select(Person)).first()
    assert person is not None
    person.name = "Half done"
    db.session.flush()
    raise Unlucky("secret of anke@example.org") from ValueError("also secret")


@pytest.fixture
def reader(world: World, make_app: Callable[..., Flask]) -> Reader:
    """Somebody who opens a page that fails, answered as on a server."""
    made = make_app(PROPAGATE_EXCEPTIONS=False)
    made.add_url_rule("/unlucky/<id>", "unlucky", fail, methods=["GET", "POST"])
    made.add_url_rule("/broken", "broken", lambda: db.session.execute(db.text("SELECT 1 FROM nowhere")))
    found: Reader = made.test_client()  # type: ignore[assignment]  # make_app sets its class
    found.language = "en"
    return found


def on_record() -> list[RecordedError]:
    db.session.rollback()
    return list(db.session.scalars(select(RecordedError).order_by(RecordedError.id)))


def test_an_error_is_recorded_under_the_number_on_the_page(reader: Reader) -> None:
    with reader.post("/unlucky/karlheinz?q=geheim", data={"text": "private"}) as answer:
        page = answer.text
    [error] = on_record()
    assert error.number in page
    assert (error.endpoint, error.address) == ("unlucky", "POST /unlucky/<id>")
    assert error.kind == "tests.test_error_record.Unlucky, ValueError"
    assert error.place.endswith(" fail") and error.calls[-1] == error.place
    row = str(vars(error))
    for personal in ("karlheinz", "geheim", "private", "secret", "anke"):
        assert personal not in row


def test_what_the_request_had_begun_is_undone_and_the_record_stands(world: World, reader: Reader) -> None:
    reader.post("/unlucky/1").close()
    assert len(on_record()) == 1
    assert not db.session.scalars(select(Person).where(Person.recorded_name == "Half done")).all()


def test_an_error_of_the_database_is_recorded_over_another_connection(reader: Reader) -> None:
    reader.get("/broken").close()
    [error] = on_record()
    assert error.kind.startswith("sqlalchemy.exc.")


def test_a_refusal_is_no_error(reader: Reader) -> None:
    for path in ("/no/such/page", "/groups/1/edit", "/office/"):
        reader.get(path).close()
    assert on_record() == []


def test_without_its_table_the_page_comes_all_the_same(
    world: World, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    db.session.commit()
    RecordedError.__table__.drop(db.engine)
    try:
        with reader.get("/unlucky/1") as answer:
            assert answer.status_code == 500
            assert "Something went wrong on our side" in answer.text
    finally:
        RecordedError.__table__.create(db.engine)
    [line] = [record for record in caplog.records if record.message == "error not recorded"]
    assert line.number in answer.text  # type: ignore[attr-defined]  # given by `extra`


def test_a_fault_that_meets_everybody_does_not_fill_the_disk(reader: Reader) -> None:
    for _one in range(error_record.MOST_A_MINUTE + 5):
        reader.get("/unlucky/1").close()
    assert 0 < len(on_record()) <= 2 * error_record.MOST_A_MINUTE
    reader.application.extensions["recorded errors"] = (0, 10**6)  # another minute
    before = len(on_record())
    reader.get("/unlucky/1").close()
    assert len(on_record()) == before + 1


def test_old_errors_are_forgotten(reader: Reader, clock: Any) -> None:
    reader.get("/unlucky/1").close()
    clock.shift(timedelta(days=89))
    reader.get("/unlucky/2").close()
    error_record.forget_errors()
    assert len(on_record()) == 2
    clock.shift(timedelta(days=2))
    error_record.forget_errors()
    assert len(on_record()) == 1
