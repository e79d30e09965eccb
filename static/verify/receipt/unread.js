// What of a receipt no claim has read or could judge, as paths; of an object all below it. What is read is declared here, by
// the kind of record: whatever else stands there is named. As utilities/bin/verify_receipt.py names it.
import { readNote, readProof } from "./notes.js";
import { Malformed } from "./problems.js";
import { accountIn } from "./read.js";
import { keyAt, keysEver } from "./rotations.js";

const READ = {
  payment: ["txid", "vout", "amountSats", "creditedSats", "refundableSats", "blockHeight", "blockHash", "status", "creditedRoundNumber"],
  leaf: ["leaf", "salt", "promise", "proof", "witnessed", "entry", "number"],
  log: ["leaf", "salt", "promise", "proof", "witnessed", "entry", "number", "identifier", "others", "anchor"],
  anchor: ["txid", "vout", "root", "size", "path", "proof"],
  block: ["txid", "blockHash", "header", "index", "branch", "rawTransaction"],
};
const MOVED_ON = ["refundableSats", "creditedRoundNumber"]; // of a payment that counts no more, which no entry tells

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const unread = (record, kind, path) => Object.keys(record).filter((name) => !READ[kind].includes(name)).map((name) => `${path}.${name}`);
const isUndone = ({ entry }) => entry.includes('"order.unpaid"');

// `beside`: names of what stands beside and nothing shows.
export function unlookedIn(receipt, log, beside) {
  const { data, leaves } = receipt, isChanged = leaves.some(isUndone), paths = [...beside];
  for (const one of data.payments) {
    if (one.status === "seen") paths.push("payments[]");
    else paths.push(...unread(one, "payment", "payments[]"), ...MOVED_ON.filter((name) => isChanged && Object.hasOwn(one, name)).map((name) => `payments[].${name}`));
  }
  if (data.log !== null) {
    paths.push(...unread(data.log, "log", "log"), ...data.log.others.flatMap((one) => unread(one, "leaf", "log.others[]")));
    if (![undefined, null, receipt.person].includes(data.log.identifier)) paths.push("log.identifier");
    leaves.forEach((leaf, at) => paths.push(...leafLeft(leaf, at < leaves.length - 1 ? "log.others[]" : "log", receipt, log)));
    paths.push(...anchorLeft(receipt, log));
  }
  return [...new Set(paths)].sort();
}

// Whether a line below a note is of none of these keys, or another one of the same.
function isLeft({ signatures }, keys) {
  const idOf = (name, bytes) => `${name} ${bytes}`, known = new Set(keys.map(({ name, identifier }) => idOf(name, identifier)));
  return signatures.some(([name, data]) => !known.delete(idOf(name, Array.from(data.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(""))));
}

// What nobody looked at of an entry, its promise and its proofs: cosignatures of whom the reader did not name.
function leafLeft(leaf, at, receipt, { keys, rotations, witnesses }) {
  const paths = [];
  if (leaf.salt !== null && (receipt.person === null || isUndone(leaf))) paths.push(`${at}.salt`);
  if (leaf.salt === null && !isUndone(leaf) && accountIn(receipt) !== null) paths.push(`${at}.entry.person`);
  if (leaf.number !== null && leaf.proof === null) paths.push(`${at}.number`);
  told(() => {
    if (isLeft(readNote(leaf.promise), keysEver(keys, rotations))) paths.push(`${at}.promise.signatures`);
    for (const name of ["proof", "witnessed"].filter((one) => leaf[one] !== null)) {
      const { note, size } = readProof(leaf[name]).checkpoint;
      if (isLeft(note, [...keys.map((key) => keyAt(key, rotations, size)), ...witnesses])) paths.push(`${at}.${name}.signatures`);
      if (leaf[name].includes("\nextra ")) paths.push(`${at}.${name}.extra`);
    }
    return paths;
  });
  return paths;
}

// Nothing where something cannot be read: that some claim says.
function told(make) {
  try {
    return make();
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

// What nobody looked at of an anchor. The path alone does not say over how many entries its root is: only a checkpoint of
// that size does.
function anchorLeft({ anchor, leaves }, { kept }) {
  const last = leaves.at(-1), proofs = leaves.flatMap(({ proof, witnessed }) => [proof, witnessed]).filter((one) => one !== null);
  if (anchor === null) return [];
  if (last.proof === null && last.witnessed === null) return ["log.anchor"];
  const paths = unread(anchor, "anchor", "log.anchor");
  return [...paths, ...told(() => {
    const sizes = [...kept, ...proofs.map((text) => readProof(text).checkpoint)].map(({ size }) => size), { proof } = anchor;
    const found = sizes.includes(anchor.size) ? [] : ["log.anchor.size"];
    if (!isRecord(proof)) return [...found, "log.anchor.txid", "log.anchor.vout"];
    const hasWitness = String(proof.rawTransaction).slice(8, 12) === "0001";
    return [...found, ...unread(proof, "block", "log.anchor.proof"), ...(hasWitness ? ["log.anchor.proof.rawTransaction.witness"] : [])];
  })];
}
