"""What went wrong, in plain words for the person and in a line for the log, with the same number in both.

The log is one JSON object a line on stderr. It says what happened where, for which account by number, and
never what people wrote: no addresses, names, paths with tokens, query strings, nor texts of exceptions.
"""

import json
import logging
import math
import secrets
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from babel import Locale
from flask import Flask, Response, current_app, g, request, session
from flask.signals import request_started
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy import inspect
from werkzeug.exceptions import BadRequest, HTTPException, TooManyRequests, Unauthorized

from network import error_record, unsent
from network.changes import Invalid, Refused, Stale
from network.extensions import db, limiter
from network.things import UNSTORABLE

log = logging.getLogger("network")

# By status: the word of the live protocol, the heading, and what to do unless the refusal itself says it.
SAID: dict[int, tuple[str, Any, Any]] = {
    400: ("invalid", _l("This could not be read"), _l("Please go back and try it once more.")),
    401: ("forbidden", _l("Please sign in"), _l("This page is for people with an account.")),
    403: (
        "forbidden",
        _l("You may not do this"),
        _l("If you think that you should, ask the Coordination Office."),
    ),
    404: ("not_found", _l("There is nothing here"), _l("This page does not exist, or you may not see it.")),
    405: (
        "invalid",
        _l("This does not work like that"),
        _l("Please go back and use the buttons of the page."),
    ),
    409: (
        "stale",
        _l("Something has changed meanwhile"),
        _l("Please look at the page again and then decide."),
    ),
    413: ("too_large", _l("This is too large"), ""),
    415: ("invalid", _l("This kind of content cannot be used"), _l("Please go back and try it once more.")),
    422: ("invalid", _l("Something is not right yet"), _l("Please check what you entered.")),
    429: ("too_fast", _l("That was a lot at once"), ""),
    500: (
        "failed",
        _l("Something went wrong on our side"),
        _l("What the page had already confirmed is saved. Please try again in a moment."),
    ),
}


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours, and log every request."""
    app.register_error_handler(HTTPException, _answer)
    for kind in UNSTORABLE:
        app.register_error_handler(kind, _unreadable)
    request_started.connect(_begin, app)
    app.after_request(_log_request)
    app.log_exception = _log_exception  # type: ignore[method-assign]  # Flask's own line quotes the path
    if not app.debug:
        _log_as_json()


# Numbers and times of a request


def _begin(app: Flask, **more: Any) -> None:
    request.environ["network.began"] = time.perf_counter()
    request.environ["network.number"] = secrets.token_hex(4)


def number() -> str:
    """The number of this request, in its page of error and in the log."""
    return str(request.environ.setdefault("network.number", secrets.token_hex(4)))


def seconds() -> float:
    """How long this request has taken so far."""
    return time.perf_counter() - float(request.environ.get("network.began", time.perf_counter()))


# Answers


def _answer(error: HTTPException) -> Any:
    """A refusal or a mistake of the caller: nothing has changed, and nothing typed may be lost."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    if status >= 500:
        return _failed(error)
    db.session.rollback()
    word, title, usual = SAID.get(status, SAID[400])
    text = _sentence(error, usual)
    if isinstance(error, CSRFError | Unauthorized) and request.method == "POST":
        title = _l("Please send it once more")
    answer: Any
    if _wants_json():
        answer = current_app.json.response(
            error=word, message=str(text), errors=_fields(error), number=number()
        )
    elif unsent.is_turbo_deed():
        streams = (
            unsent.streams(str(text)) if isinstance(error, CSRFError | Unauthorized) else _toast(str(text))
        )
        answer = Response(streams, content_type=f"{unsent.STREAM}; charset=utf-8")
    elif isinstance(error, CSRFError | Unauthorized) and unsent.can_be_sent_again():
        answer = Response(unsent.page(str(title), number()), content_type="text/html; charset=utf-8")
    else:
        answer = Response(_page(status, title, text), content_type="text/html; charset=utf-8")
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    for name, value in error.get_headers():
        if name.lower() in ("allow", "www-authenticate"):
            answer.headers[name] = value
    if status == 429:
        answer.headers["Retry-After"] = str(_wait(error))
    return answer


def _unreadable(error: Exception) -> Any:
    """A mistake of the caller that only the database has found."""
    log.warning("unreadable", exc_info=error, extra={"number": number(), "endpoint": request.endpoint or ""})
    return _answer(BadRequest())


def _failed(error: HTTPException) -> Any:
    """A mistake of ours. The page asks nothing of the database, which may be what is broken."""
    try:
        db.session.rollback()
    except Exception:  # the connection is gone; there is nothing to roll back
        log.warning("rollback failed", extra={"number": number()})
    word, title, text = SAID[500]
    answer: Any
    with force_locale(_language_without_database()):
        if _wants_json():
            answer = current_app.json.response(error=word, message=str(text), number=number())
        elif unsent.is_turbo_deed():
            answer = Response(_toast(f"{text} ({number()})"), content_type=f"{unsent.STREAM}; charset=utf-8")
        else:
            answer = Response(_bare_page(500, title, text), content_type="text/html; charset=utf-8")
    answer.status_code = error.code or 500
    answer.headers["Cache-Control"] = "no-store"
    _record(error, answer)
    return answer


def _record(error: HTTPException, answer: Response) -> None:
    """Keep it for the administrators once the answer has left. The pattern of an address holds no ids."""
    pattern = request.url_rule.rule if request.url_rule else ""
    try:
        facts = error_record.facts_of(
            getattr(error, "original_exception", None) or error,
            number=number(),
            endpoint=request.endpoint or "",
            address=f"{request.method} {pattern}".strip(),
        )
    except Exception:  # an exception may be too strange to be told of; the page comes all the same
        log.warning("error not recorded", exc_info=True, extra={"number": number()})
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    answer.call_on_close(partial(error_record.keep, app, facts))


def _sentence(error: HTTPException, usual: Any) -> Any:
    """What to tell: the refusal's own sentence if it is one of ours."""
    if isinstance(error, CSRFError):
        return _(
            "The page was open for very long, or cookies are switched off."
            " Please load it again and send it anew."
        )
    if isinstance(error, Refused | Stale | Invalid):
        return error.description or usual
    if error.code == 413:
        sent, most = request.content_length, current_app.config["MAX_CONTENT_LENGTH"]
        if sent is not None and sent <= most:  # not all of it together, but what stands in the fields
            return _("This text is too long.")
        size = current_app.config["MAX_FILE_BYTES"] // (1024 * 1024)
        return _("At most %(size)s MB can be sent at once.", size=size)
    if error.code == 429:
        minutes = max(1, math.ceil((_wait(error) - 1) / 60))
        return ngettext(
            "Please wait a minute and then go on.", "Please wait %(num)s minutes and then go on.", minutes
        )
    return usual


def _fields(error: HTTPException) -> dict[str, list[str]]:
    if isinstance(error, Invalid):
        return {name: [str(text) for text in texts] for name, texts in error.errors.items()}
    return {}


def _wait(error: HTTPException) -> int:
    """Seconds until it makes sense to come back, at least one."""
    if isinstance(error, TooManyRequests) and error.retry_after is not None:
        after = error.retry_after
        wait = (after - datetime.now(UTC)).total_seconds() if isinstance(after, datetime) else after
    else:
        limit = limiter.current_limit
        wait = limit.reset_at - time.time() if limit is not None else 60
    return max(1, math.ceil(wait))


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def _toast(text: str) -> Markup:
    toast = current_app.jinja_env.get_template("components/messages.html").module.toast  # type: ignore[attr-defined]
    return Markup(
        '<turbo-stream action="append" target="toasts"><template>{}</template></turbo-stream>'
    ).format(toast(text, "error"))


def _page(status: int, title: Any, text: Any) -> str:
    try:
        context = {
            "code": status,
            "title": title,
            "text": text,
            "number": number(),
            "wanted": _wanted(),
            "bare": False,
        }
        current_app.update_template_context(context)
        return current_app.jinja_env.get_template("errors/error.html").render(context)
    except Exception:  # the frame of the page is broken; the message is not
        log.exception("error page failed", extra={"number": number()})
        return _bare_page(status, title, text)


def _wanted() -> str:
    """The address that was asked for, to come back to after signing in. What was sent is not asked for."""
    if request.method not in ("GET", "HEAD"):
        return ""
    return request.script_root + (request.full_path if request.query_string else request.path)


def _bare_page(status: int, title: Any, text: Any) -> str:
    """A page that stands on nothing that could be broken, in the end not even on templates."""
    code = _language_without_database()
    direction = Locale.parse(code).text_direction
    try:
        return current_app.jinja_env.get_template("errors/error.html").render(
            code=status,
            title=title,
            text=text,
            number=number(),
            bare=True,
            request=request,
            locale={"code": code, "dir": direction, "native": code},
            theme=session.get("theme", ""),
        )
    except Exception:  # as above
        log.exception("bare error page failed", extra={"number": number()})
        return Markup(
            '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8"><title>{}</title>'
            "<h1>{}</h1><p>{}</p><p>{}</p></html>"
        ).format(code, direction, title, title, text, number())


def _language_without_database() -> str:
    offered: list[str] = current_app.config["LANGUAGES"]
    chosen = session.get("language")
    if chosen in offered:
        return str(chosen)
    return request.accept_languages.best_match(offered) or offered[0]


# The log


class JsonLines(logging.Formatter):
    """A log entry as one line of JSON. What varies stands in fields of its own, given by `extra`."""

    usual = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            # Without its arguments: other people's libraries put paths and addresses there.
            "message": str(record.msg)[:300],
        }
        if record.name.partition(".")[0] == "network":
            line.update({name: value for name, value in vars(record).items() if name not in self.usual})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"], line["places"] = error_record.chain(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _log_as_json() -> None:
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
    log.setLevel(logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it writes each path and address


def _log_exception(exc_info: Any) -> None:
    log.error(
        "request failed", exc_info=exc_info, extra={"number": number(), "endpoint": request.endpoint or ""}
    )


def _log_request(response: Response) -> Response:
    if request.endpoint == "static" or request.blueprint == "health":
        return response
    log.info(
        "request",
        extra={
            "number": number(),
            "method": request.method,
            "endpoint": request.endpoint or "",
            "status": response.status_code,
            "ms": round(seconds() * 1000, 1),
            "user": _account(),
        },
    )
    return response


def _account() -> int | None:
    """The number of the account that asked, without a look into the database."""
    state = inspect(g.get("_login_user"), raiseerr=False)
    identity = getattr(state, "identity", None)
    return int(identity[0]) if identity else None
