"""Those who watch over the server learn whether it lives and can work, and no more."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import text

from network import jobs
from network.extensions import db
from tests.clients import Reader


def test_a_process_that_answers_lives(client: Reader) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"live": True})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_process_with_all_that_it_needs_is_ready(client: Reader) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "missing": []})


def test_an_old_schema_is_not_ready(app: Flask, client: Reader) -> None:
    version = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    db.session.execute(text("UPDATE alembic_version SET version_num = 'of old'"))
    db.session.commit()
    try:
        answer = client.get("/health/ready")
    finally:  # the table of versions is not emptied between tests
        db.session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        db.session.commit()
    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": ["migrations"]})


def test_a_database_that_is_gone_is_named_without_details(
    make_app: Callable[..., Flask], tmp_path: Any
) -> None:
    lost = make_app(DATABASE_URL=f"sqlite:///{tmp_path}/no/such/folder.db").test_client()
    answer = lost.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json == {"ready": False, "missing": ["database", "migrations"]}


def test_a_redis_that_is_gone_is_named(app: Flask, client: Reader) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json["missing"]) == (503, ["redis"])


def test_health_asks_for_nobody_s_session_and_no_more_than_it_needs(client: Reader, statements: Any) -> None:
    with statements() as sent:
        client.get("/health/live")
    assert not sent, sent


def test_figures_are_for_those_with_the_token(make_app: Callable[..., Flask], client: Reader) -> None:
    assert client.get("/metrics").status_code == 404
    watched = make_app(METRICS_TOKEN="a long token").test_client()
    assert watched.get("/metrics").status_code == 404
    for wrong in ("Bearer a long toke", "Bearer ", "Basic a long token", "Bearer ä"):
        assert watched.get("/metrics", headers={"Authorization": wrong}).status_code == 404
    answer = watched.get("/metrics", headers={"Authorization": "Bearer a long token"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"


def test_figures_count_requests_letters_and_failures(app: Flask, make_app: Callable[..., Flask]) -> None:
    jobs.keep_failure("letters.send_again", (1,), RuntimeError(), 1)
    watched = make_app(METRICS_TOKEN="a long token").test_client()
    watched.get("/t/7")
    figures = watched.get("/metrics", headers={"Authorization": "Bearer a long token"}).text
    assert 'network_request_seconds_count{endpoint="rooms.permalink",method="GET"}' in figures
    assert "network_job_failures 1.0" in figures
    assert "network_letters_waiting 0.0" in figures
    assert "network_sockets " in figures
