"""What every page promises, whoever wrote it; each check returns what is wrong, a line each."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from tests.browsing import LARGE_TEXT

NARROW, ZOOMED = 320, 640
"""The narrowest phone, and 1280 pixels at 200 %."""
MOST_SHIFT = 0.01

OBSERVE = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(entry => {
  if (!entry.hadRecentInput) window.shifts.push(entry.value + " " + entry.sources.map(
    source => source.node && (source.node.className || source.node.nodeName)).join(","));
})).observe({ type: "layout-shift", buffered: true });
"""


class Window:
    """The one page in which a visitor sees every other: a page of its own would cost a process each."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.page.add_init_script(OBSERVE)
        self.wire = Wire(self.page)
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and "status of 422" not in said.text:  # which is said of every form that is refused
            self.troubles.append(f"console: {said.text}")

    def open(self, address: str) -> Response | None:
        self.troubles.clear()
        answer = self.page.goto(address)
        if answer is not None and not answer.ok:  # the browser says so of a page that is refused
            self.troubles = [one for one in self.troubles if "Failed to load resource" not in one]
        return answer


class Wire:
    """What came over the wire for the page that is open, fonts left out; sizes are those of the compressed bodies."""

    def __init__(self, page: Page) -> None:
        self.sizes: dict[str, int] = {}
        self._page = page
        session = page.context.new_cdp_session(page)
        self._frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self._named: dict[str, str] = {}
        session.on("Network.responseReceived", self._name)
        session.on("Network.loadingFinished", self._count)

    def _name(self, event: dict[str, Any]) -> None:
        if event.get("frameId") == self._frame and event["requestId"] == event["loaderId"]:
            self._named.clear()  # another page has come: what was or is still fetched for the last is not its own
            self.sizes.clear()
        if event.get("type") != "Font":
            self._named[event["requestId"]] = event["response"]["url"]

    def _count(self, event: dict[str, Any]) -> None:
        name = self._named.get(event["requestId"])
        if name is not None:
            self.sizes[name] = int(event["encodedDataLength"])

    def too_heavy(self, most: int) -> list[str]:
        total = sum(self.sizes.values())
        if total <= most:
            return []
        largest = sorted(self.sizes.items(), key=lambda one: -one[1])[:4]
        return [f"{total} bytes over the wire, the largest: {largest}"]


def form(page: Page) -> list[str]:
    """One h1, a title, a language, one main, a skip link that is the first stop of the keyboard."""
    found: dict[str, Any] = page.evaluate(
        """() => ({h1: document.querySelectorAll('h1').length, main: document.querySelectorAll('main').length,
        title: document.title.length, lang: document.documentElement.lang.length,
        skip: document.querySelectorAll('a.skip').length})"""
    )
    wrong = [f"{name}: {found[name]}" for name in ("h1", "main", "skip") if found[name] != 1]
    return wrong + [f"no {name}" for name in ("title", "lang") if not found[name]]


def fits(page: Page) -> list[str]:
    """No sideways scroll on the narrowest phone, nor at 200 %, nor there with text twice as large."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": NARROW, "height": 800})
    wrong = page.evaluate(_TOO_WIDE, [f"at {NARROW} px"]) + unbroken(page)
    page.set_viewport_size({"width": ZOOMED, "height": 800})
    wrong += page.evaluate(_TOO_WIDE, [f"at {ZOOMED} px", "with large text"])
    page.set_viewport_size(size)
    return list(wrong)


_TOO_WIDE = f"""([as_it_is, large]) => {{
  const root = document.documentElement;
  const found = (how) => {{
    const over = root.scrollWidth - root.clientWidth;
    if (over <= 0) return [];
    const who = [...document.querySelectorAll('body *')].filter(
      one => !one.closest('pre, svg') && one.getBoundingClientRect().right > root.clientWidth + 1
    ).slice(0, 3).map(one => one.tagName + '.' + one.className).join(' ');
    return [`${{over}} px too wide ${{how}}: ${{who}}`];
  }};
  const wrong = found(as_it_is);
  if (large) {{ {LARGE_TEXT}; wrong.push(...found(large)); root.style.fontSize = ''; }}
  return wrong;
}}"""
"""What is wrong with the page as it is, and with larger text where that is asked: nothing is painted in between."""


_BROKEN = r"""() => {
  const found = [], range = document.createRange();
  const apart = "pre, svg, script, style, template, noscript, .hash, .visually-hidden";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(apart)) continue;
    for (const word of node.data.matchAll(/\S+/g)) {
      if (word[0].length > 20) continue; // an address, a link, a field's name, the text of an order's terms
      for (const part of word[0].matchAll(/[\p{L}\p{N}][\p{L}\p{N}:’']*/gu)) {
        range.setStart(node, word.index + part.index);
        range.setEnd(node, word.index + part.index + part[0].length);
        const lines = [...range.getClientRects()].filter((line) => line.width > 0);
        if (lines.some((line) => line.top > lines[0].bottom - 2)) found.push(part[0]);
      }
    }
  }
  return [...new Set(found)].slice(0, 5);
}"""
"""Words on two lines."""


def unbroken(page: Page) -> list[str]:
    """No word stands on two lines, on a narrow phone."""
    words: list[str] = page.evaluate(_BROKEN)
    return [f"broken at {NARROW} px: {', '.join(words)}"] if words else []


def steady(page: Page) -> list[str]:
    """Nothing moved while the page was loading."""
    page.evaluate("document.fonts.ready.then(() => 0)")
    shifts: list[str] = page.evaluate("window.shifts")
    total = sum(float(one.split(" ")[0]) for one in shifts)
    return [f"layout shift {total:.3f}: {shifts}"] if total > MOST_SHIFT else []


def answered(response: Response | None, status: int) -> list[str]:
    return [] if response is not None and response.status == status else [f"answered {response and response.status}"]
