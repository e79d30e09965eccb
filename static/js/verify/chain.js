// What a proof bundle brings of the chain: headers that link and are worked for, transactions that are in their blocks,
// and outputs that pay the orders. Each claim: {name, holds, count, values}.
import { concat, fromHex, sha256, toHex } from "./sha256.js";
import { commit } from "./taproot.js";

const EASIEST_BITS = { main: 0x1d00ffff, test: 0x1d00ffff, testnet4: 0x1d00ffff, signet: 0x1e0377ae, regtest: 0x207fffff };
const SHOWN = 5;

const twice = (bytes) => sha256(sha256(bytes));
const shown = (bytes) => toHex(bytes.slice().reverse()); // as explorers print it
const numberOf = (bytes) => BigInt("0x" + toHex(bytes.slice().reverse()));
const same = (a, b) => toHex(a) === toHex(b);
const little = (bytes, at, size) => bytes.slice(at, at + size).reduceRight((sum, byte) => sum * 256 + byte, 0);

function targetOf(bits) {
  if (bits & 0x800000) return 0n;
  return (BigInt(bits & 0x7fffff) << BigInt(8 * (bits >>> 24))) >> 24n;
}

function isWorkedFor(header, network) {
  const target = targetOf(little(header, 72, 4));
  return target > 0n && target <= targetOf(EASIEST_BITS[network]) && numberOf(twice(header)) <= target;
}

// A length and the position after it.
function compact(raw, at) {
  const size = { 0xfd: 2, 0xfe: 4, 0xff: 8 }[raw[at]];
  return size === undefined ? [raw[at], at + 1] : [little(raw, at + 1, size), at + 1 + size];
}

// {txid, script (the first input's), outputs: [{sats, script}]}. Throws where it is malformed.
export function readTransaction(raw) {
  const isSegwit = raw[4] === 0 && raw[5] === 1, start = isSegwit ? 6 : 4, outputs = [];
  let at = start, count, made, length, script = new Uint8Array();
  [count, at] = compact(raw, at);
  for (let n = 0; n < count; n++) {
    [length, at] = compact(raw, at + 36);
    if (n === 0) script = raw.slice(at, at + length);
    at += length + 4;
  }
  [made, at] = compact(raw, at);
  for (let n = 0; n < made; n++) {
    const sats = little(raw, at, 8);
    [length, at] = compact(raw, at + 8);
    outputs.push({ sats, script: toHex(raw.slice(at, at + length)) });
    at += length;
  }
  const end = at;
  for (let n = 0; isSegwit && n < count; n++) {
    let items;
    [items, at] = compact(raw, at);
    for (let item = 0; item < items; item++) {
      [length, at] = compact(raw, at);
      at += length;
    }
  }
  const stripped = concat(raw.slice(0, 4), raw.slice(start, end), raw.slice(-4));
  if (at + 4 !== raw.length || count === 0 || stripped.length === 64) throw new RangeError("transaction");
  return { txid: twice(stripped), script, outputs };
}

// The Merkle root to which a branch leads, or null.
function rootOf(txid, index, branch) {
  if (index >= 2 ** branch.length) return null;
  let node = txid;
  for (const hex of branch) {
    const sibling = fromHex(hex);
    if (index % 2 === 1 && same(sibling, node)) return null; // a repeated node stands on the right only
    node = twice(index % 2 === 1 ? concat(sibling, node) : concat(node, sibling));
    index = Math.floor(index / 2);
  }
  return node;
}

// A proof's transaction, if it is what it says and lies in the block of its header; else null.
function proven(proof, network) {
  const header = fromHex(proof.header);
  const read = readTransaction(fromHex(proof.rawTransaction)), root = rootOf(read.txid, proof.index, proof.branch);
  const holds = header.length === 80 && shown(read.txid) === proof.txid && root !== null && same(root, header.slice(36, 68))
    && shown(twice(header)) === proof.blockHash && isWorkedFor(header, network);
  return holds ? read : null;
}

// The height that a block's first transaction names (BIP 34).
function coinbaseHeight(script) {
  if (script[0] >= 0x51 && script[0] <= 0x60) return script[0] - 0x50;
  return little(script, 1, script[0]);
}

export function headers(bundle) {
  const list = bundle.headers ? bundle.headers.headers.map(fromHex) : [];
  const linked = list.every((header, at) => header.length === 80 && isWorkedFor(header, bundle.network)
    && (at === 0 || same(header.slice(4, 36), twice(list[at - 1]))));
  const first = bundle.headers ? bundle.headers.firstHeight : 0, last = list.length ? shown(twice(list[list.length - 1])) : "";
  return { name: "headers", holds: list.length > 0 && linked, count: list.length, values: last ? [["block", `${first + list.length - 1}: ${last}`]] : [] };
}

// Heights are what the blocks themselves say: the top block's coinbase names its own, the others are counted from it.
export function heights(bundle) {
  const proof = bundle.heightProof, found = proof && proven(proof, bundle.network), list = bundle.headers;
  const named = found && proof.index === 0 ? coinbaseHeight(found.script) : null;
  const at = list && named !== null ? list.headers[named - list.firstHeight] : undefined;
  return { name: "heights", holds: at !== undefined && at === proof.header, values: named === null ? [] : [["height", String(named), String(proof.blockHeight)]] };
}

// Every payment is an output of a transaction in a block of these headers, of this amount, to its order's own script.
export function payments(bundle) {
  const proofs = new Map(bundle.transactions.map((proof) => [proof.txid, proof])), scripts = new Map(), values = [];
  for (const order of bundle.orders) scripts.set(order.identifier, commit(order.internalKey, order.terms, bundle.network).scriptPubkey);
  const wrong = bundle.payments.filter((payment) => {
    const proof = proofs.get(payment.txid), read = proof && proven(proof, bundle.network), list = bundle.headers;
    const header = list && list.headers[payment.blockHeight - list.firstHeight], output = read && read.outputs[payment.vout];
    const holds = Boolean(output) && header === proof.header && output.sats === payment.amountSats && output.script === scripts.get(payment.identifier);
    if (!holds || values.length < SHOWN) values.push([`${payment.txid.slice(0, 8)}…:${payment.vout}`, output ? `${output.sats} → ${output.script}` : "?", `${payment.amountSats}`]);
    return !holds;
  });
  return { name: "payments", holds: wrong.length === 0, count: bundle.payments.length, values };
}

// The draw began with the hash of the block at the closing height, and that block is buried.
export function closing(bundle) {
  const list = bundle.headers, round = bundle.round, header = list && list.headers[round.closingHeight - list.firstHeight];
  const hash = header ? shown(twice(fromHex(header))) : "", last = list ? list.firstHeight + list.headers.length - 1 : 0;
  const holds = hash === bundle.draw.closingBlockHash && last >= round.closingHeight + round.settlementDepth;
  return { name: "closing", holds, values: [["block", `${round.closingHeight}: ${hash}`, bundle.draw.closingBlockHash]] };
}
