// A round of either game, checked from the bundle that the platform hands out: the same claims as for a file that somebody
// kept. And where one was asked for, a slip of it.
import { bundleView } from "./bundle_view.js";
import { checkList } from "./check_view.js";
import { result } from "./order.js";
import { bundleOf, roundOf, slipOf } from "./platform.js";
import { runCheck } from "./run_check.js";
import { wordsOf } from "./view.js";

const page = document.querySelector("[data-verify-round]");

async function checkRound(view, game, number) {
  view.fetching();
  let texts;
  try {
    texts = await bundleOf(game, number);
  } catch (error) {
    return view.refuse(error);
  }
  return view.check(texts);
}

async function checkSlip(part, number, words) {
  const mine = checkList(part, words), round = await roundOf(number), slip = await slipOf(number, part.dataset.verifySlip);
  if (!slip) return mine.refuse(words.recordFailed);
  const isDrawn = round.status === "settled" && slip.ranges.length > 0;
  mine.expect(["commitment", "address", "names", "tickets", ...(isDrawn ? ["result"] : [])]);
  await runCheck({ order: { ...slip, roundNumber: round.roundNumber } }, { claim: (claim) => mine.tell(claim.name, claim.holds, "", claim.values) });
  if (!isDrawn) return undefined;
  const found = result(slip, round);
  return mine.tell("result", true, found.won ? words.slipWon : words.slipLost, found.values);
}

if (page) {
  const { verifyRound: number, game } = page.dataset, words = wordsOf(page), part = page.querySelector("[data-verify-slip]");
  checkRound(bundleView(page.querySelector("[data-bundle-result]"), words), game, number);
  if (part) checkSlip(part, number, words).catch(() => checkList(part, words).refuse(words.recordFailed));
}
