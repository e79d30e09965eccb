// Which numbers a funded order gets: those it asked for, or the nearest set that shares six with no ticket before it.
// The same search as the platform's and the script's, step by step; ranks are larger than a double holds exactly.
import { concat, sha256 } from "../../verify/sha256.js";
import { and, maskOf, numbersOf, or, shared, without } from "./masks.js";

const LEVEL_CANDIDATES = 16384, ORDER_CANDIDATES = 32768, BLOCK_CANDIDATES = 1048576, LEAST_CANDIDATES = 1024;

const chosen = new Map(); // a search asks for the same few thousands of times

export function choose(n, k) {
  if (k < 0 || k > n) return 0n;
  const key = n * 64 + k;
  if (!chosen.has(key)) {
    let result = 1n;
    for (let i = 1; i <= k; i++) result = result * BigInt(n - k + i) / BigInt(i);
    chosen.set(key, result);
  }
  return chosen.get(key);
}

// The set an order gets, or null, and how many candidates were looked at. `seed` is its commitment (bytes), `tickets` are
// all sets given before it; `before` candidates were looked at for orders of its round that the same block funded earlier.
export function nearestFree(request, poolSize, tickets, seed, before = 0) {
  const taken = tickets.map((ticket) => [shared(request, ticket), ticket]);
  if (taken.every(([common]) => common < 6)) return { set: request, lookedAt: 0 };
  const allowed = Math.min(ORDER_CANDIDATES, Math.max(LEAST_CANDIDATES, BLOCK_CANDIDATES - before));
  const rest = without(maskOf(Array.from({ length: poolSize }, (_, at) => at + 1)), request);
  const most = Math.min(numbersOf(request).length, numbersOf(rest).length);
  let lookedAt = 0;
  for (let changed = Math.max(...taken.map(([common]) => common)) - 5; changed <= most; changed++) {
    const level = levelOf(request, rest, taken, changed);
    if (level.size === 0n) continue;
    const bound = Math.min(LEVEL_CANDIDATES, allowed - lookedAt);
    const count = level.size < BigInt(bound) ? Number(level.size) : bound;
    if (count <= 0) break;
    const found = firstFree(level, request, taken, seed, changed, count);
    if (found) return { set: found.set, lookedAt: lookedAt + found.place };
    lookedAt += count;
  }
  return { set: null, lookedAt };
}

// What may be taken out of the request and put into it when `changed` numbers change.
function levelOf(request, rest, taken, changed) {
  let out = request, into = rest;
  for (const [common, ticket] of taken) {
    if (common !== changed + 5) continue;
    out = and(out, ticket);
    into = without(into, ticket);
  }
  const members = { out: numbersOf(out), into: numbersOf(into) };
  const ways = choose(members.into.length, changed);
  return { ...members, ways, size: choose(members.out.length, changed) * ways };
}

function firstFree(level, request, taken, seed, changed, count) {
  const relevant = taken.filter(([common]) => common + changed >= 6).sort((a, b) => b[0] - a[0]).map(([, ticket]) => ticket);
  const [start, step] = walk(seed, changed, level.size);
  for (let at = 0, rank = start; at < count; at++, rank = (rank + step) % level.size) {
    const removed = named(rank / level.ways, level.out, changed);
    const candidate = or(without(request, removed), named(rank % level.ways, level.into, changed));
    if (relevant.every((ticket) => shared(candidate, ticket) < 6)) return { set: candidate, place: at + 1 };
  }
  return null;
}

// Where a level begins and how it goes on: both halves of a hash, the step raised until it reaches everything.
function walk(seed, changed, size) {
  const digest = sha256(concat(seed, Uint8Array.of(changed)));
  const start = numberOf(digest.subarray(0, 16)) % size;
  let step = numberOf(digest.subarray(16)) % size;
  while (divisor(step, size) !== 1n) step += 1n;
  return [start, step];
}

function numberOf(bytes) {
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

function divisor(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}

// The `count` members that a rank names in the combinatorial number system.
function named(rank, members, count) {
  const found = [];
  let element = members.length - 1;
  for (let size = count; size > 0; size--) {
    while (choose(element, size) > rank) element -= 1;
    rank -= choose(element, size);
    found.push(members[element]);
  }
  return maskOf(found);
}
