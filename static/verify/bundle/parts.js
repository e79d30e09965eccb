// A bundle from its files: a long round comes in parts, which are one bundle only together.
import { gameOf } from "./games.js";
import { checkBundle } from "./shapes.js";
import { BadInput, parse, same } from "./strict_json.js";

// One part, from its text. Throws BadInput.
export function readPart(text) {
  const part = parse(text);
  checkBundle(part);
  return part;
}

// Whether a later part tells of the same round the same as the first does, or leaves it to that.
function belongs(part, whole) {
  const isTold = (name) => part[name] !== null && part[name].length !== 0;
  const names = ["bundleVersion", "game", "network", "round", "draw", "win", ...["headers", "heightProof", "payout", "balances", "checkpoints", "log"].filter(isTold)];
  const [own, first] = [part, whole].map(({ seal }) => seal && [seal.root, seal.sealedAtHeight]);
  return same(own, first) && names.every((name) => same(part[name], whole[name]));
}

// All parts as one bundle, in whatever order they were given. Throws BadInput where one is missing or of another round.
export function joined(given) {
  const parts = [...given].sort((a, b) => (a.partFrom < b.partFrom ? -1 : Number(a.partFrom > b.partFrom)));
  const whole = parts[0], lists = ["orders", "payments", "transactions", gameOf(whole.game).holding[1]];
  if (whole.partFrom !== 0n) throw new BadInput("the first part is missing", "partMissing");
  for (const part of parts.slice(1)) {
    if (part.partFrom !== whole.next || !belongs(part, whole)) throw new BadInput("these parts do not belong together", "partMissing");
    for (const name of lists) whole[name] = whole[name].concat(part[name]);
    if (whole.seal && part.seal) whole.seal.leaves = whole.seal.leaves.concat(part.seal.leaves);
    whole.next = part.next;
  }
  if (whole.next !== null) throw new BadInput(`the bundle goes on: its next part begins at ${whole.next}`, "partMissing");
  return whole;
}

export function readBundle(texts) { return joined(texts.map(readPart)); }
