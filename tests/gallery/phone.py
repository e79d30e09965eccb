"""How long a slow phone takes to verify a round of the demo: what each part of the work costs in a browser that is
slowed down, times how much of it such a round has."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

from dev.environment import ROUNDS

SLOWED: Final = 6
"""How much slower the browser is made. That slows the thread of the page, not workers: so the work is done there."""
ORDERS: Final = 100
"""More than the demo's handful of players ever make in a round."""
HASHES: Final = {
    "rounds": int(ROUNDS["TICKET_DIGITS"]) * int(ROUNDS["HASHES_PER_DIGIT"]),
    "luckotto": int(ROUNDS["LUCKOTTO_HASH_WORK"]),
}
_MEASURE: Final = """async () => {
  const page = document.querySelector("[data-verify-round]"), { records, verifyRound, games } = page.dataset;
  const { advance } = await import("/static/verify/hash_chain.js");
  const { checkTexts } = await import("/static/verify/bundle/check.js");
  await Promise.all(games.split(" ").map((module) => import(module)));
  const texts = [await (await fetch(`${records}/${verifyRound}/bundle`)).text()];
  const fastest = (work) => Math.min(...Array.from({ length: 8 }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  }));
  return {
    hash: fastest(() => advance("ab".repeat(32), 20000)) / 20000,
    order: fastest(() => checkTexts(texts, { skipDraw: true })) / JSON.parse(texts[0]).orders.length,
  };
}"""


def seconds(page: Page, game: str) -> float:
    """For a round of the demo, from the round that `page` verifies. The fastest of several tries counts: what else the
    machine does is not the phone's."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    try:
        cost: dict[str, float] = page.evaluate(_MEASURE)
    finally:
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return (cost["hash"] * HASHES[game] + cost["order"] * ORDERS) / 1000
