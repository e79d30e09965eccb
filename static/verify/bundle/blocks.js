// Headers and transactions as Bitcoin has them, each read from its bytes.
import { concat, sha256, toHex } from "../sha256.js";
import { Problem } from "./problems.js";

// The easiest a block may be. On the main network that is a difficulty of 10^13, below which it was last in 2019: to forge
// a single header above that costs as much as a block did then. Elsewhere it is the network's own limit.
const EASIEST_BITS = { main: 0x171c25a6n, test: 0x1d00ffffn, testnet4: 0x1d00ffffn, signet: 0x1e0377aen, regtest: 0x207fffffn };
const LENGTHS = { 0xfd: 2, 0xfe: 4, 0xff: 8 };
const NODE = 64; // bytes of two hashes

export const twice = (bytes) => sha256(sha256(bytes));
export const shown = (bytes) => toHex(bytes.slice().reverse()); // as explorers print it
export const sameBytes = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

// The bytes' number, the lowest first.
export function little(bytes, at, size) {
  return bytes.slice(at, at + size).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

// The number that a block's hash must not exceed.
function targetOf(bits) {
  if (bits & 0x800000n) return 0n;
  return ((bits & 0x7fffffn) << (8n * (bits >> 24n))) >> 24n;
}

const bitsOf = (header) => little(header, 72, 4);
export const targetOfHeader = (header) => targetOf(bitsOf(header));
export const isEasiest = (header, network) => bitsOf(header) === EASIEST_BITS[network];

// The key of what is wrong with a header, or null.
export function headerProblem(header, network) {
  const target = targetOfHeader(header);
  if (target <= 0n || target > targetOf(EASIEST_BITS[network])) return "foreignDifficulty";
  return little(twice(header), 0, 32) > target ? "aboveTarget" : null;
}

// Goes through a transaction's bytes; beyond their end it throws.
class Cursor {
  constructor(raw, at) { Object.assign(this, { raw, at }); }

  take(length) {
    if (this.at + length > this.raw.length) throw new Problem("endsEarly");
    this.at += length;
    return this.raw.subarray(this.at - length, this.at);
  }

  // A length; one that no transaction can have reads as larger than every transaction.
  compact() {
    const [first] = this.take(1), size = LENGTHS[first];
    return size === undefined ? first : Number(little(this.take(size), 0, size));
  }

  times(count, each) { for (let n = 0; n < count; n++) each(n); }
}

// {txid, script (the first input's), outputs: [{sats, script}]}. Throws a Problem.
export function readTransaction(raw) {
  const isSegwit = raw[4] === 0 && raw[5] === 1, start = isSegwit ? 6 : 4, cursor = new Cursor(raw, start), outputs = [];
  let script = new Uint8Array();
  const count = cursor.compact();
  cursor.times(count, (n) => {
    cursor.take(36);
    const own = cursor.take(cursor.compact());
    if (n === 0) script = own;
    cursor.take(4);
  });
  cursor.times(cursor.compact(), () => {
    const sats = little(cursor.take(8), 0, 8);
    outputs.push({ sats, script: toHex(cursor.take(cursor.compact())) });
  });
  const end = cursor.at;
  if (isSegwit) cursor.times(count, () => cursor.times(cursor.compact(), () => cursor.take(cursor.compact())));
  if (cursor.at + 4 !== raw.length || count === 0) throw new Problem("malformed");
  const stripped = concat(raw.subarray(0, 4), raw.subarray(start, end), raw.subarray(-4));
  if (stripped.length === NODE) throw new Problem("innerNode");
  return { txid: twice(stripped), script, outputs };
}

// The Merkle root to which a branch leads. Throws a Problem.
export function rootOf(txid, place, branch) {
  let index = place, node = txid;
  if (index >> BigInt(branch.length)) throw new Problem("foreignPlace");
  for (const sibling of branch) {
    if (index & 1n && sameBytes(sibling, node)) throw new Problem("repeatedNode");
    node = twice(index & 1n ? concat(sibling, node) : concat(node, sibling));
    index >>= 1n;
  }
  return node;
}

// The height that a block's first transaction names (BIP 34). Throws a Problem.
export function coinbaseHeight(script) {
  const first = script.length ? script[0] : 0;
  if (first >= 0x51 && first <= 0x60) return BigInt(first - 0x50);
  if (first < 1 || first > 5 || script.length < 1 + first) throw new Problem("noHeight");
  return little(script, 1, first);
}
