// Keys of the log that followed each other, as LOG/keys tells them: each entry is signed by the key before and the one
// after, and is in the log. It proves itself, so that it does not matter who gives it.
import { keyOf, leafOf } from "../bundle/notes.js";
import { BadInput, parse } from "../bundle/strict_json.js";
import { toHex } from "../sha256.js";
import { isIncluded, readNote, readProof, signedAt } from "./notes.js";
import { Malformed } from "./problems.js";
import { member } from "./read.js";

const ENTRY = /^tiraj\/log-key\/1\n([^\n]+)\n([^\n]+)\n([^\n]+)\n(0|[1-9][0-9]{0,17})\n$/, LOG = 1;

const isSame = (one, other) => one.name === other.name && toHex(one.key) === toHex(other.key);
const idOf = ({ name, key }) => `${name} ${toHex(key)}`;

// {number, before, after, checkpoint}; null where a lost key signed nothing, which nobody has to believe.
function readRotation(told) {
  const number = member(told, "number", "whole"), entry = member(told, "entry", "text"), proof = readProof(member(told, "proof", "text"));
  const said = parse(entry, { decimals: true }), note = readNote(member(said, "note", "text")), found = ENTRY.exec(note.text), { checkpoint } = proof;
  if (found === null || member(said, "type", "text") !== "log.key") throw new BadInput("it is no entry of a key");
  const before = keyOf(found[2], LOG), after = keyOf(found[3], LOG);
  if (before === null || after === null) throw new BadInput("it names no key");
  const isOfIt = before.name === after.name && after.name === found[1] && found[1] === checkpoint.origin && number >= BigInt(found[4]);
  const isSigned = [note, checkpoint.note].every((one) => signedAt(one, after, LOG) !== null);
  if (!isOfIt || !isSigned || proof.entry !== number || !isIncluded(proof, leafOf(entry))) throw new BadInput("an entry of a key does not hold");
  return signedAt(note, before, LOG) === null ? null : { number, before, after, checkpoint };
}

// In the order of the entries. Throws BadInput.
export function readRotations(text) {
  try {
    const found = member(parse(text), "rotations", "list").map(readRotation).filter((one) => one !== null);
    const isLine = [found.map(({ before }) => idOf(before)), found.map(({ after }) => idOf(after))].every((ids) => new Set(ids).size === found.length);
    if (!isLine) throw new BadInput("a key has two successors, or two that it follows");
    return found.sort((one, other) => (one.number < other.number ? -1 : 1));
  } catch (error) {
    if (error instanceof Malformed || error instanceof BadInput) throw new BadInput(error.message, "badKeys");
    throw error;
  }
}

// The key that signs so many entries, in the line of the one that the reader knows.
export function keyAt(known, rotations, size) {
  let key = known;
  for (const { number, before, after } of rotations) if (isSame(before, key) && number < size) key = after;
  for (const { number, before, after } of [...rotations].reverse()) if (isSame(after, key) && number >= size) key = before;
  return key;
}

// All keys in the lines of those that the reader knows.
export function keysEver(known, rotations) {
  const sizes = [0n, ...rotations.map(({ number }) => number + 1n)];
  return [...known, ...known.flatMap((key) => sizes.map((size) => keyAt(key, rotations, size)))];
}
