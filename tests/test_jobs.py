"""Work for later: it happens after the commit, once, is tried again, and is shown when it fails for good."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g, request, url_for

from network import jobs
from network.changes import Refused, Stale, action, because, record
from network.extensions import db
from network.jobs import JobFailure
from network.things import Thing
from tests.processes import ROOT, wait_until
from tests.world import World

done: list[Any] = []


@jobs.job(retries=2)
def note(number: int, word: str | None = None) -> None:
    """Done."""
    done.append(number if word is None else (number, word))


@jobs.job(retries=2)
def fail(number: int) -> None:
    """Fails, with a secret in its words."""
    done.append("try")
    raise RuntimeError("anke@example.org does not answer")


@jobs.job()
def look_around() -> None:
    """What a job can rely on."""
    done.append((request.host_url, url_for("health.live", _external=True), hasattr(g, "left behind")))
    g.left_behind = True


@jobs.every(minutes=15)
def quarter() -> None:
    """The clock's."""
    done.append("quarter")


@jobs.daily(hour=3)
def night() -> None:
    """The clock's."""
    done.append("night")


@because("Only Anke.")
def may_try(user: Any, thing: Thing) -> bool:
    """For the tests."""
    return bool(user.name.startswith("Anke"))


@action(may_try)
def change(actor: Any, thing: Thing, *, fails: bool = False) -> None:
    """A change with work to be done after it."""
    record("changed", thing, by=actor)
    note.later(thing.id)
    if fails:
        raise Refused


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


def clock_jobs(at: datetime) -> list[Any]:
    """What of ours the clock has done at that moment."""
    jobs.tick(at)
    jobs.work_off()
    found = [word for word in done if word in ("quarter", "night")]
    done.clear()
    return found


def test_a_job_waits_until_somebody_works(app: Flask) -> None:
    note.later(7, "word")
    assert done == []
    assert jobs.run_pending() == 1
    assert done == [(7, "word")]
    assert jobs.run_pending() == 0


def test_a_job_of_an_action_leaves_after_the_commit_and_falls_with_it(world: World) -> None:
    with pytest.raises(Refused):
        change(world.anke, world.language, fails=True)
    assert jobs.run_pending() == 0
    change(world.anke, world.language)
    assert jobs.run_pending() == 1
    assert done == [world.language.id]


def test_a_job_knows_the_address_of_the_site_and_nothing_of_a_request(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://attacker.example"):
        look_around.later()
        look_around.later()
        jobs.run_pending()
    assert done == [("http://localhost/", "http://localhost/health/live", False)] * 2


def test_a_job_takes_ids_and_words_and_no_content(app: Flask) -> None:
    with pytest.raises(TypeError):
        note.later({"text": "…"})  # type: ignore[arg-type]  # that is the point
    with pytest.raises(TypeError):
        note.later("x" * 200)


def test_a_delayed_job_waits_for_its_time(app: Flask, clock: Any) -> None:
    note.later(1, delay=timedelta(hours=2))
    jobs.run_pending()
    assert done == []
    clock.shift(timedelta(hours=2, seconds=1))
    jobs.run_pending()
    assert done == [1]


def test_a_failing_job_is_tried_again_with_growing_waits_and_then_kept(app: Flask, clock: Any) -> None:
    fail.later(5)
    jobs.work_off()
    assert done == ["try"]
    jobs.work_off()
    assert done == ["try"], "at once is too early"
    clock.shift(timedelta(seconds=31))
    jobs.work_off()
    assert done == ["try"] * 2
    clock.shift(timedelta(seconds=31))
    jobs.work_off()
    assert done == ["try"] * 2, "the second wait is longer"
    assert jobs.failures() == []
    clock.shift(timedelta(minutes=2))
    jobs.work_off()
    [failure] = jobs.failures()
    assert (failure.job, failure.arguments, failure.tries, failure.error) == (
        fail.name,
        [5],
        3,
        "RuntimeError",
    )
    assert "anke@" not in failure.message
    clock.shift(timedelta(days=2))
    jobs.work_off()
    assert done == ["try"] * 3, "it is not tried for ever"


def test_a_failure_can_be_tried_again_or_dismissed_once(app: Flask) -> None:
    jobs.keep_failure(note.name, (9,), RuntimeError(), 1)
    [failure] = jobs.failures()
    jobs.retry(failure.id)
    db.session.commit()
    jobs.run_pending()
    assert done == [9]
    assert jobs.failures() == []
    with pytest.raises(Stale):
        jobs.dismiss(failure.id)


def test_what_fails_every_minute_is_one_line(app: Flask) -> None:
    for _time in range(3):
        jobs.keep_failure(note.name, (9,), RuntimeError(), 1)
    assert [failure.tries for failure in jobs.failures()] == [3]
    assert db.session.query(JobFailure).count() == 1


def test_the_clock_does_what_is_due_once(app: Flask) -> None:
    moment = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    assert clock_jobs(moment) == ["quarter", "night"]
    assert clock_jobs(moment) == []
    assert clock_jobs(moment + timedelta(minutes=14)) == []
    assert clock_jobs(moment + timedelta(minutes=15)) == ["quarter"]
    assert clock_jobs(moment + timedelta(minutes=59)) == ["quarter"], "what was missed is done once"


def test_daily_means_the_network_s_night_also_when_clocks_change(app: Flask) -> None:
    evening = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)
    clock_jobs(evening)
    assert "night" not in clock_jobs(datetime(2027, 3, 28, 0, 59, tzinfo=UTC))
    assert "night" in clock_jobs(datetime(2027, 3, 28, 1, 1, tzinfo=UTC)), "three o'clock in summer time"


def test_two_processes_with_the_same_clock_do_it_once(app: Flask, make_app: Any) -> None:
    moment = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    other = make_app()
    jobs.tick(moment)
    with other.app_context():
        jobs.tick(moment)
    jobs.work_off()
    assert done.count("quarter") == 1


def test_a_consumer_in_this_process_works_and_stops(app: Flask) -> None:
    jobs.start(app)
    try:
        note.later(3)
        wait_until(lambda: 3 in done, "the job is done")
    finally:
        jobs.stop(app)
    assert app.extensions["jobs"].consumer is None


@pytest.mark.one_database  # Redis shares it out
def test_two_workers_joined_by_redis_share_the_work(app: Flask, redis: Any) -> None:
    app.config["REDIS_URL"] = redis.url
    queues = []
    for _worker in range(2):
        jobs.init_app(app)
        jobs.start(app)
        queues.append(app.extensions["jobs"])
    try:
        jobs.tick(datetime(2026, 12, 2, 9, 0, tzinfo=UTC))
        for number in range(40):
            note.later(number)
        wait_until(lambda: {*range(40), "quarter", "night"} <= set(done), "all of it is done")
    finally:
        for queue in queues:
            queue.consumer.stop(graceful=True)
    assert sorted(number for number in done if isinstance(number, int)) == [*range(40)]


@pytest.mark.one_database
@pytest.mark.processes
def test_a_worker_of_its_own_ends_when_it_is_told_to(app: Flask) -> None:
    """`flask network worker` is this function; SIGTERM lets the running job come to its end."""
    program = "from network import create_app, jobs; jobs.run_worker(create_app())"
    worker = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": app.instance_path, "DATABASE_URL": app.config["DATABASE_URL"]}
        | {"SECRET_KEY": "only for tests"},
    )
    try:
        note.later(1)
        queue = app.extensions["jobs"].huey
        wait_until(lambda: queue.pending_count() == 0, "the worker takes the job", process=worker)
    finally:
        worker.terminate()
        code = worker.wait(20)
    assert code == 0
