"""Every sentence is there in every language, and says the same."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from network.config import DEFAULTS

ROOT = Path(__file__).parent.parent
LANGUAGES: list[str] = DEFAULTS["LANGUAGES"]
KEYWORDS = ["_l", "_ln:1,2", "lazy_gettext", "lazy_ngettext:1,2"]
PLACEHOLDER = re.compile(r"%\((\w+)\)(?:0\d)?[sd]|(?<!%)%[sd]")
TAG = re.compile(r"</?[a-z]+[^>]*>")

each_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of a language, as it is committed."""
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code and the templates say today."""
    target = tmp_path_factory.mktemp("extracted") / "messages.pot"
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "extract",
        "-F",
        "pyproject.toml",
        "-o",
        str(target),
    ]
    command += [word for keyword in KEYWORDS for word in ("-k", keyword)]
    subprocess.run([*command, "."], cwd=ROOT, check=True, capture_output=True)
    with target.open("rb") as file:
        return read_po(file)


def ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string,)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


@each_language
def test_the_catalogue_holds_what_is_said_today(language: str, extracted: Catalog) -> None:
    known = {(message.context, ids(message)) for message in messages(language)}
    said = {(message.context, ids(message)) for message in extracted if message.id}
    assert sorted(map(str, said - known)) == [], "said, but not in the catalogue"
    assert sorted(map(str, known - said)) == [], "in the catalogue, but no longer said"


@each_language
def test_everything_is_translated_and_nothing_is_a_guess(language: str) -> None:
    forms = catalogue(language).num_plurals
    for message in messages(language):
        assert not message.fuzzy, f"{language}: {message.id!r} is fuzzy"
        assert all(strings(message)), f"{language}: {message.id!r} is not translated"
        if len(ids(message)) > 1:
            assert len(strings(message)) == forms, f"{language}: {message.id!r} has not {forms} plural forms"


@each_language
def test_placeholders_and_tags_are_kept(language: str) -> None:
    for message in messages(language):
        singular, *_rest = names = [sorted(set(PLACEHOLDER.findall(text))) for text in ids(message)]
        allowed = {name for text in names for name in text}
        for form, text in enumerate(strings(message)):
            found = set(PLACEHOLDER.findall(text))
            assert found <= allowed, f"{language}: {message.id!r} gets {sorted(found - allowed)}"
            # "one hour" and the Arabic dual say the number by the word itself.
            missing = allowed - found - ({"num"} if len(names) > 1 else set())
            assert not missing or (len(names) > 1 and form == 0 and sorted(found) == singular), (
                f"{language}: {message.id!r} lacks {sorted(missing)} in {text!r}"
            )
            assert sorted(TAG.findall(text)) == sorted(
                TAG.findall(ids(message)[min(form, len(names) - 1)])
            ), f"{language}: {message.id!r} has other tags in {text!r}"


@each_language
def test_spaces_at_the_ends_are_kept(language: str) -> None:
    for message in messages(language):
        for text in strings(message):
            source = ids(message)[0]
            assert (text[:1].isspace(), text[-1:].isspace()) == (
                source[:1].isspace(),
                source[-1:].isspace(),
            ), f"{language}: {message.id!r}"


def test_english_is_what_the_code_says() -> None:
    for message in messages("en"):
        if len(ids(message)) == 1:
            assert message.string == message.id, f"en: {message.id!r} reads {message.string!r}"
