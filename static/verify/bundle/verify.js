// A whole bundle, checked claim by claim: the same claims under the same names as utilities/bin/verify_round.py has them.
// Nothing here asks the server or touches the page. Whose bundles can be checked is said by who loads this: see games.js.
import { advance } from "../hash_chain.js";
import { keyOf } from "../stretches.js";
import * as common from "./claims.js";
import { bring } from "./cosigned.js";
import { gameOf } from "./games.js";
import { anchor, expectedLog, expectedWitness, isClaimed, log, witnesses } from "./log.js";
import { readBundle } from "./parts.js";
import { payout } from "./payout.js";
import { Untold, about } from "./problems.js";
import { expectedClosing, expectedPromise, expectedSeal, promise } from "./promise.js";
import { Way } from "./way.js";

export const VERDICTS = { holds: "holds", fails: "does not hold", notYet: "not yet", notTold: "not told", skipped: "skipped" };

const ALL = {
  promise, schedule: common.schedule, headers: common.headers, heights: common.heights, transactions: common.transactions,
  addresses: common.addresses, terms: common.terms, outputs: common.outputs, amounts: common.amounts, windows: common.windows,
  seal: common.seal, "seal-time": common.sealTime, void: common.isVoid, closing: common.closing, winner: common.winner, win: common.win,
  earnings: common.earnings, payout, "expected-promise": expectedPromise, "expected-seal": expectedSeal, "expected-closing": expectedClosing,
  log, anchor, witnesses, "expected-log": expectedLog, "expected-witness": expectedWitness,
};
const OF_LOG = ["log", "anchor", "witnesses", "expected-log", "expected-witness"];
const BEFORE = ["promise", "schedule", "jackpot", "headers", "heights", "transactions", "addresses", "terms", "prices", "outputs", "amounts", "windows"];
const AFTER = ["seal", "seal-time", "void", "closing", "draw", "winner", "win", "earnings", "payout", "log", "anchor", "witnesses", "expected-promise", "expected-seal", "expected-closing", "expected-log", "expected-witness"];

// The names of a game's claims, in the order in which they are checked.
export function claimsOf({ claims }) {
  const own = Object.keys(claims).filter((name) => !BEFORE.includes(name) && !AFTER.includes(name));
  return [...BEFORE, ...own, ...AFTER];
}

// Games may say a claim of the same name in their own words.
export function statementKey(game, claim) { return Object.hasOwn(ALL, claim) ? claim : `${game}-${claim}`; }

// A stretch of the draw's chain; where it ends is told, and kept in `ends`.
function hashing(total, way, reached, ends) {
  return (state, times, before) => {
    const key = keyOf(state, times);
    ends[key] ??= advance(state, Number(times), (done) => way.report("draw", Number(before) + done, Number(total)));
    reached(ends[key]);
    return ends[key];
  };
}

// {claim, statementKey, verdict, details: [problems, or why it cannot be told]} for each claim, in their order.
// options: expectPromise, expectSeal, expectClosing (HASH@HEIGHT), expectLog, expectWitness, expectCosigned (texts of proofs); skipDraw; mostHashes: a longer draw is left out; ends:
// where stretches of a draw come to that were repeated before. On the way are told: expected(all claims, as {claim, statementKey}), report(part, done, total, share of all), reached(a state
// of the draw), judged(a claim).
export function verifyBundle(bundle, options) { return verifyEvidence(bundle, options).claims; }

// The same, with the evidence behind it.
export function verifyEvidence(bundle, options = {}) {
  const game = gameOf(bundle.game), work = game.evidence.workOf(bundle.round), tell = (name, ...told) => options[name] && options[name](...told);
  const isLeftOut = leavesOut(options, work), ends = { ...options.ends }, isRepeated = Object.keys(ends).length > 0;
  const made = claimsOf(game).filter((claim) => !OF_LOG.includes(claim) || isClaimed(claim, bundle, options));
  const names = made.map((claim) => ({ claim, statementKey: statementKey(bundle.game, claim) }));
  const way = wayOf(bundle, isLeftOut || isRepeated ? 0n : work, (...told) => tell("report", ...told));
  tell("expected", names);
  const evidence = new game.evidence(bundle, (...told) => way.report(...told));
  Object.assign(evidence, bring(evidence, options));
  const given = { ...options, hashed: isLeftOut ? null : hashing(work, way, (state) => tell("reached", state), ends) };
  const judges = { ...ALL, ...game.claims };
  const claims = names.map((name) => {
    const found = judges[name.claim](evidence, given), isList = Array.isArray(found), noted = evidence.problems.get(name.claim) || [];
    const isSkipped = name.claim === "draw" && isLeftOut && bundle.draw !== null;
    const one = { ...name, ...judged(isList ? [...noted, ...found] : noted, isList ? null : found, isSkipped) };
    tell("judged", one);
    return one;
  });
  return { evidence, claims, ends };
}

// Whether a draw of so much work is not repeated.
export function leavesOut({ skipDraw, mostHashes }, work) { return skipDraw || (mostHashes !== undefined && work > mostHashes); }

// What takes long in a bundle, in the order in which it is done.
function wayOf({ orders, payments, draw }, work, tell) {
  return new Way({ addresses: orders.length, allocation: payments.length, draw: draw === null ? 0 : Number(work) }, tell);
}

// `open`: null, the key of why it cannot be told yet, or Untold.
function judged(problems, open, isSkipped) {
  if (problems.length) return { verdict: VERDICTS.fails, details: problems };
  if (open === null) return { verdict: VERDICTS.holds, details: [] };
  if (open instanceof Untold) return { verdict: VERDICTS.notTold, details: [open.problem] };
  return { verdict: isSkipped ? VERDICTS.skipped : VERDICTS.notYet, details: [about("", "", { why: open })] };
}

// From the texts of all parts to the claims. Throws BadInput for what cannot be read.
export function verifyTexts(texts, options) {
  const bundle = readBundle(texts);
  return { bundle, claims: verifyBundle(bundle, options) };
}
