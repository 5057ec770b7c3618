"""What every page must be, whatever the test that fetched it was about."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from lxml import html as markup

TRANSLATIONS = Path(__file__).parent.parent / "translations"
NAMED_BY_THEMSELVES = {"hidden", "submit", "button", "reset", "image"}
ATTRIBUTES_READ_ALOUD = ("aria-label", "title", "alt", "placeholder")
# Text in these is what people wrote, and may well be a word of the interface.
WRITTEN_BY_PEOPLE = (
    "ancestor-or-self::*[@dir='auto' or self::bdi or self::textarea or self::script or self::option]"
)


def inspect(text: str, *, whole_page: bool = True) -> list[str]:
    """Everything that is wrong with a page, or with a fragment of one, as sentences."""
    page = markup.document_fromstring(text)
    return [
        *(_frame(page, text) if whole_page else ()),
        *_ids(page),
        *_names(page),
        *_forms(page),
        *_strict_policy(page),
        *_untranslated(page),
    ]


def _frame(page: Any, text: str) -> Iterator[str]:
    if not text.lstrip().lower().startswith("<!doctype html>"):
        yield "the page does not begin with <!doctype html>"
    if not page.get("lang"):
        yield "<html> has no lang"
    if page.get("dir") not in ("ltr", "rtl"):
        yield "<html> has no dir"
    headings = page.xpath("//h1")
    if len(headings) != 1:
        yield f"the page has {len(headings)} h1 instead of one"
    elif not _said(headings[0]):
        yield "the h1 is empty"
    if not (page.findtext(".//title") or "").strip():
        yield "the page has no title"
    if len(page.xpath("//main")) != 1:
        yield "the page needs one <main>"


def _ids(page: Any) -> Iterator[str]:
    count = Counter(page.xpath("//@id"))
    for id, times in count.items():
        if times > 1:
            yield f'the id "{id}" is there {times} times'
        if not id or any(letter.isspace() for letter in id):
            yield f'"{id}" is no id'
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form"):
        for element in page.xpath(f"//*[@{attribute}]"):
            for id in element.get(attribute).split():
                if id not in count and not (attribute == "form" and id == "deed"):
                    yield f'{_tag(element)} names "{id}" in {attribute}, which is not on the page'


def _names(page: Any) -> Iterator[str]:
    labelled = set(page.xpath("//label/@for"))
    for field in page.xpath("//input | //select | //textarea"):
        if field.tag == "input" and field.get("type", "text") in NAMED_BY_THEMSELVES:
            continue
        named = (
            field.get("aria-label")
            or field.get("aria-labelledby")
            or field.get("id") in labelled
            or field.xpath("ancestor::label")
        )
        if not named:
            yield f"{_tag(field)} has no label"
    # A closed dialog gets its words from the button that opens it.
    for control in page.xpath("(//button | //a[@href] | //summary)[not(ancestor::dialog[not(@open)])]"):
        if not (
            _said(control)
            or control.get("aria-label")
            or control.get("aria-labelledby")
            or control.get("title")
        ):
            yield f"{_tag(control)} has no name"
    for image in page.xpath("//img[not(@alt)]"):
        yield f"{_tag(image)} has no alt"
    for icon in page.xpath(
        "//*[local-name()='svg'][not(@aria-hidden) and not(@aria-label) and not(@aria-labelledby)]"
    ):
        yield f"{_tag(icon)} is neither hidden from screen readers nor named"


def _forms(page: Any) -> Iterator[str]:
    for form in page.xpath("//form"):
        method = form.get("method", "get").lower()
        token = form.xpath(".//input[contains(@name, 'csrf_token')]/@value")
        if method == "post" and not any(token):
            yield f"{_tag(form)} has no CSRF token"
        if method != "post" and token:
            yield f"{_tag(form)} would put its CSRF token into the address"
        for inner in form.xpath(".//form"):
            yield f"{_tag(inner)} is inside another form"
    for button in page.xpath("//button[not(@type) and not(@form) and not(ancestor::form)]"):
        yield f"{_tag(button)} belongs to no form and has no type"


def _strict_policy(page: Any) -> Iterator[str]:
    for element in page.xpath("//*[@style]"):
        yield f"{_tag(element)} has a style attribute"
    for element in page.xpath("//style"):
        yield f"{_tag(element)} is an inline style sheet"
    for script in page.xpath("//script[not(@src)]"):
        if script.get("type") not in ("application/json", "application/ld+json"):
            yield f"{_tag(script)} is an inline script"
    for element in page.xpath("//*[@*[starts-with(name(), 'on') and name() != 'on']]"):
        yield f"{_tag(element)} has an inline handler"
    for element in page.xpath("//*[@src or @href or @action or @formaction]"):
        for attribute in ("src", "action", "formaction"):
            if "//" in (element.get(attribute) or ""):
                yield f"{_tag(element)} loads from or sends to {element.get(attribute)}"
        if element.get("href", "").lower().startswith(("javascript:", "data:")):
            yield f"{_tag(element)} runs a script from its address"


def _untranslated(page: Any) -> Iterator[str]:
    language = page.get("lang") or ""
    words = _left_in_english(language)
    if not words:
        return
    for text in page.xpath(f"//text()[not({WRITTEN_BY_PEOPLE})]"):
        if text.strip() in words:
            yield f'"{text.strip()}" is not in {language}'
    for attribute in ATTRIBUTES_READ_ALOUD:
        for value in page.xpath(f"//@{attribute}"):
            if value.strip() in words:
                yield f'{attribute}="{value}" is not in {language}'


@cache
def _left_in_english(language: str) -> frozenset[str]:
    """The msgids that read differently in this language, so that seeing one is an error."""
    file = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    if language == "en" or not file.exists():
        return frozenset()
    with file.open("rb") as po:
        catalogue = read_po(po, locale=language)
    # Some msgids are what another one is translated to: "Name" for "Name of the group", say.
    said = {message.string for message in catalogue if isinstance(message.string, str)}
    return frozenset(
        message.id
        for message in catalogue
        if isinstance(message.id, str)
        and message.id
        and message.string
        and message.string != message.id
        and message.id not in said
    )


def _said(element: Any) -> str:
    """What a screen reader would say: the text and the names of pictures."""
    return "".join([*element.itertext(), *element.xpath(".//@aria-label | .//@alt")]).strip()


def _tag(element: Any) -> str:
    """The opening tag, to find it by."""
    attributes = "".join(f' {name}="{value}"' for name, value in list(element.attrib.items())[:4])
    return f"<{element.tag}{attributes}>"
