"""What people and programs send that cannot be right: one line for each case, and what is to be answered.

`FORMS` are forms filled in wrongly; the page comes back with what was typed and a sentence beside the field.
`DEEDS` are buttons and commands whose facts do not fit: they have no page of their own. Addresses name what
they are about in braces; `Places` in test_bad_input.py knows those names.
"""

import io
import zlib
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.permission_rows.words import GROUP_MEMBER, LEAD, MEMBER, OFFICE, VISITOR
from tests.world import PASSWORD

# Ids and numbers that are none, though some of them look like one.
NO_NUMBERS = {
    "a word": "three",
    "a superscript": "²",
    "a circled digit": "③",
    "a fraction": "1.5",
    "an exponent": "1e3",
    "not a number": "nan",
    "a hundred digits": "9" * 100,
    "more digits than Python reads": "9" * 5000,
}
FEW_NUMBERS = {
    what: NO_NUMBERS[what] for what in ("a word", "a superscript", "more digits than Python reads")
}
NO_IDS = {
    **NO_NUMBERS,
    "nought": "0",
    "below nought": "-1",
    "digits of another script": "١٢",
    "full-width digits": "１２",
    "a sign before": "+1",
    "blanks around": "%201%20",
    "more than 63 bits": str(2**63),
    "a NUL": "1%00",
    "a path": "..%2F..%2Fetc%2Fpasswd",
    "SQL": "1%20OR%201=1",
    "markup": "%3Cscript%3E",
    "no UTF-8": "%ff%fe",
}
INVISIBLE = {
    "nothing": "",
    "blanks": "   \t ",
    "NUL and control characters": "\x00\x07\x1b",
    "an override of direction": "\u202e\u2066",
    "signs without width": "\u200b\u200d\ufeff",
}
MARKUP = '<script>alert(1)</script><img src=x onerror="alert(2)">'
SQL = "'; DROP TABLE person; --"

FILL_IN = "Please fill this in."
TOO_LONG = "Please use at most %(max)d characters."
CHOOSE = "Please choose one of the entries."
A_DATE = "Please give a date, for example 2026-11-26."
BETWEEN = "Please give a date between 1900 and 2200."
A_TIME = "Please give a time, for example 17:00."
HTTPS = "Please give an address that begins with https://"
RELOAD = "Please load the page again."
GONE = "This item is no longer on the agenda. Please look at the page again."


@dataclass(frozen=True)
class Case:
    """What is sent by whom, and what is answered: a status, and a sentence by its msgid."""

    name: str
    address: str
    facts: dict[str, Any]
    says: str = ""
    who: str = LEAD
    status: int = 422
    kept: tuple[str, ...] = field(default=())  # what was typed and must still stand in the page


def wrong(
    address: str, base: dict[str, Any], table: dict[str, tuple[dict[str, Any], str]], **more: Any
) -> list[Case]:
    """Cases of one form: a good one, each with something wrong in it."""
    cases = []
    for name, (facts, says) in table.items():
        sent = {key: value for key, value in {**base, **facts}.items() if value is not None}
        kept = tuple(
            value
            for key, value in sent.items()
            if isinstance(value, str) and key in TYPED and value.isprintable() and 2 < len(value) < 300
        )
        cases.append(Case(f"{address}: {name}", address, sent, says, kept=kept, **more))
    return cases


# Fields into which people type; of what they choose nothing is lost.
TYPED = {"title", "name", "text", "place", "note", "reason", "answer", "purpose", "online_url", "day"}
TYPED |= {"words", "remark", "procedure", "evidence", "indicator", "unit", "milestones", "baseline", "target"}
TYPED |= {"start", "end", "how", "plain", "email", "organisation", "reminders", "people", "guest_name"}

MEETING = {
    "title": "Frühjahrstreffen",
    "kind": "ordinary",
    "day": "2027-06-02",
    "start": "17:00",
    "end": "18:30",
    "place": "Rathaus, Saal 2",
    "online_url": "",
    "chair_id": "",
    "minute_taker_id": "",
    "like": "empty",
    "note": "Bitte läuten.",
}
PLANNING = wrong(
    "/groups/{group}/meetings/new",
    MEETING,
    {
        "no day": ({"day": ""}, FILL_IN),
        "the 31st of February": ({"day": "31.02.2027"}, A_DATE),
        "the 30th of February": ({"day": "2027-02-30"}, A_DATE),
        "the year 0": ({"day": "0000-01-01"}, A_DATE),
        "the year 1": ({"day": "0001-01-01"}, BETWEEN),
        "the year 9999": ({"day": "9999-12-31"}, BETWEEN),
        "a day in words": ({"day": "nächsten Mittwoch"}, A_DATE),
        "an hour that no day has": ({"start": "25:00"}, A_TIME),
        "a time in words": ({"end": "abends"}, A_TIME),
        "an hour that the clocks leave out": (
            {"day": "2027-03-28", "start": "02:30", "end": "04:00"},
            "This time does not exist on that day, because the clocks go forward. Please choose another.",
        ),
        "the end before the start": ({"start": "18:30", "end": "17:00"}, "The end is before the start."),
        "the end at the start": ({"end": "17:00"}, "The end must come after the start."),
        "two days": ({"start": "17:00", "end": "18:00", "ends_next_day": "y"}, "A meeting lasts less than"),
        "a time that has passed": ({"day": "2020-06-02"}, "This time has passed."),
        "a title that is too long": ({"title": "a" * 201}, TOO_LONG),
        "a place that is too long": ({"place": "a" * 201}, TOO_LONG),
        "a note that is too long": ({"note": "a" * 5001}, TOO_LONG),
        "a script for an address": ({"online_url": "javascript:alert(1)"}, HTTPS),
        "data for an address": ({"online_url": "data:text/html,hello"}, HTTPS),
        "half an address": ({"online_url": "http://[::1"}, HTTPS),
        "a kind that there is not": ({"kind": "party"}, CHOOSE),
        "somebody else for a chair": ({"chair_id": "{stranger}"}, CHOOSE),
        "another group's template": ({"like": "{foreign_template}"}, CHOOSE),
        **{f"for a chair {what}": ({"chair_id": value}, "") for what, value in NO_NUMBERS.items()},
        "nothing at all": (dict.fromkeys(MEETING), FILL_IN),
    },
)

SERIES = {
    "title": "Sprache am Mittwoch",
    "rhythm": "weeks",
    "every": "2",
    "nth": "1",
    "weekday": "2",
    "first_on": "2027-06-02",
    "start_time": "17:00",
    "minutes": "90",
    "days_ahead": "28",
}
PATTERNS = wrong(
    "/groups/{group}/series/new",
    SERIES,
    {
        "no title": ({"title": ""}, FILL_IN),
        "every nought weeks": ({"every": "0"}, "Please give a number from 1 to 52."),
        "every minus three weeks": ({"every": "-3"}, "Please give a number from 0 to"),
        "four minutes": ({"minutes": "4"}, "Please give at least five minutes."),
        "an eighth day of the week": ({"weekday": "7"}, CHOOSE),
        "a ninth Wednesday": ({"rhythm": "month", "nth": "9"}, CHOOSE),
        "the end before the start": ({"last_on": "2027-06-01"}, "The last day must come after the first."),
        "no day in between": (
            {"last_on": "2027-06-03", "first_on": "2027-06-03"},
            "No day of this pattern comes before it.",
        ),
        "the year 9999": ({"first_on": "9999-12-31"}, BETWEEN),
        **{f"every so many weeks, {what}": ({"every": value}, "") for what, value in NO_NUMBERS.items()},
    },
)

ITEM = {"title": "Dolmetschen im Amt", "kind": "exchange", "planned_minutes": "10"}
AGENDA = [
    *wrong(
        "/meetings/{meeting}/items",
        ITEM,
        {
            **{f"for a title {what}": ({"title": value}, FILL_IN) for what, value in INVISIBLE.items()},
            "a title that is too long": ({"title": "ä" * 201}, TOO_LONG),
            "minus one minute": ({"planned_minutes": "-1"}, "Please give a number from 0 to"),
            "601 minutes": ({"planned_minutes": "601"}, "Please give a number from 0 to"),
            "a kind that there is not": ({"kind": "party"}, CHOOSE),
            "below an item of another meeting": ({"under": "{foreign_item}"}, GONE),
            "below an item that there is not": ({"under": "999999999"}, GONE),
            **{f"minutes, {what}": ({"planned_minutes": value}, "") for what, value in NO_NUMBERS.items()},
            **{
                f"below {what}": ({"under": value}, "Please say before or after which item.")
                for what, value in NO_NUMBERS.items()
            },
        },
    ),
    *wrong(
        "/items/{item}/edit",
        ITEM,
        {
            "no title": ({"title": ""}, FILL_IN),
            "a text that is too long": ({"text": "a" * 20_001}, TOO_LONG),
            "presented by a stranger": ({"presenter_ids": "{stranger}"}, "Please choose from the entries."),
            "presented by nobody's number": ({"presenter_ids": "²"}, "Please choose from the entries."),
            "presented by too many": (
                {"presenter_names": "\n".join(f"Gast {n}" for n in range(21))},
                "Please give at most 20 names of at most 160 characters each.",
            ),
        },
    ),
    *wrong(
        "/meetings/{running}/items/now",
        ITEM,
        {
            "no title": ({"title": ""}, FILL_IN),
            "too many minutes": ({"planned_minutes": "9" * 30}, "Please give a number from 0 to"),
        },
    ),
    *wrong(
        "/groups/{group}/proposals",
        {"title": "Dolmetschen", "text": "Wer hilft?"},
        {
            "no title": ({"title": ""}, FILL_IN),
            "a text that is too long": ({"text": "a" * 5001}, TOO_LONG),
            "a title that nobody sees": ({"title": "\u202e"}, FILL_IN),
        },
        who=GROUP_MEMBER,
    ),
    *wrong(
        "/proposals/{proposal}/answer",
        {"answer": "decline", "reason": "Passt nicht.", "meeting_id": "{draft}"},
        {
            "no reason": ({"reason": "  "}, "Please say why, so that the person understands it."),
            "no answer": ({"answer": ""}, CHOOSE),
            "an answer that there is not": ({"answer": "-"}, CHOOSE),
            "another group's meeting": ({"answer": "take_up", "meeting_id": "{foreign_meeting}"}, CHOOSE),
            "the agenda of nothing": ({"answer": "take_up", "meeting_id": "²"}, CHOOSE),
            "a reason that is too long": ({"reason": "a" * 2001}, TOO_LONG),
        },
    ),
    *wrong(
        "/meetings/{meeting}/cancel",
        {},
        {"no reason": ({"reason": ""}, FILL_IN), "too long a reason": ({"reason": "a" * 2001}, TOO_LONG)},
    ),
    *wrong("/meetings/{meeting}/save-as-template", {}, {"no name": ({"title": ""}, FILL_IN)}),
]

TAKING_PART = [
    *wrong(
        "/meetings/{meeting}/answer",
        {"value": "accepted", "note": "Ich komme später."},
        {
            "perhaps": ({"value": "perhaps"}, CHOOSE),
            "neither yes nor no": ({"value": None}, "Please say yes or no."),
            "too long a word": ({"note": "a" * 301}, TOO_LONG),
        },
        who=GROUP_MEMBER,
    ),
    *wrong(
        "/meetings/{running}/attendance/guests",
        {"name": "Jo Gast", "organisation": "Tafel", "how": "room"},
        {
            "no name": ({"name": ""}, FILL_IN),
            "too long a name": ({"name": "a" * 121}, TOO_LONG),
            "too long an organisation": ({"organisation": "a" * 161}, TOO_LONG),
            "on the moon": ({"how": "moon"}, CHOOSE),
        },
    ),
    *wrong(
        "/attendances/{attendance}",
        {"presence": "room", "arrived": "17:00", "left": "", "organisation_id": ""},
        {
            "asleep": ({"presence": "asleep"}, CHOOSE),
            "an hour that no day has": ({"arrived": "25:61"}, A_TIME),
            "gone before having come": (
                {"arrived": "17:00", "left": "16:59"},
                "Leaving comes after arriving.",
            ),
            "for somebody else's organisation": ({"organisation_id": "{organisation}"}, CHOOSE),
            "for no organisation's number": ({"organisation_id": "²"}, CHOOSE),
        },
    ),
    *wrong(
        "/c",
        {},
        {
            "no code": ({"code": ""}, FILL_IN),
            "another code": ({"code": "ZZZZZZ"}, "No meeting has this code at the moment."),
            "a code of NUL": ({"code": "\x00"}, FILL_IN),
            "pictures": ({"code": "🧩🧩🧩"}, "No meeting has this code at the moment."),
            "superscripts": ({"code": "²²²"}, "No meeting has this code at the moment."),
            "too long a code": ({"code": "A" * 41}, TOO_LONG),
        },
        who=MEMBER,
    ),
]

WRITING = [
    *wrong(
        "/drafts/{together}/name",
        {"name": "Wie besprochen", "number": "1"},
        {
            "no name": ({"name": ""}, FILL_IN),
            "too long a name": ({"name": "a" * 101}, TOO_LONG),
            "no number": ({"number": ""}, RELOAD),
            "a version that there is not": ({"number": "99"}, "This version does not exist."),
        },
    ),
    *wrong(
        "/drafts/{together}/restore",
        {"number": "1", "seen": "2"},
        {
            "no number": ({"number": ""}, RELOAD),
            "a version that there is not": ({"number": "99"}, "This version does not exist."),
        },
    ),
    *wrong(
        "/drafts/{together}/restore",
        {"number": "1", "seen": "2"},
        {"what was seen long ago": ({"seen": "1"}, "has written here in the meantime.")},
        status=409,
    ),
    *wrong(
        "/drafts/{together}/erase",
        {"what": "before", "reason": "Ein Name.", "sure": "y"},
        {
            "no choice": ({"what": "half"}, "Please choose one of the entries."),
            "no reason": ({"reason": ""}, FILL_IN),
            "too long a reason": ({"reason": "a" * 1001}, TOO_LONG),
            "unsure": ({"sure": ""}, "Please confirm this."),
        },
        who=OFFICE,
    ),
    *wrong(
        "/drafts/{together}/comments",
        {"text": "Stimmt das?", "quote": "so"},
        {"no text": ({"text": ""}, FILL_IN), "too long a text": ({"text": "a" * 2001}, TOO_LONG)},
    ),
    *wrong(
        "/items/{written}/minutes",
        {"text": "Alle sind einig.", "revision": "2"},
        {
            "no revision": ({"revision": ""}, RELOAD),
            "a text that is too long": ({"text": "a" * 50_001}, TOO_LONG),
            **{
                f"the revision {what}": ({"revision": value}, "")
                for what, value in NO_NUMBERS.items()
                if what != "a hundred digits"
            },
        },
    ),
    Case(
        "/items/{written}/minutes: what somebody has written over",
        "/items/{written}/minutes",
        {"text": "Meine Fassung.", "revision": "1"},
        "has written here in the meantime.",
        status=409,
        kept=("Meine Fassung.", "Second."),
    ),
    *wrong(
        "/meetings/{running}/decisions",
        {"item": "{item_on}", "text": "Wir fragen den Kreis.", "how": "einstimmig"},
        {
            "no text": ({"text": ""}, FILL_IN),
            "too long a text": ({"text": "a" * 5001}, TOO_LONG),
            "an item of another meeting": ({"item": "{foreign_item}"}, CHOOSE),
            "an item that is none": ({"item": "²"}, CHOOSE),
            "a review before the meeting": (
                {"review_on": "2020-01-01"},
                "Please choose a day after the meeting.",
            ),
            "a review on no day": ({"review_on": "31.02.2027"}, A_DATE),
            "an organisation that there is not": ({"organisation_id": "9" * 30}, CHOOSE),
        },
    ),
    *wrong(
        "/meetings/{running}/actions",
        {"item": "{item_on}", "text": "Den Kreis fragen"},
        {
            "no text": ({"text": ""}, FILL_IN),
            "too long a text": ({"text": "a" * 501}, TOO_LONG),
            "for a stranger": ({"person_id": "{stranger}"}, CHOOSE),
            "by no day": ({"due_on": "2027-13-01"}, A_DATE),
        },
    ),
    *wrong("/actions/{task}/drop", {}, {"no reason": ({"reason": ""}, FILL_IN)}),
    *wrong(
        "/decisions/{decision}/supersede",
        {},
        {
            "by nothing": ({"by_id": ""}, ""),
            "by itself": ({"by_id": "{decision}"}, CHOOSE),
            "by no number": ({"by_id": "²"}, CHOOSE),
            "by what there is not": ({"by_id": "9" * 30}, CHOOSE),
        },
    ),
    *wrong(
        "/meetings/{sent_meeting}/minutes/take-back",
        {},
        {"a long reason": ({"reason": "a" * 1001}, TOO_LONG)},
    ),
    *wrong(
        "/meetings/{closed_meeting}/minutes/circulate",
        {},
        {
            "no day": ({"until": ""}, FILL_IN),
            "a day that has passed": ({"until": "2020-01-01"}, "Please choose a day between today and"),
            "a day too far": ({"until": "2199-01-01"}, "Please choose a day between today and"),
            "the year 9999": ({"until": "9999-01-01"}, BETWEEN),
        },
    ),
    *wrong(
        "/meetings/{running}/hand-over",
        {"office": "minute_taker", "person_id": "{guest}"},
        {
            "to a stranger": ({"person_id": "{stranger}"}, CHOOSE),
            "to nobody's number": ({"person_id": "²"}, CHOOSE),
            "an office that there is not": ({"office": "treasurer"}, CHOOSE),
        },
    ),
]

GROUP = {
    "name": "Wohnen",
    "purpose": "Wohnungen für alle.",
    "visibility": "network",
    "joining": "request",
    "kind": "working",
    "leads": "{lead}",
}
GROUPS = [
    *wrong(
        "/groups/new",
        GROUP,
        {
            **{f"for a name {what}": ({"name": value}, FILL_IN) for what, value in INVISIBLE.items()},
            "too long a name": ({"name": "a" * 121}, TOO_LONG),
            "no purpose": ({"purpose": ""}, FILL_IN),
            "nobody who leads": ({"leads": None}, "Please choose who leads the group."),
            "led by somebody who is not there": ({"leads": "999999999"}, "Please choose from the entries."),
            "led by somebody who only applied": ({"leads": "{applicant}"}, "Please choose from the entries."),
            "led by nobody's number": ({"leads": "²"}, ""),
            "a visibility that there is not": ({"visibility": "secret"}, CHOOSE),
            "an approval that there is not": ({"approval": "never"}, CHOOSE),
            "a topic that there is not": ({"topics": "999999999"}, "Please choose from the entries."),
            "a topic that is none": ({"topics": "²"}, ""),
        },
        who=OFFICE,
    ),
    *wrong(
        "/groups/{group}/invite",
        {"people": "{stranger}", "role": "guest", "until": "2027-06-02", "text": "Komm dazu!"},
        {
            "nobody": ({"people": None}, "Please choose at least one person."),
            "a guest without a last day": ({"until": ""}, "Please give the guest's last day."),
            "a guest until yesterday": ({"until": "2020-01-01"}, "Please give a day to come, until which"),
            "a guest until no day": ({"until": "31.02.2027"}, A_DATE),
            "a role that there is not": ({"role": "king"}, CHOOSE),
        },
    ),
    *wrong("/groups/{group}/ask", {}, {"too long": ({"text": "a" * 1001}, TOO_LONG)}, who=MEMBER),
    *wrong("/memberships/{membership}", {}, {"a role that there is not": ({"role": "king"}, CHOOSE)}),
    *wrong("/memberships/{membership}/remove", {}, {"no reason": ({"reason": " "}, FILL_IN)}),
    *wrong("/join-requests/{request}/decline", {}, {"no reason": ({"answer": ""}, FILL_IN)}),
    *wrong(
        "/groups/{own_group}/leave",
        {},
        {
            "without naming who leads": ({"successor": ""}, ""),
            "naming somebody of another group": ({"successor": "{foreign_membership}"}, ""),
            "naming nobody's number": ({"successor": "²"}, ""),
            "naming a hundred digits": ({"successor": "9" * 100}, ""),
        },
    ),
]

APPLICATION = {
    "name": "Ali Neu",
    "email": "ali@example.org",
    "belongs": "organisation",
    "organisation": "Café International",
    "organisation_kind": "association",
    "text": "Ich möchte helfen.",
}
NO_ADDRESSES = ("a@b", "ohne-klammeraffe", "a@b..de", "zwei@example.org, drei@example.org", "<a@example.org>")
PEOPLE = [
    *wrong(
        "/sign-in",
        {"email": "olena@example.org", "password": "falsch"},
        {
            "nothing": ({"email": "", "password": ""}, FILL_IN),
            "a wrong password": ({}, "E-mail address and password do not fit together."),
            "an account that there is not": (
                {"email": "wer@example.org"},
                "E-mail address and password do not",
            ),
            "NUL in the address": ({"email": "a\x00@example.org"}, "E-mail address and password do not"),
            "SQL for an address": ({"email": SQL}, "E-mail address and password do not fit together."),
            "an endless address": ({"email": "a" * 250 + "@b.de"}, ""),
            "an endless password": ({"password": "a" * 100_000}, "E-mail address and password do not"),
        },
        who=VISITOR,
    ),
    *wrong(
        "/apply",
        APPLICATION,
        {
            "no name": ({"name": ""}, FILL_IN),
            **{f"the address {value}": ({"email": value}, "") for value in NO_ADDRESSES},
            "an address with NUL": ({"email": "a\x00li@exa\x00mple"}, ""),
            "no text": ({"text": ""}, FILL_IN),
            "too long a text": ({"text": "a" * 1001}, TOO_LONG),
            "neither nor": ({"belongs": ""}, CHOOSE),
            "no organisation": ({"organisation": ""}, FILL_IN),
            "a kind that there is not": ({"organisation_kind": "party"}, CHOOSE),
            "a language that there is not": ({"spoken": "klingon"}, "Please choose from the entries."),
        },
        who=VISITOR,
    ),
    *wrong("/reset", {}, {"no address": ({"email": "x"}, "")}, who=VISITOR),
    *wrong(
        "/profile",
        {"name": "Olena Koval"},
        {
            **{f"for a name {what}": ({"name": value}, FILL_IN) for what, value in INVISIBLE.items()},
            "too long a name": ({"name": "a" * 121}, TOO_LONG),
            "somebody else's organisation": ({"kept": "{organisation}"}, "Please choose from the entries."),
            "an organisation that is none": ({"kept": "²"}, "Please choose from the entries."),
            "a language that there is not": ({"spoken": "klingon"}, "Please choose from the entries."),
        },
        who=MEMBER,
    ),
    *wrong(
        "/profile/password",
        {"present": PASSWORD, "password": "ein grüner Kessel auf dem Dach"},
        {
            "too short": ({"password": "kurz"}, ""),
            "empty": ({"password": ""}, FILL_IN),
            "endless": ({"password": "a" * 100_000}, ""),
            "not the present one": ({"present": "falsch"}, "This is not your present password."),
        },
        who=MEMBER,
    ),
    *wrong(
        "/profile/email",
        {"present": PASSWORD, "email": "neu@example.org"},
        {
            "no address": ({"email": "neu"}, ""),
            "the one that it is": ({"email": "olena@example.org"}, "This is your address already."),
        },
        who=MEMBER,
    ),
    *wrong(
        "/profile/leave",
        {"present": PASSWORD, "become": "former"},
        {"no choice": ({"become": "king"}, CHOOSE), "no password": ({"present": ""}, FILL_IN)},
        who=MEMBER,
    ),
]

THE_OFFICE = [
    *wrong(
        "/office/invite",
        {"name": "Ali Neu", "email": "ali@example.org", "role": "member", "language": "de"},
        {
            "no name": ({"name": ""}, FILL_IN),
            "no address": ({"email": "ali"}, ""),
            "an address with NUL in it": ({"email": "\x00"}, ""),
            "an address that has an account": ({"email": "olena@example.org"}, ""),
            "a role that there is not": ({"role": "king"}, CHOOSE),
            "a language that there is not": ({"language": "tlh"}, CHOOSE),
            "an organisation that is none": ({"organisation_id": "²"}, CHOOSE),
        },
        who=OFFICE,
    ),
    *wrong(
        "/office/invite/list",
        {"language": "de"},
        {
            "nothing": ({"people": ""}, FILL_IN),
            "no addresses": ({"people": "Ali Neu\nMina"}, "There is no e-mail address in this line."),
            "too long": ({"people": "a" * 60_001}, TOO_LONG),
        },
        who=OFFICE,
    ),
    *wrong("/office/people/{applicant}/decline", {}, {"no reason": ({"answer": ""}, FILL_IN)}, who=OFFICE),
    *wrong(
        "/office/people/{applicant}/admit",
        {},
        {"an organisation that is not there": ({"organisation_id": "999999999"}, CHOOSE)},
        who=OFFICE,
    ),
    *wrong(
        "/office/people/{stranger}/erase",
        {"reason": "Gewünscht.", "sure": "y"},
        {"not sure": ({"sure": None}, "Please confirm this."), "no reason": ({"reason": ""}, FILL_IN)},
        who=OFFICE,
    ),
    *wrong(
        "/office/people/{stranger}",
        {"deed": "role", "role": "member"},
        {
            "a role that there is not": ({"role": "king"}, CHOOSE),
            "a deed that there is not": ({"deed": "crown"}, ""),
        },
        who=OFFICE,
    ),
    *wrong(
        "/settings/network",
        {"name": "Netzwerk Auental", "state": "ST", "reminders": "168, 24"},
        {
            "no name": ({"name": ""}, FILL_IN),
            "a state that there is not": ({"state": "XX"}, CHOOSE),
            **{
                f"reminders, {what}": (
                    {"reminders": value},
                    "Please give at most five whole numbers of hours",
                )
                for what, value in {
                    "a superscript": "²",
                    "a circled digit": "③",
                    "nought": "0",
                    "below nought": "-24",
                    "too many hours": "1441",
                    "too many of them": "1, 2, 3, 4, 5, 6",
                    "a word": "morgen",
                    "sixty digits": "9" * 60,
                }.items()
            },
        },
        who=OFFICE,
    ),
    *wrong(
        "/settings/topics",
        {},
        {
            "none": ({"place-0": "1", "name-0-de": "  "}, "Please keep at least one topic."),
            "nothing": ({}, "Please keep at least one topic."),
        },
        who=OFFICE,
    ),
    *wrong(
        "/settings/municipalities",
        {"place-0": "1", "name-0": "Auenstadt"},
        {
            "a name twice": (
                {"place-1": "2", "name-1": "AUENSTADT "},
                "Please give each municipality a name of its own.",
            )
        },
        who=OFFICE,
    ),
    *wrong(
        "/organisations/new",
        {"name": "Café International", "kind": "association"},
        {
            "no name": ({"name": "\u200b"}, FILL_IN),
            "a kind that there is not": ({"kind": "party"}, CHOOSE),
            "a municipality that there is not": ({"municipality_id": "²"}, CHOOSE),
            "a name that there is": ({"name": "Volkshochschule Auental"}, ""),
        },
        who=OFFICE,
    ),
]

MODERATION = [
    *wrong(
        "/things/{message}/report",
        {"rule": "respect", "text": "Das verletzt."},
        {
            "no rule": ({"rule": None}, CHOOSE),
            "a rule that there is not": ({"rule": "²"}, CHOOSE),
            "the reason of the program": ({"rule": "watched"}, CHOOSE),
            "too long a text": ({"text": "a" * 2001}, TOO_LONG),
        },
        who=MEMBER,
    ),
    *wrong(
        "/cases/{case}/decide",
        {"version": "{case_version}", "measure": "note", "rule": "respect", "text": "Bitte freundlich."},
        {
            "no measure": ({"measure": None}, CHOOSE),
            "a measure that there is not": ({"measure": "shout"}, CHOOSE),
            "a measure beyond a lead's reach": ({"measure": "suspend"}, CHOOSE),
            "no rule": ({"rule": ""}, CHOOSE),
            "no reason": ({"text": " "}, FILL_IN),
            "too long a reason": ({"text": "a" * 2001}, TOO_LONG),
            "no version": ({"version": ""}, RELOAD),
            "a version that is no number": ({"version": "²"}, "Please give a whole number."),
            "a split without a title": ({"measure": "split"}, FILL_IN),
            "a pause that there is not": ({"measure": "slow", "seconds": "7"}, CHOOSE),
            "a pause of no number": ({"measure": "slow", "seconds": "²"}, CHOOSE),
        },
    ),
    *wrong(
        "/cases/{case}/decide",
        {"version": "9" * 18, "measure": "note", "rule": "respect", "text": "Bitte freundlich."},
        {"as somebody saw it who comes second": ({}, "Somebody has been here before you.")},
        status=409,
    ),
    *wrong(
        "/cases/{case}/decide",
        {"version": "{case_version}", "measure": "silence", "rule": "respect", "text": "Bitte freundlich."},
        {
            "silent until no day": ({"until": "31.02.2027"}, A_DATE),
            "silent without an end": ({"until": ""}, "Please give a day within the coming year."),
            "silent until yesterday": ({"until": "2020-01-01"}, "Please give a day within the coming year."),
            "silent for a century": ({"until": "2126-01-01"}, "Please give a day within the coming year."),
            "moved to no group": ({"measure": "move", "group_id": ""}, CHOOSE),
            "moved to a group of no number": ({"measure": "move", "group_id": "²"}, CHOOSE),
        },
        who=OFFICE,
    ),
    *wrong(
        "/cases/{objected_case}/answer",
        {"version": "{objected_version}", "falls": "no", "text": "Es bleibt dabei."},
        {
            "neither yes nor no": ({"falls": "perhaps"}, CHOOSE),
            "no reason": ({"text": ""}, FILL_IN),
            "a version that is no number": ({"version": "1.5"}, "Please give a whole number."),
        },
        who=OFFICE,
    ),
    *wrong(
        "/cases/{decided_case}/lift",
        {"lift-text": "Genug."},
        {
            "no reason": ({"lift-text": ""}, FILL_IN),
            "a measure that is none": ({"lift-entry_id": "999999"}, CHOOSE),
            "a measure in words": ({"lift-entry_id": "ausblenden"}, CHOOSE),
        },
        who=OFFICE,
    ),
    *wrong("/cases/{own_case}/object", {}, {"no reason": ({"text": "\t"}, FILL_IN)}, who=GROUP_MEMBER),
    *wrong(
        "/settings/moderation",
        {"words": "Gewinn", "objection_days": "14", "first_posts": "3", "first_seconds": "20"},
        {
            "no time to object": (
                {"objection_days": "0"},
                "Please give a number from %(least)d",
            ),
            "days of no number": ({"objection_days": "²"}, "Please give a whole number."),
            "a hundred digits": ({"first_posts": "9" * 100}, "Please give a number from %(least)d"),
            "nothing": ({"first_seconds": ""}, FILL_IN),
            "too many words": (
                {"words": "\n".join(map(str, range(201)))},
                "Please give at most %(most)d words",
            ),
        },
        who=OFFICE,
    ),
    *wrong(
        "/settings/rules",
        {"slug-0": "respect", "weight-0": "2"},
        {
            "a rule without a word": ({"text-0-de": "Freundlich sein."}, "Please give each rule a word."),
            "no rule at all": ({"name-0-de": " "}, "Please keep at least one rule."),
        },
        who=OFFICE,
    ),
]

NOTICES = [
    *wrong(
        "/profile/notices",
        {"mentions": "now", "messages": "day", "quiet_from": "22:00", "quiet_until": "07:00"},
        {
            "a frequency that is none": ({"mentions": "hourly"}, CHOOSE),
            "as in all groups, for all groups": ({"messages": ""}, CHOOSE),
            "an hour that no day has": ({"quiet_from": "25:00"}, A_TIME),
            "half of the quiet hours": ({"quiet_until": ""}, "Please give both times, or none."),
        },
    ),
    *wrong(
        "/groups/{group}/notices",
        {"mentions": "", "messages": "never"},
        {
            "a frequency that is none": ({"mentions": "sometimes"}, CHOOSE),
            "markup": ({"messages": MARKUP}, CHOOSE),
        },
    ),
]

MINUTES = [
    *wrong(
        "/items/{sent_item}/corrections",
        {"paragraph": "", "proposed": "Es fehlt der Dank.", "reason": "So war es."},
        {
            "no reason": ({"reason": ""}, FILL_IN),
            "a reason that cannot be seen": ({"reason": "\u200b\u200d"}, FILL_IN),
            "a reason that is too long": ({"reason": "a" * 1001}, TOO_LONG),
            "nothing proposed": ({"proposed": ""}, FILL_IN),
            "too long a paragraph": ({"proposed": "a" * 10_001}, TOO_LONG),
        },
    ),
    Case(
        "/items/{sent_item}/corrections: of a paragraph that there is not",
        "/items/{sent_item}/corrections",
        {"paragraph": MARKUP, "proposed": "Es fehlt der Dank.", "reason": "So war es."},
        "This paragraph has been changed in the meantime.",
        status=409,
        kept=("Es fehlt der Dank.", "So war es."),
    ),
    *wrong(
        "/corrections/{correction}/decline",
        {"answer": "Nein."},
        {"no reason": ({"answer": ""}, FILL_IN), "a long one": ({"answer": "a" * 1001}, TOO_LONG)},
    ),
    *wrong(
        "/corrections/{correction}/take",
        {"paragraph": "", "wording": "So."},
        {"no wording": ({"wording": ""}, FILL_IN), "a long one": ({"wording": "a" * 10_001}, TOO_LONG)},
    ),
    Case(
        "/corrections/{correction}/take: in place of a paragraph that there is not",
        "/corrections/{correction}/take",
        {"paragraph": "x" * 16, "wording": "Meine Fassung."},
        "The paragraph reads otherwise by now.",
        status=409,
        kept=("Meine Fassung.",),
    ),
    *wrong(
        "/meetings/{sent_text}/minutes/approve",
        {"result": "einstimmig"},
        {
            "a long result": ({"result": "a" * 201}, TOO_LONG),
            "a mark that is none": ({"seen": "a" * 65}, ""),
        },
    ),
    Case(
        "/meetings/{sent_text}/minutes/approve: another text",
        "/meetings/{sent_text}/minutes/approve",
        {"result": "mit 14 Stimmen", "seen": "0" * 16},
        "The minutes have been changed since you looked at them. Please read them once more.",
        status=409,
        kept=("mit 14 Stimmen",),
    ),
    *wrong(
        "/meetings/{approved}/minutes/addendum",
        {"version": "1", "paragraph": "", "text": "Es war später.", "reason": "Auf Nachfrage."},
        {
            "no text": ({"text": ""}, FILL_IN),
            "no reason": ({"reason": ""}, FILL_IN),
            "a paragraph that there is not": ({"paragraph": "text-0-0"}, CHOOSE),
            "no version": ({"version": ""}, RELOAD),
            **{f"the version {what}": ({"version": value}, "") for what, value in FEW_NUMBERS.items()},
        },
    ),
    *wrong(
        "/meetings/{approved_publicly}/minutes/publish",
        {"version": "1", "audience": "public", "left_out": ""},
        {
            "nobody": ({"audience": ""}, CHOOSE),
            "the whole world": ({"audience": "world"}, CHOOSE),
            "no version": ({"version": ""}, RELOAD),
            "too many words": (
                {"left_out": "\n".join(map(str, range(201)))},
                "Please give at most %(most)s words",
            ),
            "a word of a page": ({"left_out": "a" * 101}, "Please give at most %(most)s words"),
        },
    ),
    *wrong(
        "/meetings/{approved}/minutes/publish",
        {"version": "1", "left_out": ""},
        {"more people than see the group": ({"audience": "public"}, CHOOSE)},
    ),
    *wrong(
        "/meetings/{published}/minutes/withdraw",
        {"reason": "Ein Name."},
        {"no reason": ({"reason": ""}, FILL_IN), "a long one": ({"reason": "a" * 1001}, TOO_LONG)},
        who=OFFICE,
    ),
    *wrong(
        "/meetings/{approved}/minutes/erase",
        {"version": "1", "chosen": "decision-1", "reason": "Ein Name.", "sure": "y"},
        {
            "nothing": ({"chosen": None}, "Please choose from the entries."),
            "what there is not": ({"chosen": "text-0-0"}, "Please choose from the entries."),
            "the title of another item": ({"chosen": "title-0"}, "Please choose from the entries."),
            "somebody who was no guest": ({"chosen": "guest-1"}, "Please choose from the entries."),
            "the reason of what goes on": ({"chosen": "reason-1"}, "Please choose from the entries."),
            "no reason": ({"reason": " "}, FILL_IN),
            "a long one": ({"reason": "a" * 501}, TOO_LONG),
            "not being sure": ({"sure": None}, "Please confirm this."),
            "no version": ({"version": ""}, RELOAD),
        },
        who=OFFICE,
    ),
]

OLD_MINUTES = [
    *wrong("/groups/{group}/minutes/old", {}, {"no file": ({}, "Please choose a file.")}),
    *wrong(
        "/old-minutes/{old_minutes}",
        {"title": "Altes Treffen", "day": "2024-03-12", "start": "17:00", "end": "18:30", "place": "Rathaus"},
        {
            "no title": ({"title": ""}, FILL_IN),
            "no day": ({"day": ""}, FILL_IN),
            "no such day": ({"day": "31.02.2024"}, A_DATE),
            "a day to come": ({"day": "2199-03-12"}, "Please give a day that has been."),
            "the year 9999": ({"day": "9999-03-12"}, BETWEEN),
            "no time": ({"start": ""}, FILL_IN),
            "an hour that no day has": ({"start": "25:00"}, A_TIME),
            "the end before the start": ({"end": "16:00"}, "The end must come after the start."),
            "an hour that the clocks leave out": (
                {"day": "2024-03-31", "start": "02:30"},
                "This time does not exist on that day, because the clocks go forward.",
            ),
            "too long a title": ({"title": "a" * 201}, TOO_LONG),
            "a meeting of another group": ({"meeting_id": "{foreign_meeting}"}, CHOOSE),
            "a meeting that has minutes": ({"meeting_id": "{sent_meeting}"}, CHOOSE),
            "a meeting that is none": ({"meeting_id": "²"}, CHOOSE),
            "a chair of another group": ({"chair_id": "{stranger}"}, CHOOSE),
            "a minute-taker who is nobody": ({"minute_taker_id": "²"}, CHOOSE),
            "too long a title, only to look": ({"title": "a" * 201, "then": "look"}, TOO_LONG),
            "kinds that there are not": ({"kind-0": "party", "kind-1": "²", "title": ""}, FILL_IN),
        },
    ),
]

PLAN = {
    "title": "80 Lesepatenschaften",
    "indicator": "Wer alle zwei Wochen kommt",
    "baseline": "20",
    "baseline_on": "2026-01-01",
    "target": "80",
    "target_on": "2027-07-01",
    "milestones": "Zehn Schulen, 31.03.2027",
    "review_months": "3",
    "weight": "1",
}
A_NUMBER = "Please give a number, for example 12 or %(example)s."
A_WHOLE = "Please give a whole number."
FROM_TO = "Please give a number from %(least)s to %(most)s."
NOT_IN_PLAN = {
    "no title": ({"title": ""}, FILL_IN),
    "a title that nobody sees": ({"title": INVISIBLE["signs without width"]}, FILL_IN),
    "a long title": ({"title": "a" * 201}, TOO_LONG),
    "a long unit": ({"unit": "a" * 41}, TOO_LONG),
    **{
        f"the beginning {what}": ({"baseline": value}, A_NUMBER)
        for what, value in NO_NUMBERS.items()
        if what != "a fraction"
    },
    "a target in words": ({"target": "achtzig"}, A_NUMBER),
    "too many decimals": ({"target": "0,00001"}, A_NUMBER),
    "more than there is": ({"target": "9" * 14}, A_NUMBER),
    "the 30th of February": ({"target_on": "2027-02-30"}, A_DATE),
    "a target before the beginning": (
        {"target_on": "2025-12-31"},
        "Please choose a day after that of the first value.",
    ),
    "a milestone on no day": (
        {"milestones": "Zehn Schulen, 31.02.2027"},
        "Please check the day in line %(number)s, for example 31.3.2027 or March 2027.",
    ),
    "a milestone twice": (
        {"milestones": "Zehn Schulen\nzehn schulen"},
        "Please give each milestone a name of its own.",
    ),
    "31 milestones": (
        {"milestones": "\n".join(f"Schritt {number}" for number in range(31))},
        "Please use at most %(most)s milestones.",
    ),
    "a long milestone": (
        {"milestones": "a" * 201},
        "Please use at most 200 characters in line %(number)s.",
    ),
    "no interval": ({"review_months": ""}, FILL_IN),
    "an interval in words": ({"review_months": "drei"}, A_WHOLE),
    "reviewed never": ({"review_months": "0"}, FROM_TO),
    "reviewed by nobody who lives": ({"review_months": "25"}, FROM_TO),
    "a weight below nought": ({"weight": "-1"}, FROM_TO),
    "a stranger as owner": ({"owner_id": "{stranger}"}, CHOOSE),
    "an owner that is a word": ({"owner_id": "x"}, CHOOSE),
    "an organisation that there is not": (
        {"organisations": str(2**40)},
        "Please choose from the entries.",
    ),
    "a topic that is a word": ({"topics": "x"}, "Please choose from the entries."),
    "serving a goal that is none": ({"serves_id": "{goal}"}, CHOOSE),
}
REPORT = {"value": "52", "on": "2026-01-02", "note": "Vier Schulen mehr."}
COME = "Please choose a day that has come."
GOALS = [
    *wrong(
        "/groups/{group}/goals/new",
        {},
        {"no title": ({"title": ""}, FILL_IN), "a long one": ({"title": "a" * 201}, TOO_LONG)},
    ),
    *wrong("/goals/{draft_goal}/edit", PLAN, NOT_IN_PLAN),
    *wrong(
        "/goals/{goal}/amend",
        {**PLAN, "reason": "Es dauert länger."},
        {"no reason": ({"reason": ""}, FILL_IN), "a target in words": ({"target": "achtzig"}, A_NUMBER)},
    ),
    *wrong(
        "/goal-texts/{goal_text}",
        {"words": "Kinder lesen.", "revision": "0"},
        {
            "too long": ({"words": "a" * 20_001}, TOO_LONG),
            "no revision": ({"revision": ""}, RELOAD),
            **{f"the revision {what}": ({"revision": value}, "") for what, value in FEW_NUMBERS.items()},
        },
    ),
    *wrong(
        "/goal-plans/{goal_plan}/consent",
        {"said": "given"},
        {
            "nothing": ({"said": ""}, CHOOSE),
            "something else": ({"said": "perhaps"}, CHOOSE),
            "to be reworked without a word": ({"said": "rework"}, "Please say what you mean."),
            "a long remark": ({"said": "remark", "remark": "a" * 2001}, TOO_LONG),
        },
        who=OFFICE,
    ),
    *wrong(
        "/goal-plans/{ready_plan}/adopt",
        {"decision_id": "", "procedure": ""},
        {
            "by nothing": ({}, "Please choose the decision, or say how it was adopted otherwise."),
            "by a word": ({"decision_id": "x"}, CHOOSE),
            "by a person": ({"decision_id": "{lead}"}, CHOOSE),
            "on a day to come": (
                {"procedure": "Per E-Mail.", "adopted_on": "2199-01-01"},
                COME,
            ),
        },
    ),
    *wrong(
        "/goals/{goal}/report",
        REPORT,
        {
            "no value": ({"value": ""}, FILL_IN),
            "a value in words": ({"value": "viele"}, A_NUMBER),
            "no day": ({"on": ""}, FILL_IN),
            "a day to come": ({"on": "2199-01-01"}, COME),
            "a day in words": ({"on": "gestern"}, A_DATE),
            "a long note": ({"note": "a" * 2001}, TOO_LONG),
        },
    ),
    *wrong(
        "/progress-reports/{goal_report}/correct",
        {**REPORT, "reason": "Doppelt gezählt."},
        {"no reason": ({"reason": ""}, FILL_IN), "a day to come": ({"on": "2199-01-01"}, COME)},
    ),
    *wrong(
        "/progress-reports/{goal_report}/withdraw",
        {},
        {"no reason": ({"reason": ""}, FILL_IN)},
    ),
    *wrong(
        "/milestones/{milestone}/reach",
        {"reached_on": "2026-01-02", "evidence": "Zehn Briefe."},
        {"no day": ({"reached_on": ""}, FILL_IN), "a day to come": ({"reached_on": "2199-01-01"}, COME)},
    ),
    *wrong(
        "/goals/{goal}/health",
        {"health": "at_risk", "reason": "Es fehlen Räume."},
        {
            "no news is nothing to say": ({"health": "no_news"}, CHOOSE),
            "no reason": ({"reason": ""}, FILL_IN),
        },
    ),
    *wrong(
        "/goals/{goal}/owner",
        {},
        {"a stranger": ({"owner_id": "{stranger}"}, CHOOSE), "a word": ({"owner_id": "x"}, CHOOSE)},
    ),
    *wrong(
        "/goals/{goal}/review",
        {"note": "Wir machen weiter."},
        {
            "no note": ({"note": ""}, FILL_IN),
            "the next one in the past": (
                {"next_on": "2020-01-01"},
                "Please choose a day that is still to come.",
            ),
        },
    ),
    *wrong(
        "/goals/{goal}/end",
        {"state": "achieved", "reason": "Alle gezählt.", "sure": "y"},
        {
            "against what was reported": (
                {"sure": ""},
                "Please confirm this, or choose something else above.",
            ),
            "a page that is none": (
                {"page": "https://elsewhere.example/1"},
                "There is no such page, or it is not open to you.",
            ),
            "to be proposed again": ({"state": "proposed"}, CHOOSE),
            "no reason": ({"reason": ""}, FILL_IN),
            "superseded by nothing": (
                {"state": "superseded"},
                "Please choose an adopted goal of this group.",
            ),
        },
    ),
    *wrong(
        "/goals/{ended_goal}/reopen",
        {"reason": "Nur die Hälfte."},
        {"no reason": ({"reason": " "}, FILL_IN), "a long one": ({"reason": "a" * 1001}, TOO_LONG)},
    ),
    *wrong(
        "/things/{goal}/link",
        {"kind": "serves", "to": "/groups/1"},
        {
            "of no kind": (
                {"kind": "erfunden"},  # which nobody types
                "Something that was open here is no longer open to you.",
            ),
            "to nowhere": ({"to": "/nirgends"}, "There is no such page, or it is not open to you."),
            "to another host": (
                {"to": "https://example.org/goals/1"},
                "There is no such page, or it is not open to you.",
            ),
            "no address": ({"to": ""}, FILL_IN),
        },
    ),
]

NEED = {
    "title": "Kein Deutschkurs mit Kinderbetreuung",
    "topic_id": "{topic}",
    "municipality_id": "",
    "place": "Altstadt",
    "target": "families",
    "text": "Sieben Mütter haben gefragt.",
    "group_id": "",
}
NOT_OF_A_NEED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing missing": ({"title": "\u200b \u202e"}, FILL_IN),
    "a long sentence": ({"title": "a" * 161}, TOO_LONG),
    "no topic": ({"topic_id": ""}, CHOOSE),
    **{f"topic, {what}": ({"topic_id": value}, CHOOSE) for what, value in FEW_NUMBERS.items()},
    "a municipality that there is not": ({"municipality_id": "99999"}, CHOOSE),
    "nobody who needs it": ({"target": "²"}, CHOOSE),
    "a language that there is not": ({"languages": ["tlh"]}, "Please choose from the entries."),
    "all languages": (
        {"languages": ["ar", "uk", "en", "fr", "de", "ru", "tr", "fa", "ps", "ku", "ti", "so", "pl"]},
        "Please choose at most %(most)s languages.",
    ),
    "a group of others": ({"group_id": "{organisation}"}, CHOOSE),
    "a long place": ({"place": "a" * 121}, TOO_LONG),
    "a long text": ({"text": "a" * 3001}, TOO_LONG),
}
NEEDS = [
    *wrong(
        "/needs/new",
        {**NEED, "organisation_id": "{own_organisation}"},
        {
            **NOT_OF_A_NEED,
            "for an organisation of others": ({"organisation_id": "{organisation}"}, CHOOSE),
            "as a citizen, who is none": ({"organisation_id": ""}, CHOOSE),
        },
        who=GROUP_MEMBER,
    ),
    *wrong("/needs/{need}/edit", NEED, NOT_OF_A_NEED, who=OFFICE),
    *wrong(
        "/needs/{need}/support",
        {"organisation_id": "{organisation}", "words": "Bei uns auch."},
        {
            "for an organisation of others": ({"organisation_id": "{own_organisation}"}, CHOOSE),
            "for a word": ({"organisation_id": "three"}, CHOOSE),
            "a long sentence": ({"words": "a" * 301}, TOO_LONG),
        },
    ),
    *wrong(
        "/needs/{need}/agenda/{own_group}",
        {
            "title": "Deutschkurse mit Kinderbetreuung",
            "text": "Sieben haben gefragt.",
            "planned_minutes": "10",
        },
        {
            "no title": ({"title": ""}, FILL_IN),
            "a title that nobody sees": ({"title": "\u202e"}, FILL_IN),
            "a text that is too long": ({"text": "a" * 5001}, TOO_LONG),
        },
        who=GROUP_MEMBER,
    ),
    *wrong(
        "/needs/{need}/decline",
        {"reason": "Gibt es schon."},
        {"no reason": ({"reason": " "}, FILL_IN), "a long one": ({"reason": "a" * 2001}, TOO_LONG)},
        who=OFFICE,
    ),
    *wrong(
        "/needs/{met_need}/reopen",
        {"reason": "Der Kurs ist zu Ende."},
        {"no reason": ({"reason": ""}, FILL_IN), "a long one": ({"reason": "a" * 2001}, TOO_LONG)},
        who=OFFICE,
    ),
    *wrong(
        "/needs/{need}/merge",
        {},
        {
            "with none": ({"into_id": ""}, CHOOSE),
            "with itself": ({"into_id": "{need}"}, CHOOSE),
            "with one that is met": ({"into_id": "{met_need}"}, CHOOSE),
            "with a superscript": ({"into_id": "²"}, CHOOSE),
        },
        who=OFFICE,
    ),
    *wrong(
        "/needs/{need}/meet",
        {"words": "Seit September gibt es einen Kurs.", "by": ""},
        {
            "no words": ({"words": ""}, FILL_IN),
            "long words": ({"words": "a" * 2001}, TOO_LONG),
            **{
                f"by {what}": ({"by": address}, "There is no such page, or it is not open to you.")
                for what, address in {
                    "another house": "https://example.org/goals/1",
                    "what there is not": "/goals/999999",
                    "a superscript": "/goals/²",
                    "a script": "javascript:alert(1)",
                }.items()
            },
        },
        who=OFFICE,
    ),
]

FORMS = [
    *GOALS,
    *NEEDS,
    *MINUTES,
    *OLD_MINUTES,
    *PLANNING,
    *PATTERNS,
    *AGENDA,
    *TAKING_PART,
    *WRITING,
    *GROUPS,
    *PEOPLE,
    *THE_OFFICE,
    *MODERATION,
    *NOTICES,
]

# Buttons and commands: a page of their own says what is wrong.
DEEDS = [
    *wrong(
        "/items/{item}/move",
        {},
        {
            "nowhere": ({}, ""),
            "before a word": ({"before": "x"}, "Please say before or after which item."),
            "before a superscript": ({"before": "²"}, "Please say before or after which item."),
        },
    ),
    *wrong(
        "/meetings/{running}/next",
        {},
        {"without saying what is on": ({}, RELOAD), "expecting a superscript": ({"expected": "²"}, "")},
    ),
    Case(
        "/meetings/{running}/next: expecting what is not on",
        "/meetings/{running}/next",
        {"expected": "999999"},
        "is open already.",
        status=409,
    ),
    *wrong(
        "/meetings/{running}/check-in",
        {},
        {
            "on the moon": ({"how": "moon"}, CHOOSE),
            "for somebody else's organisation": (
                {"organisation_id": "{organisation}"},
                "Please choose one of your own organisations.",
            ),
            "for a superscript": ({"organisation_id": "²"}, CHOOSE),
            "for twenty digits": ({"organisation_id": "9" * 20}, ""),
            "with another code": ({"code": "ZZZZZZ"}, "This is not the code of this meeting."),
        },
        who=GROUP_MEMBER,
    ),
    *wrong(
        "/meetings/{running}/represent",
        {},
        {
            "nobody": ({"organisation_id": ""}, FILL_IN),
            "somebody else's organisation": ({"organisation_id": "{organisation}"}, ""),
        },
        who=GROUP_MEMBER,
    ),
    *wrong(
        "/attendances/{attendance}/presence",
        {},
        {"asleep": ({"presence": "asleep"}, CHOOSE), "nothing": ({}, CHOOSE)},
    ),
    *wrong(
        "/items/{item}/move",
        {},
        {
            "before an item of another meeting": ({"before": "{foreign_item}"}, GONE),
            "before what is gone": ({"before": "999999999"}, GONE),
            "before a hundred digits minus some": ({"before": "9" * 18}, GONE),
        },
        status=409,
    ),
    *wrong("/decisions/{decision}/settle", {}, {"forgotten": ({"state": "forgotten"}, CHOOSE)}),
    *wrong("/profile/interface", {}, {"Klingon": ({"language": "tlh", "theme": ""}, CHOOSE)}, who=MEMBER),
    *wrong("/language", {}, {"Klingon": ({"language": "tlh"}, CHOOSE)}, who=VISITOR),
    *wrong("/theme", {}, {"pink": ({"theme": "pink"}, CHOOSE)}, who=MEMBER),
    *wrong(
        "/profile/sign-ins/²/end",
        {},
        {"a superscript": ({}, "This sign-in is not one of yours.")},
        who=MEMBER,
    ),
]


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A picture of a few bytes that would take gigabytes of memory."""
    header = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 100_000))
        + chunk(b"IEND", b"")
    )


def small_picture(kind: str = "PNG") -> bytes:
    """A picture as a camera makes it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, kind)
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"

# What is uploaded as what: none of it is taken.
NO_FILES: dict[str, tuple[bytes, str]] = {
    "nothing in it": (b"", "leer.pdf"),
    "a drawing that may hold scripts": (SVG, "plan.svg"),
    "a drawing that says that it is a picture": (SVG, "plan.png"),
    "a page": (PAGE, "seite.html"),
    "a page that says that it is a document": (PAGE, "seite.pdf"),
    "a program": (b"MZ\x90\x00" + bytes(200), "hilfe.exe"),
    "a program that says that it is a document": (b"\x7fELF" + bytes(200), "hilfe.pdf"),
    "half a picture": (small_picture()[:60], "foto.png"),
    "a picture that would fill the memory": (bomb(), "foto.png"),
    "a zip that is no document": (b"PK\x03\x04" + bytes(40), "brief.docx"),
    "a text with control characters": (b"a\x00\x01b", "text.txt"),
}
NO_PICTURES = {name: file for name, file in NO_FILES.items() if "text" not in name}

# Names of files that are more than a name, and what is left of them.
FILE_NAMES = (
    "../../etc/passwd.txt",
    "..\\..\\windows\\win.txt",
    "a\x00b.txt",
    "<script>.txt",
    "\u202etxt.exe.txt",
)
