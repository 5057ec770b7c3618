"""Work that happens later: after a commit, after a while, or by the clock.

A feature's `jobs.py` declares what is to be done:

    @job(retries=5)                 send_reminder.later(meeting.id, person.id)
    @every(minutes=15)              what is due by the clock
    @daily(hour=3)                  in the network's time zone

The queue is huey's: a file in the instance folder, or Redis where it is set. What is due by the clock
is claimed in the database, so that several processes with the same clock do it once, and what was
missed while nothing ran is done at the next start. A job may run twice (a process may die between the
work and the note that it is done), so it asks what is still to be done before it does it.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from gevent.monkey import is_module_patched
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from sqlalchemy import JSON, String, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import HTTPException

from network.changes import Stale, afterwards, begin_writing, neutral
from network.extensions import db
from network.forms import zone
from network.things import UTCDateTime, now

log = logging.getLogger(__name__)

FIRST_WAIT = 30  # seconds before a failed job is tried again; each further wait is four times as long
LONGEST_POLL = 1.0  # seconds between looks into a queue that is a file
STOP_WITHIN = 10  # seconds that running jobs are given when the process ends
WORKERS = 2

Argument = int | str | None


class JobFailure(db.Model):
    """A job that failed as often as it may, for the administrator. Ids and places in the program, no texts."""

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(120))
    arguments: Mapped[list[Argument]] = mapped_column(JSON)
    tries: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    error: Mapped[str] = mapped_column(String(120))  # the exception's class
    message: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)  # open, retried, dismissed


class LastRun(db.Model):
    """When a job of the clock was last begun, by whichever process."""

    job: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True)
class Job:
    """A declared job. Called like the function, it does the work at once; `later` puts it into the queue."""

    name: str
    function: Callable[..., Any]
    retries: int
    due: Callable[[datetime], datetime] | None = None

    def __call__(self, *args: Argument) -> Any:
        return self.function(*args)

    def later(self, *args: Argument, delay: timedelta | None = None) -> None:
        """Do it soon, or after a delay. Inside an action it waits for the commit, and falls with it.

        Arguments are ids and words of the program: things change until the job runs.
        """
        for value in args:
            if not isinstance(value, int | str | None) or len(str(value)) > 100:
                raise TypeError(f"{self.name}: arguments are ids and short words")
        if "journal" in db.session.info:
            afterwards(lambda: self._enqueue(args, delay))
        else:
            self._enqueue(args, delay)

    def _enqueue(self, args: tuple[Argument, ...], delay: timedelta | None) -> None:
        task = _queue().tasks[self.name]
        if delay:
            task.schedule(args, delay=delay.total_seconds())
        else:
            task(*args)


JOBS: dict[str, Job] = {}


def job(retries: int = 5) -> Callable[[Callable[..., Any]], Job]:
    """Declare a job that is tried again so often: after half a minute, two minutes, eight, half an hour, ..."""
    return lambda function: _declare(function, retries)


def every(*, minutes: int) -> Callable[[Callable[[], Any]], Job]:
    """Declare what the clock does every so many minutes, a divisor of an hour or of a day."""
    step = minutes * 60

    def due(at: datetime) -> datetime:
        return datetime.fromtimestamp(at.timestamp() // step * step, UTC)

    return lambda function: _declare(function, 0, due)


def daily(*, hour: int) -> Callable[[Callable[[], Any]], Job]:
    """Declare what the clock does once a day after this hour of the network's time."""

    def due(at: datetime) -> datetime:
        today = at.astimezone(zone()).replace(hour=hour, minute=0, second=0, microsecond=0)
        return (today if today <= at else today - timedelta(days=1)).astimezone(UTC)

    return lambda function: _declare(function, 3, due)


def _declare(
    function: Callable[..., Any], retries: int, due: Callable[[datetime], datetime] | None = None
) -> Job:
    name = f"{function.__module__.removeprefix('network.').removesuffix('.jobs')}.{function.__name__}"
    JOBS[name] = Job(name, function, retries, due)
    return JOBS[name]


# Running


@dataclass
class Queue:
    """An application's queue."""

    huey: Huey
    tasks: dict[str, Any]
    consumer: Consumer | None = None


class _QuietConsumer(Consumer):  # type: ignore[misc]  # huey has no types
    """A consumer inside a process that has signal handlers of its own."""

    def _set_signal_handlers(self) -> None:
        pass


def init_app(app: Flask) -> None:
    """Open the queue. Jobs that are declared later are found as well."""
    shared = {"serializer": SignedSerializer(app.config["SECRET_KEY"], "jobs"), "results": False}
    if app.config["REDIS_URL"]:
        huey = RedisHuey("network", url=app.config["REDIS_URL"], **shared)
    else:
        huey = SqliteHuey("network", filename=str(Path(app.instance_path) / "jobs.db"), **shared)
    app.extensions["jobs"] = Queue(huey, _Tasks(app, huey))

    @huey.periodic_task(crontab(), name="clock")
    def clock() -> None:
        with app.app_context(), neutral():
            tick()


class _Tasks(dict[str, Any]):
    """huey's task for each job; made for all of them when the first is asked for."""

    def __init__(self, app: Flask, huey: Huey) -> None:
        super().__init__()
        self.app, self.huey = app, huey

    def __missing__(self, name: str) -> Any:
        self.complete()
        return self[name]

    def complete(self) -> None:
        """Let huey know every job that is declared by now."""
        for job in [job for name, job in JOBS.items() if name not in self]:
            self[job.name] = self.huey.task(
                retries=job.retries, retry_delay=FIRST_WAIT, retry_backoff=4, context=True, name=job.name
            )(_runner(self.app, job))


def _runner(app: Flask, job: Job) -> Callable[..., None]:
    def run(*args: Argument, task: Any) -> None:
        with app.app_context():
            try:
                with neutral():
                    job.function(*args)
            except Exception as error:
                if not task.retries:
                    keep_failure(job.name, args, error, job.retries + 1)
                raise

    return run


def _queue() -> Queue:
    found: Queue = current_app.extensions["jobs"]
    return found


def start(app: Flask) -> None:
    """Run jobs in this process, beside its requests, if the setting says so. `stop` ends it."""
    queue: Queue = app.extensions["jobs"]
    if app.config["JOBS_IN_PROCESS"] and queue.consumer is None:
        queue.consumer = _consumer(queue, _QuietConsumer)
        queue.consumer.start()


def stop(app: Flask) -> None:
    """Let running jobs come to their end, for some seconds, and begin no more."""
    queue: Queue = app.extensions["jobs"]
    if queue.consumer is not None:
        queue.consumer.stop(graceful=True)
        queue.consumer = None


def run_worker(app: Flask) -> None:
    """Run jobs, and nothing else, until the process is told to end. There may be several such processes."""
    _consumer(app.extensions["jobs"], Consumer, graceful_signal="TERM").run()


def _consumer(queue: Queue, kind: type[Consumer], **options: Any) -> Consumer:
    queue.tasks.complete()  # type: ignore[attr-defined]  # it is a _Tasks
    return kind(
        queue.huey,
        workers=WORKERS,
        worker_type="greenlet" if is_module_patched("socket") else "thread",
        max_delay=LONGEST_POLL,
        shutdown_timeout=STOP_WITHIN,
        **options,
    )


def tick(at: datetime | None = None) -> None:
    """Queue every job of the clock that is due at this moment and that nobody has claimed yet."""
    at = at or now()
    for found in list(JOBS.values()):
        if found.due is not None and _claim(found, found.due(at), at):
            found.later()


def _claim(job: Job, due: datetime, at: datetime) -> bool:
    """Whether this process is the one that begins it: one statement decides among several."""
    begin_writing()
    try:
        mine = db.session.execute(
            update(LastRun).where(LastRun.job == job.name, LastRun.at < due).values(at=at)
        ).rowcount
        if not mine and db.session.get(LastRun, job.name) is None:
            db.session.execute(insert(LastRun).values(job=job.name, at=at))
            mine = 1
        db.session.commit()
    except IntegrityError:  # another process has just put in the first row
        db.session.rollback()
        return False
    return bool(mine)


def run_pending() -> int:
    """Do all that is in the queue now, here and one after another: how many. For tests and for commands.

    An error comes out at once, and its job is not tried again.
    """
    queue = _queue()
    queue.tasks.complete()  # type: ignore[attr-defined]  # it is a _Tasks
    for task in queue.huey.read_schedule():
        queue.huey.enqueue(task)
    done = 0
    while (task := queue.huey.dequeue()) is not None:
        if task.eta is not None and task.eta > queue.huey._get_timestamp():
            queue.huey.add_schedule(task)
            continue
        task.execute()
        done += 1
    return done


def work_off() -> None:
    """Do what is in the queue now as a worker does: what fails is put back and waits for its next try."""
    queue = _queue()
    queue.tasks.complete()  # type: ignore[attr-defined]  # it is a _Tasks
    for task in queue.huey.read_schedule():
        queue.huey.enqueue(task)
    while (task := queue.huey.dequeue()) is not None:
        queue.huey.execute(task)


def forget_pending() -> None:
    """Empty the queue."""
    _queue().huey.flush()


# Failures, for the administrator


def keep_failure(name: str, args: tuple[Argument, ...], error: BaseException, tries: int) -> None:
    """Note that a job has failed for good. Its own transaction; can be called with nothing else open."""
    begin_writing()
    db.session.add(
        JobFailure(
            job=name, arguments=list(args), tries=tries, error=type(error).__name__, message=told(error)[:300]
        )
    )
    db.session.commit()


def told(error: BaseException) -> str:
    """Where and how it failed, without what people wrote: texts of exceptions may quote addresses and names."""
    said = ""
    if isinstance(error, HTTPException):
        said = str(error.description or "")
    elif isinstance(error, OSError) and error.strerror:
        said = error.strerror
    elif isinstance(code := getattr(error, "smtp_code", None), int):
        said = f"SMTP {code}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "network" in frame.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else ""
    return ", ".join(part for part in (said, place) if part)


def failures() -> list[JobFailure]:
    """The failures that nobody has settled, the newest first."""
    return list(
        db.session.scalars(
            select(JobFailure).where(JobFailure.state == "open").order_by(JobFailure.id.desc()).limit(200)
        )
    )


def retry(id: int) -> None:
    """Step of an action: queue the job again. Raises Stale if somebody has settled the failure already."""
    failure = _settle(id, "retried")
    if failure.job in JOBS:
        JOBS[failure.job].later(*failure.arguments)


def dismiss(id: int) -> None:
    """Step of an action: leave it at that. Raises Stale if somebody has settled the failure already."""
    _settle(id, "dismissed")


def _settle(id: int, state: str) -> JobFailure:
    failure: JobFailure | None = db.session.get(JobFailure, id)
    if failure is None or failure.state != "open":
        raise Stale(_l("Somebody has already settled this."))
    failure.state = state
    return failure
