"""500 goals with 5,000 reports and 500 needs: what the pages cost on which people look over all of them.

    python -m tests.load.goals [--database postgresql+psycopg://postgres@127.0.0.1:5432/bench]

Printed are, for each page, the statements that it sends, its bytes of HTML before and after compression, and
the median of some requests. Without --database it is SQLite, in a folder that is removed; a PostgreSQL
database must be empty: its tables are made here and dropped in the end.
"""

import argparse
import gzip
import logging
import random
import statistics
import tempfile
import time
from contextvars import Context
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from network import create_app
from network.dates import today
from network.directory.models import Municipality, Organisation, Topic
from network.extensions import db
from network.goals.models import Goal, GoalState, ProgressReport
from network.groups.models import Group, Visibility
from network.loop.models import Link, LinkKind
from network.needs.models import Need, NeedLanguage, NeedState, NeedSupport
from network.people.models import Affiliation, Person
from network.things import now
from tests.load.pages import sign_in
from tests.world import World, join, make_group, make_organisation, make_person, make_world, own

TOPICS = {
    "Language": "Sprache",
    "Housing": "Wohnen",
    "Work": "Arbeit",
    "Education": "Bildung",
    "Health": "Gesundheit",
    "Residence law": "Aufenthaltsrecht",
    "Family": "Familie",
    "Protection from violence": "Schutz vor Gewalt",
    "Encounter and volunteering": "Begegnung und Ehrenamt",
}
PLACES = (
    "Auenstadt (Kreisstadt)",
    "Verbandsgemeinde Obere Aue",
    "Hohenheide",
    "Lindenau-Niederwald",
    "Steinbach",
    "Altmühlen",
    "Verbandsgemeinde Westliche Aue",
    "Sülzetal",
    "Birkenfeld",
    "Neuhof",
    "Barleben",
    "Wiesenthal",
    "Grabow",
)
LANGUAGES = ("de", "ar", "uk", "fa", "tr", "ku", "ru", "vi", "prs", "so", "en", "fr")
TITLES = (
    "A course with childcare in the morning",
    "Somebody who interprets at the doctor's",
    "A flat for a family of six",
    "Help with the recognition of qualifications",
    "Advice in the evening, for people who work",
)
GOALS, REPORTS, NEEDS, ORGANISATIONS = 500, 5_000, 500, 100
PAGES = (
    "/goals",
    "/goals?state=all&page=3",
    "/needs",
    "/needs?order=seen&page=3",
    "/coverage",
    "/coverage?by=language",
)
ROUNDS = 15


@dataclass
class Filled:
    """What the pages are asked about."""

    topics: list[Topic]
    places: list[Municipality]
    groups: list[Group]
    organisations: list[Organisation]


def fill(
    world: World,
    *,
    goals: int = GOALS,
    reports: int = REPORTS,
    needs: int = NEEDS,
    organisations: int = ORGANISATIONS,
) -> Filled:
    """Goals in force with their reports, needs of all topics and places, and who is active there."""
    dice = random.Random(7)
    filled = _places(world, dice, organisations)
    made = [_goal(dice, number, filled, world) for number in range(goals)]
    db.session.add_all(made)
    db.session.flush()
    for number in range(reports):
        goal = made[number % goals]
        on = today() - timedelta(days=dice.randrange(1, 150))
        report = ProgressReport(
            parent_id=goal.id,
            room_id=goal.room_id,
            goal_id=goal.id,
            person_id=world.ben.id,
            value=Decimal(dice.randrange(20, 80)),
            on=on,
            note="Counted at the end of the month.",
        )
        if goal.last_on is None or on > goal.last_on:
            goal.last_value, goal.last_on = report.value, on
        db.session.add(report)
    for number in range(needs):
        need = _need(dice, number, filled, world)
        db.session.add(need)
        db.session.flush()
        if number % 3 == 0:
            goal = made[number % goals]
            need.state = NeedState.TAKEN_UP
            db.session.add(
                Link(
                    parent_id=goal.id,
                    room_id=goal.room_id,
                    to_id=need.id,
                    kind=LinkKind.SERVES,
                    created_by_id=world.olaf.id,
                )
            )
    db.session.commit()
    return filled


def _places(world: World, dice: random.Random, number_of_organisations: int) -> Filled:
    topics = [
        Topic(slug=f"topic-{place}", place=place, names={"en": english, "de": german})
        for place, (english, german) in enumerate(TOPICS.items())
    ]
    places = [Municipality(place=place, name=name) for place, name in enumerate(PLACES)]
    db.session.add_all([*topics, *places])
    db.session.flush()
    groups = []
    for number, topic in enumerate(topics * 2):
        seen = Visibility.CLOSED if number % 6 == 5 else Visibility.NETWORK
        group = make_group(world, f"{topic.names['de']} {number // len(topics) + 1}", visibility=seen)
        group.topics = [topic]
        groups.append(group)
    organisations = []
    for number in range(number_of_organisations):
        organisation = make_organisation(world, f"Verein für Begegnung {number}", "association")
        # In four of the places nobody is active.
        organisation.municipality_id = dice.choice(places[:9]).id if number % 9 else None
        organisations.append(organisation)
        for second in range(3):
            spoken = ["de", *dice.sample(LANGUAGES, 2)]
            person = make_person(
                world, f"Erika Beispiel {number}", f"p{number}-{second}@example.org", spoken=spoken
            )
            db.session.add(Affiliation(person_id=person.id, organisation_id=organisation.id))
            join(dice.choice(groups), person)
    return Filled(topics, places, groups, organisations)


def _goal(dice: random.Random, number: int, filled: Filled, world: World) -> Goal:
    group = dice.choice(filled.groups)
    goal = Goal(
        parent_id=group.id,
        state=GoalState.ADOPTED if number % 10 else GoalState.ACHIEVED,
        title=f"{number + 40} reading sponsors who come every two weeks",
        indicator="Sponsors who come",
        unit="sponsors",
        baseline=Decimal(20),
        baseline_on=today() - timedelta(days=180),
        target=Decimal(80),
        target_on=today() + timedelta(days=dice.randrange(10, 300)),
        owner_id=world.ben.id,
        created_by_id=world.olaf.id,
        **own(),
    )
    goal.topics = group.topics
    goal.organisations = dice.sample(filled.organisations, 2)
    return goal


def _need(dice: random.Random, number: int, filled: Filled, world: World) -> Need:
    place = dice.choice([*filled.places, None])
    need = Need(
        parent_id=world.network.id,
        state=NeedState.CONFIRMED,
        confirmed_at=now() - timedelta(days=number % 90),
        title=f"{TITLES[number % len(TITLES)]} {number}",
        text="Three families asked for it in the last month.",
        municipality_id=place.id if place else None,
        person_id=world.ben.id,
        created_by_id=world.ben.id,
        **own(),
    )
    need.topics = [dice.choice(filled.topics)]
    need.languages = [NeedLanguage(code=code) for code in dice.sample(LANGUAGES[1:], number % 3)]
    need.supports = [
        NeedSupport(organisation_id=one.id, person_id=world.ben.id)
        for one in dice.sample(filled.organisations, 3)
    ]
    return need


def measure(app: Any, person: Person, path: str) -> tuple[int, int, int, float]:
    """Statements, bytes, bytes after compression and milliseconds of a page, once it is warm."""
    client = app.test_client()
    client.set_cookie("session", sign_in(app, person.id))
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.split(None, 1)[0].upper() not in ("BEGIN", "COMMIT", "ROLLBACK"):
            sent.append(statement)

    def ask() -> Any:
        return Context().run(client.get, path, headers={"Accept-Language": "de"})

    for _time in range(2):
        assert ask().status_code == 200, path
    event.listen(Engine, "before_cursor_execute", note)
    try:
        page = ask().get_data()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    taken = []
    for _time in range(ROUNDS):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return len(sent), len(page), len(gzip.compress(page)), statistics.median(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database")
    chosen = parser.parse_args()
    logging.disable(logging.INFO)  # a line for each request
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {
                "DATABASE_URL": chosen.database or f"sqlite:///{Path(folder) / 'load.db'}",
                "INSTANCE_PATH": folder,
                "SECRET_KEY": "measured",
                "JOBS_IN_PROCESS": False,
            }
        )
        with app.app_context():
            db.create_all()
            try:
                world = make_world()
                filled = fill(world)
                spot = f"/coverage/{filled.topics[0].id}/municipality/{filled.places[0].id}"
                for path in (*PAGES, spot):
                    sent, length, packed, taken = measure(app, world.kira, path)
                    size = f"{length / 1000:.1f} kB ({packed / 1000:.1f} packed)"
                    print(f"{path}: {sent} statements, {size}, {taken:.0f} ms")
            finally:
                db.session.remove()
                db.drop_all()


if __name__ == "__main__":
    main()
