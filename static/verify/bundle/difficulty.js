// How hard a block was to make, and whether that is what its network asks for at its place.
import { Untold } from "./problems.js";
import { headerProblem, isEasiest, little, targetOfHeader as target } from "./blocks.js";

const PERIOD = 2016n; // blocks from one adjustment of the difficulty to the next
const EASY_WHEN_LATE = ["test", "testnet4"]; // a block twenty minutes after the one before may be as easy as can be
const LATE = 1200n; // seconds

const timeOf = (header) => little(header, 68, 4);
const isFirstOfPeriod = (height) => height % PERIOD === 0n;
const periodOf = (height) => (height - ((height % PERIOD) + PERIOD) % PERIOD) / PERIOD;

// What is wrong with the difficulty of a header, given the ones before it; `first` is the height of chain[0].
export function difficultyProblem(chain, place, first, network) {
  const own = chain[place], adjusts = network !== "regtest" && isFirstOfPeriod(first + BigInt(place));
  let before = chain[place - 1];
  if (EASY_WHEN_LATE.includes(network) && !adjusts) {
    if (timeOf(own) > timeOf(before) + LATE) return isEasiest(own, network) ? null : "lateNotEasy";
    before = lastThatWasNotEasy(chain, place - 1, first, network);
    if (before === null) return null; // it lies before these headers
  }
  if (!adjusts) return sameBits(own, before) ? null : "otherDifficulty";
  if (network === "testnet4") { // the period's first block, which is never easy, counts there
    if (place < Number(PERIOD)) return null;
    before = chain[place - Number(PERIOD)];
  }
  return isAdjusted(target(own), target(before)) ? null : "adjustedTooFar";
}

const sameBits = (one, other) => little(one, 72, 4) === little(other, 72, 4);

function lastThatWasNotEasy(chain, from, first, network) {
  const isPassedOver = (at) => isEasiest(chain[at], network) && !isFirstOfPeriod(first + BigInt(at));
  let at = from;
  while (at > 0 && isPassedOver(at)) at -= 1;
  return isPassedOver(at) ? null : chain[at];
}

// Targets change by four times at most; those that fell were rounded down to three bytes.
function isAdjusted(own, before) { return before * 1000n <= own * 4004n && own <= 4n * before; }

// What is wrong with a block that comes after the last header: it must be as hard to forge as the closing one. In the same
// period its difficulty is the same; after an adjustment at least a quarter of it. Null, the key of a problem, or Untold.
export function problemBeyond(evidence, header, height) {
  const { headers, lastHeight, first, round, bundle: { network } } = evidence;
  if (!headers.length || height <= lastHeight) return "amongHeaders";
  const why = headerProblem(header, network), own = target(header);
  if (why) return why;
  if (EASY_WHEN_LATE.includes(network)) {
    const hardest = headers.slice(-Number(PERIOD)).map(target).reduce((least, one) => (one < least ? one : least));
    return own > hardest ? new Untold({ why: "maybeEasy" }) : null;
  }
  const reference = round.closingHeight < lastHeight ? round.closingHeight : lastHeight;
  const known = target(headers[reference > first ? Number(reference - first) : 0]);
  if (network === "regtest" || periodOf(height) === periodOf(reference)) return own === known ? null : "notAsClosing";
  return own <= 4n * known ? null : "belowAQuarter";
}
