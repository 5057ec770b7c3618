"""What somebody wrote in a mail: without what they answer to, without signatures, as text and files.

Mail programs mark the old text in many ways. Found are the line that our own letters bear, the heads of
Outlook ("From: ... Sent: ..."), "On ... wrote:" in the languages of the library, lines that begin with >, and
the signature after "-- ".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser

import nh3
from mailparser_reply import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES
from mailparser_reply.parser import EmailMessage as Sorted

from network.forms import clean_line, clean_text

MARK = "##- - - ##"  # stands in a line of our letters: what follows was written by us
LANGUAGES = ["de", "en", "fr", "es", "it", "pl", "nl", "ru", "tr"]
MOST = 60_000  # characters that are looked at; a message has far less
MOST_TAGS = 8_000  # of HTML; nested, they take time that grows with its square
LONGEST_LINE = 1_500  # characters; the library's patterns take time that grows with its square
SIGNATURES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}

_MARK = re.compile(r"^.*##- - - ##", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*>")
_ORIGINAL = re.compile(
    r"^[ \t]*[-_]{4,}[ \t]*(?:Original Message|Urspr(?:ü|ue)ngliche Nachricht|Weitergeleitete Nachricht"
    r"|Forwarded message|الرسالة الأصلية|Оригінальне повідомлення)[ \t]*[-_]{4,}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_RULE = re.compile(r"^[ \t]*_{20,}[ \t]*$", re.MULTILINE)  # Outlook's, above the head
_SIGNATURE = re.compile(r"^--[ \t]*$", re.MULTILINE)
# Before quoted lines: a line that ends with a colon and bears an address or a time of day, in any language.
_WROTE = re.compile(r"(?:<?[^\s<>@]+@[^\s<>@]+>?|\d{1,2}[:.]\d\d).*[:：]\s*$", re.DOTALL)
_CLOSING = re.compile(
    r"^(?:"
    + "|".join(closing for code in ("de", "en") for closing in MAIL_LANGUAGES[code]["signatures"])
    + r"|Mit (?:besten|lieben|herzlichen|vielen) Gr(?:ü|ue)(?:ß|ss)en|Herzliche Gr(?:ü|ue)(?:ß|ss)e"
    r"|Yours sincerely|Kind regards|Regards|Cheers|مع تحياتي|مع أطيب التحيات)[,.!،]*$",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"^(?:Von meinem \S+(?: \S+)? gesendet|Gesendet (?:mit|von|über)\b.{0,60}"
    r"|Diese Nachricht wurde von meinem .{0,60}"
    r"|Sent (?:from|with)\b.{0,60}|Get Outlook for .{0,60}|Outlook für .{0,40} beziehen.{0,60}"
    r"|Holen Sie sich Outlook .{0,40}|أُرسلت من .{0,60}|تم الإرسال من .{0,60}|أرسلت من .{0,60})$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Answer:
    """What somebody wrote in a mail, and the files that came with it: (name, content)."""

    text: str
    files: list[tuple[str, bytes]] = field(default_factory=list)


def of(mail: EmailMessage) -> Answer:
    """What a mail says."""
    return Answer(new_part(_body(mail)), list(_files(mail)))


# The text


def _body(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    text = _decoded(plain) if plain is not None else ""
    if plain is not None and plain.get_param("format", "") == "flowed":
        text = _joined(text, delete_blank=plain.get_param("delsp", "") == "yes")
    if not text.strip():
        rich = mail.get_body(("html",))
        text = text_of_html(_decoded(rich)) if rich is not None else ""
    return text[:MOST]


def _decoded(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, AttributeError):  # an unknown alphabet, or damaged
        content = part.get_payload(decode=True)
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _joined(text: str, *, delete_blank: bool) -> str:
    """Lines that were broken to fit are one again (RFC 3676)."""
    lines: list[str] = []
    goes_on = False
    for line in text.splitlines():
        quoted = line.startswith(">")
        line = line if quoted else line.removeprefix(" ")
        if goes_on and not quoted and line != "-- ":
            lines[-1] = (lines[-1][:-1] if delete_blank else lines[-1]) + line
        else:
            lines.append(line)
        goes_on = line.endswith(" ") and not quoted and line != "-- "
    return "\n".join(lines)


def new_part(text: str) -> str:
    """What was written anew in the text of a mail; nothing if all of it is older."""
    text = clean_text(text)
    for end in (_MARK, _ORIGINAL, _RULE):
        found = end.search(text)
        if found is not None:
            text = text[: found.start()]
    text, long_lines = _with_short_lines(text)
    said = []
    for number, reply in enumerate(
        Sorted(text=text, languages=_languages(), keep_hyphen_lists=True).read().replies
    ):
        content = reply.content
        if reply.headers:
            if not content.startswith(reply.headers):
                break
            content = content[len(reply.headers) :].lstrip("\n")
            if not _QUOTE.match(content) or _is_head(reply.headers):
                break  # what follows is the old text, without any sign before its lines
        elif number:
            break
        said.append(content)
    text = _without_quotes("\n".join(said))
    for short, line in long_lines.items():
        text = text.replace(short, line)
    return clean_text(_without_signature(text))


def _languages() -> list[str]:
    return list(EmailReplyParser(languages=LANGUAGES).languages)


def _is_head(headers: str) -> bool:
    """Whether it is a head of several lines, as Outlook puts it before the old text."""
    return (
        headers.count(":") > 2
        and "\n" in headers.strip()
        and not re.search(r"(?:wrote|schrieb.*):$", headers)
    )


def _with_short_lines(text: str) -> tuple[str, dict[str, str]]:
    """Put a sign in the place of each very long line, which is a paragraph and no head of a quotation."""
    lines, held = text.split("\n"), {}
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            short = f"\ue000{number}\ue001"
            held[short], lines[number] = line, short
    return "\n".join(lines), held


def _without_quotes(text: str) -> str:
    kept: list[str] = []
    for line in text.split("\n"):
        if not _QUOTE.match(line):
            kept.append(line)
            continue
        end = len(kept)
        while end and not kept[end - 1].strip():
            end -= 1
        for many in (1, 2):  # programs break that line in two
            head = "\n".join(kept[max(0, end - many) : end])
            if end >= many and len(head) < 300 and _WROTE.search(head):
                del kept[end - many :]
                break
    return "\n".join(kept)


def _without_signature(text: str) -> str:
    found = _SIGNATURE.search(text)
    if found is not None:
        text = text[: found.start()]
    lines = text.rstrip().split("\n")
    while lines and (not lines[-1].strip() or _SENT_FROM.match(lines[-1].strip())):
        lines.pop()
    # A closing takes along the few short lines that follow it: name, office, telephone.
    for number in range(len(lines) - 1, max(-1, len(lines) - 10), -1):
        below = [line for line in lines[number + 1 :] if line.strip()]
        if number and _CLOSING.match(lines[number].strip()) and all(len(line) <= 80 for line in below):
            return "\n".join(lines[:number])
    return "\n".join(lines)


# HTML


_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "blockquote",
    "hr",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
}
_UNSEEN = {"script", "style", "title", "template", "object", "svg", "math", "noscript", "textarea", "select"}


def text_of_html(html: str) -> str:
    """The words of a mail that is HTML only, with quotations as lines that begin with >.

    The cleaner makes sound HTML of it first, since reading any other can take very long. What comes out is
    text, shown as any other text.
    """
    html = "<".join(html[: 4 * MOST].split("<", MOST_TAGS + 1)[: MOST_TAGS + 1])
    words = _Words()
    words.feed(nh3.clean(html, tags=_BLOCKS | {"td"}, clean_content_tags=_UNSEEN, attributes={}))
    words.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in words.lines)).strip()


class _Words(HTMLParser):
    """Collects lines: blocks begin anew, and each quotation puts a > before its lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self.lines[-1] += " "
        elif tag == "br":
            self.lines.append("")
        elif tag in _BLOCKS:
            self._begin()
            self.quotes += tag == "blockquote"
            self.lines[-1] += {"li": "- ", "hr": "_" * 24}.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS - {"br", "hr"}:
            self._begin()
            self.quotes = max(0, self.quotes - (tag == "blockquote"))
            if tag == "p":
                self.lines.append("")

    def handle_data(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        if not self.lines[-1]:
            words = words.lstrip()
            if words:
                self.lines[-1] = "> " * min(self.quotes, 4)
        self.lines[-1] += words

    def _begin(self) -> None:
        if self.lines[-1].strip():
            self.lines.append("")


# Files


def _files(mail: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """What was attached. Pictures that belong to the look of the mail, and signatures of keys, are not."""
    for part in _leaves(mail):
        kind = part.get_content_type()
        name = clean_line(part.get_filename() or "")
        is_body = kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment"
        if is_body or kind in SIGNATURES or kind == "text/calendar" or not name:
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield name, content


def _leaves(part: MIMEPart, depth: int = 0) -> Iterator[MIMEPart]:
    if part.get_content_maintype() == "message" or depth > 20:
        return
    if not part.is_multipart():
        yield part
        return
    related = part.get_content_type() == "multipart/related"
    for inner in part.iter_parts():
        if isinstance(inner, MIMEPart) and not (related and inner.get("Content-ID")):
            yield from _leaves(inner, depth + 1)
