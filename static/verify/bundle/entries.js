// Entries of the public log in a bundle: what they say, where they stand, and the checkpoints that cover the seal's.
import { toHex } from "../sha256.js";
import { readNote, readProof, treeRoot } from "./notes.js";
import { Problem, about, differs, problemOf } from "./problems.js";
import { parse, same } from "./strict_json.js";

export const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const noteText = ({ bundle }) => noteIn(bundle.log.promise.proof);

export function noteIn(proof) {
  const at = proof.indexOf("\n\n");
  return at < 0 ? "" : proof.slice(at + 2);
}

// What is wrong with an entry: its text, what that says, or its place in the tree.
export function entry({ bundle, round, game }, name, kind, right) {
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
  return Object.entries(right).filter(([field, value]) => !same(value, field in detail ? detail[field] : "")).map(([field, value]) => differs(of, "", field, value, detail[field]));
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
