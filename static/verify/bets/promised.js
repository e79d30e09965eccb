// The claims that the log promised the entries of a receipt, and kept what it promised. Of all of them: also of other draws.
import { readNote, readProof, signedAt, toBase64 } from "../receipt/notes.js";
import { Malformed, moment } from "../receipt/problems.js";
import { keysEver } from "../receipt/rotations.js";
import { fromHex } from "../sha256.js";
import { hasOthers, keysAt, leaveSignatures, malformed, proofDiffers } from "./logged.js";
import { notTold, notYet, problem } from "./problems.js";

const PROMISE = "tiraj/promise/1", PROMISED = 60n, LOG = 1; // seconds in which an entry is promised to be in the log
const CLOCKS = 120n; // seconds by which honest clocks may differ

// What a promise is not, as a problem of the page's.
class Unpromised extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

// Until when the log promised to have an entry. Throws Malformed or Unpromised.
function deadlineOf({ promise, leaf: hash }, draw, { keys: known, rotations }) {
  const note = readNote(promise), [head, name, leaf, time, delay, ...end] = note.text.split("\n"), keys = keysEver(known, rotations);
  if (end.length !== 1 || head !== PROMISE || (known.length && known.every((key) => key.name !== name))) throw new Unpromised("promiseNone");
  if (leaf !== toBase64(fromHex(hash))) throw new Unpromised("promiseElse");
  if (!/^[1-9][0-9]{0,11}$/.test(time) || delay !== String(PROMISED)) throw new Unpromised("promiseTimeless");
  const signed = keys.map((key) => signedAt(note, key, LOG)); // each line is looked at
  if (keys.length && signed.every((when) => when === null)) throw new Unpromised("promiseUnsigned");
  if (hasOthers(note, keys)) draw.left.add("receipt.leaves[].promise.signatures");
  return BigInt(time) + PROMISED;
}

// [until when, what is wrong with the promise], one of them null.
function promiseOf(one, place, draw, asked) {
  try {
    return [deadlineOf(one, draw, asked), null];
  } catch (error) {
    if (error instanceof Unpromised) return [null, problem(error.why, { n: place })];
    if (!(error instanceof Malformed)) throw error;
    const { name, id } = error.problem;
    return [null, name === "wrong-key" ? problem("signatureOther", { is: id }) : problem("promiseUnreadable", { n: place })];
  }
}

export function promised(draw, asked) {
  const wrong = asked.receipt.leaves.map((one, at) => promiseOf(one, at + 1, draw, asked)[1]).filter((one) => one !== null);
  if (!wrong.length && !asked.keys.length) throw notTold("noKey");
  return wrong;
}

export function logged(draw, asked) {
  const wrong = [], open = [], seen = new Map(), now = BigInt(Math.floor(Date.now() / 1000));
  for (const [at, one] of asked.receipt.leaves.entries()) {
    const n = at + 1, [deadline] = promiseOf(one, n, draw, asked);
    if (deadline !== null && deadline - PROMISED > now + CLOCKS) wrong.push(problem("promiseToCome", { n, is: moment(deadline - PROMISED) }));
    if ((one.proof ?? null) === null) open.push(unproven(n, deadline, now));
    else {
      wrong.push(...keptDiffers(one, deadline, draw, asked, seen));
      leaveSignatures(draw, one.proof, ({ size }) => keysAt(asked, size));
    }
  }
  if (!wrong.length && open.length) throw open[0];
  if (!wrong.length && !asked.keys.length) throw notTold("noKey");
  return wrong;
}

function unproven(n, deadline, now) {
  return deadline !== null && now <= deadline ? notYet("promisedBy", { n, should: moment(deadline) }) : notTold("proofMissing", { n });
}

// What is wrong with the proof of a receipt's entry, or with its time.
function* keptDiffers({ number, kind, leaf, proof: text }, deadline, draw, asked, seen) {
  let proof;
  try {
    proof = readProof(text);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    yield malformed(error);
    return;
  }
  const entry = number ?? proof.entry, { time } = proof.checkpoint;
  yield* proofDiffers({ number: entry, kind, leaf: fromHex(leaf), proof: text }, draw, asked, seen);
  if (deadline === null) return;
  if (time > deadline) yield problem("promiseBroken", { entry, is: moment(time), should: moment(deadline) });
  if (time < deadline - PROMISED - CLOCKS) yield problem("promiseAhead", { entry, is: moment(time), should: moment(deadline - PROMISED) });
}
