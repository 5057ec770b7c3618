"""Every setting, its default and its reason. The only place that reads the environment.

A setting is given as an environment variable of the same name (or, in tests, to
`create_app`). Texts are taken as they are, numbers as whole numbers, switches as
`1`/`0`, `yes`/`no`, `true`/`false`, lists separated by commas. An empty one counts as not given.
"""

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

DEFAULTS: dict[str, Any] = {
    # Where data, uploads, written mail and the secret key live. Relative ones begin at the project's folder.
    "INSTANCE_PATH": str(ROOT / "instance"),
    # Where templates lie as Python has compiled them: to compile all takes a start some seconds.
    "COMPILED_PATH": str(ROOT / "instance" / "compiled"),
    # Empty: SQLite in the instance folder. Else postgresql+psycopg://user:password@host/name
    "DATABASE_URL": "",
    # Empty: one process. With it several processes hear each other and share jobs and rate limits.
    "REDIS_URL": "",
    # Empty: made once and kept in the instance folder, so that sign-ins survive a restart.
    "SECRET_KEY": "",
    # The address under which people reach the site; links in e-mails begin with it.
    "SITE_URL": "http://127.0.0.1:5000",
    # How many proxies in front set X-Forwarded-*; 0 trusts none.
    "TRUSTED_PROXIES": 0,
    # What the interface can speak, the first is the fallback.
    "LANGUAGES": ["de", "en", "ar"],
    # Catalogues that no native reader has checked yet; the interface says so.
    "UNCHECKED_LANGUAGES": ["ar"],
    "TIME_ZONE": "Europe/Berlin",
    # The language in which most is written: PostgreSQL searches for inflected words with its stemmer of
    # this name. After a change: flask network reindex.
    "SEARCH_LANGUAGE": "german",
    # E-mail. Without a server, letters are written to instance/mail/.
    "MAIL_SERVER": "",
    "MAIL_PORT": 587,
    "MAIL_USERNAME": "",
    "MAIL_PASSWORD": "",
    "MAIL_USE_TLS": True,
    "MAIL_USE_SSL": False,
    "MAIL_SENDER": "",
    # Seconds to wait before a letter tells of a message, for edits and for those who read it on the page.
    "NOTICE_GRACE_SECONDS": 90,
    # Answers by e-mail, for example reply+{token}@network.example; empty: none. They come in through a
    # mailbox, or from a mail server that calls `flask network receive-mail`.
    "INBOUND_ADDRESS": "",
    # The name with which our receiving mail server signs Authentication-Results. Without it no mail is
    # believed.
    "MAIL_AUTHSERV_ID": "",
    # The mailbox. Empty: none is looked into.
    "IMAP_SERVER": "",
    "IMAP_PORT": 993,
    "IMAP_USERNAME": "",
    "IMAP_PASSWORD": "",
    "IMAP_USE_SSL": True,
    "IMAP_USE_TLS": False,  # STARTTLS, where IMAP_USE_SSL is off
    "IMAP_FOLDER": "INBOX",
    # Off: nobody gets a letter. For telling a past whose letters have long been read, as the demo does.
    "WRITE_LETTERS": True,
    # Off: pages are not told what is unread. For telling a past while nobody has a page open yet.
    "TELL_PAGES": True,
    # Empty: no /metrics. Else whoever sends this as a bearer token reads figures for Prometheus there.
    "METRICS_TOKEN": "",
    # Jobs run in this process unless a worker of its own (`flask network worker`) does, with Redis.
    "JOBS_IN_PROCESS": True,
    # Upload limits, bytes. A request larger than the first is refused before it is read.
    "MAX_CONTENT_LENGTH": 25 * 1024 * 1024,
    "MAX_FILE_BYTES": 20 * 1024 * 1024,
    "MAX_PHOTO_BYTES": 8 * 1024 * 1024,
    # Rates: per account, and generous per address since a hall of 400 shares one.
    "RATELIMIT_ENABLED": True,
    "RATE_SIGN_IN_ACCOUNT": "10 per 15 minutes",
    "RATE_SIGN_IN_ACCOUNT_ANYWHERE": "100 per 15 minutes",  # from all addresses together
    "RATE_SIGN_IN_ADDRESS": "600 per 15 minutes",
    "RATE_LETTERS_ACCOUNT": "5 per hour",
    "RATE_LETTERS_ACCOUNT_ANYWHERE": "10 per hour",
    "RATE_LETTERS_ADDRESS": "200 per hour",
    "RATE_DEEDS_ACCOUNT": "120 per minute",
    "RATE_UPLOADS_ACCOUNT": "30 per 10 minutes",
    "RATE_SOCKET_EVENTS": 300,  # per connection and minute
    "RATE_DRAFT_EVENTS": 1800,  # the same, of what somebody types and where their caret is
    # How long links in e-mails work.
    "INVITATION_DAYS": 30,
    "RESET_HOURS": 2,
    "EMAIL_CHANGE_HOURS": 48,
    "EMAIL_OBJECTION_DAYS": 7,
    # How long a sign-in lasts on a device that is used, and one that is not kept.
    "SIGN_IN_DAYS": 60,
    "SIGN_IN_HOURS_UNKEPT": 12,
    # Moderation, until the Office sets it on the page: days in which one can object to a decision; an account
    # is new until so many of its messages stand, and then writes no links and one message in so many seconds.
    "OBJECTION_DAYS": 14,
    "FIRST_POSTS": 3,
    "FIRST_POSTS_SECONDS": 20,
    # Retention, days.
    "KEEP_SENT_LETTERS_DAYS": 14,
    "KEEP_DECLINED_APPLICATIONS_DAYS": 90,
    "KEEP_ANSWERED_REQUESTS_DAYS": 365,
    "KEEP_ENDED_SIGN_INS_DAYS": 30,
    "KEEP_DEED_KEYS_DAYS": 14,
    "KEEP_ERRORS_DAYS": 90,
    "KEEP_NOTICES_DAYS": 180,
    "KEEP_CASES_DAYS": 1095,
    # Minutes to wait and gather before changes of an announced agenda are told in one e-mail.
    "TELL_CHANGES_AFTER_MINUTES": 30,
}


def _read(name: str, default: Any, text: str) -> Any:
    if isinstance(default, bool):
        return text.strip().lower() in ("1", "yes", "true", "on")
    if isinstance(default, int):
        return int(text)
    if isinstance(default, list):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [int(part) for part in parts] if default and isinstance(default[0], int) else parts
    return text


def _secret_key(instance: Path) -> str:
    """The key kept in the instance folder, made at the first start (readable by its owner only)."""
    file = instance / "secret-key"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process was first; its key is read below
        else:
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


def _instance(path: str | Path) -> Path:
    """The instance folder; a relative one is meant from the project's folder, wherever one starts it from."""
    return (ROOT / path).resolve()


def chosen() -> dict[str, Any]:
    """The settings as the environment has them, else their defaults."""
    found = {
        name: _read(name, default, os.environ[name]) if os.environ.get(name) else default
        for name, default in DEFAULTS.items()
    }
    return {**found, "INSTANCE_PATH": str(_instance(found["INSTANCE_PATH"]))}


def settings(given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All settings: defaults, then the environment, then what was `given`.

    Raises ValueError for a number that is none.
    """
    found = chosen()
    found.update(given or {})
    instance = _instance(found["INSTANCE_PATH"])
    found["INSTANCE_PATH"] = str(instance)
    found["DATABASE_URL"] = found["DATABASE_URL"] or f"sqlite:///{instance / 'network.db'}"
    found["SECRET_KEY"] = found["SECRET_KEY"] or _secret_key(instance)
    secure = found["SITE_URL"].startswith("https://")
    found.update(
        SQLALCHEMY_DATABASE_URI=found["DATABASE_URL"],
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(found["DATABASE_URL"]),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_REFRESH_EACH_REQUEST=False,
        REMEMBER_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=timedelta(days=found["SIGN_IN_DAYS"]),
        BABEL_DEFAULT_LOCALE=found["LANGUAGES"][0],
        BABEL_DEFAULT_TIMEZONE=found["TIME_ZONE"],
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        WTF_CSRF_TIME_LIMIT=None,  # a form may lie open over a lunch break; the session ends it
        RATELIMIT_STORAGE_URI=found["REDIS_URL"] or "memory://",
        RATELIMIT_SWALLOW_ERRORS=True,  # a lost Redis must not close the door
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
    )
    found.update({name: value for name, value in (given or {}).items() if name not in DEFAULTS})
    return found


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"pool_size": 20, "max_overflow": 20}
    return {
        # A reading request is one snapshot; actions ask for READ COMMITTED themselves.
        "isolation_level": "REPEATABLE READ",
        "pool_size": 10,
        "max_overflow": 20,
        "pool_pre_ping": True,
        # To compile a statement that loads things of every type took two seconds, to run it milliseconds.
        "connect_args": {"options": "-c jit=off"},
    }
