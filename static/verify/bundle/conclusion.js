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

const OF_OUTCOME = ["draw", "winner", "win", "jackpot", "closing"]; // claims that say whether it is so

// What was drawn, as text, and the win's record, to whose holder the jackpot is owed, or null for nobody, as the bundle has
// it; null before a draw. `doubt`: null, or what keeps both from being more than the bundle's word: wrong, skipped.
export function outcomeOf({ round, draw, win }, claims) {
  if (draw === null) return null;
  const digits = Math.min(Number(round.ticketDigits), 9), of = (verdict) => claims.filter((one) => one.verdict === verdict).map((one) => one.claim);
  const drawn = draw.winningNumbers ? draw.winningNumbers.join(", ") : String(draw.winningTicket).padStart(digits, "0");
  const isWrong = of("does not hold").some((one) => OF_OUTCOME.includes(one));
  return { drawn, win, doubt: isWrong ? "wrong" : of("skipped").includes("draw") ? "skipped" : null };
}
