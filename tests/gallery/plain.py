"""What holds without a mouse and without scripts."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, expect

from .world import Gallery

READ = ("/", "/docs", "/docs/faq", "/docs/platform", "/docs/technical", "/docs/utilities", "/docs/api", "/rounds")
_WATCH = """() => {
  const look = () => { const one = document.activeElement; if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return {name: one.tagName + ' ' + (one.textContent || one.name || '').trim().slice(0, 30),
      shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
      ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
      high: one.matches('button, input, summary, nav a, .button') ? box.height : 24,
      order: [...document.querySelectorAll('*')].indexOf(one)}; };
  window.stops = []; window.stop = look;
  addEventListener('keydown', (pressed) => { if (pressed.key === 'Tab') window.stops.push(look()); }, true); }"""
_STOPS = "() => [...window.stops.splice(0), window.stop()]"
"""Where each press of the key found the focus, and where it is now."""
_MOST_STOPS, _AT_ONCE = 120, 12


def walk(page: Page) -> list[str]:
    """Tab through the page: the skip link first, then everything in its order, each stop seen and marked."""
    page.evaluate(_WATCH)
    page.keyboard.press("Tab")
    stops = page.evaluate(_STOPS)[1:]
    if stops[0] is None or not stops[0]["name"].startswith("A Skip"):
        return [f"the first stop is {stops[0]}"]
    while len(stops) < _MOST_STOPS and _goes_on(stops):
        for _ in range(_AT_ONCE):
            page.keyboard.press("Tab")
        stops += page.evaluate(_STOPS)[1:]
    wrong = []
    for stop in stops[: _ends_at(stops)]:
        wrong += [f"{stop['name']}: not {what}" for what in ("shown", "ring") if not stop[what]]
        if stop["high"] < 23.5:
            wrong.append(f"{stop['name']}: only {stop['high']} px high")
    return wrong


def _ends_at(stops: list[Any]) -> int:
    """Of the first stop that is not a page's next: the window, a frame, or the page's beginning."""
    last = -1
    for at, stop in enumerate(stops):
        if stop is None or stop["order"] <= last or stop["name"].startswith("IFRAME"):
            return at
        last = stop["order"]
    return len(stops)


def _goes_on(stops: list[Any]) -> bool:
    return _ends_at(stops) == len(stops)


def without_scripts(chrome: Browser, gallery: Gallery, token: str) -> None:
    """The website's pages are read, the frame is shown, and forms are sent."""
    context = chrome.new_context(java_script_enabled=False, locale="en")
    context.set_default_timeout(20_000)
    page = context.new_page()
    for path in READ:
        page.goto(gallery.url + path)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".js-only:visible")).to_have_count(0)
    page.goto(f"{gallery.url}/demo?player=ada")
    expect(page.frame_locator("iframe").get_by_role("heading", name="Buy tickets")).to_be_visible()
    page.goto(f"{gallery.url}/login")
    page.get_by_label("Email address").fill("not an address")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.locator('[aria-invalid="true"]')).to_have_value("not an address")
    page.get_by_label("Email address").fill("plain@example.com")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    context.add_cookies([{"name": "tiraj_session", "value": token, "url": gallery.url}])
    page.goto(f"{gallery.url}/account")
    page.get_by_text("Change the address").click()
    page.get_by_label("New email address").fill("plain-new@example.com")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.locator("#waiting")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator("#waiting")).to_have_count(0)
    context.close()
