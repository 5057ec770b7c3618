"""What goes over the wire."""

import json

from network import wire


def test_letters_go_as_they_are() -> None:
    said = wire.dumps(["change", "أهلًا і привіт"], separators=(",", ":"))
    assert said == '["change","أهلًا і привіт"]'
    assert wire.loads(said) == ["change", "أهلًا і привіт"]


def test_half_a_sign_is_escaped_and_ends_nothing() -> None:
    said = wire.dumps({"text": "ä \ud83d"})
    assert said.encode()
    assert json.loads(said) == {"text": "ä \ud83d"}


def test_what_another_process_says_comes_as_bytes() -> None:
    assert wire.loads('{"text":"ä"}'.encode()) == wire.loads('{"text":"ä"}') == {"text": "ä"}
