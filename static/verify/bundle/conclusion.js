// What all claims together say of a round, in the script's exit statuses: 0 settled, and everything holds; 1 something does
// not hold; 3 nothing is wrong, but not finished, or not everything could be checked. (2, unusable, is what parts.js throws.)

export const STATUS = { holds: 0, fails: 1, unusable: 2, unfinished: 3 };
const TOLD_FROM_ELSEWHERE = /^expected-/;

// Whether a claim is about what only the reader can know, and he did not say it.
// Who names witnesses without saying whose log has not asked anything: a witness cosigns any log that he follows.
export function isNotAsked({ claim, verdict }, { expectWitness } = {}) {
  return TOLD_FROM_ELSEWHERE.test(claim) && verdict === "not told" && !(claim === "expected-log" && expectWitness);
}

// {status; failing: names of claims; roundStatus: what it is on its way to, or null; open: claims that could not be told and
// are not explained by that; notTold: claims about what only the reader can know}
export function concluded(bundle, claims, options) {
  const failing = claims.filter((one) => one.verdict === "does not hold").map((one) => one.claim);
  const roundStatus = bundle.round.status === "settled" ? null : bundle.round.status;
  const others = claims.filter((one) => !["holds", "does not hold"].includes(one.verdict));
  const isUnknown = (one) => isNotAsked(one, options);
  const open = others.filter((one) => !isUnknown(one) && (one.verdict !== "not yet" || roundStatus === null));
  const status = failing.length ? STATUS.fails : roundStatus !== null || open.length ? STATUS.unfinished : STATUS.holds;
  return { status, failing, roundStatus, open: open.map((one) => one.claim), notTold: others.filter(isUnknown).map((one) => one.claim) };
}

// As people write it: `draw` may be the round's record itself.
export function drawnIn({ winningNumbers, winningTicket }, { ticketDigits }) {
  return winningNumbers ? winningNumbers.join(", ") : String(winningTicket).padStart(Math.min(Number(ticketDigits), 9), "0");
}

// What was drawn by the file's word, and its win or null; null before a draw. `computed`: what was drawn here, null where its
// hashes were not run or came to something else. `paid`: the output that paid it, where its claim holds; `isOpen`: the bundle
// has none. `doubt`: the claims do not bear it out.
export function outcomeOf({ round, draw, win, payout }, claims, evidence) {
  if (draw === null) return null;
  const doubt = claims.some(({ claim, verdict }) => verdict === "does not hold" || (claim === "draw" && verdict === "skipped"));
  const isPaid = win !== null && payout !== null && claims.some(({ claim, verdict }) => claim === "payout" && verdict === "holds");
  const paid = isPaid ? { txid: payout.txid, vout: String(payout.vout), height: String(payout.proof.blockHeight) } : null;
  const computed = evidence.isDrawn ? drawnIn(evidence.drawn(), round) : null;
  return { drawn: drawnIn(draw, round), computed, win, paid, isOpen: win !== null && payout === null, doubt };
}
