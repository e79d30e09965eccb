// Promise, proof, time and witnesses of one entry of a receipt.
import { fromHex } from "../sha256.js";
import { isIncluded, readNote, readProof, signedAt, toBase64 } from "./notes.js";
import { Malformed, VERDICTS, moment, named, problemOf } from "./problems.js";
import { keyAt, keysEver } from "./rotations.js";

const PROMISE = "tiraj/promise/1", PROMISED = 60n; // seconds
const CLOCKS = 120n; // seconds by which honest clocks may differ
const LOG = 1, COSIGNER = 4;

// Whether one of the keys signed it; true where the reader names none: that is another claim. Throws Malformed.
const isSigned = (note, keys) => !keys.length || keys.map((key) => signedAt(note, key, LOG)).some((when) => when !== null); // each line is looked at

// Until when a leaf was promised. Throws Malformed.
function promised({ promise, hash }, { keys, origin, rotations }) {
  const note = readNote(promise), [head, name, leaf, time, delay, ...end] = note.text.split("\n");
  if (end.length !== 1 || head !== PROMISE || (origin !== null && name !== origin)) throw new Malformed("promise");
  if (leaf !== toBase64(fromHex(hash))) throw new Malformed("another-leaf");
  if (!/^[1-9][0-9]{0,11}$/.test(time) || delay !== String(PROMISED)) throw new Malformed("promise");
  if (!isSigned(note, keysEver(keys, rotations))) throw new Malformed("wrong-key");
  return BigInt(time) + PROMISED;
}

// Throws Malformed unless the log signed it.
export function belongs({ origin, note, size }, log) {
  if (log.origin !== null && origin !== log.origin) throw new Malformed("another-log", { id: origin });
  if (!isSigned(note, log.keys.map((key) => keyAt(key, log.rotations, size)))) throw new Malformed("wrong-key");
}

// A proof that holds. Throws Malformed.
function proven(text, { hash }, log) {
  const proof = readProof(text);
  belongs(proof.checkpoint, log);
  if (!isIncluded(proof, fromHex(hash))) throw new Malformed("not-included", { why: "other-leaf", id: String(proof.entry) });
  return proof;
}

// [verdict, problem] of a promise. One that is dated ahead of its making runs out when nobody asks any more.
function broken(proof, deadline, log, now) {
  const times = (signed) => ({ until: moment(deadline), signed: moment(signed) });
  if (deadline - PROMISED > now + CLOCKS) return [VERDICTS.fails, named("promise-ahead", { until: moment(deadline) })];
  const signed = proof && proof.checkpoint.time;
  if (proof && signed < deadline - PROMISED - CLOCKS) return [VERDICTS.fails, named("promise-ahead", times(signed))];
  if (proof && signed > deadline) return [VERDICTS.fails, named("promise-broken", times(signed))];
  const late = log.kept.find(({ time, size }) => time > deadline && (!proof || size <= proof.entry));
  if (late) return [VERDICTS.fails, named("promise-broken", { ...times(late.time), id: String(late.size) })];
  if (proof) return [VERDICTS.holds, named("in-time", times(signed))];
  return now <= deadline ? [VERDICTS.notYet, named("promised", { until: moment(deadline) })] : [VERDICTS.notTold, named("no-proof", { until: moment(deadline) })];
}

// [verdict, problem]: whether a witness cosigned a checkpoint that has the leaf. Throws Malformed.
function cosigned(key, proofs, now) {
  const dated = proofs.map(({ checkpoint }) => ({ ...checkpoint, when: signedAt(checkpoint.note, key, COSIGNER) })).filter(({ when }) => when !== null);
  if (dated.some(({ time, when }) => when < time - CLOCKS || when > now + CLOCKS)) return [VERDICTS.fails, named("not-witnessed", { id: key.name })];
  for (const { when, size } of dated) return [VERDICTS.holds, named("cosigned", { signed: moment(when), id: String(size) })];
  return proofs.length ? [VERDICTS.fails, named("not-witnessed", { id: key.name })] : [VERDICTS.notYet, named("no-proof-yet")];
}

function attempt(make, problems) {
  try {
    return make();
  } catch (error) {
    problems.push(problemOf(error));
    return null;
  }
}

// Without the log's key nothing that it signed is believed, and no more than its form is looked at.
const unsigned = (log) => (log.keys.length ? null : { verdict: VERDICTS.notTold, details: [named("no-key")] });

function proofClaim(leaf, proofs, problems, log) {
  if (problems.length) return { verdict: VERDICTS.fails, details: problems };
  if (leaf.proof === null) return { verdict: VERDICTS.notYet, details: [named("no-proof-yet")] };
  const { entry } = proofs[0];
  if (leaf.number !== null && leaf.number !== entry) {
    return { verdict: VERDICTS.fails, details: [named("not-included", { field: "entry", here: String(leaf.number), log: String(entry) })] };
  }
  return unsigned(log) || { verdict: VERDICTS.holds, details: [named("entry", { id: String(entry) })] };
}

// {claims, proofs that hold} of one entry, the `number`th.
export function judgeLeaf(leaf, number, log, now) {
  const claims = [], broke = [], problems = [];
  const say = (claim, told) => claims.push({ claim: `${claim} ${number}`, ...told });
  const deadline = attempt(() => promised(leaf, log), broke);
  say("promise", broke.length ? { verdict: VERDICTS.fails, details: broke } : unsigned(log) || { verdict: VERDICTS.holds, details: [] });
  const proofs = [leaf.proof, leaf.witnessed].filter((one) => one !== null).map((text) => attempt(() => proven(text, leaf, log), problems)).filter((one) => one !== null);
  say("proof", proofClaim(leaf, proofs, problems, log));
  if (deadline !== null && !problems.length) {
    const [verdict, why] = broken(proofs[0] || null, deadline, log, now);
    say("in-time", (verdict === VERDICTS.holds && unsigned(log)) || { verdict, details: [why] });
  }
  for (const key of log.witnesses) {
    const wrong = [], found = attempt(() => cosigned(key, proofs, now), wrong);
    say("witness", { verdict: found ? found[0] : VERDICTS.fails, details: found ? [found[1]] : wrong, of: key.name });
  }
  return { claims, proofs };
}
