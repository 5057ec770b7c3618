"""Searching 50,000 messages, beside reading all of them with LIKE, on both databases.

    python -m tests.load.search --database postgresql+psycopg://postgres@127.0.0.1:5432/bench

Agenda items stand for messages: short texts in twenty groups, two hundred of them in a room, some of which
the reader may not enter. Measured is what the page asks for: numbers by type, and the first twenty results
with their rights. The peer counts and lists without rights, and reads every entry with LIKE. Both take turns.
Without --database it is SQLite, in a folder that is removed; a PostgreSQL database must be empty.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import and_, func, insert, select
from sqlalchemy import text as sql

from network import create_app, search
from network.extensions import db
from network.groups.models import Visibility
from network.meetings.models import AgendaItem, ItemKind
from network.search_entries import SearchEntry, words_of
from network.things import Thing, now
from tests.world import World, make_group, make_meeting, make_world

GROUPS, MEETINGS, MESSAGES = 20, 250, 50_000
ROUNDS, SHOWN = 20, 20
STEMS, HEADS, SMALL = (
    words.split()
    for words in (
        (
            "Sprach Wohn Arbeits Kinder Familien Beratungs Gesundheits Bildungs Ausländer Gemeinde Migrations"
            " Orts Schul Kirchen Jugend Vereins Behörden Asyl Nachbarschafts Frauen"
        ),
        (
            "kurs gruppe stelle treffen angebot raum projekt förderung verein dienst plan straße büro zentrum"
            " liste antrag termin unterlagen hilfe übersetzung"
        ),
        (
            "wir haben heute mit der die das und für nicht aber noch einmal über alle morgen bitte danke"
            " gerne können sollte wird wurde gibt es neue zusammen Frage Antwort Woche Monat Jahr Uhr"
        ),
    )
)
COMMON = "Beschluss"  # in two of five messages, inflected or not
WANTED = {
    "common, 20,000 hits": "Beschluss",
    "common, inside of compounds": "straße",
    "two words": "Beschluss Kinderraum",
    "rare, 5 hits": "Zebrastreifen",
    "two letters": "ga",
    "no hit": "Quittenmarmelade",
}


def message(number: int, dice: random.Random) -> str:
    """Some forty words, as somebody would write them."""
    words = [
        dice.choice(STEMS) + dice.choice(HEADS) if dice.random() < 0.3 else dice.choice(SMALL)
        for _word in range(dice.randint(10, 70))
    ]
    if number % 5 < 2:
        words.insert(dice.randrange(len(words)), dice.choice([COMMON, "Beschlüsse", "beschlussfähig"]))
    if number % (MESSAGES // 5) == 7:
        words.append("Zebrastreifen")
    return " ".join(words)


def fill(world: World) -> None:
    """Meetings in twenty groups, one of five closed, with messages in them."""
    dice = random.Random(7)
    rooms: list[tuple[int, int]] = []
    for number in range(GROUPS):
        seen = Visibility.CLOSED if number % 5 == 0 else Visibility.NETWORK
        group = make_group(world, f"Gruppe {number}", visibility=seen)
        for meeting in range(MEETINGS // GROUPS + 1):
            made = make_meeting(group, f"Treffen {meeting}", starts_at=now() + timedelta(days=meeting))
            rooms.append((made.id, made.room_id))
    last = db.session.scalar(select(func.max(Thing.id)))
    things, items = [], []
    for number in range(MESSAGES):
        parent, room = rooms[number % len(rooms)]
        id = last + 1 + number
        things.append({"id": id, "type": "agenda_item", "parent_id": parent, "room_id": room})
        items.append(
            {
                "id": id,
                "title": "",
                "text": message(number, dice),
                "place": number // len(rooms) + 1,
                "kind": ItemKind.EXCHANGE,
                "planned_minutes": 5,
            }
        )
    db.session.execute(
        insert(Thing.__table__), [{"created_at": now(), "version": 1, **one} for one in things]
    )
    filled = {
        column.name: column.default.arg
        for column in AgendaItem.__table__.columns
        if column.default is not None and column.default.is_scalar
    }
    db.session.execute(insert(AgendaItem.__table__), [{**filled, **one} for one in items])
    db.session.commit()


def ours(user: object, wanted: str) -> int:
    """What the page asks search for."""
    hits = search.find(user, wanted)
    list(db.session.scalars(hits.entries.limit(SHOWN)))
    db.session.rollback()
    return hits.total


def peer(wanted: str) -> int:
    """Count and list with LIKE, without an index."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sql("SET LOCAL enable_bitmapscan = off"))
    found = and_(*(SearchEntry.text.contains(word, autoescape=True) for word in words_of(wanted)))
    counted = db.session.execute(
        select(SearchEntry.kind, func.count()).where(found).group_by(SearchEntry.kind)
    ).all()
    newest = select(SearchEntry.thing_id).where(found).order_by(SearchEntry.thing_id.desc())
    list(db.session.scalars(newest.limit(SHOWN)))
    db.session.rollback()
    return sum(number for _kind, number in counted)


def milliseconds(ask: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def told(times: list[float]) -> str:
    """Their median and 95th percentile."""
    return f"{statistics.median(times):6.1f} {statistics.quantiles(times, n=20)[-1]:6.1f}"


def measure(world: World) -> None:
    """Index, search, erase, and print how long each took."""
    user = world.olena
    print(f"indexed in {milliseconds(search.note_all) / 1000:.1f} s")
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sql("ANALYZE"))
        db.session.commit()
    print(f"{'':30}{'found':>7} {'p50':>7} {'p95':>6}   LIKE: {'found':>6} {'p50':>7} {'p95':>6}  ms")
    for name, wanted in WANTED.items():
        times: dict[str, list[float]] = {"ours": [], "peer": []}
        for _round in range(ROUNDS):
            times["ours"].append(milliseconds(lambda wanted=wanted: ours(user, wanted)))  # type: ignore[misc]
            times["peer"].append(milliseconds(lambda wanted=wanted: peer(wanted)))  # type: ignore[misc]
        print(f"{name:30}{ours(user, wanted):7} {told(times['ours'])}", end="")
        print(f"         {peer(wanted):6} {told(times['peer'])}")
    one = db.session.scalars(select(AgendaItem).where(AgendaItem.text != "").limit(1)).one()
    noted = []
    for number in range(ROUNDS):
        one.text = f"Nachricht {number} über Sprachkurse und Beschlüsse " * 8
        noted.append(milliseconds(lambda: search.note(one)))
        db.session.commit()
    print(f"{'to index one message':30}{'':7} {told(noted)}")
    print(f"{'to erase one message':30}{'':7} {milliseconds(lambda: search.forget(one.id)):6.0f}")
    db.session.commit()


def main() -> None:
    """Make the data, measure, and clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="")
    with tempfile.TemporaryDirectory() as folder:
        database = parser.parse_args().database or f"sqlite:///{Path(folder) / 'network.db'}"
        given = {"DATABASE_URL": database, "SECRET_KEY": "measured", "INSTANCE_PATH": folder}
        app = create_app({**given, "JOBS_IN_PROCESS": False})
        with app.app_context():
            db.create_all()
            try:
                world = make_world()
                fill(world)
                measure(world)
            finally:
                db.session.remove()
                if db.engine.dialect.name != "sqlite":  # whose file goes with its folder
                    db.drop_all()


if __name__ == "__main__":
    main()
