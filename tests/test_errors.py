"""What goes wrong is said in plain words, under a number that the log has too, and no more is shown."""

import json
import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, abort, request
from flask_login import current_user
from lxml import html
from werkzeug.exceptions import TooManyRequests

from network.changes import Invalid, Refused, Stale
from network.errors import JsonLines
from network.extensions import db, limiter
from network.people import passwords
from tests.approval.conftest import hold
from tests.clients import Reader
from tests.world import PASSWORD, World

pytestmark = pytest.mark.one_database  # what an error says, not what it comes from

STREAM = {"Accept": "text/vnd.turbo-stream.html, text/html, application/xhtml+xml"}
JSON = {"Accept": "application/json"}


def trouble(kind: str) -> Any:
    """Everything that can go wrong."""
    if kind == "refused":
        raise Refused("Only the chair can end a meeting.")
    if kind == "stale":
        raise Stale("Item 3 has been opened meanwhile.")
    if kind == "invalid":
        raise Invalid(title="Please use <b>fewer</b> words.")
    if kind == "slow":
        raise TooManyRequests(retry_after=130)
    if kind == "broken":
        raise RuntimeError("secret of anke@example.org")
    if kind == "database":
        return str(db.session.execute(db.text("SELECT * FROM nowhere")).all())
    if kind == "whoami":
        return f"{current_user.id}"
    if kind == "body":
        return str(len(request.form))
    return abort(int(kind))


@pytest.fixture
def troubled(make_app: Callable[..., Flask]) -> Flask:
    """An application in which all goes wrong on demand, and is answered as on a server."""
    made = make_app(PROPAGATE_EXCEPTIONS=False, MAX_CONTENT_LENGTH=2000, MAX_FORM_MEMORY_SIZE=500)
    made.add_url_rule("/trouble/<kind>", "trouble", trouble, methods=["GET", "POST"])
    made.add_url_rule("/once", "once", limiter.limit("1 per hour")(lambda: "ok"))
    return made


@pytest.fixture
def reader(troubled: Flask) -> Reader:
    found: Reader = troubled.test_client()  # type: ignore[assignment]  # make_app sets its class
    found.language = "en"
    return found


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("400", 400, "This could not be read"),
        ("403", 403, "You may not do this"),
        ("404", 404, "This page does not exist, or you may not see it."),
        ("409", 409, "Something has changed meanwhile"),
        ("413", 413, "At most 20 MB"),
        ("422", 422, "Something is not right yet"),
        ("429", 429, "Please wait a minute"),
        ("refused", 403, "Only the chair can end a meeting."),
        ("stale", 409, "Item 3 has been opened meanwhile."),
        ("invalid", 422, "Please use &lt;b&gt;fewer&lt;/b&gt; words."),
        ("slow", 429, "Please wait 3 minutes"),
        ("broken", 500, "Something went wrong on our side"),
        ("database", 500, "Something went wrong on our side"),
        ("503", 503, "Something went wrong on our side"),
    ],
)
def test_every_error_has_a_page_in_plain_words(reader: Reader, kind: str, status: int, words: str) -> None:
    answer = reader.get(f"/trouble/{kind}")
    assert answer.status_code == status
    assert words in answer.text
    assert answer.mimetype == "text/html"
    assert answer.headers["Cache-Control"] == "no-store"
    for inside in ("Traceback", "RuntimeError", "secret", "nowhere", "sqlalchemy"):
        assert inside not in answer.text


def test_an_address_that_does_not_exist_is_404_and_a_wrong_method_405(reader: Reader) -> None:
    assert reader.get("/no/such/page").status_code == 404
    answer = reader.post("/health/live")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl"), ("xx", "ltr")])
@pytest.mark.parametrize("kind", ["404", "broken"])
def test_the_page_is_in_the_reader_s_language(
    reader: Reader, kind: str, language: str, direction: str
) -> None:
    reader.language = language
    text = reader.get(f"/trouble/{kind}").text
    assert f'lang="{language if language != "xx" else "de"}" dir="{direction}"' in text


def test_the_number_on_the_page_is_the_number_in_the_log(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    text = reader.get("/trouble/broken").text
    [record] = [record for record in caplog.records if record.message == "request failed"]
    assert record.number in text  # type: ignore[attr-defined]  # given by `extra`
    assert len(record.number) == 8  # type: ignore[attr-defined]  # as above


def test_a_visitor_can_sign_in_from_an_address_that_shows_nothing_whether_it_exists_or_not(
    world: World, client: Reader, sign_in: Callable[..., Any]
) -> None:
    client.language = "en"
    minutes = hold(world.closed, world.nina, world.nina).minutes
    there, absent = f"/meetings/{minutes.meeting_id}/minutes?page=2", "/meetings/999999/minutes?page=2"
    answers = [client.get(address) for address in (there, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    links = [html.fromstring(answer.text).xpath("//main//a/@href") for answer in answers]
    for address, found in zip((there, absent), links, strict=True):
        door, start = found[-2:]
        assert (parse_qs(urlsplit(door).query), start) == ({"next": [address]}, "/")
    bodies = [
        re.sub(r"<code>\w+</code>|name=\"next\" value=\"[^\"]*\"|next=[^\"]*", "", answer.text)
        for answer in answers
    ]
    assert bodies[0] == bodies[1]
    assert sign_in(world.nina).get(there).status_code == 200
    refused = sign_in(world.ben).get(there)  # who is signed in is offered nothing of the kind
    assert refused.status_code == 404 and "/sign-in?" not in refused.text


@pytest.mark.parametrize("strange", ["//evil.example/x", "/%5Cevil.example", "/%0D%0Aevil"])
def test_no_address_that_shows_nothing_leads_away_after_the_sign_in(
    world: World, client: Reader, strange: str
) -> None:
    page = client.get(f"http://localhost{strange}")
    assert page.status_code == 404
    [offered] = html.fromstring(page.text).xpath("//main//a[contains(@href, 'sign-in')]/@href")
    assert offered.startswith("/sign-in")
    world.ben.password_hash = passwords.hashed(PASSWORD)
    wanted = parse_qs(urlsplit(offered).query).get("next", [""])[0]
    facts = {"email": world.ben.email, "password": PASSWORD, "next": wanted}
    led = client.post("/sign-in", data=facts).location
    assert led.startswith("/") and not led.startswith(("//", "/\\"))


def test_typed_text_stays_since_turbo_gets_a_notice_instead_of_a_page(reader: Reader) -> None:
    answer = reader.post("/trouble/stale", headers=STREAM)
    assert answer.status_code == 409
    assert answer.mimetype == "text/vnd.turbo-stream.html"
    assert '<turbo-stream action="append" target="toasts"><template>' in answer.text
    assert "Item 3 has been opened meanwhile." in answer.text
    assert "nw-toast--bad" in answer.text
    assert "<html" not in answer.text


def test_a_page_that_turbo_visits_is_a_page(reader: Reader) -> None:
    assert reader.get("/trouble/404", headers=STREAM).mimetype == "text/html"


def test_a_script_gets_the_word_and_the_sentence(reader: Reader) -> None:
    for kind, status, word in (
        ("stale", 409, "stale"),
        ("refused", 403, "forbidden"),
        ("404", 404, "not_found"),
    ):
        answer = reader.post(f"/trouble/{kind}", headers=JSON)
        assert (answer.status_code, answer.json["error"]) == (status, word)
        assert answer.json["message"]
    answer = reader.post("/trouble/invalid", json={"title": "x"})
    assert answer.json["errors"] == {"title": ["Please use <b>fewer</b> words."]}
    answer = reader.post("/trouble/broken", headers=JSON)
    assert (answer.status_code, answer.json["error"]) == (500, "failed")
    assert "secret" not in answer.text


def test_a_form_without_a_token_is_refused_in_words(reader: Reader) -> None:
    answer = reader.post("/trouble/whoami", csrf=False)
    assert answer.status_code == 400
    assert "load it again" in answer.text


def test_what_is_too_large_is_refused_before_it_is_read(reader: Reader) -> None:
    answer = reader.post("/trouble/body", data={"text": "x" * 5000}, headers=STREAM)
    assert answer.status_code == 413
    assert "At most 20 MB" in answer.text
    fields = {"data": {"text": "x" * 1000}, "content_type": "multipart/form-data"}
    answer = reader.post("/trouble/body", headers=STREAM, **fields)
    assert answer.status_code == 413
    assert "This text is too long." in answer.text


def test_who_is_too_fast_hears_when_to_come_back(reader: Reader) -> None:
    assert reader.get("/trouble/slow").headers["Retry-After"] == "130"
    assert reader.get("/once", inspected=False).status_code == 200
    answer = reader.get("/once")
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3601
    assert "Please wait 60 minutes" in answer.text


def test_a_database_that_is_gone_still_leaves_a_page(make_app: Callable[..., Flask], tmp_path: Any) -> None:
    lost = make_app(PROPAGATE_EXCEPTIONS=False, DATABASE_URL=f"sqlite:///{tmp_path}/no/such/folder.db")
    lost.add_url_rule("/trouble/<kind>", "trouble", trouble)
    reader: Reader = lost.test_client()  # type: ignore[assignment]  # make_app sets its class
    answer = reader.get("/trouble/database")
    assert answer.status_code == 500
    assert "nw-card" in answer.text
    assert reader.get("/nope").status_code == 404


# The log


def lines_of(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What the log's lines say."""
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


def test_a_request_is_one_line_without_a_word_about_the_person(
    world: World, troubled: Flask, sign_in: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "network")
    anke = world.anke.id
    reader = sign_in(world.anke, troubled)
    reader.get("/trouble/whoami?token=geheim", inspected=False, headers={"User-Agent": "Ankes Telefon"})
    [line] = [line for line in lines_of(caplog) if line["message"] == "request"]
    assert line["endpoint"] == "trouble"
    assert (line["method"], line["status"], line["user"]) == ("GET", 200, anke)
    assert line["ms"] >= 0
    written = json.dumps(line)
    for private in ("geheim", "127.0.0.1", "Telefon", "Anke", "example.org", "whoami"):
        assert private not in written


def test_a_failure_is_logged_by_its_place_and_not_by_its_words(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    reader.get("/trouble/broken?token=geheim")
    [line] = [line for line in lines_of(caplog) if line["message"] == "request failed"]
    assert line["error"] == ["RuntimeError"]
    assert "trouble" in line["places"][-1]
    assert "secret" not in json.dumps(line)
    assert "geheim" not in json.dumps(line)


def test_the_log_leaves_out_what_libraries_put_into_their_sentences() -> None:
    record = logging.LogRecord(
        "other", logging.WARNING, "", 1, "Mail to %s failed", ("anke@example.org",), None
    )
    assert "anke" not in JsonLines().format(record)
