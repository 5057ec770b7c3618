"""Whose word about a sender is taken: headers as servers write them, and as forgers would like them."""

from email import message_from_string

import pytest

from network.notices.verdicts import Unreadable, read, vouches

OURS = "mx.network.example"
PASS = f"{OURS}; dmarc=pass header.from=example.org"


def vouched(*headers: str, domain: str = "example.org") -> bool:
    text = "".join(f"{header}\n" for header in headers) + "From: a@example.org\n\nHello\n"
    return vouches(message_from_string(text), OURS, domain)


def results(value: str) -> str:
    return f"Authentication-Results: {value}"


@pytest.mark.parametrize(
    "value",
    [
        PASS,
        f"{OURS} 1; dmarc=pass header.from=example.org",
        f"{OURS.upper()}; DMARC=Pass header.From=Example.ORG",
        f"{OURS};\n\tspf=pass smtp.mailfrom=bounce+a=b.example@list.example;\n\tdmarc=pass (p=none\n dis=none) header.from=example.org",
        f"{OURS} (a (nested \\) one) comment); dmarc (c) = pass (policy; dmarc=fail) header.from (x) = example.org",
        f'"{OURS}"; dmarc=pass reason="all; is well" header.from="example.org"',
        f"{OURS}; dkim=fail header.d=example.org; dmarc=pass header.from=example.org;",
        f"{OURS}; dkim=pass header.d=example.org header.s=s1 header.b=abc+/x",
        f"{OURS}; dkim=pass (2048-bit key) header.i=@example.org",
        f"{OURS}; dkim=fail header.d=list.example; dkim=pass header.d=example.org; dmarc=none",
    ],
)
def test_what_our_server_says_is_taken(value: str) -> None:
    assert vouched(results(value))


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [results("mx.other.example; dmarc=pass header.from=example.org")],
        [results("evil.mx.network.example; dmarc=pass header.from=example.org")],
        [results(f"{OURS}.evil.example; dmarc=pass header.from=example.org")],
        [results(f"mx.other.example; none ({PASS})")],
        [results(f'"{OURS} "; dmarc=pass header.from=example.org')],
        # A forged one below ours, and one above it from somebody else: only the first counts.
        [results(f"{OURS}; dmarc=fail header.from=example.org"), results(PASS)],
        [results(f"{OURS}; none"), results(PASS)],
        [results("mx.other.example; dmarc=pass header.from=example.org"), results(PASS)],
        [f"ARC-Authentication-Results: i=1; {PASS}"],
        [f"X-Authentication-Results: {PASS}"],
        [f"Authentication-Results-Original: {PASS}"],
        # What is in comments, reasons and addresses is no result.
        [results(f"{OURS}; spf=pass (dmarc=pass header.from=example.org)")],
        [results(f'{OURS}; spf=pass reason="; dmarc=pass header.from=example.org"')],
        [results(f'{OURS}; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.org"@evil.example')],
        [
            results(
                f"{OURS}; spf=pass smtp.mailfrom=x; dmarc=pass header.from=example.org; dmarc=fail header.from=example.org"
            )
        ],
        # Encoded words stay what they are.
        [results(f"{OURS}; =?utf-8?q?dmarc=3Dpass_header.from=3Dexample.org?=")],
        [results("=?utf-8?q?mx.network.example?=; dmarc=pass header.from=example.org")],
        # Other results and other domains.
        [results(f"{OURS}; dmarc=fail header.from=example.org; dkim=pass header.d=example.org")],
        [results(f"{OURS}; dmarc=temperror header.from=example.org; dkim=pass header.d=example.org")],
        [results(f"{OURS}; dmarc=bestguesspass header.from=example.org")],
        [results(f"{OURS}; dmarc=pass header.from=evil.example")],
        [results(f"{OURS}; dmarc=pass")],
        [results(f"{OURS}; dkim=pass header.d=evil.example")],
        [results(f"{OURS}; dkim=pass header.d=notexample.org")],
        [results(f"{OURS}; dkim=pass header.d=sub.example.org")],
        [results(f"{OURS}; dkim=pass header.d=org")],
        [results(f"{OURS}; dkim=pass")],
        [results(f"{OURS}; spf=pass smtp.mailfrom=example.org")],
        # Not as the standard has it.
        [results(f"{OURS} 2; dmarc=pass header.from=example.org")],
        [results(f"{OURS} dmarc=pass header.from=example.org")],
        [results(f"{OURS}; dmarc=pass header.from=evil.example header.from=example.org")],
        [results(f"{OURS}; (open dmarc=pass header.from=example.org")],
        [results(f'{OURS}; dmarc=pass reason="open header.from=example.org')],
        [results("")],
        [results(";")],
    ],
)
def test_nothing_else_is(headers: list[str]) -> None:
    assert not vouched(*headers)


def test_a_key_of_the_domain_above_speaks_for_those_below() -> None:
    value = results(f"{OURS}; dkim=pass header.d=example.org")
    assert vouched(value, domain="mail.example.org")
    assert not vouched(value, domain="example.org.evil.example")


def test_no_name_set_means_that_nobody_is_believed() -> None:
    mail = message_from_string(f"{results('; dmarc=pass header.from=example.org')}\n\nHello")
    assert not vouches(mail, "", "example.org")


def test_a_header_is_read_in_its_parts() -> None:
    server, found = read(f"{OURS}; spf=pass smtp.mailfrom=a@b.example; dkim=none")
    assert server == OURS
    assert [(one.method, one.result) for one in found] == [("spf", "pass"), ("dkim", "none")]
    with pytest.raises(Unreadable):
        read("mx.network.example; spf")
