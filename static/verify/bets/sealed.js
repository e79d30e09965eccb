// Claims of a draw of bets about its seal: that it covers every sale, what the draw could cost at worst, who had cosigned it.
import { keyOf, leafOf } from "../bundle/notes.js";
import { BadInput } from "../bundle/strict_json.js";
import { big } from "../bundle/sums.js";
import { isIncluded, readProof, signedAt } from "../receipt/notes.js";
import { concat, fromHex, taggedHash, toHex } from "../sha256.js";
import { keysAt, leaveSignatures } from "./logged.js";
import { notTold, notYet, problem } from "./problems.js";
import { SECOND, isText, moment } from "./shapes.js";

const LOG = 1, COSIGNER = 4;
const utf8 = (text) => new TextEncoder().encode(text);
const below = ({ hash, count, stake }) => [hash, big(count, 8), big(stake, 8)];

// A Merkle tree that also sums sales and stakes. `leaves`: [hash, stake]; stake null for a sale that had gone back, which keeps
// its place and adds nothing.
function sealRoot(subject, leaves, promise) {
  let level = leaves.map(([leaf, stake]) => {
    const count = stake === null ? 0n : 1n, own = stake ?? 0n;
    return { hash: taggedHash("tiraj/seal/leaf/1", big(count, 8), big(own, 8), fromHex(leaf)), count, stake: own };
  });
  while (level.length > 1) level = above(level);
  const top = level[0] || { hash: new Uint8Array(32), count: 0n, stake: 0n };
  return toHex(taggedHash("tiraj/seal/root/2", fromHex(promise), utf8(subject), big(BigInt(leaves.length), 8), ...below(top)));
}

// A node without a sibling moves up.
function above(level) {
  const nodes = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = level.slice(at, at + 2);
    nodes.push(right === undefined ? left : {
      hash: taggedHash("tiraj/seal/node/1", concat(...below(left), ...below(right))), count: left.count + right.count, stake: left.stake + right.stake,
    });
  }
  return nodes;
}

const byNumber = (one, other) => (one.number < other.number ? -1 : 1);

export function* seal(draw) {
  const { bundle, terms, weighed, isCancelled } = draw;
  if (draw.seal === null) {
    if (isCancelled) return;
    if (bundle.state === "selling") throw notYet("notSealed");
    return yield problem("noSeal");
  }
  if (draw.of("bet.sealed").length !== 1 || bundle.state === "selling") return yield problem("sealTwice");
  const all = [...weighed.sales.values()].sort(byNumber), counted = all.filter(({ number }) => weighed.atSeal.has(number)), { told } = draw.seal;
  const right = {
    promise: bundle.promiseHash,
    sealRoot: sealRoot(draw.subject, all.map(({ leaf, number, stake }) => [leaf, weighed.atSeal.has(number) ? stake : null]), bundle.promiseHash),
    sales: BigInt(counted.length), staked: counted.reduce((sum, { stake }) => sum + stake, 0n), currency: terms.currency,
    lastNumber: BigInt(all.length), lastLeaf: all.length ? all.at(-1).leaf : bundle.promiseHash,
  };
  for (const [field, should] of Object.entries(right)) if (told[field] !== should) yield problem("sealDiffers", { field, is: told[field], should });
}

export function worstCase({ seal: sealed, isCancelled, weighed }) {
  if (sealed === null) {
    if (isCancelled) return [];
    throw notYet("notSealed");
  }
  const { worst: is, reservations: { waiting } } = sealed.told, should = weighed.worstAtSeal;
  if (should > is || (!waiting && should !== is)) return [problem("worstDiffers", { is, should })];
  if (should !== is) throw notTold("worstWaiting", { is, should, n: waiting });
  return [];
}

export function witnesses(draw, asked) {
  const { quorum, witnesses: named, cosignedBy } = draw.terms, said = draw.of("bet.witnessed"), sealed = draw.seal;
  const isOfOther = ({ told }) => sealed === null || told.sealEntry !== sealed.number || told.quorum !== quorum;
  if (said.some(isOfOther)) return [problem("witnessedOther")];
  if (draw.isCancelled || (!quorum && !said.length)) return [];
  if (sealed === null) throw notYet("notSealed");
  if (sealed.witnessed === null) throw notTold("cosignedUntold");
  const proof = readProof(sealed.witnessed), { checkpoint: shown } = proof;
  if (proof.entry !== sealed.number || !isIncluded(proof, leafOf(sealed.text))) return [problem("cosignedOther")];
  const believed = named.filter(isText).map((text) => keyOf(text.trim(), COSIGNER)), own = keysAt(asked, shown.size);
  if (believed.includes(null)) throw new BadInput("a promised witness has no key");
  if (own.length && own.every((key) => signedAt(shown.note, key, LOG) === null)) return [problem("cosignedByOther")];
  leaveSignatures(draw, sealed.witnessed, () => [...believed, ...own]);
  const inTime = believed.filter((key) => {
    const when = signedAt(shown.note, key, COSIGNER);
    return when !== null && when * SECOND <= moment(cosignedBy);
  });
  const found = BigInt(new Set(inTime.map(({ key }) => toHex(key))).size), values = { is: found, should: quorum };
  if (found >= quorum) return [];
  if (draw.of("bet.resulted").length && !said.length) return [problem("cosignedFew", values)];
  throw notTold("cosignedShown", values);
}
