"""The Office erases passages of approved minutes: nothing of them is left, a mark is, and nothing reopens."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from network.agenda.models import AgendaProposal
from network.approval import actions, erasing, passages, publishing, snapshot
from network.approval.models import MinutesErasure, MinutesVersion
from network.approval.reading import erasures_of, mark, versions_and_erasures, versions_of
from network.attendance import actions as attendance
from network.changes import Invalid, Refused, Stale
from network.drafts import versions as drafting
from network.extensions import db
from network.meetings.models import AgendaItem, Presenter
from network.minutes import actions as minutes
from network.minutes import lines
from network.minutes.models import Minutes
from network.people.models import Person
from network.search_entries import SearchEntry
from network.sitting import actions as sitting
from tests.approval.conftest import hold, send
from tests.clients import Reader
from tests.drafts.test_erasing import is_anywhere
from tests.letterbox import Letterbox
from tests.world import World, make_item, make_meeting

pytestmark = pytest.mark.both_databases  # nothing may be left

SignIn = Callable[..., Reader]
CLIENT = "Mehmet Yilmazoglu"
WAITS = f"{CLIENT} waits for a course."
WHY = "A client was *named*."


@pytest.fixture
def public(world: World) -> Minutes:
    """Approved and published minutes of Housing that name a client: in a text, a decision and an addendum.

    They came into the text by a correction. The text of the second item says nothing of them.
    """
    meeting = hold(world.housing, world.lev, world.lev, world.anke, title="Housing meeting")
    minutes, item = send(meeting.minutes, world.lev), meeting.agenda[0]
    taken = actions.propose(
        world.anke,
        minutes,
        item=item.id,
        paragraph=mark("Forty people wait for a course."),
        proposed=WAITS,
        reason=f"{CLIENT} told me.",
    )
    actions.take(world.lev, taken)
    item.decisions[0].text = item.actions[0].text = f"{CLIENT} gets a place."
    db.session.commit()
    actions.approve(world.lev, minutes, result="by consensus")
    actions.add(
        world.lev,
        minutes,
        paragraph=f"text-{item.id}-1",
        text=f"{CLIENT} waits since May.",
        reason=f"{CLIENT} says so.",
        version=1,
    )
    publishing.publish(world.lev, minutes, audience="public", version=2, left_out=["Yilmazoglu", "school"])
    return minutes


def ids_of(item: AgendaItem) -> list[str]:
    """What names the client."""
    return [f"text-{item.id}-1", f"decision-{item.decisions[0].id}", f"action-{item.actions[0].id}"]


def ids_naming(word: str, minutes: Minutes) -> list[str]:
    """The passages of the newest version that hold a word, each once."""
    spots = passages.in_version(snapshot.read(versions_of(minutes)[0]))
    return list(dict.fromkeys(one.id for one in spots if word in one.text))


def test_nothing_is_left_of_a_passage_in_any_version_page_file_or_letter(
    public: Minutes, world: World, sign_in: SignIn, client: Reader, letters: Letterbox
) -> None:
    item, page = public.parent.agenda[0], f"/meetings/{public.meeting_id}/minutes"
    before = {one.number: one.digest for one in versions_of(public)}
    olaf, lev = sign_in(world.olaf), sign_in(world.lev)
    for address in (f"{page}.md", f"{page}/versions/1.json"):
        assert CLIENT in lev.get(address, inspected=False).text
    assert f"{page}/erase" in olaf.get(page).text and f"{page}/erase" not in lev.get(page).text
    assert CLIENT in olaf.get(f"{page}/erase").text
    facts = {"version": "2", "chosen": ids_of(item), "reason": WHY, "sure": "y"}
    answer = olaf.post(f"{page}/erase", data=facts)
    assert (answer.status_code, answer.location) == (303, page)

    db.session.expire_all()
    assert is_anywhere(CLIENT) == is_anywhere("Yilmazoglu") == []
    assert db.session.scalars(select(SearchEntry).where(SearchEntry.text.contains("yilmazoglu"))).all() == []
    texts = {
        address: lev.get(address, inspected=False).text
        for address in (
            page,
            f"{page}.md",
            f"{page}/versions/1",
            f"{page}/versions/2.json",
            f"{page}/compare",
        )
    }
    texts["public"] = client.get(f"/minutes/{public.id}").text  # a visitor
    assert not any("Yilmazoglu" in text for text in texts.values())
    assert "A client was *named*." in texts["public"] and world.olaf.name not in texts["public"]
    assert "All agree." in texts[page] and "All agree." in item.minutes.text
    assert "Olaf" in texts[page] and "erased 3 passages" in texts[page]
    assert before[2] in texts[page] and "no longer all that was approved" in texts[page]
    newest, first = versions_of(public)
    assert {one.number: one.digest for one in (newest, first)} == before
    assert newest.shown_digest in texts[page] and newest.shown_digest in texts[f"{page}.md"]
    assert before[2] in texts[f"{page}.md"]
    assert snapshot.holds(first, None) and snapshot.holds(newest, first)
    assert json.loads(texts[f"{page}/versions/2.json"])["previous"] == before[1]
    checked = lev.get(f"{page}/versions?check=1").text
    assert checked.count("but for what was erased") == 2 and "not equal" not in checked
    assert [one.left_out for one in publishing.publications_of(public)] == [["school"]]
    assert public.state == "published" and not item.minutes.draft.open
    assert len(lev.get(f"/drafts/{item.minutes.draft.id}/versions").text) > 0
    assert CLIENT not in olaf.get(f"{page}/erase").text  # it is not offered twice


@pytest.fixture
def named(world: World) -> Minutes:
    """Approved minutes of Housing in which no text names the client, but titles, a guest, the result and what
    was said when an action was dropped. Their item was proposed, and is carried over; a letter told of it.
    """
    meeting = make_meeting(
        world.housing, f"On {CLIENT}", chair_id=world.lev.id, calendar_uid="on@example.org"
    )
    first = make_item(meeting, f"A place for {CLIENT}", 1)
    first.presenters = [Presenter(name=CLIENT)]
    make_item(meeting, "Child care", 2)
    proposal = AgendaProposal(
        parent=world.housing,
        room_id=world.housing.room_id,
        title=first.title,
        person_id=world.lev.id,
        item_id=first.id,
        state="taken_up",
    )
    db.session.add(proposal)
    db.session.commit()
    sitting.start(world.lev, meeting)
    attendance.add_guest(world.lev, meeting, name=CLIENT, organisation="Family Yilmazoglu")
    attendance.add_guest(world.lev, meeting, name="Maria Guest", organisation="Library")
    item = sitting.next_item(world.lev, meeting, expected=0)
    minutes.write(world.lev, item, text="All agree.", revision=0)
    deed = lines.agree(world.lev, item, text="Ask the schools.", person_id=world.lev.id)
    sitting.close(world.lev, meeting, expected=item.id)
    actions.approve(world.lev, send(meeting.minutes, world.lev), result=f"by consensus, {CLIENT} was heard")
    publishing.publish(world.lev, meeting.minutes, audience="public", version=1, left_out=[])
    lines.drop(world.lev, deed, reason=f"{CLIENT} has moved.")
    coming = make_meeting(world.housing, "December")
    again = make_item(coming, item.title, 1, carried_from_id=item.id, carried_as=f"item:{item.id}")
    make_item(make_meeting(world.housing, "January"), item.title, 1, carried_from_id=again.id)
    db.session.commit()
    found: Minutes = meeting.minutes
    return found


def test_titles_guests_the_result_and_the_reason_of_a_dropped_action_go_too(
    named: Minutes, world: World, sign_in: SignIn, client: Reader, letters: Letterbox
) -> None:
    item, page = named.parent.agenda[0], f"/meetings/{named.meeting_id}/minutes"
    deed, before = item.actions[0], versions_of(named)[0].digest
    olaf, lev = sign_in(world.olaf), sign_in(world.lev)
    for address in (f"{page}.md", f"{page}/versions/1.json", f"/meetings/{named.meeting_id}"):
        assert CLIENT in lev.get(address, inspected=False).text
    offered = olaf.get(f"{page}/erase").text
    meant = [f"reason-{deed.id}", *ids_naming(CLIENT, named)]
    assert len(meant) == 5 and all(f'value="{id}"' in offered for id in meant) and "Maria Guest" in offered
    answer = olaf.post(f"{page}/erase", data={"version": "1", "chosen": meant, "reason": WHY, "sure": "y"})
    assert (answer.status_code, answer.location) == (303, page)

    db.session.expire_all()
    assert is_anywhere(CLIENT) == is_anywhere("Yilmazoglu") == is_anywhere("yilmazoglu") == []
    texts = [
        lev.get(address, inspected=False).text
        for address in (
            page,
            f"{page}.md",
            f"{page}/versions/1.json",
            f"/meetings/{named.meeting_id}",
            f"/actions/{deed.id}",
            "/search?q=Yilmazoglu",
        )
    ]
    texts.append(client.get(f"/minutes/{named.id}").text)  # a visitor
    assert not any(CLIENT in text for text in texts)
    assert all("A client was *named*." in text for text in (texts[0], texts[-1], item.title, deed.reason))
    assert "Maria Guest" in texts[0] and "All agree." in item.minutes.text and deed.text == "Ask the schools."
    version = versions_of(named)[0]
    assert version.digest == before and version.shown_digest and snapshot.holds(version, None)
    assert "erased 5 passages" in texts[0] and CLIENT not in olaf.get(f"{page}/erase").text
    for copy in db.session.scalars(select(AgendaItem).where(AgendaItem.carried_from_id.is_not(None))):
        assert copy.title == item.title
    found = db.session.scalars(select(SearchEntry).where(SearchEntry.title.contains("named")))
    assert {one.thing_id for one in found} >= {item.id, named.meeting_id, item.minutes.id}


def test_the_reason_of_a_dropped_action_changes_no_version_and_is_told_beside_the_minutes(
    named: Minutes, world: World, sign_in: SignIn
) -> None:
    deed, said = named.parent.agenda[0].actions[0], versions_of(named)[0].content
    erasing.erase_passages(world.olaf, named, chosen=[f"reason-{deed.id}"], reason=WHY, version=1)
    version = versions_of(named)[0]
    assert (version.content, version.shown_digest) == (said, None) and WHY in deed.reason
    page = sign_in(world.lev).get(f"/meetings/{named.meeting_id}/minutes").text
    assert "erased 1 passage" in page and "no longer all that was approved" not in page
    lines.reopen(world.lev, deed)
    lines.drop(world.lev, deed, reason="It is settled.")
    again = erasing.to_erase(named, [snapshot.read(version)], erasures_of(named))
    assert f"reason-{deed.id}" in [one.id for one in again]  # another one can be erased too


def test_a_mark_longer_than_a_title_is_cut_on_the_agenda_and_whole_in_the_minutes(
    named: Minutes, world: World
) -> None:
    item = named.parent.agenda[0]
    chosen = ids_naming(CLIENT, named)
    erasing.erase_passages(world.olaf, named, chosen=chosen, reason="why " * 120, version=1)
    mark = erasures_of(named)[0].mark
    said = snapshot.read(versions_of(named)[0])
    assert said["items"][0]["title"] == said["meeting"]["title"] == mark
    assert len(item.title) == 200 and item.title == f"{mark[:199]}…" == named.parent.title
    assert sorted(len(row.guest_name) for row in named.parent.attendances)[-1] == 120


def test_an_addendum_goes_with_what_it_has_put_into_a_paragraph(public: Minutes, world: World) -> None:
    item = public.parent.agenda[0]
    text = f"{CLIENT} waits no more."
    actions.add(world.lev, public, paragraph=f"text-{item.id}-1", text=text, reason="It is over.", version=2)
    erasing.erase_passages(world.olaf, public, chosen=["addendum-1"], reason="Wrong.", version=3)
    newest, middle, first = (snapshot.read(one) for one in versions_of(public))
    assert snapshot.paragraphs(first)[0]["text"] == WAITS
    assert "Wrong" in snapshot.paragraphs(middle)[0]["text"]
    assert snapshot.paragraphs(newest)[0]["text"] == text
    assert [one["was"] for one in newest["addenda"]] == ["", ""] and is_anywhere("since May") == []
    assert versions_of(public)[2].shown_digest is None  # the first version had nothing of it
    assert WAITS in item.minutes.text


def test_of_two_erasures_each_keeps_the_digests_before_and_after(
    public: Minutes, world: World, sign_in: SignIn
) -> None:
    approved = {str(one.number): one.digest for one in versions_of(public)}
    for number, id in enumerate(ids_of(public.parent.agenda[0])[:2], 1):
        erasing.erase_passages(world.olaf, public, chosen=[id], reason=f"Reason {number}.", version=2)
    first, second = erasures_of(public)
    left = {str(one.number): snapshot.digest(one.content) for one in versions_of(public)}
    for number in ("1", "2"):
        assert first.digests[number][0] == approved[number]
        assert first.digests[number][1] == second.digests[number][0]
        assert second.digests[number][1] == left[number]
    page = sign_in(world.lev).get(f"/meetings/{public.meeting_id}/minutes/versions?check=1").text
    assert all(digest in page for one in (first, second) for pair in one.digests.values() for digest in pair)
    assert page.count("but for what was erased") == 2


def test_what_was_erased_is_told_once_with_every_version_and_costs_no_statement_more(
    public: Minutes, world: World, sign_in: SignIn, client: Reader, statements: Callable[[], Any]
) -> None:
    for number, id in enumerate(ids_of(public.parent.agenda[0])[:2], 1):
        erasing.erase_passages(world.olaf, public, chosen=[id], reason=f"Reason {number}.", version=2)
    lev, visitor = sign_in(world.lev), client
    for reader, address in (
        (lev, f"/meetings/{public.meeting_id}/minutes"),
        (visitor, f"/minutes/{public.id}"),
    ):
        reader.get(address)
        with statements() as sent:
            page = reader.get(address).text
        assert len(sent) <= 8, f"{address}: {sent}"
        assert "Reason 1." in page and "Reason 2." in page  # in place of what stood there
        assert page.count("erased 1 passage") == (2 if reader is lev else 0)
    versions, erasures = versions_and_erasures(public)
    assert (versions, erasures) == (versions_of(public), erasures_of(public))


def test_what_was_erased_is_followed_by_addenda_as_ever(public: Minutes, world: World) -> None:
    item = public.parent.agenda[0]
    erasing.erase_passages(world.olaf, public, chosen=ids_of(item), reason=WHY, version=2)
    made = actions.add(world.lev, public, text="Somebody waits.", reason="Without a name.", version=2)
    newest, before, _first = versions_of(public)
    assert newest.id == made.id and newest.shown_digest is None and snapshot.holds(newest, before)
    again = erasing.to_erase(public, [snapshot.read(one) for one in versions_of(public)], [])
    assert f"addendum-{made.number - 1}" in [one.id for one in again]


def test_whoever_chose_before_something_was_added_looks_again_and_loses_nothing_typed(
    public: Minutes, world: World, sign_in: SignIn
) -> None:
    item, page = public.parent.agenda[0], f"/meetings/{public.meeting_id}/minutes/erase"
    olaf, id = sign_in(world.olaf), f"text-{item.id}-1"
    facts = {"version": "2", "chosen": id, "reason": WHY, "sure": "y"}
    actions.add(world.lev, public, text="One more thing.", reason="It was forgotten.", version=2)
    contents = [one.content for one in versions_of(public)]
    answer = olaf.post(page, data=facts)
    assert answer.status_code == 409 and "added something in the meantime" in answer.text
    assert WHY in answer.text and "One more thing." in answer.text
    box = re.search(f'<input[^>]*value="{id}"[^>]*>', answer.text)
    assert box and "checked" in box[0]
    db.session.expire_all()
    assert [one.content for one in versions_of(public)] == contents
    assert olaf.post(page, data={**facts, "version": "3"}).status_code == 303
    # What is erased already is not erased again, and says so.
    answer = olaf.post(page, data={**facts, "version": "3"})
    assert answer.status_code == 422 and "Please choose from the entries." in answer.text
    assert db.session.query(MinutesErasure).count() == 1


def test_a_decision_goes_also_from_where_it_was_a_text_and_where_it_came_back(
    public: Minutes, world: World
) -> None:
    item = public.parent.agenda[0]
    decision = item.decisions[0]
    spring = make_meeting(world.housing, "Spring")
    review = make_item(spring, "Review", 1, text=decision.text, carried_as=f"decision:{decision.id}")
    summer = make_meeting(world.housing, "Summer")
    db.session.flush()
    again = make_item(summer, "Review", 1, text=f"We said: {decision.text}", carried_from_id=review.id)
    other = make_item(summer, "Other", 2, text=decision.text)  # somebody wrote it there themselves
    db.session.commit()
    draft, said = item.minutes.draft.id, item.minutes.text
    erasing.erase_passages(
        world.olaf, public, chosen=[f"decision-{decision.id}"], reason="It is unlawful.", version=2
    )
    assert "unlawful" in review.text and again.text == f"We said: {review.text}" and CLIENT in other.text
    assert item.minutes.text == said and item.minutes.draft.id != draft
    assert len(drafting.of(item.minutes.draft)) == 1  # as approved, and nothing of before


def test_nobody_but_the_office_erases_and_a_refusal_changes_nothing(public: Minutes, world: World) -> None:
    item, contents = public.parent.agenda[0], [one.content for one in versions_of(public)]

    def attempt(who: Person, **other: object) -> None:
        facts = {"chosen": ids_of(item), "reason": WHY, "version": 2, **other}
        erasing.erase_passages(who, public, **facts)

    for who in (world.lev, world.anke, world.ada):
        with pytest.raises(Refused):
            attempt(who)
    with pytest.raises(Stale):
        attempt(world.olaf, version=1)
    for wrong in ({"chosen": []}, {"chosen": ["text-0-1"]}, {"reason": " "}):
        with pytest.raises(Invalid):
            attempt(world.olaf, **wrong)
    db.session.rollback()
    assert [one.content for one in versions_of(public)] == contents
    assert db.session.query(MinutesErasure).count() == 0
    for change in ({"content": "{}"}, {"shown_digest": "0" * 64}, {"content": "{}", "shown_digest": "0"}):
        version = db.session.scalars(select(MinutesVersion)).first()
        for name, value in change.items():
            setattr(version, name, value)
        with pytest.raises(RuntimeError):
            db.session.flush()
        db.session.rollback()


def test_a_mark_is_no_markup_and_breaks_no_text() -> None:
    said = passages.in_markdown("Erased: # *a* [b](javascript:x) <script>")
    assert "<script>" not in said.replace("\\<", "") and "\\*a\\*" in said and "\\[b" in said
