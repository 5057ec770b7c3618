"""Quotation marks inside of others: a name that has its own gets the inner ones where a sentence quotes it.

Names are what people write, so that it is known only when a sentence is put together.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask
from flask_babel import Domain, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

INNER = {"de": ("‚", "‘"), "ar": ("“", "”")}
ELSE = ("‘", "’")
OPENS, CLOSES, EITHER = "„«", "”»", '“"'  # the German closing mark is the English opening one
MARKS = frozenset(OPENS + CLOSES + EITHER)
ISOLATES = "[\u2066-\u2069]*"
QUOTED = re.compile(rf"[„“«]{ISOLATES}%\((\w+)\)s{ISOLATES}[“”»]")


@lru_cache(maxsize=2000)
def quoted_in(sentence: str) -> frozenset[str]:
    """The placeholders that a sentence, or its translation, puts between quotation marks."""
    return frozenset(QUOTED.findall(sentence))


def inner(name: str) -> str:
    """A name as it stands between quotation marks, in the current language."""
    if not MARKS.intersection(name):
        return name
    locale = get_locale()
    begin, end = INNER.get(locale.language if locale else "", ELSE)
    found, is_open = [], False
    for sign in name:
        if sign in MARKS:
            is_open = sign in OPENS or (sign in EITHER and not is_open)
            sign = begin if is_open else end
        found.append(sign)
    return "".join(found)


def put(sentence: str, values: dict[str, Any]) -> dict[str, Any]:
    """What stands in the gaps of a sentence, with inner quotation marks where it is quoted."""
    quoted = quoted_in(sentence) if values else ()
    return {
        name: inner(str(value)) if name in quoted and not isinstance(value, Markup) else value
        for name, value in values.items()
    }


class Nesting(Domain):  # type: ignore[misc]  # the library has no types
    """Translates, and puts names into the sentences that quote them."""

    def gettext(self, string: str, **values: Any) -> str:
        """As the library's."""
        return str(super().gettext(string, **put(string, values)))

    def ngettext(self, singular: str, plural: str, num: int, **values: Any) -> str:
        """As the library's."""
        return str(super().ngettext(singular, plural, num, **put(plural, values)))


def init_app(app: Flask) -> None:
    """Let templates do the same: they put words into sentences themselves."""
    words: dict[str, Any] = app.jinja_env.globals
    for name in ("gettext", "ngettext"):
        words[name] = _nesting(words[name])


def _nesting(translate: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def nested(context: Context, *sentences: Any, **values: Any) -> Any:
        return translate(context, *sentences, **put(str(sentences[0]), values))

    return nested
