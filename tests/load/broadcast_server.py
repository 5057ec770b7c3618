"""Our server for `broadcast.py`: the product as it is, and one event more, which broadcasts what it is given.

    python -m tests.load.broadcast_server <port>

Settings come from the environment, as always.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402  # the patch comes first
from typing import Any  # noqa: E402

from app import serve  # noqa: E402
from network import create_app  # noqa: E402
from network.extensions import socketio  # noqa: E402


@socketio.on("broadcast")
def broadcast(data: dict[str, Any]) -> dict[str, Any]:
    """Send a change to all in a room, as an action does after its commit, without the action."""
    socketio.emit("change", data["change"], to=f"room:{data['room']}")
    return {"ok": True}


if __name__ == "__main__":
    serve(create_app(), ("127.0.0.1", int(sys.argv[1])))
