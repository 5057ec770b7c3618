"""What was written anew in a mail, whichever program it was written with."""

import time
from email import message_from_bytes
from email.policy import default

import pytest

from network.notices.answers import MARK, new_part, of, text_of_html

OUTLOOK = "Von: Netzwerk <n@x.example>\nGesendet: Mittwoch, 2. Dezember 2026 10:00\nAn: Ben\nBetreff: A room\n\nold words\n"
PROGRAMS = {
    "Gmail, German": "Ja, das passt.\n\nAm Mi., 2. Dez. 2026 um 10:00 Uhr schrieb Netzwerk <\nreply+a@network.example>:\n\n> old words\n> more",
    "Gmail, English": "Yes.\n\nOn Wed, Dec 2, 2026 at 10:00 AM Network <r@network.example> wrote:\n\n> old words",
    "Gmail, Arabic": "نعم، هذا مناسب.\n\nفي الأربعاء، ٢ ديسمبر ٢٠٢٦ في 10:00 ص تمت كتابة ما يلي بواسطة N <n@x.example>:\n\n> old words\n\n-- \nسمير",
    "Gmail, Ukrainian": "Так.\n\nср, 2 груд. 2026 р. о 10:00 N <n@x.example> пише:\n\n> old words",
    "Apple Mail": "Yes.\n\n> On 2. Dec 2026, at 10:00, Network <n@x.example> wrote:\n> \n> old words",
    "iPhone, English": "Yes.\n\nSent from my iPhone\n\n> On 2. Dec 2026, at 10:00, Network <n@x.example> wrote:\n> \n> old words",
    "iPhone, German": "Gut so.\n\nVon meinem iPhone gesendet\n\n> Am 02.12.2026 um 10:00 schrieb N <n@x.example>:\n> \n> old words",
    "Thunderbird, answer above": "Ja.\n\nAm 02.12.26 um 10:00 schrieb Netzwerk:\n> old words\n\n-- \nBen Berger\nTel. 1",
    "Thunderbird, answer below": "Am 02.12.26 um 10:00 schrieb Netzwerk:\n> old words\n> more\n\nJa.\n\n-- \nBen Berger",
    "Outlook, German": f"Das geht.\n\nViele Grüße\nBen Berger\nKirchengemeinde\n\n{OUTLOOK}",
    "Outlook, English": "Works.\n\nKind regards,\nBen\n\nFrom: Network <n@x.example>\nSent: Wednesday, December 2, 2026 10:00 AM\nTo: Ben\nSubject: A room\n\nold words",
    "Outlook, old": "Works.\n\n-----Ursprüngliche Nachricht-----\nVon: X\nGesendet: Y\n\nold words",
    "Outlook on a phone": f"Passt.\n\nOutlook für Android beziehen\n________________________________\n{OUTLOOK}",
    "GMX": 'Ich komme.\n\nGesendet: Mittwoch, 2. Dezember 2026 um 10:00 Uhr\nVon: "N" <n@x.example>\nAn: b@example.org\nBetreff: x\n\nold words',
    "Web.de": "Ja.\n\n\nAm 02.12.26, 10:00 schrieb Netzwerk <n@x.example>:\n> old words",
    "Yahoo": "Ok.\n\n    On Wednesday, December 2, 2026 at 10:00:00 AM GMT+1, N <n@x.example> wrote:  \n \n old words here\nmore",
    "any, by our own line": f"Gern.\n\n{MARK} Please write your answer above this line.\nold words",
}
SAID = [
    "Ja, das passt.",
    "Yes.",
    "نعم، هذا مناسب.",
    "Так.",
    "Yes.",
    "Yes.",
    "Gut so.",
    "Ja.",
    "Ja.",
    "Das geht.",
    "Works.",
    "Works.",
    "Passt.",
    "Ich komme.",
    "Ja.",
    "Ok.",
    "Gern.",
]


@pytest.mark.parametrize(("program", "said"), list(zip(PROGRAMS, SAID, strict=True)))
def test_the_old_text_and_signatures_go(program: str, said: str) -> None:
    assert new_part(PROGRAMS[program]) == said
    assert new_part(PROGRAMS[program].replace("\n", "\r\n")) == said


@pytest.mark.parametrize(
    "text",
    [
        "Three things:\n- one\n- two\n\nThanks, that helps.\nI will come.",
        "Hello,\nThanks, that was good. And one question: when?\nBen",
        "Von: mir aus gern.\nUnd sonst?",
        "Grüße auch an Anna, und noch eine Frage:\nwann fangen wir an?",
        "We meet at 10:00:\n- bread\n- butter",
        "A very long paragraph " + "of words " * 500 + "and its end.",
    ],
)
def test_what_only_looks_old_stays(text: str) -> None:
    assert new_part(text) == text


def test_answers_between_the_quoted_lines_stay() -> None:
    text = "On 12/2/26 10:00, Network wrote:\n> First question?\n\nYes.\n\n> Second question?\n\nNo.\n"
    assert new_part(text).split() == ["Yes.", "No."]


@pytest.mark.parametrize(
    "text", ["", "> all\n> of it", "-- \nBen", "On Wed, Dec 2, 2026 at 10:00 AM N <n@x.example> wrote:\nold"]
)
def test_nothing_new_is_nothing(text: str) -> None:
    assert new_part(text) == ""


def test_html_of_outlook_and_gmail_becomes_text() -> None:
    outlook = (
        "<html><head><style>p{color:red}</style></head><p class=MsoNormal>Passt.<o:p></o:p></p><ul><li>eins</li><li>zwei</ul>"
        "<div><p><b>Von:</b> N &lt;n@x.example&gt;<br><b>Gesendet:</b> Mittwoch<br><b>An:</b> Ben<br><b>Betreff:</b> x</p></div><p>old</p>"
    )
    assert new_part(text_of_html(outlook)) == "Passt.\n\n- eins\n- zwei"
    gmail = "<div>Ja<br>zwei</div><div>Am Mi., 2. Dez. 2026 um 10:00 Uhr schrieb N &lt;n@x.example&gt;:<br></div><blockquote>old<br>old</blockquote>"
    assert new_part(text_of_html(gmail)) == "Ja\nzwei"


def test_broken_lines_are_joined_and_pictures_of_the_look_are_no_files() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/related; boundary=r\n\n"
        b"--r\nContent-Type: text/plain; charset=utf-8; format=flowed\n\nOne long \nparagraph.\n-- \nBen\n"
        b"--r\nContent-Type: image/png; name=logo.png\nContent-ID: <logo>\n\nx\n--r--\n"
        b"--m\nContent-Type: application/pdf; name=plan.pdf\nContent-Disposition: attachment; filename=plan.pdf\n\nx\n"
        b"--m\nContent-Type: application/pgp-signature; name=signature.asc\n\nx\n--m--\n"
    )
    found = of(message_from_bytes(raw, policy=default))  # type: ignore[arg-type]  # the policy makes it one
    assert found.text == "One long paragraph."
    assert [name for name, _content in found.files] == ["plan.pdf"]


@pytest.mark.parametrize(
    "text",
    [
        "On " + "a " * 100_000,
        "\n".join(["On aaaa"] * 9000),
        "From: a\n" * 9000,
        "> " * 30_000,
        "<" * 300_000,
        "<div>" * 50_000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_texts_are_read_in_short_time(text: str) -> None:
    began = time.process_time()
    new_part(text)
    text_of_html(text)
    assert time.process_time() - began < 5  # hours, if the patterns took time that grows faster than the text
