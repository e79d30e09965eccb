"""The checks see what they are for: each is shown a page with the fault."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import Looks, unsound

from . import checks, plain

pytestmark = pytest.mark.browser

_PAGE = """<!doctype html><html lang="en"><title>A page</title><style>
  :root {{ color-scheme: light dark; }} body {{ margin: 0; color: #111; background: #fff; }}
  @media (prefers-color-scheme: dark) {{ body {{ color: #eee; background: #111; }} }} {style}</style>
<a class="skip" href="#content">Skip to the content</a><main id="content"><h1>A page</h1>{body}</main>"""


@pytest.fixture(scope="module")
def page(chrome: Browser) -> Page:
    return chrome.new_page(viewport={"width": 1280, "height": 800})


def shown(page: Page, body: str, style: str = "") -> Page:
    page.set_content(_PAGE.format(body=body, style=style))
    return page


def test_a_sound_page_is_sound(page: Page) -> None:
    looks = Looks()
    for _ in range(2):
        assert unsound(shown(page, "<p>Some words</p><p><a href='/x'>A link</a></p>"), looks) == []


def test_a_faint_text_is_found_in_its_scheme_on_whichever_page_it_stands(page: Page) -> None:
    looks, dark = Looks(), "@media (prefers-color-scheme: dark) { .faint { color: #333; } }"
    assert unsound(shown(page, "<p>Some words</p><p class='faint'>More words</p>"), looks) == []
    for _ in range(2):  # what was found wrong once is not known
        (found,) = unsound(shown(page, "<p>Some words</p><p class='faint'>More words</p>", dark), looks)
        assert found.startswith('dark: color-contrast: <p class="faint">')
    (found,) = unsound(
        shown(
            page,
            "<p>Some words</p><p class='faint'>Words</p>",
            "@media (prefers-color-scheme: light) { .faint { color: #ddd; } }",
        ),
        looks,
    )
    assert found.startswith("light: color-contrast")


@pytest.mark.parametrize(
    "style",
    ["section { background: #222; }", "section { opacity: 0.3; }", "section p { color: #888; font-size: 11px; }"],
)
def test_a_look_is_all_that_lies_behind_a_text_as_well(page: Page, style: str) -> None:
    looks, body = Looks(), "<section><p>Some words</p></section>"
    assert unsound(shown(page, body), looks) == []
    assert [one for one in unsound(shown(page, body, style), looks) if one.startswith("light: color-contrast")]


def test_what_axe_has_not_passed_is_judged_again(page: Page) -> None:
    """Over a picture nobody can say; the same words on a plain ground have to be read."""
    looks, over = Looks(), "p { position: absolute; color: #ddd; } section { height: 4em; }"
    for _ in range(2):
        assert looks.faults(shown(page, "<section><p>Some words</p></section>", over), "light")


def test_a_field_without_a_name_is_found(page: Page) -> None:
    assert any("label" in one for one in unsound(shown(page, "<input name='a'>"), Looks()))


def test_a_word_on_two_lines_is_found(page: Page) -> None:
    narrow = "p { inline-size: 5em; overflow-wrap: anywhere; }"
    assert checks.unbroken(shown(page, "<p>Some words that go on in the next line</p>", narrow)) == []
    (found,) = checks.unbroken(shown(page, "<p>The tag tiraj:height</p>", narrow))
    assert found == "broken at 320 px: tiraj:height"
    assert checks.unbroken(shown(page, f"<p>{'ab' * 32}</p>", narrow)) == [], "a hash goes on where it must"


def test_the_keyboards_way_is_followed(page: Page) -> None:
    good = "".join(f"<p><a href='/{n}'>Link {n}</a></p>" for n in range(45))
    assert plain.walk(shown(page, good)) == []
    assert plain.walk(shown(page, good, "a[href='/33'] { outline: none; }")) == ["A Link 33: not ring"]
    assert plain.walk(shown(page, good + "<button style='height: 12px; padding: 0'>Small</button>")) == [
        "BUTTON Small: only 12 px high"
    ]
    (found,) = plain.walk(shown(page, good, ".skip { display: none; }"))
    assert "Link 0" in found


@pytest.mark.parametrize(
    ("style", "where"),
    [
        ("p { width: 400px; }", ["at 320 px"]),
        ("p { width: 700px; }", ["at 320 px", "at 640 px", "with large text"]),
        ("p { width: 25rem; } @media (max-width: 400px) { p { width: auto; } }", ["with large text"]),
    ],
)
def test_what_is_too_wide_is_found_at_its_width(page: Page, style: str, where: list[str]) -> None:
    found = checks.fits(shown(page, "<p>Some words</p>", style))
    assert [one.partition("too wide ")[2].partition(":")[0] for one in found] == where
    assert all(one.endswith(": P.") for one in found)
    assert page.viewport_size == {"width": 1280, "height": 800}


def test_a_window_forgets_the_page_before(chrome: Browser) -> None:
    window = checks.Window(chrome.new_context())
    heavy, light = (f"data:text/html,<title>x</title>{'x' * size}" for size in (9_000, 10))
    window.open(heavy)
    assert window.wire.too_heavy(5_000)
    window.open(light)
    assert window.wire.too_heavy(5_000) == []
