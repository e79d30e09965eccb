// Whether what a log signed can be one log that only grew: trees that differ in one place, sizes that contradict times.
import { concat, sha256, toHex } from "../sha256.js";
import { named } from "./problems.js";

const above = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

// The hashes that a proof which holds tells of whole subtrees: level, place, hash. They never change any more.
function* wholeNodes({ entry, path, checkpoint: { size } }, leaf) {
  let at = entry, last = size - 1n, level = 0n, found = leaf;
  yield [0n, at, leaf];
  for (const other of path) {
    while (at === last && !(at & 1n) && at) [at, last, level] = [at >> 1n, last >> 1n, level + 1n];
    if (((at ^ 1n) + 1n) << level <= size) yield [level, at ^ 1n, other];
    found = at & 1n ? above(other, found) : above(found, other);
    [at, last, level] = [at >> 1n, last >> 1n, level + 1n];
    if ((at + 1n) << level <= size) yield [level, at, found];
  }
}

// Where two proofs, each as [leaf, proof], tell of one place in the log, and of other entries in it.
export function* treesDiffer(proofs) {
  const nodes = new Map(), entries = new Map();
  for (const [leaf, proof] of proofs) {
    const name = toHex(leaf), before = entries.get(name) ?? proof.entry;
    entries.set(name, before);
    if (before !== proof.entry) yield named("another-history", { id: `${before}, ${proof.entry}` });
    for (const [level, place, found] of wholeNodes(proof, leaf)) {
      const at = `${level}:${place}`, known = nodes.get(at) ?? { found: toHex(found), size: proof.checkpoint.size };
      nodes.set(at, known);
      if (known.found === toHex(found)) continue;
      yield named("another-history", { id: `${known.size}, ${proof.checkpoint.size}` });
      break;
    }
  }
}

const order = (one, other) => Number(one.size - other.size) || Number(one.time - other.time);

// What no log that only grows has signed.
export function* historiesDiffer(checkpoints) {
  const sorted = [...checkpoints].sort(order);
  for (let at = 1; at < sorted.length; at++) {
    const one = sorted[at - 1], other = sorted[at], id = `${one.size}, ${other.size}`;
    if (one.size === other.size && toHex(one.root) !== toHex(other.root)) yield named("another-history", { id });
    else if (one.size < other.size && one.time > other.time) yield named("another-history", { id });
  }
}
