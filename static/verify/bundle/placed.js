// The heights of blocks beyond a bundle's headers, as far as it shows them: of those that a known block names as the one
// before it, or that name one so; and from the one in the payout's proof that names its own height.
import { fromHex } from "../sha256.js";
import { shown, twice } from "./blocks.js";
import { Problem } from "./problems.js";

// `heights`: those of the headers, by block. `heightOf`: the height that a proof's block names itself, which throws a Problem.
export function placedBy({ transactions, payout, log }, heights, heightOf) {
  const { proof = null, heightProof = null } = payout || {}, anchor = log && log.anchor && log.anchor.proof, placed = new Map(heights);
  const headers = [...transactions, proof, heightProof, anchor].filter(Boolean).map(({ header }) => fromHex(header));
  const before = new Map(headers.map((header) => [shown(twice(header)), shown(header.slice(4, 36))])), after = new Map();
  for (const [block, one] of before) after.set(one, [...(after.get(one) || []), block]);

  function follow(known) {
    while (known.length) {
      const block = known.pop(), height = placed.get(block), near = (after.get(block) || []).map((one) => [one, height + 1n]);
      if (before.has(block)) near.push([before.get(block), height - 1n]);
      for (const [one, at] of near.filter(([other]) => !placed.has(other))) {
        placed.set(one, at);
        known.push(one);
      }
    }
  }

  follow([...placed.keys()]);
  if (heightProof === null || placed.has(heightProof.blockHash)) return placed;
  try {
    placed.set(heightProof.blockHash, heightOf(heightProof));
  } catch (error) {
    if (error instanceof Problem) return placed; // which a claim says
    throw error;
  }
  follow([heightProof.blockHash]);
  return placed;
}
