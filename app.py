"""Starts the network's working space: `python app.py [--demo]`; also `app:app` for a WSGI server.

One process with pages, sockets and jobs, for a small server. How to run more is in the README.
"""

import argparse
import gc
import sys

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

import socket
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler
from sqlalchemy import inspect

from network import commands, create_app, jobs
from network.config import ROOT
from network.demo import network as demo
from network.directory.models import Network
from network.extensions import db

# How many new objects may stay before Python looks through them: its own 700 are reached several times in
# a page, whose rows refer to each other, and a quarter of the time went into looking.
COLLECTED_AFTER = 50_000


class Handler(WebSocketHandler):  # type: ignore[misc]  # the package has no types
    """Sends small answers at once: pywsgi leaves Nagle's algorithm on, which costs 40 ms a request."""

    def __init__(self, sock: socket.socket, address: Any, server: Any, **more: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(sock, address, server, **more)


def serve(app: Flask, listener: tuple[str, int] | socket.socket) -> None:
    """Serve pages and sockets until stopped: at a host and port, or at a socket that listens already."""
    server = WSGIServer(listener, app, handler_class=Handler, log=None)
    gc.collect()
    gc.freeze()  # the application itself stays and is not looked through again
    if app.config["JOBS_IN_PROCESS"]:
        jobs.start(app)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.stop(timeout=5)
    finally:
        jobs.stop(app)


def is_set_up(app: Flask) -> bool:
    """Whether `network init` has been run; brings the tables up to date on the way."""
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        return inspect(db.engine).has_table("network") and Network.the() is not None


def main(arguments: list[str]) -> int:
    """Run the server; returns the exit code."""
    parser = argparse.ArgumentParser(description="The working space of an integration network.")
    parser.add_argument("--demo", action="store_true", help="show an invented network, made anew")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=5000, help="the port to listen on (5000)")
    chosen = parser.parse_args(arguments)
    gc.set_threshold(COLLECTED_AFTER, 20, 20)
    if chosen.demo:
        held = demo.hold(chosen.port)
        app = create_app(demo.settings(chosen.port))
        print(demo.build(app), flush=True)
        print(f"\nOpen http://127.0.0.1:{chosen.port} in your browser. Stop with Ctrl+C.", flush=True)
        serve(app, held)
        return 0
    app = create_app()
    if not is_set_up(app):
        print("This network has not been set up yet. The first account is made with:\n")
        print("    flask --app app network init\n")
        if not sys.stdin.isatty():
            return 1
        commands.ask_for_first_account(app)
    print(f"Open http://{chosen.host}:{chosen.port} in your browser. Stop with Ctrl+C.", flush=True)
    serve(app, (chosen.host, chosen.port))
    return 0


def __getattr__(name: str) -> Flask:
    """`app:app`, made when a WSGI server or the `flask` command asks for it, and not by an import."""
    if name != "app":
        raise AttributeError(name)
    made = create_app()
    globals()["app"] = made
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
