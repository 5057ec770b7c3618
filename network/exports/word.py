"""A sheet as a Word document: real headings, lists and tables, its language and its direction."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from network.drafts.tree import LISTS, Node, Run
from network.exports.sheet import Sheet, runs_rtl

INK, QUIET, LINK = RGBColor(0x14, 0x2B, 0x44), RGBColor(0x4A, 0x55, 0x63), RGBColor(0x14, 0x47, 0x7A)
A4 = Pt(595.3), Pt(841.9)
MARGIN = Pt(68)
DEEPEST = 3  # levels of lists for which Word has styles; deeper ones look like the third
SPOKEN = {"de": "de-DE", "en": "en-GB", "ar": "ar-SA"}  # Word wants a country; ours unless it is said


def write(sheet: Sheet, made_at: datetime) -> bytes:
    """The file, as if made at this moment."""
    return _Writing(sheet, made_at).made()


class _Writing:
    """One file that is being written."""

    def __init__(self, sheet: Sheet, made_at: datetime) -> None:
        self.sheet = sheet
        self.document: Any = Document()
        self.breaks = False
        self.styles: dict[str, Any] = {}
        self._set_up(made_at)

    def made(self) -> bytes:
        for node in self.sheet.blocks:
            self.block(node)
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    # The paper

    def _set_up(self, made_at: datetime) -> None:
        document, sheet = self.document, self.sheet
        facts = document.core_properties
        facts.title, facts.author, facts.language = sheet.title[:255], sheet.network[:255], sheet.language
        facts.comments, facts.last_modified_by = "", ""
        facts.created = facts.modified = made_at.astimezone(UTC).replace(tzinfo=None)
        self._speak()
        for level in range(1, 7):
            font = document.styles[f"Heading {level}"].font
            font.color.rgb, font.italic = INK, False
        document.styles["Normal"].font.size = Pt(11)
        small = document.styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH)
        small.base_style = document.styles["Normal"]
        small.font.size, small.font.color.rgb = Pt(9), QUIET
        terms = document.styles.add_style("Terms", WD_STYLE_TYPE.PARAGRAPH)
        terms.base_style, terms.paragraph_format.space_after = document.styles["Normal"], Pt(2)
        for name, sides in (("Box", "right" if sheet.rtl else "left"), ("Notice", "top left bottom right")):
            style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = document.styles["Normal"]
            style.element.get_or_add_pPr().append(_borders(sides.split()))
        section = document.sections[0]
        section.page_width, section.page_height = A4
        section.left_margin = section.right_margin = MARGIN
        letterhead = "\t".join(part for part in (sheet.network, sheet.district) if part)
        for name in ("Header", "Footer"):
            document.styles[name].paragraph_format.tab_stops.clear_all()  # ours has one, at the other edge
        self._paper(section.header.paragraphs[0], letterhead)
        foot = section.footer.paragraphs[0]
        self._paper(foot, f"{sheet.title}\t")
        foot._p.append(_made("w:fldSimple", instr="PAGE"))
        if sheet.rtl:
            section._sectPr.find(qn("w:docGrid")).addprevious(OxmlElement("w:bidi"))

    def _paper(self, paragraph: Paragraph, text: str) -> None:
        """Head or foot: in the direction of the whole, its second part at the other edge."""
        paragraph.paragraph_format.tab_stops.add_tab_stop(A4[0] - 2 * MARGIN, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(text).font.size = Pt(9)
        self._direct(paragraph, self.sheet.rtl)

    def _speak(self) -> None:
        spoken = SPOKEN.get(self.sheet.language, self.sheet.language)
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), "de-DE" if self.sheet.rtl else spoken)
            language.set(qn("w:bidi"), spoken if self.sheet.rtl else SPOKEN["ar"])

    # Blocks

    def block(self, node: Node, style: str = "Normal") -> None:
        """Write one block; `style` is that of paragraphs around which there is something."""
        if node.name == "heading":
            self.paragraph(node, f"Heading {node.attributes['level']}")
        elif node.name == "paragraph":
            look = {"small": "Small", "notice": "Notice"}.get(node.attributes.get("look", ""), style)
            self.paragraph(node, look if style == "Normal" else style)
        elif node.name == "terms":
            for term in node.children:
                label = Run(f"{term.attributes['label']}: ", {"bold": True})
                self.paragraph(Node("paragraph", runs=[label, *term.runs]), "Terms")
        elif node.name in LISTS:
            self.list(node, 1)
        elif node.name in ("blockquote", "box"):
            for child in node.children:
                self.block(child, "Quote" if node.name == "blockquote" else "Box")
        elif node.name == "table":
            self.table(node)
        elif node.name == "horizontalRule":
            rule = self.document.add_paragraph()
            rule._p.get_or_add_pPr().append(_borders(["bottom"]))
        elif node.name == "break":
            self.breaks = True

    def paragraph(self, node: Node, style: str, within: Any = None) -> Paragraph:
        """Write the words of a block into a new paragraph, or into the one `within`."""
        paragraph: Paragraph = within if within is not None else self.document.add_paragraph()
        paragraph.style = self.style(style)
        if self.breaks:
            paragraph.paragraph_format.page_break_before, self.breaks = True, False
        for run in node.runs:
            if isinstance(run, Node):
                paragraph.add_run().add_break()
            else:
                self._say(paragraph, run)
        said = "".join(run.text for run in node.runs if isinstance(run, Run))
        rtl = runs_rtl(said)
        self._direct(paragraph, self.sheet.rtl if rtl is None else rtl)
        return paragraph

    def style(self, name: str) -> Any:
        """A style by its name; the library looks through all of them each time."""
        if name not in self.styles:
            self.styles[name] = self.document.styles[name]
        return self.styles[name]

    def list(self, node: Node, level: int) -> None:
        """Write a list; each numbered one begins with its own number."""
        depth = "" if level == 1 else f" {min(level, DEEPEST)}"
        kind = "List Number" if node.name == "orderedList" else "List Bullet"
        number = self._begin(kind + depth, node.attributes.get("start", 1)) if kind == "List Number" else None
        for item in node.children:
            style = kind + depth
            for child in item.children:
                if child.name in LISTS:
                    self.list(child, level + 1)
                elif child.name == "paragraph":
                    made = self.paragraph(child, style)
                    if number is not None and style.startswith("List Number"):
                        numbering = made._p.get_or_add_pPr().get_or_add_numPr()
                        numbering.get_or_add_ilvl().val = 0
                        numbering.get_or_add_numId().val = number
                    style = f"List Continue{depth}"
                else:
                    self.block(child, f"List Continue{depth}")

    def _begin(self, style: str, start: int) -> int:
        """A numbering of its own that looks as the style's."""
        numberings = self.document.part.numbering_part.element
        theirs = self.document.styles[style].element.pPr.numPr.numId.val
        abstract = numberings.num_having_numId(theirs).abstractNumId.val
        made = numberings.add_num(abstract)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(made.numId)

    def table(self, node: Node) -> None:
        """Write a table whose first row is repeated on every page and read as its heads."""
        width = max(len(row.children) for row in node.children)
        table = self.document.add_table(rows=0, cols=width, style="Table Grid")
        if self.sheet.rtl:
            table._tbl.tblPr.find(qn("w:tblStyle")).addnext(OxmlElement("w:bidiVisual"))
        for number, row in enumerate(node.children):
            added = table.add_row()
            cells, facts = added.cells, added._tr.get_or_add_trPr()
            facts.append(OxmlElement("w:cantSplit"))  # a line is not torn by the end of a page
            if number == 0:
                facts.append(OxmlElement("w:tblHeader"))
            for cell, said in zip(cells, row.children, strict=False):
                within: Any = cell.paragraphs[0]
                for child in said.children:
                    runs = [
                        Run(run.text, {**run.marks, "bold": True})
                        if isinstance(run, Run) and said.name == "tableHeader"
                        else run
                        for run in child.runs
                    ]
                    self.paragraph(Node("paragraph", runs=runs), "Normal", within or cell.add_paragraph())
                    within = None
        self.document.add_paragraph(style="Small")

    # Words

    def _say(self, paragraph: Paragraph, run: Run) -> None:
        made = paragraph.add_run(run.text)
        made.bold, made.italic = run.marks.get("bold"), run.marks.get("italic")
        # Letters from right to left are bold and italic by signs of their own.
        made.font.cs_bold, made.font.cs_italic = made.bold, made.italic
        made.underline = run.marks.get("underline")
        made.font.strike = True if "strike" in run.marks or "deletion" in run.marks else None
        if "link" in run.marks:
            made.underline, made.font.color.rgb = True, LINK
            to = paragraph.part.relate_to(run.marks["link"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), to)
            made._r.addprevious(link)
            link.append(made._r)
        if runs_rtl(run.text):
            made.font.rtl = True

    def _direct(self, paragraph: Paragraph, rtl: bool) -> None:
        if rtl:
            properties = paragraph._p.get_or_add_pPr()
            properties.insert_element_before(OxmlElement("w:bidi"), *AFTER_BIDI)


# What the order of the elements of a paragraph's properties puts after its direction.
AFTER_BIDI = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
)


def _made(name: str, **attributes: str) -> Any:
    element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    return element


def _borders(sides: list[str]) -> Any:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        borders.append(_made(f"w:{side}", val="single", sz="8", space="6", color="4A5563"))
    return borders
