"""What holds without a mouse and without scripts."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from .world import Gallery

READ = ("/", "/docs", "/docs/faq", "/docs/platform", "/docs/technical", "/docs/utilities", "/docs/api", "/rounds")
_FOCUS = """() => { const one = document.activeElement; if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), look = getComputedStyle(one);
  return {name: one.tagName + ' ' + (one.textContent || one.name || '').trim().slice(0, 30),
    shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    ring: look.outlineStyle !== 'none' || look.boxShadow !== 'none',
    high: one.matches('button, input, summary, nav a, .button') ? box.height : 24,
    order: [...document.querySelectorAll('*')].indexOf(one)}; }"""
_MOST_STOPS = 120


def walk(page: Page) -> list[str]:
    """Tab through the page: the skip link first, then everything in its order, each stop seen and marked."""
    page.keyboard.press("Tab")
    first = page.evaluate(_FOCUS)
    if first is None or not first["name"].startswith("A Skip"):
        return [f"the first stop is {first}"]
    wrong, last = [], -1
    for _ in range(_MOST_STOPS):
        stop = page.evaluate(_FOCUS)
        if stop is None or stop["order"] <= last or stop["name"].startswith("IFRAME"):
            break
        last = stop["order"]
        wrong += [f"{stop['name']}: not {what}" for what in ("shown", "ring") if not stop[what]]
        if stop["high"] < 23.5:
            wrong.append(f"{stop['name']}: only {stop['high']} px high")
        page.keyboard.press("Tab")
    return wrong


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
