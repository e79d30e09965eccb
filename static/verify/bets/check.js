// A draw of bets, checked claim by claim: the same claims under the same names as its script has them.
// Nothing here asks the server or touches the page. Whose draws can be checked is said by who loads this: see games.js.
import { keyOf } from "../bundle/notes.js";
import { BadInput } from "../bundle/strict_json.js";
import { Malformed } from "../receipt/problems.js";
import { readRotations } from "../receipt/rotations.js";
import { onCard } from "./card.js";
import { readDraw } from "./draw.js";
import { log, malformed } from "./logged.js";
import { Open, VERDICTS } from "./problems.js";
import { logged, promised } from "./promised.js";
import { readReceipt, receipt } from "./receipt.js";
import { evidence, result, versions } from "./result.js";
import { seal, witnesses, worstCase } from "./sealed.js";
import { settlement, sumOf, wonBy } from "./settled.js";
import { cutOff, odds, promise, refunds, sales, times } from "./sold.js";

// Where a worker finds this.
export const MODULE = import.meta.url;

const LOG = 1, READING = 0.4; // of the whole bar
export const CLAIMS = {
  promise, times, sales, "cut-off": cutOff, odds, refunds, "worst-case": worstCase, seal, witnesses, result, evidence, settlement, log,
};
export const RECEIPT_CLAIMS = { receipt, promised, logged }; // beside them, where there is one

// What the reader knows from elsewhere. Throws BadInput.
function askedOf({ logKeys = [], rotations = null, promise: hash = null, number = null, person = null, receipt: text = null, mostHashes = 30_000_000 }, report) {
  const keys = logKeys.map((one) => keyOf(one, LOG));
  if (keys.includes(null)) throw new BadInput("it is no verifier key", "badKey");
  return {
    keys, rotations: rotations === null ? [] : readRotations(rotations), promise: hash, number, person, receipt: text === null ? null : readReceipt(text),
    mostHashes, report,
  };
}

function judged(claim, judge, draw, asked) {
  try {
    const details = [...judge(draw, asked)];
    return { claim, verdict: details.length ? VERDICTS.fails : VERDICTS.holds, details };
  } catch (error) {
    if (error instanceof Open) return { claim, verdict: error.verdict, details: [error.problem] };
    if (error instanceof Malformed) return { claim, verdict: VERDICTS.fails, details: [malformed(error)] };
    throw error;
  }
}

// What was sold, drawn and won, and what it could have cost; amounts in the currency's minor unit, as text.
function cameTo(draw) {
  const { weighed, game, terms } = draw, last = draw.of("bet.resulted", "bet.corrected").at(-1), counting = weighed.counting();
  const won = last ? wonBy(draw, last.told.outcome) : null, [worst, at] = weighed.most(), known = versions(draw).at(-1);
  const bets = counting.reduce((sum, { lines }) => sum + lines.length, 0), staked = counting.reduce((sum, { stake }) => sum + stake, 0n);
  return {
    currency: terms.currency, sales: weighed.sales.size, wentBack: weighed.back.size, bets, staked: String(staked),
    worst: String(worst), worstNumber: game.written(at), worstEver: String(weighed.peak), worstEverNumber: game.written(weighed.atPeak),
    number: last ? last.told.result : null, how: known ? known.how : null, wonBets: won && won.size, won: won && String(sumOf(won)),
  };
}

// At first {expected: the names of claims, game, draw}, then claims as {claim, verdict, details}, at last {conclusion}. `given`:
// {text, of a bundle; logKeys, rotations (LOG/keys as text), promise, number, person, receipt: what the reader knows, as texts;
// mostHashes: a longer draw is left out}. `report`: told (part, done, total, share of all). Throws BadInput.
export function* claimsOf({ text, ...known }, { report = () => {} } = {}) {
  const asked = askedOf(known, (done, total) => report("draw", done, total, READING + (1 - READING) * done / total)), found = [];
  const draw = readDraw(text, (done, total) => report("reading", done, total, READING * done / total));
  const claims = asked.receipt === null ? CLAIMS : { ...CLAIMS, ...RECEIPT_CLAIMS };
  yield { expected: Object.keys(claims), game: draw.game.name, draw: draw.bundle.name };
  for (const [name, judge] of Object.entries(claims)) {
    found.push(judged(name, judge, draw, asked));
    yield found.at(-1);
  }
  yield { conclusion: { ...conclusionOf(draw, found), card: onCard(draw, asked.receipt) } };
}

// As the script ends: 0 all that was looked at holds, 1 something does not, 3 not everything could be checked.
function conclusionOf(draw, claims) {
  const failing = claims.filter(({ verdict }) => verdict === VERDICTS.fails).map(({ claim }) => claim);
  const unfinished = claims.filter(({ verdict }) => [VERDICTS.notYet, VERDICTS.notTold].includes(verdict)).map(({ claim }) => claim);
  return {
    game: draw.game.name, draw: draw.bundle.name, status: failing.length ? 1 : unfinished.length ? 3 : 0, failing, unfinished,
    notLookedAt: [...draw.left].sort(), promiseHash: draw.bundle.promiseHash, sealRoot: draw.seal && draw.seal.told.sealRoot, ...cameTo(draw),
  };
}
