"""What the browser tests ask of a checkout, whatever is bought in it."""

from __future__ import annotations

import re
from urllib.parse import unquote

import cv2
import numpy as np
from playwright.sync_api import Frame, Page, expect

_FIRST = ("#pay-amount", "#pay-qr svg", "#pay-address", "#pay-countdown")
_SCREEN = {"width": 360, "height": 740}


def decoded(page: Page | Frame) -> str:
    """What a camera reads off the screen."""
    picture = page.locator("#pay-qr svg").screenshot()
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    image = cv2.resize(image, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(image)
    return text


def fits_the_first_screen(page: Page) -> None:
    """Amount, QR, address and time left are seen on a phone without scrolling, in whichever language."""
    page.set_viewport_size(_SCREEN)  # type: ignore[arg-type]
    ends = {what: page.locator(what).evaluate("one => one.getBoundingClientRect().bottom") for what in _FIRST}
    assert max(ends.values()) <= _SCREEN["height"], (page.url, ends)


def asks(page: Page, url: str, whose: str, sats: int) -> None:
    """The page asks a wallet for so much, on a phone's first screen, and for the same in every way it can be read."""
    for language in ("fr", "ht"):
        page.goto(url + ("&" if "?" in url else "?") + f"lang={language}")
        fits_the_first_screen(page)
    page.goto(url + ("&" if "?" in url else "?") + "lang=en")
    expect(page.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    fits_the_first_screen(page)
    address = page.locator("#pay-address").text_content()
    opening = page.get_by_role("link", name="Open in wallet", exact=True)
    link = str(opening.get_attribute("href"))
    request, _, noted = link.partition("&label=")
    assert request == f"bitcoin:{address}?amount=0.{sats:08d}"
    assert re.fullmatch(rf"{whose}, round \d+", unquote(noted))
    assert decoded(page) == link == page.locator("#pay-link").text_content()
    assert page.locator("#pay-amount").text_content() == f"0.{sats:08d}"
    opening.focus()
    expect(opening).to_be_focused()
