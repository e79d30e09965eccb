// Signed notes of a receipt, as utilities/bin/verify_receipt.py reads them: promises, checkpoints, proofs.
import { holds } from "../bundle/ed25519.js";
import { rootOver } from "../bundle/notes.js";
import { Problem } from "../bundle/problems.js";
import { toHex } from "../sha256.js";
import { Malformed } from "./problems.js";

const MOST_SIGNATURES = 64, MOST_LINES = 64;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const CHECKPOINT = /^([^\n]+)\n(0|[1-9][0-9]{0,17})\n([^\n]+)\ntime ([1-9][0-9]{0,11})\n$/;
const INDEX = /^index (0|[1-9][0-9]{0,17})$/;
const LOG = 1;

export const utf8 = (text) => new TextEncoder().encode(text);
export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

// Throws Malformed where the text is not the one way to write these bytes.
export function unbase64(text, length = null) {
  if (!BASE64.test(text)) throw new Malformed("malformed");
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  if (toBase64(bytes) !== text || (length !== null && bytes.length !== length)) throw new Malformed("malformed");
  return bytes;
}

// {text, with the new line at its end; signatures: [[name, bytes]]}. Throws Malformed.
export function readNote(raw) {
  const at = raw.lastIndexOf("\n\n"), lines = raw.slice(at + 2).split("\n");
  const isNote = at >= 0 && lines.pop() === "" && lines.length > 0 && lines.length <= MOST_SIGNATURES;
  if (!isNote || /[\x00-\x09\x0b-\x1f]/.test(raw)) throw new Malformed("malformed");
  const signatures = lines.map((line) => {
    const [dash, name, data, ...more] = line.split(" ");
    if (dash !== "\u2014" || !name || data === undefined || more.length || name.includes("+")) throw new Malformed("malformed");
    return [name, unbase64(data)];
  });
  return { text: raw.slice(0, at + 1), signatures };
}

// When a key signed a note, 0n for a log's; null where it did not. Throws Malformed where it says so and did not.
export function signedAt(note, key, type) {
  const found = note.signatures.find(([name, data]) => name === key.name && toHex(data.slice(0, 4)) === key.identifier);
  if (found === undefined) return null;
  const [, data] = found, isLog = type === LOG;
  const when = isLog ? 0n : data.slice(4, 12).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const message = isLog ? note.text : `cosignature/v1\ntime ${when}\n${note.text}`;
  if (!holds(key.key, utf8(message), data.slice(isLog ? 4 : 12))) throw new Malformed("wrong-key", { id: key.name });
  return when;
}

// {origin, size, root, time, note}. Throws Malformed.
export function readCheckpoint(raw) {
  const note = readNote(raw), found = CHECKPOINT.exec(note.text);
  if (found === null) throw new Malformed("malformed");
  const [, origin, size, root, time] = found;
  return { origin, size: BigInt(size), root: unbase64(root, 32), time: BigInt(time), note };
}

// {entry, path, checkpoint}. Throws Malformed.
export function readProof(text) {
  const at = text.indexOf("\n\n"), [title, ...lines] = text.slice(0, Math.max(at, 0)).split("\n");
  if (at < 0 || title !== "c2sp.org/tlog-proof@v1") throw new Malformed("malformed");
  if (lines.length && lines[0].startsWith("extra ")) lines.shift();
  const found = INDEX.exec(lines[0] || "");
  if (found === null || lines.length > MOST_LINES) throw new Malformed("malformed");
  return { entry: BigInt(found[1]), path: lines.slice(1).map((one) => unbase64(one, 32)), checkpoint: readCheckpoint(text.slice(at + 2)) };
}

// Whether a path leads from an entry's hash to the root.
export function isIncluded({ entry, path, checkpoint: { size, root } }, leaf) {
  try {
    return toHex(rootOver(leaf, entry, size, path)) === toHex(root);
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}
