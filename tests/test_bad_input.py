"""Whatever is sent: a clear answer in the person's language, nothing changed, nothing typed lost, no 500.

Everybody here reads German. The cases stand in tests/bad_input.py.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from babel.messages.pofile import read_po
from flask import Flask
from lxml import html
from markupsafe import escape
from sqlalchemy import select

from network import jobs, links
from network.agenda import actions as agenda
from network.extensions import db
from network.files.models import File
from network.invitations import actions as invitations
from network.meetings.models import AgendaItem
from network.things import now
from tests.bad_input import (
    DEEDS,
    FILE_NAMES,
    FORMS,
    MARKUP,
    NO_FILES,
    NO_IDS,
    NO_PICTURES,
    SQL,
    Case,
)
from tests.clients import Reader
from tests.inspection import TRANSLATIONS
from tests.letterbox import Letterbox
from tests.permission_rows import approval, goals, imports, moderation, needs
from tests.permission_rows import stage as scenes
from tests.permission_rows.playing import Playing
from tests.permission_rows.words import GROUP_MEMBER, GUEST, LEAD, MEMBER, OFFICE, VISITOR
from tests.permissions import DEEDS as OFFERED
from tests.unchanged import nothing_written

TRACES = ("Traceback", "sqlalchemy", "werkzeug.exceptions", 'File "')
ENGLISH = (
    "Not a valid",
    "Invalid ",
    "This field",
    "Field must",
)  # what the libraries would say by themselves


class Places(Playing):
    """One of each thing, by the names that the cases use; and everybody reads German."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        for person in self.people.values():
            person.language = "de"
        db.session.commit()
        case = moderation.case().make(self)
        objected = moderation.decided(objected=True).make(self)
        running, foreign = self.meeting("running"), self.meeting("announced", "closed")
        meeting = self.meeting("announced")
        self.ids = {
            "group": self.groups["network"].id,  # type: ignore[index]  # a StrEnum is a string
            "own_group": scenes.group("network", mode="Anew").make(self).id,
            "meeting": meeting.id,
            "item": meeting.agenda[1].id,
            "running": running.id,
            "item_on": running.agenda[0].id,
            "closed_meeting": self.meeting("closed").id,
            "sent_meeting": scenes.minutes("circulated").make(self).id,
            "sent_item": approval.sent_item().make(self).id,
            "correction": approval.correction().make(self).id,
            "sent_text": approval.sent().make(self).id,
            "approved": approval.approved().make(self).id,
            "approved_publicly": approval.approved("public").make(self).id,
            "published": approval.published().make(self).id,
            "old_minutes": imports.old_minutes().make(self).id,
            "draft": self.meeting("draft").id,
            "foreign_meeting": foreign.id,
            "foreign_item": foreign.agenda[0].id,
            "foreign_template": self.meeting("draft", "closed", is_template=True).id,
            "written": scenes.written().make(self).id,
            "together": scenes.draft().make(self).id,
            "decision": scenes.decision("closed").make(self).id,
            "later_decision": scenes.decision("closed").make(self).id,
            "task": scenes.task().make(self).id,
            "proposal": scenes.proposal().make(self).id,
            "attendance": scenes.attendance(GROUP_MEMBER, "running").make(self).id,
            "membership": scenes.membership().make(self).id,
            "foreign_membership": scenes.membership().make(self).id,
            "request": scenes.request().make(self).id,
            "stranger": self.newcomer().id,
            "applicant": self.newcomer(state="applied").id,
            "guest": self[GUEST].id,
            "lead": self[LEAD].id,
            "organisation": self.world.school.id,  # of the group lead alone
            "message": moderation.message().make(self).id,
            "case": case.id,
            "case_version": case.version,
            "objected_case": objected.id,
            "objected_version": objected.version,
            "decided_case": moderation.decided().make(self).id,
            "own_case": moderation.decided(GROUP_MEMBER).make(self).id,
            "draft_goal": goals.draft().make(self).id,
            "goal_text": goals.text().make(self).id,
            "goal_plan": goals.plan().make(self).id,
            "ready_plan": goals.plan(consent=True).make(self).id,
            "goal": goals.goal().make(self).id,
            "ended_goal": goals.ended().make(self).id,
            "goal_report": goals.report().make(self).id,
            "milestone": goals.milestone().make(self).id,
            "topic": needs.topic_id(),
            "own_organisation": self.world.parish.id,  # of the group member alone
            "need": needs.need().make(self).id,
            "met_need": needs.need("met").make(self).id,
        }
        db.session.commit()

    def reader(self, who: str, *, newcomer: bool = False) -> Reader:
        """As on the stage, and visitors have a German browser."""
        reader = super().reader(who, newcomer=newcomer)
        reader.language = "de"
        return reader


@pytest.fixture(scope="module")
def all_places(application: Flask, database: Any) -> Iterator[Places]:
    """Shared, since nothing that is tried here may change anything."""
    database.empty(application)
    with application.app_context():
        yield Places(application)
        jobs.forget_pending()
        db.session.remove()


@pytest.fixture
def places(all_places: Places) -> Places:
    """The places, with nobody hindered by what others did before."""
    all_places.begin()
    return all_places


def filled(facts: dict[str, Any], ids: dict[str, int]) -> dict[str, Any]:
    """The facts with the ids of the places in braces."""
    return {
        name: value.format(**ids) if isinstance(value, str) and value.startswith("{") else value
        for name, value in facts.items()
    }


@cache
def catalogue() -> dict[str, str]:
    """The German sentences by their msgids."""
    with (TRANSLATIONS / "de" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, locale="de") if one.id}


def in_german(says: str) -> str:
    """The German sentence of a msgid (or of a part that only one has), as far as it is always the same."""
    sentence = next(german for english, german in catalogue().items() if says in english)
    return max(re.split(r"%\(\w+\)[sd]", sentence), key=len).strip()


def read(page: str) -> str:
    """What a person reads on a page, blanks made one."""
    return " ".join(html.fromstring(page).text_content().split())


def refused(reader: Reader, case: Case, ids: dict[str, int]) -> None:
    """Send it, and look at all that must be so whatever is wrong."""
    with nothing_written():
        answer = reader.post(case.address.format(**ids), data=filled(case.facts, ids))
    assert answer.status_code == case.status
    page = answer.text
    assert not any(trace in page for trace in TRACES)
    text = read(page)
    assert not [words for words in ENGLISH if words in text], text
    if case.says:
        assert in_german(case.says) in text
    for value in case.kept:
        assert str(escape(filled({"": value}, ids)[""])) in page, f"{value!r} is lost"


def named(cases: list[Case]) -> list[Any]:
    """The cases with their names; on PostgreSQL those alone that it might not hold what SQLite takes."""
    return [
        pytest.param(
            case,
            id=case.name,
            marks=() if any(map(cannot_be_held, case.facts.values())) else pytest.mark.one_database,
        )
        for case in cases
    ]


def cannot_be_held(value: Any) -> bool:
    """Whether PostgreSQL refuses what SQLite takes: texts with a NUL or half a sign, large numbers."""
    if isinstance(value, list | tuple):
        return any(map(cannot_be_held, value))
    text = str(value)
    half = any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)
    return half or (text.lstrip("-").isdecimal() and len(text) > 4)


@pytest.mark.parametrize("case", named(FORMS))
def test_a_form_filled_in_wrongly_comes_back_with_what_was_typed(places: Places, case: Case) -> None:
    reader = places.reader(case.who)
    refused(reader, case, places.ids)


@pytest.mark.parametrize("case", named(DEEDS))
def test_a_button_with_facts_that_do_not_fit_is_refused_in_words(places: Places, case: Case) -> None:
    refused(places.reader(case.who), case, places.ids)


def test_there_are_many_cases() -> None:
    cases = [*FORMS, *DEEDS]
    assert len({case.name for case in cases}) == len(cases) > 200


# Addresses


def routes(app: Flask, method: str) -> list[str]:
    """The paths with nothing but an id in them."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.arguments == {"id"}
    )


# Tried on every route; the others tell about the one way of reading an id, so one route of each kind will do.
TELLING = (NO_IDS["a word"], NO_IDS["nought"], NO_IDS["more than 63 bits"])


def one_of_each_kind(app: Flask, method: str) -> list[str]:
    """Of the routes that begin with the same word, the first."""
    return list({path.split("/")[1]: path for path in reversed(routes(app, method))}.values())


@pytest.mark.parametrize(
    "id",
    [
        pytest.param(id, id=what, marks=() if cannot_be_held(id) else pytest.mark.one_database)
        for what, id in NO_IDS.items()
    ],
)
def test_behind_an_id_that_is_none_there_is_nothing(places: Places, id: str) -> None:
    reader = places.reader(OFFICE)
    with nothing_written():
        for method in ("GET", "POST"):
            for path in (routes if id in TELLING else one_of_each_kind)(places.app, method):
                answer = reader.open(path.replace("<id>", id), method=method, inspected=False)
                right = (404,) if method == "GET" else (404, 405, 422)
                assert answer.status_code in right and "Traceback" not in answer.text, path
                places.begin()


QUERIES = {
    "page": ("0", "-1", "²", "x", "9" * 30, "9" * 5000),
    "q": ("\x00", "a\x00b", SQL, MARKUP, "%", "_", "\\", "\u202e", "🧑🏽‍🤝‍🧑🏻", "a" * 5000, "*" * 300),
    "year": ("²", "-1", "9" * 30, "\x00"),
    "type": ("\x00", "person", SQL),
    "topic": ("\x00", SQL),
    "state": ("\x00", "x"),
    "begin": ("\x00", "31.02.2027", "0001-01-01", "9999-12-31", "²"),
    "group": ("\x00", "²", "-1", "9" * 30),
    "rule": ("\x00", MARKUP, "a" * 5000),
    "like": ("²", "9" * 30, "\x00"),
    "first_on": ("31.02.2027", "9999-12-31", "\x00"),
    "after": ("-1", "²", "9" * 30, "\x00"),
    "removed": ("²", "9" * 30),
    "email": ("\x00", MARKUP),
    "next": ("//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", "\x00"),
    "from": ("list\x00",),
    "v": ("\x00",),
    "all": ("\x00", "more", MARKUP),
}
PAGES = {
    "page": ("/meetings", "/groups/{group}/meetings", "/groups/{group}/proposals", "/groups/{group}/minutes")
    + (
        "/groups/{group}/decisions",
        "/organisations",
        "/office/people",
        "/search?q=a",
        "/moderation",
        "/groups/{group}/moderation",
    ),
    "q": ("/groups", "/search", "/organisations", "/office/people", "/groups/{group}/decisions"),
    "all": ("/office/",),
    "year": ("/groups/{group}/decisions", "/moderation/figures"),
    "type": ("/search?q=a",),
    "topic": ("/groups",),
    "state": ("/office/people", "/moderation/record"),
    "begin": ("/moderation/record", "/moderation/record.csv"),
    "group": ("/moderation/record",),
    "rule": ("/moderation/record",),
    "like": ("/groups/{group}/meetings/new",),
    "first_on": ("/groups/{group}/series/new",),
    "after": ("/rooms/{room}/changes",),
    "removed": ("/meetings/{meeting}/attendance",),
    "email": ("/reset",),
    "next": ("/sign-in",),
    "from": ("/meetings/{meeting}",),
    "v": ("/people/{stranger}/photo",),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_any_kind_is_answered(places: Places, name: str) -> None:
    reader = places.reader(OFFICE)
    room = places.groups["network"].room_id  # type: ignore[index]  # as above
    for page in PAGES[name]:
        path, _mark, more = page.format(**places.ids, room=room).partition("?")
        for value in QUERIES[name]:
            given = {**dict(pair.split("=") for pair in more.split("&") if pair), name: value}
            answer = reader.get(path, query_string=given, inspected=False)
            assert answer.status_code < 500, (page, value)
            assert "alert(1)</script>" not in answer.text, (page, value)
            assert "evil.example" not in answer.headers.get("Location", ""), (page, value)


def test_bytes_that_are_no_text_are_answered(places: Places) -> None:
    reader = places.reader(OFFICE)
    for path in ("/search?q=%ff%fe%c0%80", "/groups?q=%ed%a0%80", "/%ff%fe", "/groups/%c3%28", "/t/%00"):
        assert reader.get(path).status_code in (200, 404), path
    group, reader = places.ids["group"], places.reader(GROUP_MEMBER)
    with nothing_written():
        answer = reader.post(
            f"/groups/{group}/proposals",
            data=b"title=%00%00&text=%ff%fe%ed%a0%80",
            content_type="application/x-www-form-urlencoded",
        )
    assert answer.status_code == 422


def test_endless_addresses_and_odd_headers_are_answered(places: Places) -> None:
    assert places.reader(VISITOR).get(f"/groups/{'a' * 60_000}").status_code == 404
    for headers in (
        {"Accept-Language": "xx;q=nan,,;;de-DE-1996-x-y;q=99,*;q=-1"},
        {"Accept-Language": "a" * 10_000},
        {"Cookie": "session=nonsense; network=; =;;;"},
        {"Accept": "///;q=x"},
        {"Referer": "http://[::1"},
        {"X-Forwarded-For": "'; DROP", "X-Forwarded-Host": "evil.example"},
        {"If-None-Match": '"' * 100, "If-Modified-Since": "31 Feb"},
        {"Range": "bytes=9-1"},
        {"Content-Type": "multipart/form-data"},
    ):
        answer = places.reader(VISITOR).get("/sign-in", headers=headers)
        assert answer.status_code == 200, headers
        assert "evil.example" not in answer.text


@pytest.mark.one_database  # refused before any data are read
@pytest.mark.parametrize("host", ["evil.example", "a b", "[::1", "localhost:99999999", "<script>"])
def test_a_host_that_is_none_of_ours_comes_into_no_letter(places: Places, host: str) -> None:
    letters = Letterbox(Path(places.app.instance_path) / "mail")
    letters.empty()
    reader = places.reader(VISITOR)
    asked = reader.post(
        "/reset", data={"email": places[MEMBER].email}, headers={"Host": host}, inspected=False
    )
    assert asked.status_code in (303, 400)
    assert host not in asked.headers.get("Location", "")
    for letter in letters.all():
        assert host not in letter.text and host not in letter.html


# Forms that were tampered with


def posts(app: Flask) -> list[str]:
    """All paths that something can be sent to."""
    return sorted(rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))


def test_without_its_token_no_form_is_taken(places: Places) -> None:
    reader = places.reader(OFFICE)
    with nothing_written():
        for path in posts(places.app):
            if path in ("/unsubscribe/<token>", "/notices/end/<token>"):
                continue  # sent by mail programs, which have no page
            plain = re.sub(r"<[^>]+>", str(places.ids["meeting"]), path)
            answer = reader.post(plain, data={"title": "Ohne"}, csrf=False, inspected=False)
            assert answer.status_code == 400, path
    answer = reader.post(f"/groups/{places.ids['group']}/proposals", data={"title": "Ohne"}, csrf=False)
    assert in_german("The page was open for very long, or cookies are switched off.") in read(answer.text)


def test_another_way_of_asking_is_refused_in_words(places: Places) -> None:
    reader = places.reader(OFFICE)
    path = f"/groups/{places.ids['group']}"
    with nothing_written():
        for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
            answer = reader.open(path, method=method)
            assert answer.status_code == 405, method
            assert in_german("This does not work like that") in read(answer.text)


@pytest.mark.one_database
def test_every_form_that_is_sent_empty_is_answered(places: Places) -> None:
    """Nothing at all comes back as something to fill in, or does what a button does; it never fails."""
    meeting = places.meeting()
    ids = {
        "meeting": meeting.id,
        "item": meeting.agenda[1].id,
        "group": scenes.group("network", mode="Anew").make(places).id,
        "serie": scenes.series().make(places).id,
    }
    stranger = places.newcomer().id
    for path in posts(places.app):
        if path in ("/sign-out", "/profile/sign-ins/end") or "<token>" in path or path.startswith("/things"):
            continue
        kind = path.strip("/").split("/")[0].rstrip("s")
        plain = re.sub(r"<[^>]+>", str(ids.get(kind, stranger)), path)
        for who in (LEAD, OFFICE):
            answer = places.reader(who).post(plain, inspected=False)
            assert answer.status_code < 500 and "Traceback" not in answer.text, path
        places.begin()
    places.world.network.applications_open = True  # an empty box was one that is not ticked
    db.session.commit()


@pytest.mark.one_database  # refused before any data are read
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"title": ['),
        ("application/json", b"[" * 100_000),
        ("application/json", b'["title"]'),
        ("text/plain", b"title=Hallo"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
        ("application/x-www-form-urlencoded; charset=utf-16", "title=\0".encode("utf-16")),
        ("application/octet-stream", bytes(range(256))),
    ],
)
def test_what_is_no_form_is_not_read_as_one(places: Places, kind: str, body: bytes) -> None:
    reader = places.reader(GROUP_MEMBER)
    with nothing_written():
        answer = reader.post(
            f"/groups/{places.ids['group']}/proposals", data=body, content_type=kind, inspected=False
        )
    assert 400 <= answer.status_code < 500


def test_a_field_that_comes_twice_counts_once(places: Places) -> None:
    reader = places.reader(GROUP_MEMBER)
    group = places.ids["own_group"]
    data = "title=Erstes&title=Zweites&planned_minutes=5&planned_minutes=x"
    answer = reader.post(
        f"/groups/{group}/proposals", data=data, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 303
    page = reader.get(f"/groups/{group}/proposals", inspected=False).text
    assert "Erstes" in page and "Zweites" not in page


def test_more_than_fits_is_refused_before_it_is_read(places: Places) -> None:
    reader = places.reader(GROUP_MEMBER)
    with nothing_written():
        long = reader.post(
            f"/groups/{places.ids['group']}/proposals",
            data={"text": "a" * 3_000_000},
            content_type="multipart/form-data",
        )
    assert long.status_code == 413
    assert in_german("This text is too long.") in read(long.text)


# Files


@pytest.mark.one_database  # refused for its bytes
@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_no_document_is_not_taken(places: Places, name: str) -> None:
    content, filename = NO_FILES[name]
    with nothing_written():
        answer = places.reader(LEAD).post(
            f"/things/{places.ids['item']}/files", data={"file": (io.BytesIO(content), filename)}
        )
    assert answer.status_code == 422
    assert "nw-error" in answer.text


@pytest.mark.one_database  # refused for its bytes
@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_nobodys_portrait(places: Places, name: str) -> None:
    content, filename = NO_PICTURES[name]
    with nothing_written():
        answer = places.reader(MEMBER).post("/profile/photo", data={"photo": (io.BytesIO(content), filename)})
    assert answer.status_code == 422
    assert "nw-error" in answer.text


@pytest.mark.parametrize("filename", FILE_NAMES)
def test_of_a_name_that_is_a_path_only_a_name_is_left(places: Places, filename: str) -> None:
    item = places.meeting().agenda[0]
    answer = places.reader(LEAD).post(
        f"/things/{item.id}/files", data={"file": (io.BytesIO(b"Hallo"), filename)}
    )
    assert answer.status_code == 303
    file = db.session.scalars(select(File).where(File.parent_id == item.id)).one()
    assert not set("/\\\x00<>\u202e") & set(file.name) and not file.name.startswith(".")
    shown = places.reader(LEAD).get(f"/files/{file.id}/{file.name}", inspected=False)
    assert shown.data == b"Hallo"
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


# Signed links

LINKS = {
    "/answer/": ("answer", {"attendance": "attendance"}),
    "/reset/": ("reset", {"person": "stranger", "epoch": ""}),
    "/invitation/": ("invitation", {"person": "stranger", "epoch": ""}),
    "/email/confirm/": ("email-confirm", {"change": ""}),
    "/email/object/": ("email-object", {"change": ""}),
    "/unsubscribe/": ("unsubscribe", {"person": "stranger"}),
    "/notices/end/": ("end notices", {"person": "stranger"}),
}


@pytest.mark.parametrize("path", LINKS)
def test_a_link_that_is_none_says_so_and_does_nothing(places: Places, path: str) -> None:
    purpose, names = LINKS[path]
    facts: dict[str, Any] = {name: places.ids.get(thing, 999_999) for name, thing in names.items()}
    good = links.make(purpose, **facts)
    with time_machine.travel(now() - timedelta(days=900)):
        old = links.make(purpose, **facts)
    broken = {
        "cut off": good[:-3],
        "tampered with": ("a" if good[0] != "a" else "b") + good[1:],
        "made for something else": links.make("something else", **facts),
        "about nothing": links.make(purpose),
        "about a list": links.make(purpose, **dict.fromkeys(facts, [1])),
        "about a word": links.make(purpose, **dict.fromkeys(facts, "²")),
        "about nobody": links.make(purpose, **dict.fromkeys(facts, 999_999_999)),
        "too old": old if path not in ("/unsubscribe/", "/notices/end/") else "x",
        "markup": "%3Cscript%3E",
        "no text": "%ff%fe%00",
        "endless": "a" * 50_000,
        "nothing": ".",
    }
    with nothing_written():
        for name, token in broken.items():
            for method in ("GET", "POST"):
                answer = places.reader(VISITOR).open(path + token, method=method)
                assert answer.status_code in (404, 410), (name, method)
                assert "<h1" in answer.text


def test_a_calendar_that_is_nobodys_does_not_exist(places: Places) -> None:
    for token in ("", "x", "%00", "²", "None", "a" * 5000, "%27%20OR%201=1"):
        assert places.reader(VISITOR).get(f"/calendar/{token}.ics").status_code in (400, 404), token


# Sockets

NO_PAYLOADS: dict[str, Any] = {
    "nothing": None,
    "a list": [1, 2],
    "a word": "enter",
    "a number": 7,
    "an empty object": {},
    "a list for an id": {"room": [1], "number": [2], "on": [1], "deed": ["x"]},
    "an object for an id": {"room": {}, "number": 0, "on": {}, "deed": {}},
    "truth for an id": {"room": True, "number": True, "on": True, "deed": True},
    "a fraction for an id": {"room": 1.5, "number": 0.5, "on": 1.5, "deed": "agenda.propose"},
    "below nought": {"room": -1, "number": -1, "on": -1, "deed": "agenda.propose"},
    "too large an id": {"room": 2**70, "number": 0, "on": 2**70, "deed": "agenda.propose"},
    "a superscript": {"room": "²", "number": 0, "on": "²", "deed": "agenda.propose"},
    "an unknown deed": {"deed": "people.erase", "on": 1, "room": 999_999, "number": 0},
}


@pytest.mark.parametrize("name", NO_PAYLOADS)
def test_a_socket_refuses_what_it_cannot_read(places: Places, name: str) -> None:
    ear = places.ear(LEAD)
    with nothing_written():
        for event in ("enter", "leave", "do"):
            answer = ear.send(event, NO_PAYLOADS[name])
            if event == "leave" and name == "an unknown deed":
                continue  # whoever is not in a room can leave it
            assert answer["ok"] is False and answer["error"] in ("invalid", "not_found"), event
            assert answer["message"]
        ear.send("signal", NO_PAYLOADS[name])
    assert ear.connected


def deep(levels: int) -> list[Any]:
    """A list in a list in a list."""
    found: list[Any] = []
    for _level in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ([], "invalid"),
        ("title", "invalid"),
        ({}, "invalid"),
        ({"title": ""}, "invalid"),
        ({"title": None}, "invalid"),
        ({"title": "\u202e\x00"}, "invalid"),
        ({"title": "a" * 201}, "invalid"),
        ({"title": "a" * 300_000}, "too_large"),
        ({"title": "gut", "planned_minutes": "²"}, "invalid"),
        ({"title": "gut", "planned_minutes": 1e400}, "invalid"),
        ({"title": "gut", "planned_minutes": 10**60}, "invalid"),
        ({"title": "gut", "planned_minutes": {"a": 1}}, "invalid"),
        ({"title": "gut", "kind": "party"}, "invalid"),
        ({"title": "gut", "under": [1, 2]}, "stale"),
        ({"title": deep(200)}, "invalid"),
        ({str(number): number for number in range(20_000)}, "too_large"),
    ],
)
def test_facts_of_a_deed_are_read_like_those_of_a_form(places: Places, facts: Any, error: str) -> None:
    ear = places.ear(LEAD)
    with nothing_written():
        answer = ear.send("do", {"deed": "agenda.add_item", "on": places.ids["meeting"], "facts": facts})
    assert (answer["ok"], answer["error"]) == (False, error)
    assert answer["message"] and not any(words in str(answer) for words in ENGLISH)


@pytest.mark.parametrize("text", ["\ud83d", "\udfff", "\x00"])
def test_half_a_sign_over_the_socket_breaks_nothing(places: Places, text: str) -> None:
    ear = places.ear(LEAD)
    item = scenes.written().make(places)
    answer = ear.do("minutes.write", item, text=f"Guten Tag{text}.", revision=2)
    assert answer["ok"], answer
    db.session.expire_all()
    assert item.minutes.text == "Guten Tag."


@pytest.mark.one_database  # the protocol reads it
@pytest.mark.parametrize("key", ["kurz", "a" * 65, 12345678, ["a" * 10], {"a": 1}, True])
def test_a_key_that_is_none_is_refused(places: Places, key: Any) -> None:
    with nothing_written():
        answer = places.ear(LEAD).send(
            "do",
            {
                "deed": "agenda.add_item",
                "on": places.ids["meeting"],
                "key": key,
                "facts": {"title": "Zweimal"},
            },
        )
    assert answer["error"] == "invalid"


def test_a_key_is_good_for_the_same_facts_alone(places: Places) -> None:
    ear, meeting = places.ear(LEAD), places.meeting()
    first = ear.do("agenda.add_item", meeting, "einmal-und-nie-wieder", title="Einmal")
    assert first["ok"]
    with nothing_written():
        assert (
            ear.do("agenda.add_item", meeting, "einmal-und-nie-wieder", title="Einmal")["id"] == first["id"]
        )
        other = ear.do("agenda.add_item", meeting, "einmal-und-nie-wieder", title="Anders")
    assert other["error"] == "invalid"
    assert other["message"] == in_german("This was already sent with other content.")


@pytest.mark.parametrize("number", [2**63, 2**70, 10**30])
def test_a_number_from_the_future_means_to_load_the_page_again(places: Places, number: int) -> None:
    group = places.groups["network"]  # type: ignore[index]  # as above
    answer = places.ear(LEAD).send("enter", {"room": group.room_id, "number": number})
    assert answer.get("reload") or answer["error"] == "not_found"


@pytest.mark.one_database  # one query finds every thing by its kind
@pytest.mark.parametrize("deed", sorted(OFFERED))
def test_no_deed_is_done_on_a_thing_of_another_kind(places: Places, deed: str) -> None:
    with nothing_written():
        for thing in (places[MEMBER], places.world.desk, places.world.parish):
            assert places.ear(OFFICE).do(deed, thing)["error"] == "not_found"


# What is written is shown as it was written


def test_markup_stays_text_in_page_stream_and_letter(places: Places) -> None:
    group = scenes.group("network", mode=MARKUP).make(places)
    group.name = group.purpose = MARKUP
    db.session.commit()
    draft = places.meeting("draft", group=group, place=MARKUP, note=MARKUP)
    draft.title = MARKUP
    db.session.commit()
    ear = places.ear(GROUP_MEMBER)
    ear.enter(draft.parent)
    item: AgendaItem = agenda.add_item(places[LEAD], draft, title=MARKUP, kind="exchange")
    agenda.change_item(
        places[LEAD],
        item,
        title=MARKUP,
        kind="exchange",
        planned_minutes=5,
        presenter_ids=[],
        presenter_names=[MARKUP],
        text=f"[x](javascript:alert(3)) {MARKUP}",
        internal=False,
        standing=False,
    )
    letters = Letterbox(Path(places.app.instance_path) / "mail")
    letters.empty()
    invitations.announce(places[LEAD], draft, people=[])
    reader = places.reader(GROUP_MEMBER)
    sources = [
        reader.get(f"/groups/{group.id}", inspected=False).text,
        reader.get(f"/meetings/{draft.id}", inspected=False).text,
        reader.get("/groups", inspected=False).text,
        reader.get("/my", inspected=False).text,
        reader.get("/search", query_string={"q": "alert"}, inspected=False).text,
        ear.html(),
        *(letter.html for letter in letters.all()),
    ]
    assert len(sources) > 6 and ear.html()
    for source in sources:
        assert "<script>alert" not in source and "<img src=x" not in source
        assert 'href="javascript:' not in source
    assert any("&lt;script&gt;alert(1)" in source for source in sources)
    assert all("\n" not in letter.subject for letter in letters.all())


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Ключ 🧑🏽‍🤝‍🧑🏻 مفتاح", "Ключ 🧑🏽‍🤝‍🧑🏻 مفتاح"),
        ("\u202eevil\u202c gut\x00", "evil gut"),
        ("a\r\nBcc: alle@example.org", "a Bcc: alle@example.org"),
        (SQL, SQL),
        ("{{ 7 * 7 }} {% raw %} %(name)s %s {0}", "{{ 7 * 7 }} {% raw %} %(name)s %s {0}"),
    ],
)
def test_odd_but_harmless_text_is_kept(places: Places, title: str, kept: str) -> None:
    group = scenes.group("network", mode="Anew").make(places)
    reader = places.reader(GROUP_MEMBER)
    assert reader.post(f"/groups/{group.id}/proposals", data={"title": title}).status_code == 303
    assert kept in read(reader.get(f"/groups/{group.id}/proposals", inspected=False).text)


def test_a_letter_to_somebody_with_an_odd_name_has_one_subject_and_one_recipient(places: Places) -> None:
    letters = Letterbox(Path(places.app.instance_path) / "mail")
    letters.empty()
    facts = {"name": 'Ali "Neu"\r\nBcc: alle@example.org', "email": "ali.neu@example.org", "role": "member"}
    assert places.reader(OFFICE).post("/office/invite", data={**facts, "language": "de"}).status_code == 303
    letter = letters.last("ali.neu@example.org")
    assert letter.message["Bcc"] is None
    assert len(letter.message["To"].addresses) == 1
