// A slip of a round that is verified, where one was asked for. What was drawn for it is said when the check of the round's
// bundle on the same page has drawn it, and not before: the record alone says nothing here.
import { checkList } from "../../verify/check_view.js";
import { runCheck } from "../../verify/run_check.js";
import { wordsOf } from "../../verify/view.js";
import { MODULE, result } from "./order.js";
import { roundOf, slipOf } from "./records.js";

const page = document.querySelector("[data-verify-round]"), part = page && page.querySelector("[data-verify-slip]");

function slipOn(words) {
  const mine = checkList(part, words), state = document.querySelector("[data-slip-state]");
  let slip = null, share = 0, checked; // `checked`: undefined while the round's check runs, null where it was refused

  function wait() {
    mine.begin(words.drawRuns, words.drawRunsText);
    mine.reached(share);
  }

  // The draw for this slip, as far as the check of the round computed it.
  function judge() {
    const drawn = checked && checked.claims.find(({ claim }) => claim === "draw").verdict, computed = checked && checked.outcome && checked.outcome.computed;
    if (checked && checked.conclusion.status === 1) mine.tell("result", false, words.slipRoundFails);
    else if (drawn !== "holds" || !computed) mine.tell("result", null, words.slipUncomputed, [], { mark: drawn === "not yet" ? "not-yet" : "skipped" });
    else {
      const found = result(slip, { winningTicket: checked.record.winningTicket, drawDigits: computed });
      mine.tell("result", true, found.won ? words.slipWon : words.slipLost, found.values);
      state.classList.remove("plain-only");
    }
    mine.end();
  }

  async function checkOrder(number) {
    mine.begin();
    const round = await roundOf(number), found = await slipOf(number, part.dataset.verifySlip);
    if (!found) return mine.refuse(words.recordFailed);
    const isDrawn = round.status === "settled" && found.ranges.length > 0;
    mine.expect(["commitment", "address", "names", "tickets", ...(isDrawn ? ["result"] : [])]);
    await runCheck({ module: MODULE, given: { ...found, roundNumber: round.roundNumber } }, { claim: (claim) => mine.tell(claim.name, claim.holds, "", claim.values) });
    if (!isDrawn) return mine.end();
    slip = found;
    return checked === undefined ? wait() : judge();
  }

  function hear(what, act) { page.addEventListener(`check:${what}`, ({ detail }) => act(detail)); }
  function conclude(found) {
    checked = found;
    if (slip) judge();
  }

  hear("began", () => {
    [checked, share] = [undefined, 0];
    if (slip) mine.expect(["result"]);
    if (slip) wait();
  });
  hear("progress", (reached) => {
    share = reached;
    if (slip) mine.reached(share);
  });
  hear("ended", conclude);
  hear("refused", () => conclude(null));
  return { checkOrder, refuse: () => mine.refuse(words.recordFailed) };
}

if (part) {
  const slip = slipOn(wordsOf(page));
  slip.checkOrder(page.dataset.verifyRound).catch(slip.refuse);
}
