// The sealed draw (sealed-draw-1) of every game: one delay over promise, seal and closing block, then choices that favour
// nobody. Its checkpoints stand under a root; between two of them the hashing is repeated.
import { concat, fromHex, sha256, taggedHash, toHex } from "../sha256.js";
import { wrongFields } from "./claims.js";
import { about, differs } from "./problems.js";
import { SEALED_DRAW, hashWorkProblems } from "./promise.js";
import { big, sealRoot } from "./sums.js";

const EVERY = 2n ** 24n; // hashes from one checkpoint to the next
const VALUES = 2n ** 256n;

export const isSealedDraw = ({ round, bundle }) => round.winnerAlgorithm === SEALED_DRAW && bundle.draw.algorithm === SEALED_DRAW;

// Numbers below `among`, each as likely as any other, for ever.
export function* choices(state, among) {
  const usable = VALUES - (VALUES % among);
  for (let i = 0n; ; i++) {
    const value = BigInt(`0x${toHex(sha256(concat(fromHex(state), big(i, 8))))}`);
    if (value < usable) yield value % among;
  }
}

// Six different numbers in the order of drawing, each one more than a choice.
export function sixOf(chosen) {
  const drawn = [];
  for (const choice of chosen) {
    if (!drawn.includes(choice + 1n)) drawn.push(choice + 1n);
    if (drawn.length === 6) return drawn;
  }
  return drawn;
}

// By what was bought and promised, and the block at the closing height: not by what is told of them.
function firstState(evidence) {
  const root = sealRoot(evidence.round.roundNumber, evidence.sealed(), evidence.version === 2n ? evidence.commitment : null);
  const block = evidence.closingHash() || evidence.bundle.draw.closingBlockHash;
  return toHex(taggedHash("tiraj/sealed-draw/1", ...[evidence.commitment, root, block].map(fromHex)));
}

// The root over the checkpoints; a node without a sibling moves up.
function rootOver(states, hashes) {
  let level = states.map((state) => taggedHash("tiraj/sealed-draw/leaf/1", fromHex(state)));
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at < level.length; at += 2) {
      above.push(at + 1 < level.length ? taggedHash("tiraj/sealed-draw/node/1", level[at], level[at + 1]) : level[at]);
    }
    level = above;
  }
  return toHex(taggedHash("tiraj/sealed-draw/root/1", big(hashes, 8), big(BigInt(states.length), 8), level[0]));
}

// The stretches between its checkpoints, each as [first state, how many hashes]; none where the bundle has no such draw.
export function stretchesOf({ round, draw, checkpoints }) {
  if (!draw || round.winnerAlgorithm !== SEALED_DRAW || draw.algorithm !== SEALED_DRAW || !round.hashes || !checkpoints) return [];
  if (BigInt(checkpoints.length) !== (round.hashes + EVERY - 1n) / EVERY + 1n) return [];
  return checkpoints.slice(0, -1).map((state, at) => {
    const before = BigInt(at) * EVERY;
    return { state, times: Number(round.hashes - before < EVERY ? round.hashes - before : EVERY) };
  });
}

// What a sealed draw's record says otherwise; `chosen` follows from its last state. `hashed` is (state, times, before) →
// state, or null where the hashing is left out.
export function sealedDraw(evidence, hashed, chosen) {
  if (hashWorkProblems(evidence).length) return hashWorkProblems(evidence);
  const stated = evidence.bundle.draw, states = evidence.bundle.checkpoints || [], { hashes } = evidence.round;
  const count = (hashes + EVERY - 1n) / EVERY + 1n;
  if (BigInt(states.length) !== count) return [differs("draw", "", "checkpoints", count, states.length)];
  const problems = wrongFields("draw", "", { checkpointsRoot: rootOver(states, hashes), lastState: states.at(-1), ...chosen }, stated);
  const first = firstState(evidence);
  if (states[0] !== first) problems.push(differs("draw", "", "firstState", first, states[0]));
  if (!hashed) return problems.length ? problems : "hashingLeftOut";
  // What the record says of the choice may be wrong where the hashing is right, which then tells what was drawn.
  const isBegun = states[0] === first && states.at(-1) === stated.lastState, wrong = isBegun ? wrongStretches(states, hashes, hashed) : [];
  evidence.isDrawn = isBegun && !wrong.length;
  return problems.length ? problems : wrong;
}

function wrongStretches(states, hashes, hashed) {
  const problems = [];
  for (let at = 0, before = 0n; before < hashes; at++, before += EVERY) {
    const times = hashes - before < EVERY ? hashes - before : EVERY;
    if (hashed(states[at], times, before) !== states[at + 1]) problems.push(about("draw", "", { why: "otherStretch", is: String(at) }));
  }
  return problems;
}
