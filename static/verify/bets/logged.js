// What the public log shows of a draw of bets: whether its entries are in it, under checkpoints that its key signed.
import { leafOf } from "../bundle/notes.js";
import { isIncluded, readProof, signedAt } from "../receipt/notes.js";
import { Malformed } from "../receipt/problems.js";
import { keyAt } from "../receipt/rotations.js";
import { toHex } from "../sha256.js";
import { notYet, problem } from "./problems.js";

const LOG = 1;

// As a claim tells what is no proof, or not signed by whom it says.
export function malformed({ problem: { name, id } }, entry) {
  return problem(name === "wrong-key" ? "signatureOther" : "proofUnreadable", { entry, is: id });
}

// The keys that sign so many entries, in the lines of those that the reader knows.
export const keysAt = ({ keys, rotations }, size) => keys.map((key) => keyAt(key, rotations, size));

// Whether one of these keys signed a checkpoint of its own log; `seen`: what was found before, by key and note.
function isSignedByOne({ note, origin }, keys, seen) {
  const signs = (key) => {
    const name = `${key.name} ${toHex(key.key)} ${note.text}${note.signatures.join()}`;
    if (!seen.has(name)) seen.set(name, signedAt(note, key, LOG) !== null);
    return seen.get(name);
  };
  return keys.some((key) => key.name === origin && signs(key));
}

// What is wrong with the proof of an entry: {number, kind, leaf: its hash, proof}.
export function* proofDiffers({ number: entry, kind, leaf, proof: text }, { roots }, asked, seen) {
  try {
    const proof = readProof(text), shown = proof.checkpoint, root = toHex(shown.root);
    if (proof.entry !== entry) yield problem("proofOther", { entry });
    if (!isIncluded(proof, leaf)) yield problem("notInLog", { entry, is: kind });
    if (!roots.has(shown.size)) roots.set(shown.size, root);
    if (roots.get(shown.size) !== root) yield problem("twoHistories", { n: shown.size });
    if (asked.keys.length && !isSignedByOne(shown, keysAt(asked, shown.size), seen)) yield problem("notSigned", { entry });
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    yield malformed(error, entry);
  }
}

export function log(draw, asked) {
  const wrong = [], open = [], seen = new Map();
  for (const one of [...draw.entries, ...draw.results, ...draw.parts]) {
    if (one.proof === null) {
      if (one.sale === null && one.kind !== "bet.refunded") open.push(notYet("noProofYet", { entry: one.number, is: one.kind }));
    } else if (one.text !== "") { // a sale the seal's entry proves
      wrong.push(...proofDiffers({ ...one, leaf: leafOf(one.text) }, draw, asked, seen));
      leaveSignatures(draw, one.proof, ({ size }) => keysAt(asked, size));
    }
  }
  const numbers = draw.entries.map(({ number }) => number);
  if (numbers.some((number, place) => place && number <= numbers[place - 1])) wrong.push(problem("notInOrder"));
  if (!wrong.length && open.length) throw open[0];
  return wrong;
}

// Where a proof has lines that nobody looked at: what is malformed a claim says.
export function leaveSignatures(draw, text, keysOf) {
  let shown;
  try {
    shown = readProof(text).checkpoint;
  } catch (error) {
    if (error instanceof Malformed) return;
    throw error;
  }
  if (hasOthers(shown.note, keysOf(shown))) draw.left.add("proof.signatures");
  if (text.includes("\nextra ")) draw.left.add("proof.extra");
}

// Whether somebody signed a note whose line nobody looks at.
export function hasOthers({ signatures }, keys) {
  const idOf = (name, identifier) => `${name} ${identifier}`, known = new Set(keys.map(({ name, identifier }) => idOf(name, identifier)));
  const lines = signatures.map(([name, data]) => idOf(name, toHex(data.slice(0, 4))));
  return lines.length > new Set(lines.filter((one) => known.has(one))).size;
}
