"""The pages of the life of minutes: correcting, approving, adding, publishing, and what visitors read."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from network.approval import actions, publishing, snapshot
from network.approval.models import Correction, MinutesVersion, Publication
from network.approval.reading import mark, newest, seen_text
from network.extensions import db
from network.groups.models import Visibility
from network.meetings.models import AgendaItem, Meeting
from network.minutes import actions as minutes_actions
from network.minutes.content import content
from network.minutes.models import Minutes, MinutesState
from network.sitting import actions as sitting
from tests.approval.conftest import hold, send
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.world import World, make_item, make_meeting

SignIn = Callable[..., Reader]
FORTY = "Forty people wait for a course."
FIFTY = "Fifty people wait for a course."


def page_of(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}/minutes"


def propose(who: Any, item: AgendaItem, proposed: str = FIFTY) -> Correction:
    minutes = item.parent.minutes
    found: Correction = actions.propose(
        who, minutes, item=item.id, paragraph=mark(FORTY), proposed=proposed, reason="I counted them."
    )
    return found


@pytest.fixture
def public(world: World) -> Minutes:
    """Approved minutes of Housing, a public group: Lev leads, Anke is there for the school, Gül besides."""
    meeting = hold(world.housing, world.lev, world.lev, world.anke, world.guel, title="Housing meeting")
    minutes = send(meeting.minutes, world.lev)
    actions.approve(world.lev, minutes, result="by consensus")
    return minutes


# Corrections


def test_a_correction_is_proposed_beside_its_paragraph_and_taken_with_one_click(
    item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    guel, ben = sign_in(world.guel), sign_in(world.ben)
    page = page_of(item.parent)
    address = f"/items/{item.id}/corrections?paragraph={mark(FORTY)}"
    assert address.replace("&", "&amp;") in guel.get(page).text
    assert FORTY in guel.get(address).text
    answer = guel.post(
        f"/items/{item.id}/corrections",
        data={"paragraph": mark(FORTY), "proposed": FIFTY, "reason": "I counted them."},
    )
    assert (answer.status_code, answer.location) == (303, f"{page}#{item.dom_id}")
    text = ben.get(page).text
    assert "I counted them." in text and "<del>" in text and "1 correction is proposed" in text
    found = db.session.query(Correction).one()
    assert "The paragraph as it was" in ben.get(f"/corrections/{found.id}").text
    assert ben.post(f"/corrections/{found.id}/take").status_code == 303
    db.session.expire_all()
    assert content(item.minutes)[0] == FIFTY
    text = ben.get(page).text
    assert "Taken" in text and FIFTY in text and f"/corrections/{found.id}/take" not in text


def test_what_was_typed_is_not_lost_when_the_paragraph_has_changed(
    item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    guel = sign_in(world.guel)
    actions.take(world.ben, propose(world.anke, item))
    facts = {"paragraph": mark(FORTY), "proposed": "Thirty people wait.", "reason": "I was there."}
    answer = guel.post(f"/items/{item.id}/corrections", data=facts)
    assert answer.status_code == 409
    for text in (FIFTY, "Thirty people wait.", "I was there.", mark(FIFTY)):
        assert text in answer.text
    assert db.session.query(Correction).count() == 1
    assert (
        guel.post(f"/items/{item.id}/corrections", data={**facts, "paragraph": mark(FIFTY)}).status_code
        == 303
    )


def test_who_settles_sees_both_texts_when_the_paragraph_has_changed(
    item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    ben = sign_in(world.ben)
    first, second = propose(world.anke, item), propose(world.guel, item, "Thirty people wait.")
    actions.take(world.ben, first)
    answer = ben.post(f"/corrections/{second.id}/take")
    assert answer.status_code == 409 and FIFTY in answer.text and "Thirty people wait." in answer.text
    facts = {"paragraph": mark(FIFTY), "wording": "Thirty-five people wait."}
    assert ben.post(f"/corrections/{second.id}/take", data=facts).status_code == 303
    db.session.expire_all()
    assert content(item.minutes)[0] == "Thirty-five people wait."
    assert "Taken in these words" in ben.get(page_of(item.parent)).text


def test_a_correction_is_declined_with_a_reason(item: AgendaItem, world: World, sign_in: SignIn) -> None:
    ben, found = sign_in(world.ben), propose(world.guel, item)
    answer = ben.post(f"/corrections/{found.id}/decline", data={"answer": " "})
    assert answer.status_code == 422 and "Please fill this in." in answer.text
    assert ben.post(f"/corrections/{found.id}/decline", data={"answer": "It was forty."}).status_code == 303
    assert "It was forty." in sign_in(world.guel).get(f"/corrections/{found.id}").text


def test_a_correction_is_withdrawn_on_its_page_and_the_notice_brings_it_back(
    item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    guel, ben = sign_in(world.guel), sign_in(world.ben)
    correction = propose(world.guel, item)
    page = f"/corrections/{correction.id}"
    assert f"{page}/withdraw" in guel.get(page).text and f"{page}/withdraw" not in ben.get(page).text
    answer = guel.post(f"{page}/withdraw")
    assert answer.status_code == 303
    minutes = f"/meetings/{item.parent_id}/minutes"
    assert f"{page}/again" in guel.get(minutes).text
    shown = ben.get(minutes).text
    assert "Withdrawn" in shown and "I counted them." in shown
    assert guel.post(f"{page}/again").status_code == 303
    db.session.expire_all()
    assert correction.is_open


def test_a_correction_appears_beside_the_minutes_of_whoever_reads_them(
    item: AgendaItem, world: World, listen: Callable[..., Any]
) -> None:
    ear = listen(world.olena, item.parent)
    found = propose(world.guel, item)
    heard = ear.html()
    assert f"minutes_{item.parent.minutes.id}_corrections" in heard and "I counted them." in heard
    ear.forget()
    actions.take(world.ben, found)
    assert f"{item.dom_id}_paragraphs" in ear.html() and FIFTY in ear.html()


# The approval


def test_minutes_are_approved_on_their_page_and_then_stand_as_they_are(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    anke = sign_in(world.anke)
    page = page_of(meeting)
    assert f"{page}/approve" in anke.get(page).text
    assert f"{page}/approve" not in sign_in(world.ben).get(page).text
    assert "by consensus" in anke.get(f"{page}/approve").text
    facts = {"result": "14 yes, 3 no", "seen": seen_text(meeting.minutes)}
    answer = anke.post(f"{page}/approve", data=facts)
    assert (answer.status_code, answer.location) == (303, page)
    text = sign_in(world.olena).get(page).text
    for expected in (FORTY, "14 yes, 3 no", "We start in January.", "It starts soon.", "Ask the schools."):
        assert expected in text
    version = db.session.query(MinutesVersion).one()
    assert version.digest in text and "data-needs" not in text.split("<main")[1]
    assert f'id="text-{meeting.agenda[0].id}-1"' in text


def test_whoever_has_read_another_text_reads_it_again_before_approving(
    item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    anke, page = sign_in(world.anke), page_of(item.parent)
    seen = seen_text(item.parent.minutes)
    actions.take(world.ben, propose(world.guel, item))
    answer = anke.post(f"{page}/approve", data={"result": "by consensus", "seen": seen})
    assert answer.status_code == 409 and "have been changed since" in answer.text
    assert anke.get(page).status_code == 200 and db.session.query(MinutesVersion).count() == 0
    assert anke.post(f"{page}/approve", data={"result": "", "seen": ""}).status_code == 303


def test_open_corrections_are_named_before_the_approval(
    item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    propose(world.guel, item)
    anke, page = sign_in(world.anke), page_of(item.parent)
    assert "1 correction is still open" in anke.get(f"{page}/approve").text
    assert anke.post(f"{page}/approve", data={"result": ""}).status_code == 403
    db.session.expire_all()
    assert item.parent.minutes.state == MinutesState.CIRCULATED


def test_the_last_minutes_are_approved_with_one_click_on_the_next_agenda(
    meeting: Meeting, world: World, sign_in: SignIn, listen: Callable[..., Any]
) -> None:
    following = make_meeting(world.language, "December", chair_id=world.guel.id)
    make_item(following, "Approve the last minutes", 1, carried_as=f"minutes:{meeting.id}")
    sitting.start(world.guel, following)
    guel = sign_in(world.guel)
    text = guel.get(f"/meetings/{following.id}").text
    assert "Approve by consensus" in text and f'formaction="{page_of(meeting)}/approve"' in text
    ear = listen(world.olena, following)
    answer = guel.post(
        f"{page_of(meeting)}/approve",
        data={"result": "by consensus"},
        headers={"Referer": f"http://localhost/meetings/{following.id}"},
    )
    assert (answer.status_code, answer.location) == (303, f"/meetings/{following.id}")
    db.session.expire_all()
    assert meeting.minutes.state == MinutesState.APPROVED
    assert "Approved" in ear.html()
    assert "Approve by consensus" not in guel.get(f"/meetings/{following.id}").text


# Versions


def test_a_version_is_read_checked_downloaded_and_compared(
    minutes: Minutes, item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    actions.approve(world.anke, minutes)
    anke, page = sign_in(world.anke), page_of(minutes.parent)
    paragraph = f"text-{item.id}-1"
    assert FORTY in anke.get(f"{page}/addendum?paragraph={paragraph}").text
    facts = {"version": "1", "paragraph": paragraph, "text": FIFTY, "reason": "Miscounted."}
    assert anke.post(f"{page}/addendum", data=facts).status_code == 303
    text = anke.get(page).text
    assert FIFTY in text and "Miscounted." in text and "Put right by addendum 1" in text
    assert FORTY in anke.get(f"{page}/versions/1").text
    checked = anke.get(f"{page}/versions?check=1").text
    assert checked.count("Checked: equal") == 2 and "not equal" not in checked
    got = anke.get(f"{page}/versions/2.json")
    assert got.mimetype == "application/json"
    assert snapshot.digest(got.get_data(as_text=True)) == newest(minutes).digest
    assert json.loads(got.get_data())["addenda"][0]["was"] == FORTY
    text = anke.get(f"{page}/compare").text
    assert "Forty</del>" in text and "Fifty</ins>" in text
    assert "No difference" in anke.get(f"{page}/compare?old=2&new=2").text
    for wrong in (f"{page}/versions/3", f"{page}/versions/x", f"{page}/compare?old=9"):
        assert anke.get(wrong).status_code == 404


def test_a_version_that_somebody_has_tampered_with_is_found_out(
    minutes: Minutes, world: World, sign_in: SignIn
) -> None:
    actions.approve(world.anke, minutes)
    table = MinutesVersion.__table__
    text = newest(minutes).content.replace("Forty", "Four")
    db.session.execute(table.update().values(content=text))
    db.session.commit()
    assert "not equal" in sign_in(world.anke).get(f"{page_of(minutes.parent)}/versions?check=1").text


def test_an_addendum_to_a_decision_shows_its_words_everywhere(world: World, sign_in: SignIn) -> None:
    meeting = hold(world.language, world.anke, world.ben)
    item = meeting.agenda[0]
    minutes, decision = meeting.minutes, item.decisions[0]
    named = f"{FORTY}\n\n[[decision {decision.id}]]"
    minutes_actions.write(world.ben, item, text=named, revision=item.minutes.revision)
    send(minutes, world.ben)
    actions.approve(world.anke, minutes)
    anke, page = sign_in(world.anke), page_of(meeting)
    paragraph = f"text-{item.id}-2"
    form = anke.get(f"{page}/addendum?paragraph={paragraph}").text
    assert f"{decision.citation}: We start in January." in form and "[[" not in form
    facts = {"version": "1", "paragraph": paragraph, "text": "We start in April.", "reason": "A slip."}
    assert anke.post(f"{page}/addendum", data=facts).status_code == 303
    for address in (page, f"{page}/compare", f"{page}/publish", f"{page}.md"):
        text = anke.get(address, inspected=False).text
        assert "[[" not in text and "decision " + str(decision.id) not in text
    assert "April" in anke.get(page).text


def test_an_addendum_over_one_that_was_not_seen_shows_it_and_keeps_what_was_typed(
    minutes: Minutes, world: World, sign_in: SignIn
) -> None:
    actions.approve(world.anke, minutes)
    actions.add(world.olaf, minutes, text="What Olaf adds.", reason="His reason.", version=1)
    anke, page = sign_in(world.anke), page_of(minutes.parent)
    facts = {"version": "1", "paragraph": "", "text": "What Anke adds.", "reason": "Her reason."}
    answer = anke.post(f"{page}/addendum", data=facts)
    assert answer.status_code == 409 and "What Olaf adds." in answer.text and "What Anke adds." in answer.text
    assert 'name="version" value="2"' in answer.text
    assert anke.post(f"{page}/addendum", data={**facts, "version": "2"}).status_code == 303


# Publication


def test_before_publishing_the_minute_taker_sees_what_the_public_will_read(
    public: Minutes, world: World, sign_in: SignIn
) -> None:
    lev, page = sign_in(world.lev), page_of(public.parent)
    text = lev.get(f"{page}/publish").text
    assert "<mark>Volkshochschule Auental</mark> asks the county." in text
    assert "<mark>Volkshochschule Auental</mark> reports." in text  # Frau Krämer
    assert "Left out: this item is internal." in text and "agreed to be named" in text
    facts = {"version": "1", "audience": "public", "left_out": "county", "look": "1"}
    answer = lev.post(f"{page}/publish", data=facts)
    assert answer.status_code == 422 and "asks the <mark>…</mark>" in answer.text
    assert public.state == MinutesState.APPROVED


def test_published_minutes_have_a_public_address_without_persons_and_internal_items(
    public: Minutes, world: World, sign_in: SignIn, client: Reader, letters: Letterbox
) -> None:
    address = f"/minutes/{public.id}"
    assert client.get(address).status_code == 404
    world.guel.named_in_minutes = True
    db.session.commit()
    letters.empty()
    facts = {"version": "1", "audience": "public", "left_out": ""}
    assert sign_in(world.lev).post(f"{page_of(public.parent)}/publish", data=facts).status_code == 303
    text = client.get(address).text
    for shown in (FORTY, "Volkshochschule Auental", "Gül Yıldız", "We start in January.", "It starts soon."):
        assert shown in text
    for hidden in ("Krämer", "Anke", "Lev Haus", "Between us", "Said in confidence.", "<mark>"):
        assert hidden not in text
    assert f'id="text-{public.parent.agenda[0].id}-1"' in text
    assert address in client.get(f"/groups/{world.housing.id}").text
    assert client.get(page_of(public.parent)).location == address
    told = letters.last(world.anke)
    assert FORTY in told.text and address in told.text and "SHA-256" in told.text
    assert "List-Unsubscribe" in told.message and "asks the county" in told.html
    # Whoever agrees later is named when it is published anew; whoever no longer agrees, is not from now on.
    world.guel.named_in_minutes, world.anke.named_in_minutes = False, True
    db.session.commit()
    text = client.get(address).text
    assert "Gül Yıldız" not in text and "Krämer" not in text


def test_what_is_not_for_the_public_is_not_found_by_it(
    public: Minutes, world: World, sign_in: SignIn, client: Reader
) -> None:
    publishing.publish(world.lev, public, audience="network", version=1)
    address = f"/minutes/{public.id}"
    assert client.get(address).status_code == 404
    assert address not in client.get(f"/groups/{world.housing.id}").text
    assert sign_in(world.olena).get(address).location == page_of(public.parent)
    publishing.publish(world.lev, public, audience="public", version=1)
    assert client.get(address).status_code == 200
    world.housing.visibility = Visibility.NETWORK  # it is no longer public, and nothing of it either
    db.session.commit()
    assert client.get(address).status_code == 404


def test_nothing_is_published_to_more_people_than_see_the_group(
    minutes: Minutes, world: World, sign_in: SignIn
) -> None:
    actions.approve(world.anke, minutes)
    anke, page = sign_in(world.anke), page_of(minutes.parent)
    text = anke.get(f"{page}/publish").text
    assert 'value="network"' in text and 'value="public"' not in text
    facts = {"version": "1", "audience": "public", "left_out": ""}
    assert anke.post(f"{page}/publish", data=facts).status_code == 422
    assert db.session.query(Publication).count() == 0 and minutes.state == MinutesState.APPROVED


def test_the_office_withdraws_what_was_published_and_the_trace_stays(
    public: Minutes, world: World, sign_in: SignIn, client: Reader
) -> None:
    publishing.publish(world.lev, public, audience="public", version=1)
    page = page_of(public.parent)
    assert sign_in(world.lev).post(f"{page}/withdraw", data={"reason": "No."}).status_code == 403
    olaf = sign_in(world.olaf)
    assert olaf.post(f"{page}/withdraw", data={"reason": ""}).status_code == 422
    assert olaf.post(f"{page}/withdraw", data={"reason": "A name was in it."}).status_code == 303
    assert client.get(f"/minutes/{public.id}").status_code == 404
    text = olaf.get(page).text
    assert "A name was in it." in text and "Olaf Amt" in text and FORTY in text
    db.session.expire_all()
    assert public.state == MinutesState.APPROVED


def test_after_an_addendum_the_public_reads_the_earlier_version_until_somebody_has_looked_at_the_new_one(
    public: Minutes, world: World, sign_in: SignIn, client: Reader
) -> None:
    publishing.publish(world.lev, public, audience="public", version=1)
    actions.add(world.lev, public, text="Anke Krämer was late.", reason="Asked for.", version=1)
    assert "was late" not in client.get(f"/minutes/{public.id}").text
    lev, page = sign_in(world.lev), page_of(public.parent)
    assert "an earlier version" in lev.get(page).text
    facts = {"version": "1", "audience": "public", "left_out": ""}
    assert lev.post(f"{page}/publish", data=facts).status_code == 409
    assert lev.post(f"{page}/publish", data={**facts, "version": "2"}).status_code == 303
    text = client.get(f"/minutes/{public.id}").text
    assert "Volkshochschule Auental was late." in text and "Asked for." in text


# Who gets them


def test_whoever_asks_for_the_minutes_of_a_group_gets_them_as_long_as_they_may_read_them(
    world: World, sign_in: SignIn, letters: Letterbox
) -> None:
    olena, page = sign_in(world.olena), f"/groups/{world.language.id}/minutes"
    assert olena.post(f"{page}/ask", data={"wanted": "yes"}).status_code == 303
    assert "No longer" in olena.get(page).text
    first, second = (hold(world.language, world.anke, world.ben, title=title) for title in ("One", "Two"))
    letters.empty()
    send(first.minutes, world.ben)
    told = letters.last(world.olena)
    assert FORTY in told.text and "List-Unsubscribe" in told.message
    world.language.visibility = Visibility.CLOSED
    db.session.commit()
    letters.empty()
    send(second.minutes, world.ben)
    assert letters.to(world.olena) == [] and len(letters.all()) == 2
    world.ben.unwanted_letters = ["minutes"]
    db.session.commit()
    letters.empty()
    actions.approve(world.anke, second.minutes)
    publishing.publish(world.anke, second.minutes, audience="group", version=1)
    assert [letter.to for letter in letters.all()] == ["anke@example.org"]
    assert sign_in(world.mo).post(f"{page}/ask", data={"wanted": "yes"}).status_code == 404


def test_a_decision_is_said_in_plain_language_beside_it_and_offered_where_it_is_recorded(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    assert "In plain language" in sign_in(world.ben).get(page_of(meeting)).text
    running = make_meeting(world.language, "Now", chair_id=world.anke.id)
    make_item(running, "First", 1)
    sitting.start(world.anke, running)
    text = sign_in(world.anke).get(f"/items/{running.agenda[0].id}/minutes").text
    form = text.split('id="new-decision-text"')[1]
    assert form.index('id="new-decision-plain"') < form.index('id="new-decision-more"')


# What it costs


def test_its_pages_cost_few_statements(
    meeting: Meeting,
    public: Minutes,
    world: World,
    sign_in: SignIn,
    client: Reader,
    statements: Callable[[], Any],
) -> None:
    for who in (world.guel, world.anke):
        propose(who, meeting.agenda[0], f"{who.name} counted.")
    publishing.publish(world.lev, public, audience="public", version=1)
    for number in (1, 2):
        actions.add(world.lev, public, text=f"Addendum {number}.", reason="Asked for.", version=number)
    anke, lev, page = sign_in(world.anke), sign_in(world.lev), page_of(public.parent)
    for reader, address in (
        (anke, page_of(meeting)),
        (lev, page),
        (lev, f"{page}/versions?check=1"),
        (lev, f"{page}/compare"),
        (lev, f"{page}/publish"),
        (client, f"/minutes/{public.id}"),
        (client, f"/groups/{world.housing.id}"),
        (anke, f"/groups/{world.language.id}/minutes"),
    ):
        reader.get(address)
        with statements() as sent:
            assert reader.get(address).status_code == 200
        assert len(sent) <= 8, (address, sent)


def test_a_week_later_the_page_says_that_the_time_is_over(clock: Any, world: World, sign_in: SignIn) -> None:
    meeting = hold(world.language, world.anke, world.ben)
    send(meeting.minutes, world.ben, days=0)
    page = page_of(meeting)
    assert "Corrections are possible until" in sign_in(world.ben).get(page).text
    clock.shift(timedelta(days=1))
    text = sign_in(world.ben).get(page).text
    assert "Corrections closed" in text and "approves these minutes at its next meeting" in text
    assert "Corrections are possible" not in text
