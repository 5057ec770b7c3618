"""Ten minutes as different hands have written them, German and English, in Word, Markdown and as text.

Each notes what it says while it is written, sentence by sentence, so that a test can look for all of it.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

SENTENCE = re.compile(r"(?<=[a-zäöüß”“)0-9][.?!])\s+(?=[A-ZÄÖÜ„“(])")


@dataclass
class Paper:
    """A document as it is uploaded, and what it says."""

    name: str
    content: bytes
    said: list[str] = field(default_factory=list)  # in the order of the document
    day: str = ""
    items: list[str] = field(default_factory=list)
    decisions: int = 0
    actions: int = 0
    due: tuple[str, ...] = ()  # days that stand in a column of their own, and so are shown as days

    @property
    def sentences(self) -> list[str]:
        """What it says, sentence by sentence."""
        return [sentence for line in self.said for sentence in SENTENCE.split(line) if sentence.strip()]


class Typist:
    """Somebody who writes in Word, with what they have written so far."""

    def __init__(self) -> None:
        self.document: Any = Document()
        self.said: list[str] = []

    def line(
        self, text: str, style: str | None = None, *, bold: bool = False, underline: bool = False
    ) -> Any:
        """A paragraph."""
        paragraph = self.document.add_paragraph(style=style)
        run = paragraph.add_run(text)
        run.bold, run.underline = bold or None, underline or None
        self.said.append(text)
        return paragraph

    def parts(self, *parts: tuple[str, str], style: str | None = None) -> Any:
        """A paragraph of runs with their looks: "b", "i", "u", or "\\n" for words on a new line."""
        paragraph = self.document.add_paragraph(style=style)
        lines = [""]
        for text, looks in parts:
            if "\n" in looks:
                paragraph.add_run().add_break(WD_BREAK.LINE)
                lines.append("")
            run = paragraph.add_run(text)
            run.bold, run.italic, run.underline = (
                ("b" in looks) or None,
                ("i" in looks) or None,
                ("u" in looks) or None,
            )
            lines[-1] += text
        self.said += lines
        return paragraph

    def table(self, *rows: tuple[str, ...], unsaid_head: bool = False) -> Any:
        """A table; of a list of tasks the names of the columns and the days are no sentences."""
        made = self.document.add_table(rows=0, cols=len(rows[0]))
        for place, row in enumerate(rows):
            cells = made.add_row().cells
            for cell, text in zip(cells, row, strict=True):
                cell.text = text
                if text and not (unsaid_head and (not place or re.fullmatch(r"[\d.]+", text))):
                    self.said += text.split("\n")
        return made

    def link(self, paragraph: Any, text: str, address: str) -> None:
        """A link at the end of a paragraph."""
        id = self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        element = OxmlElement("w:hyperlink")
        element.set(qn("r:id"), id)
        run = paragraph.add_run(text)
        element.append(run._r)
        paragraph._p.append(element)
        self.said += [text, address]

    def numbered(self, text: str, **looks: Any) -> Any:
        """A paragraph that Word numbers by itself."""
        return self.line(text, "List Number", **looks)

    def saved(self, name: str, **facts: Any) -> Paper:
        """The document as a file."""
        out = io.BytesIO()
        self.document.save(out)
        return Paper(name, out.getvalue(), self.said, **facts)


def with_styles() -> Paper:
    """A secretary who uses the styles of Word: title, headings, bullets."""
    it = Typist()
    it.line("Protokoll der 3. Sitzung der AG Sprache am 12. März 2024", "Title")
    it.line("Ort: Kreisvolkshochschule, Raum 204")
    it.line("Beginn: 16:30 Uhr, Ende: 18:10 Uhr")
    it.line("Anwesend: Anke Krämer (Volkshochschule), Ben Berger, Frau Sommer (Jobcenter)")
    it.line("Entschuldigt: Gül Yıldız")
    it.line("Begrüßung und Formalia", "Heading 1")
    it.line("Frau Krämer begrüßt die Runde. Das letzte Protokoll wird ohne Änderungen bestätigt.")
    it.line("Wartelisten der Sprachkurse", "Heading 1")
    it.line("Derzeit warten 42 Personen auf einen Platz. Besonders lang ist die Liste in Oschersleben.")
    it.line("Ursachen", "Heading 2")
    for reason in ("Es fehlen Lehrkräfte mit Zulassung.", "Die Räume der Schule sind am Abend geschlossen."):
        it.line(reason, "List Bullet")
    it.parts(("Beschluss:", "b"), (" Die AG bittet den Landkreis um Räume für zwei weitere Kurse.", ""))
    it.line("Aufgabe: Ben Berger fragt die Kirchengemeinde nach ihrem Saal, bis 30.04.2024.")
    it.line("Verschiedenes", "Heading 1")
    it.line("Nächstes Treffen am 9. April 2024 um 16:30 Uhr.")
    return it.saved(
        "Protokoll AG Sprache 2024-03-12.docx",
        day="2024-03-12",
        items=["Preliminary notes", "Begrüßung und Formalia", "Wartelisten der Sprachkurse", "Verschiedenes"],
        decisions=1,
        actions=1,
    )


def bold_tops() -> Paper:
    """Somebody who knows no styles: the agenda as a list, and bold lines "TOP 1" below it."""
    it = Typist()
    it.line("Niederschrift", bold=True)
    it.line("über die Sitzung der Arbeitsgruppe am 05.11.2023, 17-19 Uhr")
    it.line("Tagesordnung:", bold=True)
    tops = ("TOP 1: Begrüßung", "TOP 2: Haushalt 2024", "TOP 3: Sonstiges")
    for top in tops:
        it.line(top)
    it.line(tops[0], bold=True)
    it.line("Herr Berger eröffnet die Sitzung. Es sind 11 Personen da.")
    it.line(tops[1], bold=True)
    it.line("Der Entwurf wurde mit der Einladung verschickt.")
    it.parts(
        ("Die Mittel reichen für ", ""),
        ("drei", "b"),
        (" Veranstaltungen, ", ""),
        ("nicht", "i"),
        (" für vier.", ""),
    )
    it.line("Beschluss 3/2023 (einstimmig): Der Antrag auf 4.500 € wird gestellt.")
    it.table(("Beschluss: Die Restmittel gehen an die Sprachpaten.",))
    it.line("Maßnahmen:")
    it.table(
        ("Was", "Wer", "Bis wann"),
        ("Antrag ausfüllen", "Anke Krämer", "30.11.2023"),
        ("Belege der Sprachpaten sammeln", "Frau Sommer", "Jahresende"),
        ("Saal buchen", "Berger", "15.12."),
        unsaid_head=True,
    )
    it.line(tops[2], bold=True)
    it.line("Keine weiteren Punkte.")
    return it.saved(
        "Niederschrift.docx",
        day="2023-11-05",
        items=["Preliminary notes", "Begrüßung", "Haushalt 2024", "Sonstiges"],
        decisions=2,
        actions=3,
        due=("2023-11-30", "2023-12-15"),
    )


BOX = """<w:r {ns} xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent>
<mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p>
</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>{text}</w:t>
</w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"""


def hidden_corners() -> Paper:
    """Somebody who uses all of Word: numbers by themselves, boxes, notes, changes that were tracked."""
    it = Typist()
    section = it.document.sections[0]
    section.header.paragraphs[0].text = "Netzwerk Auental, Geschäftsstelle"
    it.said.append("Netzwerk Auental, Geschäftsstelle")
    it.line("Ergebnisprotokoll vom 14.02.2025")
    it.numbered("Rückblick auf die Fachtagung", bold=True)
    noted = it.line("Die Tagung war mit 80 Gästen gut besucht.")
    _footnote(it, noted, "Gezählt wurde am Eingang.")
    box = it.line("Neben dem Text steht ein Kasten.")
    box._p.append(parse_xml(BOX.format(ns=nsdecls("w"), text="Dank an alle Helferinnen und Helfer!")))
    it.said.append("Dank an alle Helferinnen und Helfer!")
    it.numbered("Kinderbetreuung während der Kurse", bold=True)
    changed = it.line("Die Betreuung ist gesichert")
    changed._p.append(
        parse_xml(
            f'<w:ins {nsdecls("w")} w:id="9" w:author="A"><w:r><w:t>, aber nur bis Juni.</w:t></w:r></w:ins>'
        )
    )
    changed._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="8"><w:r><w:delText>Unsinn.</w:delText></w:r></w:del>')
    )
    it.said[-1] += ", aber nur bis Juni."
    it.line("Beschluss", bold=True)
    it.line("Die Betreuung wird bis Dezember verlängert.")
    led = it.document.add_paragraph("Die Ausschreibung steht hier: ")
    it.said.append("Die Ausschreibung steht hier:")
    it.link(led, "Ausschreibung Betreuung", "https://auental.example/betreuung")
    it.numbered("Aufgaben bis zum nächsten Mal", bold=True)
    for task in ("Gül Yıldız spricht mit den Trägern", "Angebote einholen (Anke Krämer, Termin: 01.03.2030)"):
        it.line(task, "List Bullet")
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Für das Protokoll: Ben Berger</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    it.document.element.body.insert(len(it.document.element.body) - 1, control)
    it.said.append("Für das Protokoll: Ben Berger")
    return it.saved(
        "ergebnis.docx",
        day="2025-02-14",
        items=[
            "Preliminary notes",
            "Rückblick auf die Fachtagung",
            "Kinderbetreuung während der Kurse",
            "Aufgaben bis zum nächsten Mal",
        ],
        decisions=1,
        actions=0,
    )


def _footnote(it: Typist, paragraph: Any, text: str) -> None:
    xml = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, xml.encode(), it.document.part.package)
    it.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    it.said.append(text)


def all_in_a_table() -> Paper:
    """An office that writes minutes in tables: a head, and a row for each item."""
    it = Typist()
    it.table(("Datum", "20.09.2023"), ("Zeit", "09:00 bis 10:30 Uhr"), ("Leitung", "Olaf Amt"))
    it.line("Besprechungsprotokoll", bold=True)
    it.line("Besprochene Punkte", "Heading 1")
    it.table(
        ("Nr.", "Inhalt", "Zuständig", "Termin"),
        ("1", "Die Ausländerbehörde stellt die neue Software vor.\nSchulungen folgen im Herbst.", "", ""),
        ("2", "Dolmetschpool: Es fehlen Sprachen | vor allem Dari.", "Koordination", "laufend"),
        ("3", "Flyer neu drucken; Auflage 500 *Stück* <klein>", "Frau Ott", "Q4"),
    )
    it.line("Beschlüsse", "Heading 1")
    it.line("Der Pool wird um zwei Sprachen erweitert.", "List Number")
    it.line("Der Flyer erscheint auch in leichter Sprache.", "List Number")
    return it.saved(
        "Besprechung.docx",
        day="2023-09-20",
        items=["Preliminary notes", "Besprochene Punkte"],
        decisions=2,
    )


def council_english() -> Paper:
    """A parish secretary who writes in English, with soft line breaks instead of paragraphs."""
    it = Typist()
    it.line("Minutes of the Housing Working Group", "Title")
    it.line("Date: 7 June 2023, 5:30 pm to 7 pm")
    it.line("Venue: Parish hall, Church Street")
    it.parts(("Present: Anke Krämer, Kira Rat", ""), ("Apologies: Ben Berger", "\n"))
    it.line("Agenda item 1: Welcome", "Heading 2")
    it.line("The chair opened the meeting. There were no declarations of interest.")
    it.line("Agenda item 2: Empty flats in the old town", "Heading 2")
    it.parts(
        ("Some 30 flats are said to be empty. Nobody knows their owners.", ""),
        ("Resolved: that the group asks the town for a list of owners.", "\n"),
        ("Action item: Anke Krämer to write to the mayor by June 30, 2023", "\n"),
    )
    it.line("Agenda item 3: Any other business", "Heading 2")
    it.line("None.")
    return it.saved(
        "minutes-june.docx",
        day="2023-06-07",
        items=["Preliminary notes", "Welcome", "Empty flats in the old town", "Any other business"],
        decisions=1,
        actions=1,
    )


def underlined_english() -> Paper:
    """A volunteer who underlines headings and nests lists."""
    it = Typist()
    it.line("Notes of our meeting on 3rd October 2024", bold=True)
    it.line("Attendees:")
    for name in ("Gül Yıldız", "Lev Haus", "two people from the café"):
        it.line(name, "List Bullet")
    it.line("Opening hours of the café", underline=True)
    it.line("Visitors ask for longer hours on Fridays. We looked at what other towns do.")
    it.line("Gardelegen opens until eight.", "List Bullet")
    it.line("Decision: We open until seven on Fridays from November.", "List Bullet 2")
    it.line("ToDo: put up a new sign (Gül Yıldız, due 15 October 2024)", "List Bullet 2")
    it.line("Money", underline=True)
    it.line("There are 312.40 euros in the box. Nobody could find the receipt for the kettle.")
    it.line("To-do: look for the receipt")
    return it.saved(
        "notes.docx",
        day="2024-10-03",
        items=["Preliminary notes", "Opening hours of the café", "Money"],
        decisions=1,
        actions=2,
    )


MARKDOWN_GERMAN = """# Protokoll AG Wohnen, 18.01.2024

**Ort:** Rathaus Haldensleben
**Anwesende:** Lev Haus, Anke Krämer
**Zeit:** 18:00–19:45 Uhr

## 1. Stand der Dinge

Der Wohnungsmarkt bleibt *angespannt*. Siehe [Bericht des Landes](https://land.example/bericht_2023.pdf) und <https://auental.example/wohnen>.

- Leerstand in Wanzleben
  - davon 4 Wohnungen *sofort* frei
  - zwei mit Mängeln
- Anfragen: ca. 15 im Monat

| Ort | Anfragen | frei |
| --- | ---: | ---: |
| Oschersleben | 9 | 1 |
| Wanzleben | 6 | 4 |

## 2. Patenschaften

> „Ohne Paten geht es nicht“, sagt Frau Ott.

**Beschluss:** Die AG wirbt auf dem Markt um Paten.
Beschlossen wird: Flyer in vier Sprachen.

- [ ] Stand anmelden (Lev Haus, bis 1. Februar 2024)
- [x] Flyertext schreiben

## 3. Verschiedenes

1. Nächster Termin: 15.02.2024
2. Schlüssel bitte bei Herrn Kühn abgeben_und_nicht_im_Büro.

![Foto der Runde](runde.jpg)
"""

MARKDOWN_ENGLISH = """Education Group - Minutes
=========================

Wednesday, May 8, 2024, 17:00 to 18:15

**Present:** Ben Berger, Olena Koval, Ms Reed

Recognition of certificates
---------------------------

Three cases are stuck at the ministry. One of them since *last autumn*.

**Decision 2024-07:** The group writes an open letter.

Action: Ben Berger drafts the letter until May 20, 2024

School places
-------------

* All children have a place.
* Decided: the list is kept until summer
* Action point: ask the bus company
  about the early bus

    A line that somebody indented by four blanks.

***

Closed at 18:10.
"""

TEXT_GERMAN = """PROTOKOLL DER STEUERUNGSRUNDE VOM 27.6.2022

Teilnehmer: Kira Rat, Olaf Amt, Frau Müller-Lüdenscheidt
Gäste: Herr Ünal (Ausländerbehörde)

1. Bericht aus den Gruppen
Die AG Sprache hat zweimal getagt; die AG Wohnen ruht, weil eine Leitung
fehlt und sich trotz mehrerer Aufrufe niemand gemeldet hat.
- Sprache: 12 Teilnehmende
- Wohnen: ruht

2. Jahresplanung
Vorgeschlagen sind drei Termine. Über den Ort wird noch gesprochen.
Beschluss: Das Plenum findet am 1. Oktober statt.
Aufgabe: Olaf Amt reserviert den Saal bis 15.7.
Entschieden wurde außerdem nichts.

3. Ausblick
Sommerpause bis 22.08., danach geht es weiter.
"""

TEXT_ENGLISH = """MINUTES OF THE COORDINATION GROUP, 2022-03-02

Attendance: Kira Rat, Nina Still

OFFERS THAT ARE MISSING
Nobody offers legal advice in Arabic. The need was reported four times.
Decision: We look for a partner at the university.
Task: Kira Rat calls the law clinic by 31 March 2022.

اقترحت أولينا أن نلتقي كل أسبوع.

DATES
Next meeting: 2022-04-06.
"""


def capitals_in_word() -> Paper:
    """Headings in capitals, a paragraph in Arabic, and a heading of the font's size alone."""
    it = Typist()
    first = it.line("BERATUNG MIT DEN TRÄGERN AM 11.12.2024")
    first.runs[0].font.size = Pt(18)
    it.line("RÄUME UND ZEITEN")
    it.line("Die Träger wünschen sich feste Zeiten. Dafür fehlt ein Raum mit Beamer.")
    it.line("Beschlossen wird: Der Raum im Rathaus wird dienstags freigehalten.")
    it.line("تقترح السيدة كوفال موعدا ثابتا كل يوم ثلاثاء.")
    it.line("OFFENE FRAGEN")
    it.line("Wer zahlt die Reinigung? Bis zur nächsten Sitzung klärt das niemand.")
    it.line("Auftrag: Reinigung klären - zuständig: Volkshochschule Auental")
    return it.saved(
        "beratung.docx",
        day="2024-12-11",
        items=["Preliminary notes", "RÄUME UND ZEITEN", "OFFENE FRAGEN"],
        decisions=1,
        actions=1,
    )


def _written(name: str, text: str, coding: str = "utf-8", **facts: Any) -> Paper:
    """A text as a file. What Markdown means as a sign is no word."""
    said = []
    for line in text.split("\n"):
        cells = [] if set(line) <= set("|-: ") else [cell for cell in line.split("|") if cell.strip()]
        said += [re.sub(r"^[\s>*#+-]*(?:\[[ x]\]\s|\d\.\s)?", "", cell) for cell in cells]
    return Paper(name, text.encode(coding), [line for line in said if re.search(r"\w", line)], **facts)


PAPERS: dict[str, Callable[[], Paper]] = {
    "with styles": with_styles,
    "bold tops": bold_tops,
    "hidden corners": hidden_corners,
    "all in a table": all_in_a_table,
    "council english": council_english,
    "underlined english": underlined_english,
    "capitals in word": capitals_in_word,
    "markdown german": lambda: _written(
        "wohnen.md",
        MARKDOWN_GERMAN,
        day="2024-01-18",
        items=["Preliminary notes", "Stand der Dinge", "Patenschaften", "Verschiedenes"],
        decisions=2,
        actions=2,
    ),
    "markdown english": lambda: _written(
        "education.md",
        MARKDOWN_ENGLISH,
        day="2024-05-08",
        items=["Preliminary notes", "Recognition of certificates", "School places"],
        decisions=2,
        actions=2,
    ),
    "text german": lambda: _written(
        "steuerung.txt",
        TEXT_GERMAN,
        "cp1252",
        day="2022-06-27",
        items=["Preliminary notes", "Bericht aus den Gruppen", "Jahresplanung", "Ausblick"],
        decisions=1,
        actions=1,
    ),
    "text english": lambda: _written(
        "coordination.txt",
        TEXT_ENGLISH,
        day="2022-03-02",
        items=["Preliminary notes", "OFFERS THAT ARE MISSING", "DATES"],
        decisions=1,
        actions=1,
    ),
}
