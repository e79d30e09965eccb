"""Document 001, "Validation rules", value by value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db
from app.core.errors import DomainError, InvalidInput
from app.people.partners import rules
from app.people.partners.models import NORMALIZED_NAME
from app.people.partners.site.accent import darkened
from app.people.partners.site.embed_code import element, snippet
from app.people.partners.site.origins import MAX_ORIGINS, clean_origins, parse_origin
from app.wiring import PRODUCT

BAD_NAMES = [
    "",
    "ab",
    "a" * 65,
    "-abc",
    "abc-",
    "a--b",
    "Shop",
    "my shop",
    "my_shop",
    "shöp",
    "shop\n",
    "shop\0",
    "../shop",
    "shop/x",
    "ѕhop",
    "٣٣٣",
]
RESERVED = [
    "new",
    "api",
    "admin",
    "embed",
    "rounds",
    "luckotto",
    "swertres",
    "slips",
    "partners",
    "docs",
    "login",
    "account",
    "verify",
]
RESERVED_LOOK_ALIKES = ["s1ips", "r0unds", "d0cs", "ap-i", "4dmin", "par7ners"]


@pytest.mark.parametrize("name", ["abc", "a" * 64, "my-shop", "123", "a-1-b", "demo"])
def test_a_slug(name: str) -> None:
    assert rules.check_name(name, PRODUCT.games.paths) == name


@pytest.mark.parametrize("name", BAD_NAMES)
def test_what_is_no_slug(name: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.check_name(name, PRODUCT.games.paths)
    assert refused.value.code.startswith("slug_invalid")
    assert refused.value.status == 422


@pytest.mark.parametrize("name", RESERVED + RESERVED_LOOK_ALIKES)
def test_a_reserved_slug(name: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.check_name(name, PRODUCT.games.paths)
    assert refused.value.code == "slug_reserved"


@pytest.mark.parametrize(
    ("typed", "offered"), [("My  Shop", "my-shop"), ("MY_SHOP", "my-shop"), ("a--b", "a-b"), (" -shop- ", "shop")]
)
def test_the_nearest_slug_is_offered(typed: str, offered: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.check_name(typed, PRODUCT.games.paths)
    assert refused.value.params == {"suggestion": offered}


def test_look_alikes_are_those_of_the_index(app: Flask, session: object) -> None:
    names = ["l0tto", "lotto", "l-o-t-t-o", "0134578", "oleastb", "a2b6c9", "demo", "5h0p-78", "LOTTO"]
    with app.app_context():
        query = text(f"SELECT {NORMALIZED_NAME} FROM (VALUES (:name)) AS names (name)")
        assert [db.session.execute(query, {"name": name}).scalar_one() for name in names] == list(
            map(rules.look_alike, names)
        )


@pytest.mark.parametrize(
    ("rate", "percent"),
    [("0", 0), ("0.0", 0), ("0.01", 1), ("0.1", 10), ("0.10", 10), ("0.15", 15), ("1e-2", 1)],
)
def test_an_edge_is_a_whole_percentage(rate: str, percent: int) -> None:
    assert rules.edge_percent(Decimal(rate)) == percent


@pytest.mark.parametrize(
    "rate",
    [
        *map(Decimal, ("0.155", "-0.0", "-0.01", "0.16", "15", "1", "1e-9", "0.0001", "NaN", "Infinity", "1e400")),
        *(15, -1, 1, True, False, None, "0.07", "", 0.07, [], {}),
    ],
)
def test_what_is_no_edge(rate: object) -> None:
    with pytest.raises(DomainError) as refused:
        rules.edge_percent(rate)
    assert (refused.value.code, refused.value.field) == ("house_edge_invalid", "house_edge")


@pytest.mark.parametrize("percent", range(16))
def test_every_percentage_of_the_form_is_an_edge(percent: int) -> None:
    assert rules.edge_percent(rules.rate_from_percent(str(percent))) == percent


@pytest.mark.parametrize("text_", ["", "16", "-1", "1.5", "07", "1e1", "٣", "1_0", " 7", "0.1", "None"])
def test_what_is_no_percentage(text_: str) -> None:
    with pytest.raises(DomainError):
        rules.rate_from_percent(text_)


def test_only_the_accent_of_a_theme_is_kept() -> None:
    assert rules.clean_theme({"accentColor": "#AABBCC", "font": "url(x)", "css": "}</style>"}) == {
        "accentColor": "#aabbcc"
    }
    assert rules.clean_theme({}) == {}


@pytest.mark.parametrize(
    "accent",
    [
        "red",
        "#abc",
        "#abcdeg",
        "#abcdef;",
        "red;}</style>",
        "url(x)",
        "#12345678",
        "#abcdef\n",
        "",
        None,
        1,
        ["#abcdef"],
    ],
)
def test_what_is_no_accent(accent: object) -> None:
    with pytest.raises(DomainError) as refused:
        rules.clean_theme({"accentColor": accent})
    assert refused.value.code == "accent_color_invalid"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://a.b-c.example:65535", "https://a.b-c.example:65535"),
        ("https://shop.example/", "https://shop.example"),
        ("http://localhost:3000/", "http://localhost:3000"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(typed: str, kept: str) -> None:
    assert parse_origin(typed) == kept
    assert parse_origin(kept) == kept


BAD_ORIGINS = [
    "https://shop.example//",
    "https://shop.example/path",
    "https://shop.example/path/",
    "https://shop.example?x",
    "https://shop.example#x",
    "https://shop.example.",
    "https://user@shop.example",
    "https://user:pass@shop.example",
    "https://*",
    "https://*.shop.example",
    "*",
    "null",
    "'self'",
    "'none'",
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://shop.example",
    "//shop.example",
    "shop.example",
    "https:shop.example",
    "https:///shop.example",
    "https:///",
    "https://",
    "https://shop.example; script-src *",
    "https://shop.example;",
    "https://shop.example\nscript-src *",
    "https://shop.example\r",
    "https://shop.example https://evil.example",
    "https://shop.example,https://evil.example",
    "https://shop .example",
    "https://shop.example:0",
    "https://shop.example:65536",
    "https://shop.example:080",
    "https://shop.example:",
    "https://shop.example:x",
    "https://shop.example:٣",
    "https://shop..example",
    "https://-shop.example",
    "https://shop_x.example",
    "https://" + "a" * 64 + ".example",
    "https://" + "a." * 130 + "example",
    "https://[::1]",
    "https://0x7f.1",
    "https://127.1",
    "https://2130706433",
    "https://256.0.0.1",
    "https://010.0.0.1",
    "https://xn--a.example",
    "https://shop\u200b.example",
    "https://shop\u202e.example",
    "https://shop.example\0",
    "https:\\\\shop.example",
    "https://shop%2eexample",
]


@pytest.mark.parametrize("origin", BAD_ORIGINS)
def test_what_is_no_origin(origin: str) -> None:
    with pytest.raises(DomainError) as refused:
        clean_origins([origin])
    assert (refused.value.code, refused.value.field) == ("origin_invalid", "embed_origins")


def test_every_wrong_origin_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_origins(["https://a.example/x", "https://b.example", "*.c.example"])
    assert [one.params["origin"] for one in refused.value.errors] == ["https://a.example/x", "*.c.example"]


@pytest.mark.parametrize(
    ("typed", "such"),
    [
        ("https://cafe.example/shop", "https://cafe.example"),
        ("HTTPS://Cafe.Example:443/shop?a=b#c", "https://cafe.example"),
        ("http://cafe.example:8080/shop/", "http://cafe.example:8080"),
        ("https://ada@cafe.example/shop", "https://shop.example"),  # whose host it is not what it begins with
        ("https://*.cafe.example/shop", "https://shop.example"),
        ("cafe.example", "https://shop.example"),
        ("https://cafe.example:99999/shop", "https://shop.example"),
    ],
)
def test_an_address_with_a_path_is_refused_with_its_origin(typed: str, such: str) -> None:
    with pytest.raises(DomainError) as refused:
        clean_origins([typed])
    assert refused.value.params["such"] == such
    assert parse_origin(such) == such, "what is offered is taken"


@pytest.mark.parametrize("origin", [None, 1, {}, ["https://a.example"]])
def test_an_origin_is_a_text(origin: object) -> None:
    with pytest.raises(DomainError):
        clean_origins([origin])


def test_an_origin_stands_once() -> None:
    assert clean_origins(["https://b.example", "https://A.example", "https://b.example:443"]) == [
        "https://b.example",
        "https://a.example",
    ]


def test_origins_have_a_bound() -> None:
    assert len(clean_origins([f"https://s{number}.example" for number in range(MAX_ORIGINS)])) == MAX_ORIGINS
    for many in (MAX_ORIGINS + 1, 1000):
        with pytest.raises(DomainError) as refused:
            clean_origins([f"https://s{number}.example" for number in range(many)])
        assert refused.value.code == "origins_too_many"
    with pytest.raises(DomainError):
        clean_origins([f"https://{'a' * 60}.{'b' * 60}.s{number}.example" for number in range(MAX_ORIGINS)])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Lucky   Shop ", "Lucky Shop"),
        ("Boutik Chans 🍀", "Boutik Chans 🍀"),
        ("Cafe\u0301", "Café"),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_title(typed: str, kept: str) -> None:
    assert rules.check_display_name(typed) == kept


BAD_TITLES = [
    "",
    "   ",
    "x" * 81,
    "a\u202eb",
    "a\u200bb",
    "a\0b",
    "a\nb",
    "a\tb",
    "\u3164",
    "⠀",
    "---",
    "a\u2066b",
    "\ufeffa",
]


@pytest.mark.parametrize("title", BAD_TITLES)
def test_what_is_no_title(title: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.check_display_name(title)
    assert refused.value.code == "display_name_invalid"


def test_bech32_is_stored_in_one_spelling() -> None:
    assert rules.canonical_address("BCRT1QW508D6") == "bcrt1qw508d6"
    assert rules.canonical_address("bCRT1QW508D6") == "bCRT1QW508D6", "mixed case is for the chain to refuse"
    assert rules.canonical_address(" bcrt 1qw5 08d6\n") == "bcrt1qw508d6", "as pages print it"
    assert rules.canonical_address("1BoatSLRHtKNngkdXEeobR76b53LETtpyT") == "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"


@pytest.mark.parametrize("before", ["draft", "live", "paused"])
@pytest.mark.parametrize("after", ["draft", "live", "paused", "deleted", ""])
def test_every_step_of_the_status(before: str, after: str) -> None:
    if (before, after) in {("draft", "live"), ("live", "paused"), ("paused", "live")}:
        rules.check_transition(before, after)
        return
    with pytest.raises(DomainError) as refused:
        rules.check_transition(before, after)
    assert refused.value.status == 409


def test_the_snippet_is_the_embed_contract_of_document_001() -> None:
    assert snippet("https://tiraj.example", "my-shop") == (
        "<iframe\n"
        '  title="Partner Lotto"\n'
        '  src="https://tiraj.example/embed?partner=my-shop&playerPublicIdentifier=PUBLIC_PLAYER_ID'
        '&playerPrivateIdentifier=PRIVATE_ACCOUNT_ID"\n'
        '  style="width:100%;max-width:560px;height:760px;border:0;"\n'
        '  loading="lazy"\n'
        '  allow="clipboard-write"\n'
        '  referrerpolicy="strict-origin-when-cross-origin"\n'
        "></iframe>"
    )


def test_the_code_of_a_site_has_its_title() -> None:
    assert '<iframe\n  title="Ada &amp; &quot;Sons&quot;"\n' in snippet("https://t.example", "ada", 'Ada & "Sons"')
    assert 'data-title="Ada &amp; &quot;Sons&quot;"\n' in element("https://t.example", "ada", 'Ada & "Sons"')


@pytest.mark.parametrize("colour", ["#ffee00", "#ffffff", "#7fff00", "#ff8c00", "#00ffff", "#ff69b4"])
def test_a_light_colour_is_darkened_until_it_can_be_read(colour: str) -> None:
    found = darkened(colour)
    assert found
    channels = [byte / 255 for byte in bytes.fromhex(found[1:])]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5, found


@pytest.mark.parametrize("colour", [rules.DEFAULT_ACCENT, "#0f766e", "#000000", "red", ""])
def test_a_colour_that_reads_well_is_left_alone(colour: str) -> None:
    assert darkened(colour) is None
