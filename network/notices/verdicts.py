"""What the receiving server says of a mail's sender: its header Authentication-Results (RFC 8601).

Only the first such header counts, and only if it bears the name that our server signs with
(MAIL_AUTHSERV_ID): servers write theirs above all that a mail brings along, and take out what
bears their name from elsewhere. What stands further down, and what a chain (ARC) says, may be
anybody's words. Nothing is guessed: a header that is not written as the standard has it says nothing.
"""

import re
from dataclasses import dataclass
from email.message import Message

HEADER = "Authentication-Results"
_BLANK = re.compile(r"[ \t\r\n]+")
_WORD = re.compile(r'[^\s;=()"\\]+')
_VALUE = re.compile(r'[^\s;()"\\]+')  # addresses of senders have an = in them
_METHOD = re.compile(r"[a-z][a-z0-9-]*(?:/[0-9]+)?")


class Unreadable(Exception):
    """The header is not written as RFC 8601 has it."""


@dataclass(frozen=True)
class Result:
    """What one method found: ("dkim", "pass", {"header.d": "example.org"})."""

    method: str
    result: str
    properties: dict[str, str]


def vouches(mail: Message, server: str, domain: str) -> bool:
    """Whether our server says that a mail really comes from this domain.

    DMARC must have passed for it; where the domain asks for no DMARC, one of its own keys must have
    signed the mail, or a key of a domain above it.
    """
    found = _first(mail)
    if not server or found is None:
        return False
    try:
        named, results = read(found)
    except Unreadable:
        return False
    if named != server.lower():
        return False
    domain = domain.lower().rstrip(".")
    asked = [result for result in results if result.method == "dmarc" and result.result != "none"]
    if asked:
        return all(
            result.result == "pass" and result.properties.get("header.from") == domain for result in asked
        )
    return any(
        result.method == "dkim" and result.result == "pass" and _is_above(_signer(result), domain)
        for result in results
    )


def _first(mail: Message) -> str | None:
    """The header as it stands at the top, with nothing decoded in it."""
    return next((str(value) for name, value in mail.raw_items() if name.lower() == HEADER.lower()), None)


def _signer(result: Result) -> str:
    """The domain whose key has signed."""
    return result.properties.get("header.d") or result.properties.get("header.i", "").rpartition("@")[2]


def _is_above(signer: str, domain: str) -> bool:
    return "." in signer and (domain == signer or domain.endswith("." + signer))


def read(header: str) -> tuple[str, list[Result]]:
    """The name of the server, and what it found. Raises Unreadable."""
    words = _Words(header)
    server = words.word().lower()
    if (version := words.next_if_word()) is not None and version != "1":
        raise Unreadable
    results: list[Result] = []
    while not words.ended:
        words.sign(";")
        if words.ended:
            break
        method = words.word().lower()
        if method == "none" and not results:
            if not words.ended:
                raise Unreadable
            break
        if not _METHOD.fullmatch(method):
            raise Unreadable
        words.sign("=")
        result = words.word().lower()
        results.append(Result(method.partition("/")[0], result, _properties(words)))
    return server, results


def _properties(words: "_Words") -> dict[str, str]:
    found: dict[str, str] = {}
    while (name := words.next_if_word()) is not None:
        name = name.lower()
        words.sign("=")
        value = words.word(_VALUE).lower()
        if name in found:  # which of the two would be meant?
            raise Unreadable
        found[name] = value
    return found


class _Words:
    """The words and signs of a header one by one; blanks and comments are left out."""

    def __init__(self, text: str) -> None:
        if not text.isascii():
            raise Unreadable
        self.text, self.at = text, 0
        self._skip()

    @property
    def ended(self) -> bool:
        return self.at >= len(self.text)

    def sign(self, sign: str) -> None:
        """Go over a sign. Raises Unreadable if it is another."""
        if self.ended or self.text[self.at] != sign:
            raise Unreadable
        self.at += 1
        self._skip()

    def word(self, kind: re.Pattern[str] = _WORD) -> str:
        """The next word, or what stands in quotation marks. Raises Unreadable if there is none."""
        if not self.ended and self.text[self.at] == '"':
            return self._quoted()
        found = kind.match(self.text, self.at)
        if found is None:
            raise Unreadable
        self.at = found.end()
        self._skip()
        return found.group()

    def next_if_word(self) -> str | None:
        """The next word if one stands here."""
        return None if self.ended or self.text[self.at] in ";=" else self.word()

    def _quoted(self) -> str:
        found, self.at = "", self.at + 1
        while not self.ended:
            sign = self.text[self.at]
            self.at += 1
            if sign == '"':
                self._skip()
                return found
            if sign == "\\":
                sign = self.text[self.at : self.at + 1]
                self.at += 1
            found += sign
        raise Unreadable

    def _skip(self) -> None:
        while not self.ended:
            blank = _BLANK.match(self.text, self.at)
            if blank is not None:
                self.at = blank.end()
            elif self.text[self.at] == "(":
                self._comment()
            else:
                return

    def _comment(self) -> None:
        depth = 0
        while not self.ended:
            sign = self.text[self.at]
            self.at += 2 if sign == "\\" else 1
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if not depth:
                return
        raise Unreadable
