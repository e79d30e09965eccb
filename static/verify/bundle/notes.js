// The public log's texts: signed checkpoints (C2SP signed-note), proofs (tlog-proof), trees (RFC 6962), verifier keys.
import { concat, sha256, toHex } from "../sha256.js";
import { holds } from "./ed25519.js";
import { Problem } from "./problems.js";

const TEXT = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/;
const LINE = /^\u2014 ([^ +\n]{1,200}) ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;
const LONG = 120; // characters shown of a line
const HASH = /^[A-Za-z0-9+/]{43}=$/;
const KEY = /^([^\s+\x00-\x1f]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u;

const utf8 = (text) => new TextEncoder().encode(text);
const unpacked = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

// {text, origin, size, root, lines: [[name, bytes]]}. Throws a Problem.
export function readNote(given) {
  const at = given.indexOf("\n\n"), text = given.slice(0, at + 1), below = given.slice(at + 2), found = at < 0 ? null : TEXT.exec(text);
  if (found === null || !below.endsWith("\n")) throw new Problem("noCheckpoint");
  const signed = below.slice(0, -1).split("\n"), lines = signed.map((line) => LINE.exec(line));
  if (lines.includes(null)) throw new Problem("noSignature", { is: signed[lines.indexOf(null)].slice(0, LONG) });
  return { text, origin: found[1], size: BigInt(found[2]), root: unpacked(found[3]), lines: lines.map(([, name, data]) => [name, unpacked(data)]) };
}

// {number, path, note}. Throws a Problem.
export function readProof(given) {
  const at = given.indexOf("\n\n"), lines = given.slice(0, Math.max(at, 0)).split("\n");
  const [title, place, ...hashes] = lines.filter((line, number) => number !== 1 || !line.startsWith("extra "));
  const found = /^index (0|[1-9][0-9]{0,18})$/.exec(place || "");
  if (at < 0 || title !== "c2sp.org/tlog-proof@v1" || found === null || !hashes.every((one) => HASH.test(one))) throw new Problem("noProof");
  return { number: BigInt(found[1]), path: hashes.map(unpacked), note: given.slice(at + 2) };
}

// The root to which a path leads from an entry (RFC 9162, 2.1.3.2). Throws a Problem.
export function treeRoot(text, number, size, path) { return rootOver(leafOf(text), number, size, path); }

// The hash of an entry.
export function leafOf(text) { return sha256(concat(Uint8Array.of(0), utf8(text))); }

// The same from an entry's hash.
export function rootOver(leaf, number, size, path) {
  if (number >= size) throw new Problem("noPath");
  let node = leaf, at = number, last = size - 1n;
  const up = () => { at >>= 1n; last >>= 1n; };
  for (const sibling of path) {
    if (last === 0n) throw new Problem("noPath");
    const isRight = at & 1n || at === last;
    node = sha256(concat(Uint8Array.of(1), isRight ? concat(sibling, node) : concat(node, sibling)));
    while (isRight && !(at & 1n) && at) up();
    up();
  }
  if (last !== 0n) throw new Problem("noPath");
  return node;
}

// {name, identifier, key} of a verifier key of a type: 1 a log's, 4 a witness's; null where it is none.
export function keyOf(text, type) {
  const found = typeof text === "string" ? KEY.exec(text) : null;
  if (found === null) return null;
  const [, name, identifier, data] = found, bytes = unpacked(data);
  const isRight = bytes.length === 33 && bytes[0] === type && toHex(sha256(concat(utf8(`${name}\n`), bytes))).startsWith(identifier);
  return isRight ? { name, identifier, key: bytes.slice(1) } : null;
}

// When the log says that it signed a checkpoint. Throws a Problem.
export function timeSaid({ text }) {
  const found = /\ntime (0|[1-9][0-9]{0,18})\n/.exec(text);
  if (found === null) throw new Problem("noCheckpoint");
  return BigInt(found[1]);
}

const isOf = ({ name, identifier }) => ([signer, data]) => signer === name && toHex(data.slice(0, 4)) === identifier;

// Whether a line below a note is its own log's signature.
export function isSignedBy(note, key) {
  const signed = utf8(note.text);
  return note.origin === key.name && note.lines.filter(isOf(key)).some(([, data]) => holds(key.key, signed, data.slice(4)));
}

// Whether one of these keys of the log signed a note: where that changed its key, the reader may know several.
export function isSignedByAny(note, texts) {
  return texts.split(/\s+/).some((text) => isSignedBy(note, keyOf(text, 1)));
}

// When a witness says that he cosigned it; null if no line is his. Throws a Problem where it is not his signature.
export function cosignedAt(note, key) {
  const line = note.lines.find(isOf(key));
  if (line === undefined) return null;
  const [, data] = line, time = data.slice(4, 12).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  if (data.length !== 76 || !holds(key.key, utf8(`cosignature/v1\ntime ${time}\n${note.text}`), data.slice(12))) throw new Problem("cosignatureInvalid");
  return time;
}
