"""What counts as an address of mail, a local path and a code."""

from __future__ import annotations

import pytest

from app.core.errors import DomainError
from app.people.accounts import rules

EVIL_NEXT = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "/%2Fevil.example",
    "/%5cevil.example",
    "/%252fevil.example",
    "/%25252fevil.example",
    "/%2525252525252fevil.example",
    "/\tevil.example",
    "/\n/evil.example",
    "/%0d%0aSet-Cookie:%20a=b",
    "/%00",
    "/partners\r\nX: y",
    "https://evil.example/",
    "http:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "@evil.example",
    " /partners",
    "/partners#x",
    "/" + "a" * 600,
    "/é",
    "",
]


@pytest.mark.parametrize("path", EVIL_NEXT)
def test_a_login_never_leads_away(path: str) -> None:
    assert rules.local_path(path) == "/partners"


@pytest.mark.parametrize("path", ["/", "/account", "/partners/new", "/partners/demo?tab=wins&x=1%202", "/slips/a%20b"])
def test_a_login_leads_back_to_a_page_of_ours(path: str) -> None:
    assert rules.local_path(path) == path


def test_no_path_is_the_default() -> None:
    assert rules.local_path(None) == "/partners"


BAD_EMAILS = [
    "",
    " ",
    "nobody",
    "a@b@c.example",
    "a@example.com, b@example.com",
    "a@example.com b@example.com",
    "a@example.com;b@example.com",
    "a@example.com\r\nBcc: b@example.com",
    "a@example.com\n",
    "a\r\n@example.com",
    "A <a@example.com>",
    "<a@example.com>",
    '"a b"@example.com',
    "a@[127.0.0.1]",
    "a@localhost",
    "a@example..com",
    "a\u200b@example.com",
    "a\u202e@example.com",
    "a\0@example.com",
    "a" * 65 + "@example.com",
    "a@" + "b" * 250 + ".example",
    "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".example",
]


@pytest.mark.parametrize("email", BAD_EMAILS)
def test_what_is_not_one_address_is_refused(email: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.normalise_email(email)
    assert refused.value.code == "email_invalid"
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("email", "kept"),
    [
        ("Owner@Example.COM", "owner@example.com"),
        (" owner@example.com ", "owner@example.com"),
        ("a.b+c@example.com", "a.b+c@example.com"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@shop.test", "a@shop.test"),
    ],
)
def test_an_address_is_kept_in_one_spelling(email: str, kept: str) -> None:
    assert rules.normalise_email(email) == kept
    assert rules.normalise_email(kept) == kept


@pytest.mark.parametrize(("text", "code"), [("123456", "123456"), (" 123 456 ", "123456"), ("123-456", "123456")])
def test_a_code_may_be_typed_in_groups(text: str, code: str) -> None:
    assert rules.parse_code(text) == code


@pytest.mark.parametrize("text", ["", "12345", "1234567", "١٢٣٤٥٦", "12345a", "1_2_3_4_5_6"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert rules.parse_code(text) is None


@pytest.mark.parametrize(
    ("agent", "described"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", ("Firefox", "Linux")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", ("Safari", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", ("Edge", "Windows")),
        ("", ("", "")),
    ],
)
def test_browsers_are_named_as_people_name_them(agent: str, described: tuple[str, str]) -> None:
    assert rules.describe_agent(agent) == described
