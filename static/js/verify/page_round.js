// A round's public record, and where one was asked for a slip of it: read as anybody can read them, recomputed claim by
// claim in a worker.
import { checkList, runCheck } from "./check_view.js";
import { result } from "./order.js";
import { roundOf, slipOf, slipsOf } from "./platform.js";
import { wordsOf } from "./view.js";

const page = document.querySelector("[data-verify-round]");

if (page) {
  const number = page.dataset.verifyRound, words = wordsOf(page), box = page.querySelector("[data-round-claims]");
  const list = checkList(box, words);
  let drawn = null; // whether the draw that ran here agrees with the record
  let isListed = false; // before the claims are known, one that holds is not all of them

  async function check() {
    const round = await roundOf(number);
    const isDrawn = round.status === "settled", isRun = Boolean(page.querySelector("form[data-draw]")); // it may have been drawn since the page was made
    const wanted = ["figures", "addresses", "ranges", ...(round.sealRoot ? ["seal"] : []), ...(isDrawn ? ["outcome", ...(isRun ? ["draw"] : []), "holder"] : [])];
    list.expect(wanted);
    isListed = true;
    if (drawn !== null) list.tell("draw", drawn);
    const slips = await slipsOf(number);
    if (slips === null) return wanted.filter((name) => name !== "draw").forEach((name) => list.tell(name, null, words.tooMany));
    return runCheck({ round, slips }, list, words);
  }

  async function checkSlip(part) {
    const mine = checkList(part, words), round = await roundOf(number), slip = await slipOf(number, part.dataset.verifySlip);
    if (!slip) return mine.refuse(words.recordFailed);
    const isDrawn = round.status === "settled" && slip.ranges.length > 0;
    mine.expect(["commitment", "address", "names", "tickets", ...(isDrawn ? ["result"] : [])]);
    await runCheck({ order: { ...slip, roundNumber: round.roundNumber } }, mine, words);
    if (!isDrawn) return undefined;
    const found = result(slip, round);
    return mine.tell("result", true, found.won ? words.slipWon : words.slipLost, found.values);
  }

  document.addEventListener("draw:done", (event) => {
    drawn = event.detail.holds;
    if (isListed && !box.querySelector('[data-claim="draw"]').hidden) list.tell("draw", drawn);
  });
  check().catch(() => list.refuse(words.recordFailed));
  const part = page.querySelector("[data-verify-slip]");
  if (part) checkSlip(part).catch(() => checkList(part, words).refuse(words.recordFailed));
}
