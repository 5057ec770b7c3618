"""Values as people write and read them: 12,5 in German, 1,200 in English, kept exactly."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal, format_percent, get_group_symbol
from flask import current_app
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from network.forms import Form, clean_line
from network.goals.models import PLACES

MOST = Decimal(10) ** 12
_UNIT = re.compile(r"(?<=\d)(?:\s+[^\W\d][^\d]*|\s*%)$")  # "3 villages", "50 %"


def western(text: str) -> str:
    """The same with the digits 0 to 9 in place of those of other scripts, as Arabic and Persian."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def read_number(text: str, locale: str) -> Decimal:
    """The number that a text says, with a comma or a point before the decimals, grouped as the language does.

    Raises ValueError for anything else, also for more decimals than are kept, or beyond a billion.
    """
    said = re.sub(r"[\s\u066c]", "", western(text)).replace("\u2212", "-").replace("\u066b", ".")
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)*", said, re.ASCII):
        raise ValueError(text)
    sign = re.escape(get_group_symbol(locale)) if get_group_symbol(locale) in ".," else r"[.,](?!)"
    if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(?:{sign}\d{{3}})+", said):
        said = re.sub(r"[.,]", "", said)
    elif {".", ","} <= set(said):
        last = max(said.rfind("."), said.rfind(","))
        if not re.fullmatch(r"[+-]?\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)", said[:last]):
            raise ValueError(text)
        said = re.sub(r"[.,]", "", said[:last]) + "." + said[last + 1 :]
    try:
        value = Decimal(said.replace(",", "."))
    except InvalidOperation:
        raise ValueError(text) from None
    exponent = value.normalize().as_tuple().exponent
    if abs(value) > MOST or (isinstance(exponent, int) and -exponent > PLACES):
        raise ValueError(text)
    return value


def shown(value: Decimal | Fraction | int | None) -> str:
    """A value as the reader's language writes it, with at most four decimals; nothing for None."""
    if value is None:
        return ""
    exact = value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)
    return str(format_decimal(exact, format="#,##0.####", locale=get_locale(), numbering_system="latn"))


def signed(value: Decimal) -> str:
    """A difference, with its sign."""
    said = str(
        format_decimal(value, format="+#,##0.####;-#,##0.####", locale=get_locale(), numbering_system="latn")
    )
    return said.replace("-", "\u2212")


def whole_per_cent(share: Fraction) -> int:
    """A share in whole per cent, rounded; but what is not quite reached is never 100."""
    rounded = round(share * 100)
    return 99 if rounded == 100 and share < 1 else rounded


def percent(share: Fraction | None) -> str:
    """The same in words."""
    if share is None:
        return ""
    whole = Decimal(whole_per_cent(share)) / 100
    return str(format_percent(whole, format="#,##0 %", locale=get_locale(), numbering_system="latn"))


def _known(language: Any) -> str:
    """A language that a form can have been drawn in, else that of the reader."""
    return str(language) if language in current_app.config["LANGUAGES"] else str(get_locale())


class LanguageField(HiddenField):
    """The language in which a form was drawn: its numbers are read as that one writes them.

    Whoever opened it may read in another one by the time that it is sent, and 12,125 is twelve in one alone.
    """

    def __init__(self, **more: Any) -> None:
        super().__init__(default=lambda: str(get_locale()), **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = _known(valuelist[0] if valuelist else "")


class NumberedForm(Form):
    """A form in which numbers are typed."""

    not_facts = (*Form.not_facts, "written_in")
    written_in = LanguageField()


class NumberField(StringField):
    """A number as people write it, with its unit behind it or without.

    Its data are a Decimal, or None if nothing is filled in.
    """

    def process(self, formdata: Any, *also: Any, **more: Any) -> None:
        """Take what was sent, with the language in which the form was drawn."""
        self.language = _known(formdata.get("written_in") if formdata else "")
        super().process(formdata, *also, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        said = clean_line(valuelist[0]) if valuelist else ""
        self.raw_data = [said]
        self.data: Any = None
        if said:
            try:
                self.data = read_number(_UNIT.sub("", western(said)), self.language)
            except ValueError:
                example = shown(Decimal("3.5"))
                raise ValueError(
                    _l("Please give a number, for example 12 or %(example)s.", example=example)
                ) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return shown(self.data).replace("\u00a0", " ") if self.data is not None else ""
