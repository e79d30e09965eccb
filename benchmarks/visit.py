"""`python -m benchmarks.visit`: in the demo, from opening a partner's page to a draw that one's browser has verified.

A visitor opens the demo partner's page, asks for an address in the frame, pays with the page's wallet, watches until
the draw, and verifies it. Each step is told with the blocks that were found meanwhile: what is longer than these take
is not waiting for blocks. Without `--data` a demo of its own is started, and stopped at the end.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from dev import environment
from dev.processes import free_port
from dev.world.wallet import Wallet

GOAL_SECONDS: Final = 150
BLOCK_MILLISECONDS, DRAWN_MILLISECONDS = 90_000, 600_000
"""How long one step is waited for that needs a block or less, and how long the draw is."""
ENDED: Final = re.compile(r"Ticket \d+ (won|was drawn)")
HOLDS: Final = re.compile("Settled, and everything holds|Nothing is wrong, but not finished")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the visitor did or waited for."""

    name: str
    seconds: float
    blocks: int


class Clock:
    """Notes what each step took, by the clock and in blocks."""

    def __init__(self, wallet: Wallet) -> None:
        self._wallet = wallet
        self._began, self._height = time.monotonic(), wallet.height()
        self.steps: list[Step] = []

    def done(self, name: str) -> None:
        now, height = time.monotonic(), self._wallet.height()
        self.steps.append(Step(name, now - self._began, height - self._height))
        self._began, self._height = now, height


def visit(browser: Browser, page_url: str, wallet: Wallet) -> list[Step]:
    """One visitor who was never here before. Raises AssertionError where something does not come, or does not hold."""
    context = browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(BLOCK_MILLISECONDS)
    try:
        page, clock = context.new_page(), Clock(wallet)
        page.goto(page_url)
        frame = page.frame_locator("iframe")
        buy = frame.get_by_role("button", name="Get a payment address")
        expect(buy).to_be_enabled(timeout=DRAWN_MILLISECONDS)
        clock.done("the page is open, the game is in it")
        buy.click()
        expect(page.locator("#pay-button")).to_have_text(re.compile(r"Pay [\d,]+ sats"))
        clock.done("an address is asked for, the wallet has it")
        page.locator("#pay-button").click()
        expect(frame.get_by_role("heading", name=re.compile("Payment seen|You hold"))).to_be_visible()
        clock.done("paid, and seen")
        expect(frame.get_by_role("heading", name=re.compile("You hold"))).to_be_visible()
        clock.done("a block has it")
        expect(frame.get_by_role("heading", name=ENDED)).to_be_visible(timeout=DRAWN_MILLISECONDS)
        clock.done("sold, sealed, closed, buried, drawn")
        _verify(page, frame)
        clock.done("drawn again and verified in the browser")
        return clock.steps
    finally:
        context.close()


def _verify(page: Page, frame: FrameLocator) -> None:
    frame.get_by_role("link", name="Check the draw").click()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Verify in the browser").click()
    expect(opened.value.get_by_text(HOLDS)).to_be_visible(timeout=DRAWN_MILLISECONDS)


def table(visits: Sequence[Sequence[Step]], block_seconds: float) -> str:
    """Each step's median, and the visits whole; blocks as the seconds that they are meant to take."""
    lines = [f"{'step':<42} {'median':>8} {'blocks':>7}"]
    for same in zip(*visits, strict=True):
        seconds, blocks = statistics.median(s.seconds for s in same), statistics.median(s.blocks for s in same)
        lines.append(f"{same[0].name:<42} {seconds:>6.1f} s {blocks:>7g}")
    for number, steps in enumerate(visits, 1):
        lines.append(f"visit {number}: {_whole(steps, block_seconds)}")
    median = statistics.median(sum(step.seconds for step in steps) for steps in visits)
    word = "met" if median < GOAL_SECONDS else "MISSED"
    return "\n".join([*lines, f"median {median:.1f} s; goal < {GOAL_SECONDS} s: {word}"])


def _whole(steps: Sequence[Step], block_seconds: float) -> str:
    seconds, blocks = sum(step.seconds for step in steps), sum(step.blocks for step in steps)
    at_least = f"at {block_seconds:g} s each {blocks * block_seconds:g} s"
    return f"{seconds:.1f} s, in which {blocks} blocks were found; {at_least}"


@contextmanager
def demo(program: Sequence[str] = ("-m", "dev.supervisor")) -> Iterator[Path]:
    """A demo that runs as long as it is looked at; its data folder."""
    with tempfile.TemporaryDirectory(prefix="tiraj-visit-") as folder:
        command = [sys.executable, *program, "--port", str(free_port()), "--data", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            if not any("is running" in line for line in process.stdout):
                raise RuntimeError("the demo did not start")
            yield Path(folder)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)


def measure(folder: Path, times: int) -> tuple[list[list[Step]], float]:
    """So many visits to the demo of this data folder, and how many seconds a block is meant to take."""
    values = environment.read(folder / "env")
    wallet = Wallet(values["BITCOIN_RPC_URL"])
    expect.set_options(timeout=BLOCK_MILLISECONDS)
    path = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        visits = [visit(browser, values["PARTNER_PAGE_URL"], wallet) for _ in range(times)]
        browser.close()
    return visits, float(values["DEMO_BLOCK_SECONDS"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.visit", description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="data folder of a demo that runs (DATA= of make demo)")
    parser.add_argument("--times", type=int, default=3, choices=range(1, 10), help="visits, one after the other")
    options = parser.parse_args()
    if options.data is not None:
        print(table(*measure(options.data, options.times)))
    else:
        with demo() as folder:
            print(table(*measure(folder, options.times)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
