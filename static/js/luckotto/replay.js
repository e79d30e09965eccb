// A round played again from its public records: terms, allocations, collisions, seal, winner. Asks nobody anything.
import { concat, fromHex, taggedHash, toHex } from "../verify/sha256.js";
import { rootOf } from "../verify/seal.js";
import { commit } from "../verify/taproot.js";
import { choose, nearestFree } from "./allocate.js";
import { maskOf, numbersOf, shared } from "./masks.js";

const AT_ONCE = 200;

// `report(done, total)` is told how many payments were replayed. The result says for each claim what is wrong with it
// (null: it holds), and which numbers each order got.
export function replay(round, orders, report) {
  const played = round.status === "void" ? { tickets: new Map() } : play(round, orders, report);
  return {
    terms: wrongTerms(round, orders),
    allocation: round.status === "void" ? null : wrongAllocation(orders, played.tickets),
    collisions: colliding(played.tickets),
    seal: round.sealRoot && round.status !== "void" ? sealRoot(round, orders, played.tickets) !== round.sealRoot : null,
    winner: winnerOf(round, played.tickets),
    tickets: played.tickets.size,
    changed: orders.filter((order) => order.allocatedNumbers && !same(order.allocatedNumbers, order.requestedNumbers)).length,
  };
}

const same = (one, other) => one.length === other.length && one.every((number, at) => number === other[at]);

// The first order whose record says something else than the terms its address commits to.
function wrongTerms(round, orders) {
  const found = orders.find((order) => {
    const terms = JSON.parse(order.terms), made = commit(order.internalKey, order.terms, terms.network);
    const base = choose(order.requestedNumbers.length, 6) * BigInt(round.baseCombinationPriceSats);
    const total = (base * BigInt(100 + terms.houseEdgePercent) + 99n) / 100n;
    return made.commitment !== order.commitment || made.address !== order.depositAddress || terms.orderId !== order.id || !same(terms.requestedNumbers, order.requestedNumbers)
      || terms.totalSats !== order.totalSats || terms.minPaymentSats !== order.minPaymentSats
      || terms.roundNumber !== round.roundNumber || terms.poolSize !== round.poolSize
      || terms.salesEndHeight !== round.salesEndHeight || BigInt(order.baseSats) !== base || BigInt(order.totalSats) !== total;
  });
  return found ? { order: found.id } : null;
}

function inChainOrder(one, other) {
  return one.blockHeight - other.blockHeight || one.txIndex - other.txIndex || one.vout - other.vout;
}

// What the draw rests on stays, even if the chain loses it after the draw.
const counts = (payment) => !["seen", "void"].includes(payment.status) && (payment.status !== "orphaned" || payment.creditedSats > 0);

// Payments in chain order; the one that reaches an order's total gives it numbers.
function play(round, orders, report) {
  const tickets = new Map(), funded = new Map(), without = new Set(), lookedAt = new Map();
  const live = orders.flatMap((order) => order.payments.filter(counts).map((payment) => ({ order, payment })));
  live.sort((one, other) => inChainOrder(one.payment, other.payment));
  live.forEach(({ order, payment }, at) => {
    if (report && at % AT_ONCE === 0) report(at, live.length);
    if (payment.blockHeight >= round.salesEndHeight || payment.amountSats < order.minPaymentSats || without.has(order.id)) return;
    funded.set(order.id, (funded.get(order.id) || 0) + payment.amountSats);
    if (tickets.has(order.id) || funded.get(order.id) < order.totalSats) return;
    const before = lookedAt.get(payment.blockHeight) || 0;
    const found = nearestFree(maskOf(order.requestedNumbers), round.poolSize, Array.from(tickets.values()), fromHex(order.commitment), before);
    lookedAt.set(payment.blockHeight, before + found.lookedAt);
    if (found.set) tickets.set(order.id, found.set);
    else without.add(order.id);
  });
  return { tickets };
}

function wrongAllocation(orders, tickets) {
  for (const order of orders) {
    const found = tickets.has(order.id) ? numbersOf(tickets.get(order.id)) : null, told = order.allocatedNumbers;
    if (Boolean(found) !== Boolean(told) || (found && !same(found, told))) return { order: order.id, told, found };
  }
  return null;
}

function colliding(tickets) {
  const all = Array.from(tickets);
  for (let at = 0; at < all.length; at++) {
    for (let before = 0; before < at; before++) {
      if (shared(all[at][1], all[before][1]) >= 6) return { one: all[before][0], other: all[at][0] };
    }
  }
  return null;
}

// The order whose ticket holds all six drawn numbers, or null.
function winnerOf(round, tickets) {
  if (!round.winningNumbers) return null;
  const drawn = maskOf(round.winningNumbers);
  const found = Array.from(tickets).find(([, mask]) => shared(mask, drawn) === 6);
  return found ? found[0] : null;
}

function bytes(number, length) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(number));
  return new Uint8Array(view.buffer).slice(8 - length);
}

const sums = (node) => concat(bytes(node.combinations, 8), bytes(node.sats, 8));

// The root over all tickets in the order in which they were given.
function sealRoot(round, orders, tickets) {
  const known = new Map(orders.map((order) => [order.id, order]));
  let level = Array.from(tickets, ([id, mask]) => leaf(known.get(id), mask));
  const count = level.length;
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at < level.length; at += 2) above.push(level[at + 1] ? parent(level[at], level[at + 1]) : level[at]);
    level = above;
  }
  const top = level[0] || { hash: new Uint8Array(32), combinations: 0n, sats: 0 };
  return toHex(rootOf(round, bytes(round.roundNumber, 4), bytes(count, 8), top.hash, sums(top)));
}

function leaf(order, mask) {
  const paid = order.payments.filter((payment) => payment.creditedSats > 0).sort(inChainOrder);
  const node = {
    combinations: choose(numbersOf(mask).length, 6),
    sats: paid.reduce((sum, payment) => sum + payment.creditedSats, 0),
  };
  const data = JSON.stringify({
    allocatedNumbers: numbersOf(mask), commitment: order.commitment,
    payments: paid.map((payment) => [payment.txid, payment.vout, payment.creditedSats]),
  });
  return { ...node, hash: taggedHash("tiraj/seal/leaf/1", sums(node), new TextEncoder().encode(data)) };
}

function parent(left, right) {
  return {
    hash: taggedHash("tiraj/seal/node/1", left.hash, sums(left), right.hash, sums(right)),
    combinations: left.combinations + right.combinations, sats: left.sats + right.sats,
  };
}
