// A slip of a round that is verified, where one was asked for.
import { checkList } from "../../verify/check_view.js";
import { runCheck } from "../../verify/run_check.js";
import { wordsOf } from "../../verify/view.js";
import { MODULE, result } from "./order.js";
import { roundOf, slipOf } from "./records.js";

const page = document.querySelector("[data-verify-round]"), part = page && page.querySelector("[data-verify-slip]");

async function checkSlip(number, words, mine) {
  const round = await roundOf(number), slip = await slipOf(number, part.dataset.verifySlip);
  if (!slip) return mine.refuse(words.recordFailed);
  const isDrawn = round.status === "settled" && slip.ranges.length > 0;
  mine.expect(["commitment", "address", "names", "tickets", ...(isDrawn ? ["result"] : [])]);
  const given = { ...slip, roundNumber: round.roundNumber };
  await runCheck({ module: MODULE, given }, { claim: (claim) => mine.tell(claim.name, claim.holds, "", claim.values) });
  if (!isDrawn) return undefined;
  const found = result(slip, round);
  return mine.tell("result", true, found.won ? words.slipWon : words.slipLost, found.values);
}

if (part) {
  const words = wordsOf(page), mine = checkList(part, words);
  checkSlip(page.dataset.verifyRound, words, mine).catch(() => mine.refuse(words.recordFailed));
}
