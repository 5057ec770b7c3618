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

import traceback
from collections.abc import Callable, Iterator
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

from network.changes import Stale, afterwards
from network.extensions import db
from network.forms import zone
from network.fragments import neutral
from network.things import UTCDateTime, now
from network.transactions import begin_writing

FIRST_WAIT = 30  # seconds before a failed job is tried again; each further wait is four times as long
LONGEST_POLL = 1.0  # seconds between looks into a queue that is a file
STOP_WITHIN = 10  # seconds that running jobs are given when the process ends
WORKERS = 2

Argument = int | str | None


class JobFailure(db.Model):
    """A job that failed as often as it may, for the administrator. It holds nothing that people wrote."""

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
        task = _queue().task(self)
        if delay:
            task.schedule(args, delay=delay.total_seconds())
        else:
            task(*args)


JOBS: dict[str, Job] = {}


def job(retries: int = 5) -> Callable[[Callable[..., Any]], Job]:
    """Declare a job. It is tried again so often: after half a minute, two minutes, eight, 32, ..."""
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


class Queue:
    """An application's queue: huey, a task of it for each job, and a consumer if one runs here."""

    def __init__(self, app: Flask) -> None:
        shared = {"serializer": SignedSerializer(app.config["SECRET_KEY"], "jobs"), "results": False}
        if app.config["REDIS_URL"]:
            self.huey: Huey = RedisHuey("network", url=app.config["REDIS_URL"], **shared)
        else:
            self.huey = SqliteHuey("network", filename=str(Path(app.instance_path) / "jobs.db"), **shared)
        self.app = app
        self.tasks: dict[str, Any] = {}
        self.consumer: Consumer | None = None

        @self.huey.periodic_task(crontab(), name="clock")
        def clock() -> None:
            with app.app_context(), neutral():
                tick()

    def task(self, job: Job) -> Any:
        """huey's task of a job; all that are declared by now become known to it."""
        if job.name not in self.tasks:
            self.learn()
        return self.tasks[job.name]

    def learn(self) -> None:
        """Make the tasks of jobs that were declared since."""
        for job in [job for name, job in JOBS.items() if name not in self.tasks]:
            self.tasks[job.name] = self.huey.task(
                retries=job.retries, retry_delay=FIRST_WAIT, retry_backoff=4, context=True, name=job.name
            )(_runner(self.app, job))

    def waiting(self) -> Iterator[Any]:
        """Take out, one by one, all that is to be done now."""
        self.learn()
        for task in self.huey.read_schedule():
            self.huey.enqueue(task)
        later = []
        while (task := self.huey.dequeue()) is not None:
            if self.huey.ready_to_run(task):
                yield task
            else:
                later.append(task)
        for task in later:
            self.huey.add_schedule(task)

    def consume(self, kind: type[Consumer], **options: Any) -> Consumer:
        """A consumer for this process, with greenlets where gevent has taken over."""
        self.learn()
        return kind(
            self.huey,
            workers=WORKERS,
            worker_type="greenlet" if is_module_patched("socket") else "thread",
            max_delay=LONGEST_POLL,
            shutdown_timeout=STOP_WITHIN,
            **options,
        )


class _GuestConsumer(Consumer):
    """A consumer inside a process that has signal handlers of its own."""

    def _set_signal_handlers(self) -> None:
        pass


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


def init_app(app: Flask) -> None:
    """Open the queue. Jobs that are declared later are found as well."""
    app.extensions["jobs"] = Queue(app)


def _queue() -> Queue:
    found: Queue = current_app.extensions["jobs"]
    return found


def start(app: Flask) -> None:
    """Run jobs in this process, beside its requests, until `stop`."""
    queue: Queue = app.extensions["jobs"]
    if queue.consumer is None:
        queue.consumer = queue.consume(_GuestConsumer)
        queue.consumer.start()


def stop(app: Flask) -> None:
    """Let running jobs come to their end, for some seconds, and begin no more."""
    queue: Queue = app.extensions["jobs"]
    if queue.consumer is not None:
        queue.consumer.stop(graceful=True)
        queue.consumer = None


def run_worker(app: Flask) -> None:
    """Run jobs, and nothing else, until the process is told to end. There may be several such processes."""
    app.extensions["jobs"].consume(Consumer, graceful_signal="TERM").run()


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
    """Do here and now what is in the queue, and say how many jobs it were. For tests and for commands.

    What was prepared in this session is committed first. The first error comes out, and that job is
    not tried again.
    """
    db.session.commit()
    count = 0
    for task in _queue().waiting():
        task.execute()
        count += 1
    return count


def work_off() -> None:
    """Do what is in the queue as a worker does: what fails goes back into it and waits for its next try."""
    db.session.commit()
    queue = _queue()
    for task in queue.waiting():
        queue.huey.execute(task)


def forget_pending() -> None:
    """Empty the queue."""
    _queue().huey.flush()


# Failures, for the administrator


def keep_failure(name: str, args: tuple[Argument, ...], error: BaseException, tries: int) -> None:
    """Note, in a transaction of its own, that a job has failed for good."""
    begin_writing()
    open_ones = select(JobFailure).where(JobFailure.job == name, JobFailure.state == "open")
    failure = next((f for f in db.session.scalars(open_ones) if f.arguments == list(args)), None)
    if failure is None:  # what the clock does every minute fails every minute, and is one line
        failure = JobFailure(job=name, arguments=list(args), tries=0, error="")
        db.session.add(failure)
    failure.tries += tries
    failure.failed_at = now()
    failure.error, failure.message = type(error).__name__, told(error)[:300]
    db.session.commit()


def told(error: BaseException) -> str:
    """Where and how it failed. The texts of most exceptions are left out, since they may quote people."""
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
