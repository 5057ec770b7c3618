"""The network's working space. This file is its table of contents."""

import json
import logging
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from babel import Locale
from flask import Blueprint, Flask, current_app, has_request_context, request, session, url_for
from flask_babel import get_locale
from flask_login import current_user
from gevent.monkey import is_module_patched
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

from network import (
    catalogues,
    commands,
    dates,
    errors,
    fragments,
    health,
    hot,
    jobs,
    letters,
    live,
    menus,
    quotes,
    texts,
    wire,
)
from network.config import ROOT, settings
from network.directory.models import Network
from network.extensions import babel, csrf, db, limiter, login, migrate, socketio
from network.forms import new_key
from network.incoming import MOST_IN_MESSAGE, Doorstep, guard

FEATURES = [
    "files",
    "directory",
    "people",
    "groups",
    "discussions",
    "notices",
    "drafts",
    "meetings",
    "series",
    "agenda",
    "attendance",
    "invitations",
    "minutes",
    "approval",
    "exports",
    "registers",
    "imports",
    "loop",
    "goals",
    "needs",
    "coverage",
    "sitting",
    "moderation",
    "home",
    "office",
]

# The hash is that of the style sheet which Turbo adds for its progress bar.
TURBO_STYLE = "sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps="
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' '{TURBO_STYLE}'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HASHED = re.compile(r"-[A-Z0-9]{8}\.js$")  # parts of the script whose names change with their content
RIGHT_TO_LEFT = {"ar", "fa", "ckb", "ps", "he", "ur"}


def part(feature: str, name: str) -> ModuleType | None:
    """A feature's file of that name, if it has one."""
    path = f"network.{feature}.{name}"
    return import_module(path) if find_spec(path) else None


def read() -> list[Blueprint]:
    """Read every feature, in their order, and return their blueprints."""
    found: list[Blueprint] = []
    for feature in FEATURES:
        for name in ("models", "policy", "actions", "live", "jobs"):
            part(feature, name)
        views = part(feature, "views")
        if views:
            found += getattr(views, "blueprints", None) or [views.blueprint]
    return found


def create_app(given: Mapping[str, Any] | None = None) -> Flask:
    """The application with all its features. `given` are settings that go before the environment's."""
    config = settings(given)
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static" / "dist"),
        static_url_path="/static",
        instance_path=str(Path(config["INSTANCE_PATH"]).resolve()),
    )
    app.config.update(config)
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as Flask says
    catalogues.compile_changed(ROOT / "translations")
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    login.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=language_of_reader)
    quotes.init_app(app)
    _init_socket(app)
    for module in (dates, texts, fragments, errors, jobs, letters, health, commands):
        module.init_app(app)
    app.register_blueprint(live.blueprint)
    for blueprint in read():
        app.register_blueprint(blueprint)
    hot.serve(app)
    _init_pages(app)
    return app


def _init_socket(app: Flask) -> None:
    options: dict[str, Any] = {}
    if app.config["REDIS_URL"]:
        options["client_manager"] = live.SharedDoors(app.config["REDIS_URL"])
    else:
        options["client_manager"] = live.LocalDoors()
    socketio.init_app(
        app,
        async_mode="gevent" if is_module_patched("socket") else "threading",
        manage_session=False,
        async_handlers=False,  # one client's events stay in order
        cors_allowed_origins=None,
        max_http_buffer_size=MOST_IN_MESSAGE,
        http_compression=False,
        json=wire,
        logger=_of_library("socketio.server"),
        engineio_logger=_of_library("engineio.server"),
        **options,
    )
    guard(socketio.server, app.config["RATE_SOCKET_EVENTS"])
    app.wsgi_app = Doorstep(app.wsgi_app)  # type: ignore[method-assign]  # as Flask says


def _of_library(name: str) -> logging.Logger:
    """A library's own log, which would else write on its own, with what people sent."""
    log = logging.getLogger(name)
    log.setLevel(logging.ERROR)
    return log


def language_of_reader() -> str:
    """The person's choice, else this browser's choice on our pages, else what the browser asks for."""
    offered: list[str] = current_app.config["LANGUAGES"]
    if not has_request_context():
        return offered[0]
    user = current_user._get_current_object()
    chosen = getattr(user, "reads", None) or getattr(user, "language", None) or session.get("language")
    if chosen in offered:
        return str(chosen)
    return request.accept_languages.best_match(offered) or offered[0]


def _init_pages(app: Flask) -> None:
    """What every template may use, and the headers that every answer carries."""
    assets = _Assets(ROOT / "static" / "dist")
    _keep_compiled(app)
    # Macros are imported without the page's context.
    app.jinja_env.globals |= {"asset": assets.url, "new_key": new_key}

    @app.context_processor
    def for_templates() -> dict[str, Any]:
        code = str(get_locale())
        return {
            "locale": _locale(code),
            "locales": [_locale(code) for code in app.config["LANGUAGES"]],
            "unchecked_translation": code in app.config["UNCHECKED_LANGUAGES"],
            "theme": getattr(current_user, "theme", None) or session.get("theme", ""),
            "network": Network.here(),
            "menu": menus.menu,
        }

    @app.after_request
    def headers(response: Any) -> Any:
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        )
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint == "static":
            named = request.args.get("v") or HASHED.search(request.path)
            response.headers["Cache-Control"] = (
                "public, max-age=31536000, immutable" if named else "public, max-age=3600"
            )
        elif response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _keep_compiled(app: Flask) -> None:
    """Read compiled templates from their folder; where there can be none, each process compiles its own."""
    folder = ROOT / app.config["COMPILED_PATH"]
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what lies there is run
    if folder.is_dir() and os.access(folder, os.W_OK):
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def _locale(code: str) -> dict[str, str]:
    """How a language is called by itself, and which way it runs."""
    return {
        "code": code,
        "dir": "rtl" if code.split("_")[0] in RIGHT_TO_LEFT else "ltr",
        "native": (Locale.parse(code).get_display_name(code) or code).capitalize(),
    }


class _Assets:
    """Addresses of built files with their content's hash, so that browsers may keep them for a year."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "manifest.json"
        self.addresses: dict[tuple[str, str], str] = {}
        self.hashes: dict[str, str] = {}

    def url(self, name: str) -> str:
        """The address of a file of static/dist; a page asks for those of its icons a hundred times."""
        key = (request.root_path if has_request_context() else "", name)
        found = self.addresses.get(key)
        if found is None:
            self.hashes = self.hashes or json.loads(self.file.read_text())
            found = url_for("static", filename=name, v=self.hashes.get(name, "")[:10])
            self.addresses[key] = found
        return found
