"""The demo network: invented people, groups and meetings, made anew at each start by the actions.

Everything of it lies in a folder of its own, marked by a file, and nothing else is ever deleted.
"""

import shutil
import socket
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from network.config import ROOT, chosen
from network.demo.approval import add_life_of_minutes
from network.demo.cast import ACCOUNTS, PASSWORD, Cast, apply, gather
from network.demo.content import GROUPS, read
from network.demo.goals import add_goals
from network.demo.needs import add_needs
from network.demo.story import GroupStory, Story
from network.demo.talk import add_discussions
from network.demo.upkeep import add_moderation
from network.discussions import marks
from network.discussions.models import Thread
from network.extensions import db
from network.groups import requests
from network.groups.news import visited
from network.people import actions as people
from network.people.models import OfficeDesk
from network.things import now

MARK = "this-is-a-demo"
PAST = timedelta(days=400)  # how long the network has existed
LAST_VISIT = timedelta(days=5)  # what happened since is new to those who sign in


def hold(port: int) -> socket.socket:
    """The port of this machine, listened on from now on and to be handed to the server once it is ready.

    Until then the folder of the port is being filled, and a second start must find the port taken before
    it deletes anything. A page that is asked for meanwhile waits. Ends the program if the port is taken.
    """
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        raise SystemExit(f"Port {port} is taken. Please choose another one with --port.") from None


def settings(port: int) -> dict[str, Any]:
    """Settings for `create_app`: all data in an empty folder of the instance, and no server but this one.

    The folder belongs to whoever holds the port, so that two demos do not disturb each other. What a former
    one has left there is deleted. Ends the program if the folder is not the demo's.
    """
    folder = Path(chosen()["INSTANCE_PATH"]) / "demo" / str(port)
    _empty(folder)
    return {
        "INSTANCE_PATH": str(folder),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "SECRET_KEY": "",
        "MAIL_SERVER": "",
        "JOBS_IN_PROCESS": True,
        "TRUSTED_PROXIES": 0,
        "FIRST_POSTS": 0,  # whoever tries it out writes as somebody who has been here for long
    }


def _empty(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file()):
        raise SystemExit(f"{folder} does not belong to the demo. Nothing was deleted; please move it away.")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("Deleted and made anew whenever the demo starts.\n")


def build(app: Flask) -> str:
    """Make the tables and a year of the network; returns who can sign in, to be printed."""
    with app.app_context():
        _lay_tables()
        # No letters of what has long been read, and nothing told to pages, of which none is open yet.
        usual = {name: app.config[name] for name in ("WRITE_LETTERS", "TELL_PAGES")}
        app.config.update(dict.fromkeys(usual, False))
        try:
            cast = _tell()
        finally:
            app.config.update(usual)
        return _accounts(cast)


def _lay_tables() -> None:
    if any((ROOT / "migrations" / "versions").glob("*.py")):
        upgrade(str(ROOT / "migrations"))
    else:
        db.create_all()


def _tell() -> Cast:
    present = now()
    story = Story(gather(present - PAST, present), present)
    for key in GROUPS:
        GroupStory(story, key).tell()
    story.add(present - LAST_VISIT, lambda: _look_around(story.cast))
    _add_what_waits(story)
    add_discussions(story)
    add_life_of_minutes(story)
    add_moderation(story)
    add_needs(story, add_goals(story))
    story.play()
    return story.cast


def _add_what_waits(story: Story) -> None:
    """Applications, an invitation to the network and one to a group, of the last days."""
    told, cast = read("people"), story.cast

    def invite() -> None:
        for person in told["invited"]:
            organisation = cast.organisations[person["organisation"]]
            people.invite(
                cast.office,
                OfficeDesk.the(),
                email=person["email"],
                name=person["name"],
                organisation_id=organisation.id,
            )

    def invite_to_group() -> None:
        requests.invite(
            cast.leads["arbeit"],
            cast.desk(cast.groups["arbeit"]),
            people=[cast.people["member"].id],
            text="Sie kennen die Menschen, um die es hier geht. Wir würden uns freuen, wenn Sie mitarbeiten.",
        )

    for days, person in enumerate(told["applied"], 2):
        story.add(story.present - timedelta(days=days), partial(apply, person), letters=True)
    story.add(story.present - timedelta(days=3), invite, letters=True)
    story.add(story.present - timedelta(days=1), invite_to_group, letters=True)


def _look_around(cast: Cast) -> None:
    """Those whose accounts are handed out have been in their groups before."""
    for key in ACCOUNTS:
        person = cast.people[key]
        for group in cast.groups.values():
            if any(place.group_id == group.id for place in person.memberships):
                visited(person, group.room, None)
        for thread in db.session.scalars(select(Thread)).all():
            if marks.mark_of(person, thread) is not None:
                marks.read(person, person, thread=thread, ordinal=thread.last_ordinal)


def _accounts(cast: Cast) -> str:
    lines = ["The demo network is ready. Everything in it is invented. You can sign in as:", ""]
    words = {
        "office": "Coordination Office and administrator",
        "lead": "leads Sprache und Bildung, where a meeting is running",
        "member": "member of three groups",
        "guest": "guest of one group",
    }
    width = max(len(cast.people[key].email or "") for key in ACCOUNTS)
    for key in ACCOUNTS:
        person = cast.people[key]
        lines.append(f"  {(person.email or '').ljust(width)}  {person.name}: {words[key]}")
    return "\n".join([*lines, "", f"Password of all: {PASSWORD}"])
