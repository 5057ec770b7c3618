"""Several people do something to the same case at the same moment, on two processes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from network.discussions import actions as discussions
from network.discussions.models import Thread
from network.extensions import db
from network.letters import Letter
from network.moderation import queue
from network.moderation.models import ModerationCase, Report
from network.people.models import Person
from tests.processes import Guest, Server
from tests.world import World

ROUNDS = 3


def together(*asked: tuple[Guest, str, dict[str, Any]]) -> list[int]:
    """Send all of these at once; returns the status of each answer, sorted."""
    ready = Barrier(len(asked))

    def send(guest: Guest, address: str, data: dict[str, Any]) -> int:
        ready.wait()
        return int(guest.post(address, data=data).status_code)

    with ThreadPoolExecutor(len(asked)) as pool:
        answers = [pool.submit(send, *one) for one in asked]
        return sorted(answer.result() for answer in answers)


def look_again(case: ModerationCase) -> None:
    """Read what the processes have written since: a session that reads is a snapshot."""
    db.session.rollback()
    db.session.refresh(case)


def test_of_several_at_once_one_claims_decides_and_answers(
    world: World,
    thread: Thread,
    olga: Person,
    servers: Callable[..., list[Server]],
    visit: Callable[..., Guest],
) -> None:
    words = [discussions.post(world.ben, thread, text=f"Word {number}").id for number in range(ROUNDS)]
    first, second = servers(2)
    anke, olaf, ben = visit(first, world.anke), visit(second, world.olaf), visit(first, world.ben)
    olga_reads, ben_too = visit(first, olga), visit(second, world.ben)
    guel, olena = visit(first, world.guel), visit(second, world.olena)
    for word in words:
        report = f"/things/{word}/report"
        facts = {"rule": "respect", "text": "This hurts."}
        assert together((guel, report, facts), (olena, report, facts)) == [303, 303]
        db.session.rollback()
        case = db.session.query(ModerationCase).filter_by(target_id=word).one()
        assert db.session.query(Report).filter_by(case_id=case.id).count() == case.reported == 2
        page = f"/cases/{case.id}"

        assert together((anke, f"{page}/claim", {}), (olaf, f"{page}/claim", {})) == [303, 409]
        look_again(case)
        holder = anke if case.claimed_by_id == world.anke.id else olaf
        assert holder.post(f"{page}/release").status_code == 303

        look_again(case)
        judged = {"version": case.version, "measure": "hide", "rule": "respect", "text": "Please be kind."}
        decided = together((anke, f"{page}/decide", judged), (olaf, f"{page}/decide", judged))
        assert decided == [303, 409]

        objected = {"text": "It was a joke."}
        assert together((ben, f"{page}/object", objected), (ben_too, f"{page}/object", objected))[0] == 303

        look_again(case)
        answered = {"version": case.version, "falls": "yes", "text": "It was one."}
        judges = [(olga_reads, answered), (visit(second, olga), answered)]
        if case.decided_by_id != world.olaf.id:
            judges.append((olaf, answered))
        answers = together(*((judge, f"{page}/answer", data) for judge, data in judges))
        assert answers[0] == 303 and all(status in (403, 409) for status in answers[1:])

        look_again(case)
        kinds = [entry.kind for entry in case.entries]
        assert [kinds.count(kind) for kind in ("decided", "objected", "fallen")] == [1, 1, 1]
        numbers = [entry.by_id for entry in case.entries if entry.kind in ("claimed", "released")]
        assert len(numbers) == 2 and len(set(numbers)) == 1
    db.session.rollback()
    written = db.session.query(Letter).filter_by(person_id=world.ben.id).count()
    assert written == 2 * ROUNDS  # a decision and an answer for each
    assert queue.reliability(world.guel) < 5  # what fell was no right report after all
