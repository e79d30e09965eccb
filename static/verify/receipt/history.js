// Whether what a log signed can be one log that only grew: trees that differ in one place, sizes that contradict times.
import { concat, sha256, toHex } from "../sha256.js";
import { VERDICTS, named } from "./problems.js";

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

// Where Bitcoin holds another root than was signed of one size.
export function* rootsDiffer(roots, checkpoints) {
  for (const one of roots) {
    for (const { size, root } of checkpoints) if (one.size === size && toHex(one.root) !== toHex(root)) yield named("another-history", { id: String(size) });
  }
}

// Whether the log of the second size begins with that of the first (RFC 9162, 2.1.4.2).
function beginsWith(one, other, path) {
  const [old, fresh] = [toHex(one.root), toHex(other.root)];
  if (one.size === other.size) return !path.length && old === fresh;
  if (one.size === 0n) return !path.length;
  const [start, ...rest] = one.size & (one.size - 1n) ? path : [one.root, ...path];
  if (one.size > other.size || start === undefined) return false;
  let at = one.size - 1n, last = other.size - 1n, left = start, right = start;
  const up = () => { at >>= 1n; last >>= 1n; };
  while (at & 1n) up();
  for (const node of rest) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      [left, right] = [above(node, left), above(node, right)];
      while (!(at & 1n) && at) up();
    } else right = above(right, node);
    up();
  }
  return last === 0n && toHex(left) === old && toHex(right) === fresh;
}

const bySize = (one, other) => (one.size < other.size ? -1 : 1);

// [verdict, problem] of each checkpoint that was kept and the receipt's: whether they are of one log.
function* begun({ own, grown }, shown) {
  for (const one of own) {
    const alike = shown.filter(({ size }) => size === one.size);
    if (alike.some(({ root }) => toHex(root) !== toHex(one.root))) yield [VERDICTS.fails, named("another-history", { id: String(one.size) })];
    if (alike.length) continue;
    const pairs = shown.map((other) => [one, other].sort(bySize));
    const told = pairs.filter(([first, second]) => first.size === 0n || grown.has(`${first.size}:${second.size}`));
    if (!told.length) yield [VERDICTS.notTold, named("no-consistency", { first: String(pairs[0][0].size), second: String(pairs[0][1].size) })];
    for (const [first, second] of told) {
      const path = grown.get(`${first.size}:${second.size}`) || [];
      if (!beginsWith(first, second, path)) yield [VERDICTS.fails, named("another-history", { id: `${first.size}, ${second.size}` })];
    }
  }
}

// The claim about what was kept, against what the receipt shows; none where nothing was kept. `checkpoints`: of its proofs.
export function* keptJudged(log, checkpoints) {
  if (!log.own.length || !checkpoints.length) return;
  const shown = [...new Map(checkpoints.map((one) => [one.size, one])).values()].sort(bySize), found = [...begun(log, shown)];
  const verdicts = found.map(([one]) => one), { fails, notTold, holds } = VERDICTS;
  const verdict = verdicts.includes(fails) ? fails : verdicts.length ? notTold : holds;
  yield { claim: "consistency", verdict, details: found.filter(([one]) => one === verdict).map(([, why]) => why) };
}
