"""Names that have quotation marks of their own, in sentences that quote them."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from network.loop.picking import SENTENCES
from network.quotes import put, quoted_in

NAMED = {
    "de": "Das Projekt ‚Auf dem Weg‘ wächst",
    "en": "Das Projekt ‘Auf dem Weg’ wächst",
    "ar": "Das Projekt “Auf dem Weg” wächst",
}


@pytest.mark.parametrize("language", NAMED)
@pytest.mark.parametrize("marks", ["„“", "“”", "«»", '""'])
def test_a_name_in_quotation_marks_has_the_inner_ones_in_python_and_in_templates(
    app: Flask, language: str, marks: str
) -> None:
    name = f"Das Projekt {marks[0]}Auf dem Weg{marks[1]} wächst"
    with app.test_request_context(), force_locale(language):
        assert NAMED[language] in _("What “%(title)s” is linked with", title=name)
        page = "{{ _('What “%(title)s” is linked with', title=name) }}"
        assert NAMED[language] in render_template_string(page, name=name)
        for sentence in map(str, SENTENCES.values()):
            assert quoted_in(sentence) == {"this", "other"}
            assert NAMED[language] in sentence % put(sentence, {"this": name, "other": name})


def test_what_is_not_quoted_and_what_is_markup_stays_as_it_is(app: Flask) -> None:
    with app.test_request_context(), force_locale("de"):
        assert put("%(who)s was here", {"who": "„Ben“"}) == {"who": "„Ben“"}
        link = Markup('<a href="/">Ben</a>')
        assert put("“%(who)s” was here", {"who": link, "number": 3}) == {"who": link, "number": 3}
