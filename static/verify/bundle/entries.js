// Entries of the public log in a bundle: what they say, where they stand, and the checkpoints that cover the seal's.
import { toHex } from "../sha256.js";
import { readNote, readProof, treeRoot } from "./notes.js";
import { Problem, about, differs, problemOf } from "./problems.js";
import { BadInput, parse, same } from "./strict_json.js";

export const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const noteText = ({ bundle }) => noteIn(bundle.log.promise.proof);

export function noteIn(proof) {
  const at = proof.indexOf("\n\n");
  return at < 0 ? "" : proof.slice(at + 2);
}

// What is wrong with an entry: its text, what that says, or its place in the tree. `besides` is compared with what the
// entry says of it, if it does.
export function entry({ bundle, round, game }, name, kind, right, besides = {}) {
  const stated = bundle.log[name], of = { seal: "seal", witnessed: "quorum" }[name] || "promise";
  let own;
  try {
    own = parse(stated.text);
    const { number, path, note } = readProof(stated.proof), { size, root } = readNote(note);
    if (number !== stated.number || toHex(treeRoot(stated.text, number, size, path)) !== toHex(root)) return [about(of, "", { why: "noPath" })];
  } catch (error) {
    return [problemOf(of, "", error)];
  }
  const subject = `${game.subject}:${round.roundNumber}`;
  if (!isRecord(own) || own.type !== kind || own.subject !== subject) return [about(of, "", { why: "otherEntry" })];
  const detail = isRecord(own.detail) ? own.detail : {};
  const said = Object.entries(besides).filter(([field]) => field in detail);
  return [...Object.entries(right), ...said].filter(([field, value]) => !same(value, field in detail ? detail[field] : "")).map(([field, value]) => differs(of, "", field, value, detail[field]));
}

// What an entry of this kind says, if it is about this round; else null. Throws BadInput.
export function detailOf({ round, game }, text, kind) {
  const own = parse(text || "null"), isIt = isRecord(own) && own.type === kind && own.subject === `${game.subject}:${round.roundNumber}`;
  return isIt && isRecord(own.detail) ? own.detail : null;
}

// The tip's height when the seal was fixed. What the log's entry says of it decides, where that is shown: it was signed, and
// the bundle beside it was not. That the two agree is said by the claim `log`.
export function sealedAt(evidence) {
  const { log: said, seal } = evidence.bundle;
  let detail = null;
  try {
    detail = said && said.seal && detailOf(evidence, said.seal.text, "round.sealed");
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
  }
  return detail && typeof detail.tipHeight === "bigint" ? detail.tipHeight : seal.sealedAtHeight;
}

// The checkpoint to which a proof leads from the seal's entry: {number, text}. Throws a Problem.
export function covering({ bundle }, proof, { number, text }) {
  const read = readProof(proof), note = readNote(read.note);
  if (read.number !== number || toHex(treeRoot(text, number, note.size, read.path)) !== toHex(note.root)) throw new Problem("noPath");
  if (bundle.log !== null && note.origin !== readNote(noteText({ bundle })).origin) throw new Problem("otherLog");
  return note;
}

// {notes, problems}: the other checkpoints that are shown to cover the seal's entry, and what is wrong with some.
export function otherCheckpoints(evidence) {
  const said = evidence.bundle.log, notes = [], problems = [];
  for (const proof of said === null ? [] : said.cosigned) {
    try {
      if (said.seal === null) throw new Problem("noPath");
      notes.push(covering(evidence, proof, said.seal));
    } catch (error) {
      problems.push(problemOf("seal", "", error));
    }
  }
  return { notes, problems };
}
