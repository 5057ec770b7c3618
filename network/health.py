"""Whether this process lives and can work, for those who watch over it; figures for who has the token."""

import hmac
from functools import cache
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from redis import Redis, RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from network import errors, jobs, letters
from network.config import ROOT
from network.extensions import db, socketio

blueprint = Blueprint("health", __name__)

FIGURES = CollectorRegistry()
DURATIONS = Histogram(
    "network_request_seconds",
    "How long requests took",
    ["endpoint", "method"],
    registry=FIGURES,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
ANSWERS = Counter("network_answers", "Answers by status", ["status"], registry=FIGURES)
SOCKETS = Gauge("network_sockets", "Open Socket.IO connections of this process", registry=FIGURES)
LETTERS = Gauge("network_letters_waiting", "Letters that wait to be sent", registry=FIGURES)
FAILURES = Gauge("network_job_failures", "Failed jobs that nobody has settled", registry=FIGURES)


@blueprint.get("/health/live")
def live() -> Response:
    """The process answers."""
    return _told({"live": True}, 200)


@blueprint.get("/health/ready")
def ready() -> Response:
    """The process can do its work: 200, or 503 with the names of what is missing."""
    missing = [name for name, works in _CHECKS.items() if not works()]
    return _told({"ready": not missing, "missing": missing}, 503 if missing else 200)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures of this process for Prometheus, to whoever sends the token as a bearer."""
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    engine = getattr(socketio.server, "eio", None)
    SOCKETS.set(len(engine.sockets) if engine is not None else 0)
    LETTERS.set(letters.waiting())
    open_ones = select(func.count()).select_from(jobs.JobFailure).where(jobs.JobFailure.state == "open")
    FAILURES.set(db.session.scalar(open_ones) or 0)
    return Response(generate_latest(FIGURES), content_type=CONTENT_TYPE_LATEST)


def _told(facts: dict[str, Any], status: int) -> Response:
    answer: Any = current_app.json.response(facts)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def _schema_is_current() -> bool:
    try:
        found = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return set(found) == _heads()


@cache
def _heads() -> set[str]:
    return set(ScriptDirectory(str(ROOT / "migrations")).get_heads())


def _redis_answers() -> bool:
    if not current_app.config["REDIS_URL"]:
        return True
    connection = Redis.from_url(current_app.config["REDIS_URL"], socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(connection.ping())
    except RedisError:
        return False
    finally:
        connection.close()


_CHECKS = {"database": _database_answers, "migrations": _schema_is_current, "redis": _redis_answers}


def _count(response: Response) -> Response:
    if request.blueprint != "health" and request.endpoint != "static":
        DURATIONS.labels(request.endpoint or "none", request.method).observe(errors.seconds())
        ANSWERS.labels(str(response.status_code)).inc()
    return response


def init_app(app: Flask) -> None:
    """Offer the addresses, and count requests if somebody may ask for the figures."""
    app.register_blueprint(blueprint)
    if app.config["METRICS_TOKEN"]:
        app.after_request(_count)
