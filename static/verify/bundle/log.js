// What the public log says of a round: its promise and seal as entries, who had cosigned them in time, a block with the root.
import { fromHex, toHex } from "../sha256.js";
import { headerProblem, little, readTransaction } from "./blocks.js";
import { problemBeyond } from "./difficulty.js";
import { cosignedAt, isSignedBy, keyOf, readNote, readProof, treeRoot } from "./notes.js";
import { Untold, about, differs, problemOf, told, untold } from "./problems.js";
import { areWitnesses } from "./promise.js";
import { BadInput, parse, same } from "./strict_json.js";

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const noteText = ({ bundle }) => noteIn(bundle.log.promise.proof);

function noteIn(proof) {
  const at = proof.indexOf("\n\n");
  return at < 0 ? "" : proof.slice(at + 2);
}

// Which of the claims about the log are made of a bundle: what it tells, what was promised, and what somebody asks for.
export function isClaimed(claim, { log, round }, { expectLog, expectWitness }) {
  if ((claim === "expected-log" && expectLog) || (claim === "expected-witness" && expectWitness)) return true;
  if (claim === "witnesses") return promisedWitnesses(round).quorum > 0n;
  return claim === "anchor" ? log !== null && log.anchor !== null : log !== null;
}

export function log(evidence) {
  const { bundle: { log: said, seal }, round } = evidence;
  const problems = entry(evidence, "promise", "round.created", { roundTerms: round.roundTerms, roundCommitment: round.roundCommitment });
  if (seal !== null && said.seal !== null) {
    problems.push(...entry(evidence, "seal", "round.sealed", { roundNumber: round.roundNumber, sealRoot: seal.root }));
  } else if (seal !== null || said.seal !== null) problems.push(about("seal", "", { why: "missing" }));
  if (said.seal !== null && noteIn(said.seal.proof) !== noteText(evidence)) problems.push(about("seal", "", { why: "otherCheckpoint" }));
  return problems;
}

// What is wrong with an entry: its text, what that says, or its place in the tree.
function entry({ bundle, round, game }, name, kind, right) {
  const stated = bundle.log[name], of = name === "seal" ? "seal" : "promise";
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

export function anchor(evidence) {
  const { log: said } = evidence.bundle, stated = said.anchor, { proof } = stated, over = said.seal || said.promise;
  let read;
  try {
    const root = treeRoot(over.text, over.number, stated.size, stated.path.map(fromHex));
    if (toHex(root) !== stated.root) return [about("transaction", stated.txid, { why: "noPath" })];
    read = readTransaction(fromHex(proof.rawTransaction));
    evidence.checkBranch(read.txid, proof);
  } catch (error) {
    return [problemOf("transaction", stated.txid, error)];
  }
  const data = read.outputs.flatMap(({ script }, place) => (script.startsWith("6a") ? [BigInt(place)] : []));
  if (stated.txid !== proof.txid || !same(data, [stated.vout])) return [about("transaction", stated.txid, { why: "otherProof" })];
  if (read.outputs[Number(stated.vout)].script !== `6a20${stated.root}`) return [about("transaction", stated.txid, { why: "otherRoot" })];
  return anchorBlock(evidence, proof);
}

// An anchor lies among the headers, or in a later block that was as hard to make: an easy one anybody can make.
function anchorBlock(evidence, { blockHash, blockHeight, header }) {
  const height = evidence.heights.get(blockHash), isBefore = !evidence.headers.length || blockHeight < evidence.first;
  if (height !== undefined) return height === blockHeight ? [] : [differs("block", blockHash, "blockHeight", height, blockHeight)];
  const why = isBefore ? headerProblem(fromHex(header), evidence.bundle.network) : problemBeyond(evidence, fromHex(header), blockHeight);
  if (why instanceof Untold) return untold("block", blockHash, why.problem);
  if (why) return [about("block", blockHash, { why })];
  return isBefore ? untold("block", blockHash, { why: "heightUnproven" }) : [];
}

// {witnesses, quorum} that the promise names; nobody, if it names none as it should.
export function promisedWitnesses({ roundTerms }) {
  const nobody = { witnesses: [], quorum: 0n };
  try {
    const own = parse(roundTerms || "{}");
    return isRecord(own) && own.version === 3n && areWitnesses(own) ? own : nobody;
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return nobody;
  }
}

export function witnesses(evidence) {
  const { witnesses: named, quorum } = promisedWitnesses(evidence.round), found = cosigned(evidence, named);
  if (!Array.isArray(found.problems)) return found.open;
  const { problems, inTime } = found;
  if (problems.length || BigInt(inTime.length) >= quorum) return problems;
  return untold("", "", { why: "tooFewWitnesses", is: `${inTime.length} / ${told(quorum)}` });
}

// {problems, inTime: keys} of these witnesses' cosignatures; or {open}, why that cannot be told.
function cosigned(evidence, keys) {
  const { bundle: { log: said, seal }, headers, round, first } = evidence, place = round.closingHeight - first;
  if (seal === null || place < 0n || place >= BigInt(headers.length)) return { open: "noSealYet" };
  if (said === null || said.seal === null) return { open: untold("", "", { why: "logNotTold" }) };
  const until = little(headers[Number(place)], 68, 4), problems = [], inTime = [];
  let note;
  try {
    note = readNote(noteText(evidence));
  } catch (error) {
    return { problems: [problemOf("seal", "", error)], inTime };
  }
  for (const text of keys) {
    const key = keyOf(text, 4);
    try {
      const time = cosignedAt(note, key);
      if (time !== null && time <= until) inTime.push(text);
    } catch (error) {
      problems.push(problemOf("witness", key.name, error));
    }
  }
  return { problems, inTime };
}

export function expectedLog(evidence, { expectLog }) {
  if (!expectLog) return untold("", "", { why: "expectLog" });
  if (evidence.bundle.log === null) return [about("", "", { why: "logNotTold" })];
  try {
    return isSignedBy(readNote(noteText(evidence)), keyOf(expectLog, 1)) ? [] : [about("", "", { why: "otherLog" })];
  } catch (error) {
    return [problemOf("", "", error)];
  }
}

export function expectedWitness(evidence, { expectWitness }) {
  if (!expectWitness) return untold("", "", { why: "expectWitness" });
  const keys = expectWitness.split(/\s+/), found = cosigned(evidence, keys);
  if (!Array.isArray(found.problems)) return found.open instanceof Untold ? [found.open.problem] : found.open; // who asks wants more
  if (found.problems.length) return found.problems;
  return keys.filter((key) => !found.inTime.includes(key)).map((key) => about("witness", keyOf(key, 4).name, { why: "notInTime" }));
}
