// What the public log says of a round: its promise and seal as entries, who had cosigned them in time, a block with the root.
import { fromHex, toHex } from "../sha256.js";
import { headerProblem, readTransaction } from "./blocks.js";
import { cosigned, promisedWitnesses } from "./cosigned.js";
import { problemBeyond } from "./difficulty.js";
import { entry, noteIn, noteText, otherCheckpoints } from "./entries.js";
import { isSignedByAny, keyOf, readNote, treeRoot } from "./notes.js";
import { Untold, about, differs, problemOf, told, untold } from "./problems.js";
import { SEALED_DRAW } from "./promise.js";
import { forks, quorumSaid, saidOtherwise } from "./quorum.js";
import { same } from "./strict_json.js";

// Which of the claims about the log are made of a bundle: what it tells, what was promised, and what somebody asks for.
export function isClaimed(claim, { log, round }, { expectLog, expectWitness }) {
  if ((claim === "expected-log" && expectLog) || (claim === "expected-witness" && expectWitness)) return true;
  if (claim === "witnesses") return promisedWitnesses(round).quorum > 0n;
  return claim === "anchor" ? log !== null && log.anchor !== null : log !== null;
}

export function log(evidence) {
  const { bundle: { log: said, seal }, round } = evidence;
  const planned = { opens: round.opensAtHeight, closing: round.closingHeight };
  const problems = entry(evidence, "promise", "round.created", { roundTerms: round.roundTerms, roundCommitment: round.roundCommitment }, planned);
  if (seal !== null && said.seal !== null) {
    const fixed = { roundNumber: round.roundNumber, sealRoot: seal.root, tipHeight: seal.sealedAtHeight };
    problems.push(...entry(evidence, "seal", "round.sealed", fixed, soldBy(evidence)));
  } else if (seal !== null || said.seal !== null) problems.push(about("seal", "", { why: "missing" }));
  if (said.seal !== null) problems.push(...underAnother(noteIn(said.seal.proof), noteText(evidence)));
  return [...problems, ...otherCheckpoints(evidence).problems, ...quorumSaid(evidence).problems, ...forks(evidence)];
}

// Promise and seal are shown under one checkpoint, with the same signatures below it.
function underAnother(seal, promise) {
  const [one, other] = [seal, promise].map((note) => note.split("\n\n", 1)[0]);
  return seal === promise ? [] : [about("seal", "", { why: one === other ? "otherSignatures" : "otherCheckpoint" })];
}

// What a seal's entry says was sold. Of a round that is void or halted the bundle shows what is left of that.
function soldBy({ bundle: { seal }, round, sold }) {
  if (["void", "halted"].includes(round.status)) return {};
  return { payments: BigInt(seal.leaves.length), ...Object.fromEntries(sold.map((name) => [name, round[name]])) };
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
  const placed = evidence.placed.get(blockHash) ?? blockHeight;
  if (placed !== blockHeight) return [differs("block", blockHash, "blockHeight", placed, blockHeight)];
  if (height !== undefined) return [];
  const why = isBefore ? headerProblem(fromHex(header), evidence.bundle.network) : problemBeyond(evidence, fromHex(header), blockHeight);
  if (why instanceof Untold) return untold("block", blockHash, why.problem);
  if (why) return [about("block", blockHash, { why })];
  return isBefore ? untold("block", blockHash, { why: "heightUnproven" }) : [];
}

export function witnesses(evidence) {
  const { witnesses: named, quorum } = promisedWitnesses(evidence.round), found = cosigned(evidence, named);
  if (!Array.isArray(found.problems)) return found.open;
  const { problems, inTime } = found;
  if (problems.length) return problems;
  if (BigInt(inTime.size) < quorum) return untold("", "", { why: "tooFewWitnesses", is: `${inTime.size} / ${told(quorum)}` });
  return evidence.bundle.draw !== null && evidence.round.winnerAlgorithm === SEALED_DRAW ? saidOtherwise(evidence, inTime) : [];
}

// `ownLog`: the keys of the site whose page asks, where the reader names none. What they did not sign does not hold; what they
// did the reader was not asked about all the same, for the site could be the liar.
export function expectedLog(evidence, { expectLog, ownLog }) {
  const keys = expectLog || ownLog;
  if (!keys) return untold("", "", { why: "expectLog" });
  if (evidence.bundle.log === null) return [about("", "", { why: "logNotTold" })];
  try {
    const { witnessed } = evidence.bundle.log;
    const notes = [readNote(noteText(evidence)), ...otherCheckpoints(evidence).notes, ...(witnessed === null ? [] : [readNote(noteIn(witnessed.proof))])];
    if (!notes.every((note) => isSignedByAny(note, keys))) return [about("", "", { why: expectLog ? "otherLog" : "otherThanOwn", is: keys.split(" ")[0] })];
    return expectLog ? [] : untold("", "", { why: "ownLog", is: keys.split(" ")[0] });
  } catch (error) {
    return [problemOf("", "", error)];
  }
}

export function expectedWitness(evidence, { expectWitness }) {
  if (!expectWitness) return untold("", "", { why: "expectWitness" });
  const keys = expectWitness.split(/\s+/), found = cosigned(evidence, keys);
  if (!Array.isArray(found.problems)) return found.open instanceof Untold ? [found.open.problem] : found.open; // who asks wants more
  if (found.problems.length) return found.problems;
  return keys.filter((key) => !found.inTime.has(key)).map((key) => about("witness", keyOf(key, 4).name, { why: "notInTime" }));
}
