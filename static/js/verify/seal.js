// The seal of a round: a Merkle tree over its credited payments in ticket order, whose nodes also carry the sums of
// tickets and satoshis below them. From the public slips alone the same root must come out.
import { concat, taggedHash, toHex } from "./sha256.js";

function eightBytes(number) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(number));
  return new Uint8Array(view.buffer);
}

const serialized = (node) => concat(node.hash, eightBytes(node.tickets), eightBytes(node.sats));

// One leaf for each payment that got tickets: which coin, whose terms, which tickets.
export function leavesOf(slips) {
  const leaves = [];
  for (const slip of slips) {
    const price = JSON.parse(slip.terms).playerTicketPriceSats;
    const free = slip.ranges.map((range) => [...range]).sort((a, b) => a[0] - b[0]);
    let paid = 0, given = 0;
    for (const payment of slip.payments.filter((one) => one.creditedSats > 0)) {
      paid += payment.creditedSats;
      const tickets = Math.floor(paid / price) - given;
      if (tickets <= 0) continue;
      given += tickets;
      if (!free.length || free[0][1] - free[0][0] + 1 < tickets) return null;
      const first = free[0][0];
      free[0][0] += tickets;
      if (free[0][0] > free[0][1]) free.shift();
      leaves.push({ payment, commitment: slip.commitment, first, last: first + tickets - 1, tickets });
    }
    if (free.length) return null;
  }
  return leaves.sort((a, b) => a.first - b.first);
}

// The root; `report` is told of each level: how many nodes it has, and the hash of its first.
export function sealRoot(round, leaves, report) {
  let level = leaves.map((leaf) => {
    const data = JSON.stringify({
      amountSats: leaf.payment.amountSats, commitment: leaf.commitment, creditedSats: leaf.payment.creditedSats,
      firstTicket: leaf.first, lastTicket: leaf.last, txid: leaf.payment.txid, vout: leaf.payment.vout,
    });
    const sums = concat(eightBytes(leaf.tickets), eightBytes(leaf.payment.creditedSats));
    const hash = taggedHash("tiraj/seal/leaf/1", sums, new TextEncoder().encode(data));
    return { hash, tickets: leaf.tickets, sats: leaf.payment.creditedSats };
  });
  if (report && level.length) report(level.length, toHex(level[0].hash));
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at < level.length; at += 2) {
      const left = level[at], right = level[at + 1];
      above.push(right === undefined ? left : {
        hash: taggedHash("tiraj/seal/node/1", serialized(left), serialized(right)),
        tickets: left.tickets + right.tickets, sats: left.sats + right.sats,
      });
    }
    level = above;
    if (report) report(level.length, toHex(level[0].hash));
  }
  const top = level[0] || { hash: new Uint8Array(32), tickets: 0, sats: 0 };
  const parts = [eightBytes(round.roundNumber).slice(4), eightBytes(leaves.length), serialized(top)];
  return toHex(rootOf(round, ...parts));
}

// From version 2 on the root is over what the round promised as well.
export function rootOf(round, ...parts) {
  if (typeof round.roundTerms !== "string") return taggedHash("tiraj/seal/root/1", ...parts);
  const promised = taggedHash("tiraj/round/1", new TextEncoder().encode(round.roundTerms));
  return taggedHash("tiraj/seal/root/2", promised, ...parts);
}
