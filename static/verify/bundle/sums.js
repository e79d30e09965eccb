// The seal's root: a Merkle tree in which every node also hashes how many tickets and sats are below it.
import { concat, fromHex, taggedHash, toHex } from "../sha256.js";

export function big(number, size) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, number);
  return new Uint8Array(view.buffer).slice(8 - size);
}

const below = (node) => concat(big(node.tickets, 8), big(node.sats, 8));

// `leaves`: {data (text), tickets, sats} in order; `commitment`: the round's, in hexadecimal, or null for a round that
// was made before rounds had one.
export function sealRoot(roundNumber, leaves, commitment = null) {
  let level = leaves.map(({ data, tickets, sats }) => ({
    tickets, sats, hash: taggedHash("tiraj/seal/leaf/1", below({ tickets, sats }), new TextEncoder().encode(data)),
  }));
  while (level.length > 1) level = above(level);
  const top = level[0] || { hash: new Uint8Array(32), tickets: 0n, sats: 0n };
  const told = [big(roundNumber, 4), big(BigInt(leaves.length), 8), top.hash, below(top)];
  return toHex(commitment === null ? taggedHash("tiraj/seal/root/1", ...told) : taggedHash("tiraj/seal/root/2", fromHex(commitment), ...told));
}

function above(level) {
  const nodes = [];
  for (let at = 0; at < level.length; at += 2) {
    const left = level[at], right = level[at + 1];
    nodes.push(right === undefined ? left : {
      hash: taggedHash("tiraj/seal/node/1", left.hash, below(left), right.hash, below(right)),
      tickets: left.tickets + right.tickets, sats: left.sats + right.sats,
    });
  }
  return nodes;
}
