"""The life of minutes in every order of deeds: no way back, nothing vanishes, the hash is the text's."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from werkzeug.exceptions import HTTPException

from network.approval import actions, erasing, publishing, snapshot
from network.approval.models import Correction, MinutesVersion
from network.approval.reading import erasures_of, mark, versions_of
from network.changes import CLOCK
from network.dates import today
from network.extensions import db
from network.groups.models import Approval
from network.meetings.models import AgendaItem
from network.minutes import actions as writing
from network.minutes.content import content
from network.minutes.models import Minutes, MinutesState
from tests.approval.conftest import hold, send
from tests.databases import PostgreSQL, SQLite
from tests.world import World, make_world

WHO = st.sampled_from(["anke", "ben", "guel", "olaf", "olena", "clock"])
TEXTS = st.sampled_from(["One.", "One.\n\nTwo.", "- a\n- b", "Three **bold**.", ""])


def test_no_order_of_deeds_leads_back_from_approved_minutes(
    app: Flask, database: SQLite | PostgreSQL
) -> None:
    app.config["WRITE_LETTERS"] = False

    class Life(RuleBasedStateMachine):
        """Everybody tries everything at any time; what is refused changes nothing."""

        world: World
        minutes_id: int

        def __init__(self) -> None:
            super().__init__()
            db.session.remove()
            database.empty(app)
            self.frozen = False
            self.seen: dict[int, str] = {}  # the hashes of versions when they were made
            self.corrections: dict[int, tuple[str, str, str]] = {}

        @initialize(tacit=st.booleans())
        def begin(self, tacit: bool) -> None:
            self.world = make_world()
            self.world.language.approval = Approval.TACIT if tacit else Approval.MEETING
            meeting = hold(self.world.language, self.world.anke, self.world.ben, self.world.guel)
            self.minutes_id = meeting.minutes.id

        @property
        def minutes(self) -> Minutes:
            return db.session.get_one(Minutes, self.minutes_id)

        @property
        def item(self) -> AgendaItem:
            first: AgendaItem = self.minutes.parent.agenda[0]
            return first

        @property
        def written(self) -> list[AgendaItem]:
            return [item for item in self.minutes.parent.agenda if item.minutes and item.minutes.draft]

        def person(self, who: str) -> Any:
            return CLOCK if who == "clock" else getattr(self.world, who)

        def attempt(self, deed: Callable[[], Any]) -> None:
            try:
                deed()
            except HTTPException:
                db.session.rollback()

        @rule(who=WHO, text=TEXTS)
        def write(self, who: str, text: str) -> None:
            revision = self.item.minutes.revision
            self.attempt(lambda: writing.write(self.person(who), self.item, text=text, revision=revision))

        @rule(who=WHO, days=st.integers(0, 3))
        def circulate(self, who: str, days: int) -> None:
            self.attempt(lambda: send(self.minutes, self.person(who), days))

        @rule(who=WHO)
        def take_back(self, who: str) -> None:
            self.attempt(lambda: writing.take_back(self.person(who), self.minutes))

        @rule(who=WHO, place=st.integers(0, 3), proposed=TEXTS)
        def propose(self, who: str, place: int, proposed: str) -> None:
            texts = content(self.item.minutes)
            paragraph = mark(texts[place]) if place < len(texts) else ""
            item = self.item.id
            self.attempt(
                lambda: actions.propose(
                    self.person(who),
                    self.minutes,
                    item=item,
                    paragraph=paragraph,
                    proposed=proposed,
                    reason="Because.",
                )
            )

        @precondition(lambda self: self.corrections)
        @rule(who=WHO, which=st.integers(0, 9), takes=st.booleans())
        def settle(self, who: str, which: int, takes: bool) -> None:
            found = db.session.get_one(Correction, list(self.corrections)[which % len(self.corrections)])
            if takes:
                self.attempt(lambda: actions.take(self.person(who), found))
            else:
                self.attempt(lambda: actions.decline(self.person(who), found, answer="No."))

        @precondition(lambda self: self.corrections)
        @rule(who=WHO, which=st.integers(0, 9), again=st.booleans())
        def withdraw_correction(self, who: str, which: int, again: bool) -> None:
            found = db.session.get_one(Correction, list(self.corrections)[which % len(self.corrections)])
            deed = actions.propose_again if again else actions.withdraw
            self.attempt(lambda: deed(self.person(who), found))

        @rule(who=WHO)
        def approve(self, who: str) -> None:
            self.attempt(lambda: actions.approve(self.person(who), self.minutes, result="by consensus"))

        @rule()
        def let_the_day_pass(self) -> None:
            if self.minutes.corrections_until is not None:
                self.minutes.corrections_until = today() - timedelta(days=1)
                db.session.commit()

        @precondition(lambda self: self.frozen)
        @rule(who=WHO, text=TEXTS, whole=st.booleans())
        def add(self, who: str, text: str, whole: bool) -> None:
            last = versions_of(self.minutes)[0]
            held = snapshot.paragraphs(snapshot.read(last))
            paragraph = held[0]["id"] if held and not whole else ""
            self.attempt(
                lambda: actions.add(
                    self.person(who),
                    self.minutes,
                    text=text,
                    reason="Because.",
                    version=last.number,
                    paragraph=paragraph,
                )
            )

        @precondition(lambda self: self.frozen)
        @rule(who=WHO)
        def publish(self, who: str) -> None:
            number = versions_of(self.minutes)[0].number
            self.attempt(
                lambda: publishing.publish(self.person(who), self.minutes, audience="network", version=number)
            )

        @precondition(lambda self: self.frozen)
        @rule(who=WHO)
        def withdraw(self, who: str) -> None:
            self.attempt(lambda: publishing.withdraw(self.person(who), self.minutes, reason="Because."))

        @precondition(lambda self: self.frozen)
        @rule(who=WHO, which=st.integers(0, 9))
        def erase(self, who: str, which: int) -> None:
            versions = versions_of(self.minutes)
            said = [snapshot.read(one) for one in versions]
            offered = erasing.to_erase(self.minutes, said, erasures_of(self.minutes))
            if not offered:
                return
            passage, last = offered[which % len(offered)], versions[0].number
            self.attempt(
                lambda: erasing.erase_passages(
                    self.person(who), self.minutes, chosen=[passage.id], reason="Because.", version=last
                )
            )

        @invariant()
        def holds(self) -> None:
            if not hasattr(self, "minutes_id"):
                return
            db.session.expire_all()
            minutes = self.minutes
            # No way back.
            assert not self.frozen or minutes.frozen
            self.frozen = minutes.frozen
            # The hash is that of the content, and no version goes. None changes but by what was erased, which
            # stands on record beside the hash of what was approved.
            found = versions_of(minutes)[::-1]
            assert bool(found) == self.frozen
            for before, version in zip([None, *found], found, strict=False):
                assert snapshot.holds(version, before)
                assert self.seen.setdefault(version.number, version.digest) == version.digest
                is_whole = version.shown_digest is None
                assert is_whole == (snapshot.digest(version.content) == version.digest)
                assert is_whole or any(one.mark in version.content for one in erasures_of(minutes))
                assert is_whole or all(not item.minutes.draft.open for item in self.written)
            assert len(self.seen) == len(found)
            # No correction vanishes, nor is what it said changed; none is open once approved.
            kept = {one.id: one for one in db.session.query(Correction)}
            for id, said in self.corrections.items():
                nothing = ("", "", "") if kept[id].erased_at else said
                assert (kept[id].was, kept[id].proposed, kept[id].reason) == nothing
                assert not kept[id].erased_at or erasures_of(minutes)
            self.corrections |= {id: (one.was, one.proposed, one.reason) for id, one in kept.items()}
            assert not (self.frozen and any(one.is_open for one in kept.values()))

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("other", ["approves too", "proposes", "takes"])
def test_what_happens_at_the_same_moment_happens_one_after_the_other(
    app: Flask, world: World, minutes: Minutes, item: AgendaItem, other: str
) -> None:
    """Two people at once, each with their own connection: one approval, and nothing lost or half done."""
    first = content(item.minutes)[0]
    ids = {"minutes": minutes.id, "item": item.id, "anke": world.anke.id, "guel": world.guel.id}
    ids |= {"olaf": world.olaf.id, "ben": world.ben.id}
    waiting = None
    if other == "takes":
        waiting = actions.propose(
            world.guel, minutes, item=item.id, paragraph=mark(first), proposed="Else.", reason="So."
        ).id
    db.session.commit()
    db.session.remove()
    at_once, refused = threading.Barrier(2), []

    def run(deed: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                at_once.wait(10)
                deed()
            except HTTPException as error:
                refused.append(error.code)
            finally:
                db.session.remove()

    def get(model: Any, name: str) -> Any:
        return db.session.get_one(model, ids[name])

    person = type(world.anke)

    def approve() -> None:
        actions.approve(get(person, "anke"), get(Minutes, "minutes"))

    def same_time() -> None:
        if other == "approves too":
            actions.approve(get(person, "olaf"), get(Minutes, "minutes"))
        elif other == "proposes":
            actions.propose(
                get(person, "guel"),
                get(Minutes, "minutes"),
                item=ids["item"],
                paragraph=mark(first),
                proposed="Else.",
                reason="So.",
            )
        else:
            actions.take(get(person, "ben"), db.session.get_one(Correction, waiting))

    threads = [threading.Thread(target=run, args=(deed,)) for deed in (approve, same_time)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    minutes = db.session.get_one(Minutes, ids["minutes"])
    made = db.session.query(MinutesVersion).count()
    open_now = db.session.query(Correction).filter_by(state="open").count()
    if other == "takes":
        said = content(db.session.get_one(AgendaItem, ids["item"]).minutes)[0]
        assert said == "Else." and open_now == 0
        assert (made, refused) in ((1, []), (0, [403]))
        if made:
            held = snapshot.paragraphs(snapshot.read(versions_of(minutes)[0]))
            assert held[0]["text"] == "Else."
    else:
        assert len(refused) == 1  # whoever came second
        assert (minutes.state == MinutesState.APPROVED) == (made == 1) == (open_now == 0)
        assert other == "proposes" or made == 1
