// What a receipt says of the public log, as far as hashes show it: entries, whose they are, the tree that has them.
// Signatures are not looked at: the log's key would come from whoever serves this page. verify_receipt.py takes yours.
import { concat, fromHex, sha256, toHex } from "./sha256.js";

const utf8 = (text) => new TextEncoder().encode(text);
const fromBase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

// The root over `size` leaves that a path leads to (RFC 9162, 2.1.3.2); null where it leads nowhere.
export function rootOf(index, size, leaf, path) {
  if (!(index >= 0 && index < size)) return null;
  let first = index, last = size - 1, found = leaf;
  const half = (number) => Math.floor(number / 2);
  for (const other of path) {
    if (last === 0) return null;
    if (first % 2 || first === last) {
      found = sha256(concat(new Uint8Array([1]), other, found));
      while (first && !(first % 2)) [first, last] = [half(first), half(last)];
    } else found = sha256(concat(new Uint8Array([1]), found, other));
    [first, last] = [half(first), half(last)];
  }
  return last === 0 ? found : null;
}

// C2SP tlog-proof, its signatures left aside.
function proofOf(text) {
  const [head, note] = text.split("\n\n"), [version, index, ...path] = head.split("\n"), [, size, root] = note.split("\n");
  if (version !== "c2sp.org/tlog-proof@v1") throw new Error("no proof");
  return { index: Number(index.replace("index ", "")), path: path.map(fromBase64), size: Number(size), root: toHex(fromBase64(root)) };
}

function personHolds(one, told, identifier) {
  if (!one.salt || typeof identifier !== "string" || told.type !== "order.paid") return true;
  return toHex(sha256(concat(fromHex(one.salt), utf8(identifier)))) === told.person;
}

function paymentHolds(told, payments) {
  if (!payments || told.type !== "order.paid") return true;
  return payments.some((one) => one.txid === told.txid && one.vout === told.vout && one.blockHash === told.blockHash
    && one.amountSats === told.amountSats);
}

// One entry: whether it is what the receipt says, and what stands behind that.
function judged(one, order, identifier) {
  const leaf = sha256(concat(new Uint8Array([0]), utf8(one.entry))), told = JSON.parse(one.entry);
  const promised = toHex(fromBase64(one.promise.split("\n")[2]));
  const proof = one.proof ? proofOf(one.proof) : null;
  const root = proof && rootOf(proof.index, proof.size, leaf, proof.path);
  const isHere = toHex(leaf) === one.leaf && promised === one.leaf && told.subject === `order:${order.identifier}`;
  const isThere = !proof || Boolean(root && toHex(root) === proof.root);
  const values = [["leaf", toHex(leaf), one.leaf]];
  if (proof) values.push(["entry", String(proof.index), String(one.number)], ["root", root ? toHex(root) : "", proof.root]);
  return { holds: isHere && isThere && personHolds(one, told, identifier) && paymentHolds(told, order.payments), values };
}

// `log` as the receipt has it, `order` as its other claims know it.
export function logged(log, order) {
  try {
    const found = [...log.others, log].map((one) => judged(one, order, log.identifier));
    return { holds: found.every((one) => one.holds), values: found.flatMap((one) => one.values) };
  } catch {
    return { holds: false, values: [] };
  }
}
