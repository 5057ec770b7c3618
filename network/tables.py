"""Tables as files that a spreadsheet opens by a double click, in the reader's own language.

Such programs go by the language: where the decimal sign is a comma, columns are told apart by semicolons.
UTF-8 is told by a mark at the beginning. What people wrote never becomes a formula.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import get_decimal_symbol
from flask import Response
from flask_babel import get_locale
from flask_babel import gettext as _

from network.dates import local
from network.texts import no_formula

MARK = "\ufeff"
PLACES = 4  # decimals of a share that has no end


def table(heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> str:
    """The table as text. Cells are words, numbers, days, moments, or None for nothing."""
    decimal = get_decimal_symbol(get_locale(), numbering_system="latn")
    written = io.StringIO()
    sheet = csv.writer(written, delimiter=";" if decimal == "," else ",", lineterminator="\r\n")
    for row in (heads, *rows):
        sheet.writerow([_cell(cell, decimal) for cell in row])
    return MARK + written.getvalue()


def file(name: str, heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Response:
    """The table as an answer that is kept under this name, and in no cache."""
    response = Response(table(heads, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _cell(cell: Any, decimal: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, datetime):
        return local(cell).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Fraction):
        cell = round(Decimal(cell.numerator) / cell.denominator, PLACES)
    if isinstance(cell, int | Decimal):
        return f"{Decimal(cell).normalize():f}".replace(".", decimal)
    return no_formula(str(cell))
