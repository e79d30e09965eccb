// A whole receipt, checked claim by claim: the same claims and problems under the same names as verify_receipt.py has them.
// Nothing here asks the server or touches the page. Whose receipts can be checked is said by who loads this: bundle/games.js.
import { keyOf } from "../bundle/notes.js";
import { BadInput } from "../bundle/strict_json.js";
import { fromHex, toHex } from "../sha256.js";
import { besideDiffers, factsDiffer, namesNobody, payoutTold, personTold, termsDiffer, toldBy } from "./facts.js";
import { anchorJudged } from "./anchor.js";
import { historiesDiffer, keptJudged, rootsDiffer, treesDiffer } from "./history.js";
import { belongs, judgeLeaf } from "./leaf.js";
import { readCheckpoint, unbase64 } from "./notes.js";
import { NO_ANCHOR, VERDICTS, named, problemOf } from "./problems.js";
import { readReceipt } from "./read.js";
import { readRotations } from "./rotations.js";
import { unlookedIn } from "./unread.js";

// Where a worker finds this.
export const MODULE = import.meta.url;

const judged = (claim, details) => ({ claim, verdict: details.length ? VERDICTS.fails : VERDICTS.holds, details });

function keysIn(texts, type) {
  const keys = texts.map((text) => keyOf(text, type));
  if (keys.includes(null)) throw new BadInput("it is no verifier key", "badKey");
  return keys;
}

// Whom the reader believes, and what he kept. Throws BadInput.
function logOf({ logKeys = [], witnesses = [], checkpoints = [], consistency = [], rotations = null }) {
  const keys = keysIn(logKeys, 1), origin = keys.length ? keys[0].name : null;
  if (keys.some(({ name }) => name !== origin)) throw new BadInput("the log's keys have different names", "badKey");
  const log = { keys, origin, witnesses: keysIn(witnesses, 4), kept: [], own: [], grown: new Map(), rotations: rotations === null ? [] : readRotations(rotations) };
  try {
    for (const { first, second, hashes } of consistency) log.grown.set(`${first}:${second}`, hashes.map((one) => unbase64(one, 32)));
    log.own = checkpoints.map(readCheckpoint); // what the reader kept himself
    log.own.forEach((one) => belongs(one, log));
    log.kept = [...log.own, ...log.rotations.map(({ checkpoint }) => checkpoint)];
  } catch (error) {
    throw new BadInput(problemOf(error).name, "badCheckpoint");
  }
  return log;
}

// Entries, facts and person, as far as each can be told.
function* entriesJudged(receipt) {
  const told = [], problems = [];
  for (const leaf of receipt.leaves) {
    try {
      told.push(toldBy(leaf, receipt));
    } catch (error) {
      problems.push(problemOf(error));
    }
  }
  yield judged("entries", problems);
  if (problems.length) return;
  yield judged("facts", [...factsDiffer(receipt, told)]);
  if (!namesNobody(receipt)) yield { claim: "person", ...personTold(receipt, told) };
}

function unpaid({ payments, game, held }) {
  if (payments.length || game.receipt.holds(held).length) return judged("facts", [named("untold")]);
  return { claim: "facts", verdict: VERDICTS.notYet, details: [named("unpaid")] };
}

// The anchor of the last leaf, whose proofs say which entry it is.
function anchorOf(receipt, proofs) {
  const last = receipt.leaves.at(-1).hash, own = proofs.find(([leaf]) => toHex(leaf) === last);
  return own === undefined ? { claims: [], proofs: [] } : anchorJudged(receipt, receipt.leaves.length, own[1].entry);
}

// `given`: {text, person, logKeys, witnesses, checkpoints, consistency, rotations, now}; texts, answers of the API,
// LOG/keys as text, seconds. Throws BadInput.
export function* claimsOf({ text, person = null, now = Math.floor(Date.now() / 1000), ...believed }) {
  const log = logOf(believed), receipt = readReceipt(text, person), proofs = [];
  yield judged("terms", [...termsDiffer(receipt)]);
  const { problems, unlooked } = besideDiffers(receipt);
  yield { ...judged("beside", problems), unlooked: unlookedIn(receipt, log, unlooked), payout: payoutTold(receipt.beside), verifier: `${receipt.game.verifier}?round=${receipt.roundNumber}` };
  if (!receipt.leaves.length) return yield unpaid(receipt);
  yield* entriesJudged(receipt);
  for (const [at, leaf] of receipt.leaves.entries()) {
    const found = judgeLeaf(leaf, at + 1, log, BigInt(now));
    yield* found.claims;
    proofs.push(...found.proofs.map((one) => [fromHex(leaf.hash), one]));
  }
  const signed = proofs.map(([, { checkpoint }]) => checkpoint), anchored = anchorOf(receipt, proofs);
  yield* anchored.claims;
  yield* keptJudged(log, signed);
  const checkpoints = [...signed, ...log.kept], roots = anchored.proofs.map(({ checkpoint }) => checkpoint);
  proofs.push(...anchored.proofs.map((one) => [fromHex(receipt.leaves.at(-1).hash), one]));
  return yield judged("history", [...historiesDiffer(checkpoints), ...rootsDiffer(roots, checkpoints), ...treesDiffer(proofs)]);
}

// As the script ends: 0 everything holds, 1 something does not, 3 not everything could be checked.
export function statusOf(claims) {
  if (claims.some(({ verdict }) => verdict === VERDICTS.fails)) return 1;
  return claims.every(({ verdict, details }) => verdict === VERDICTS.holds || details.some(({ name }) => name === NO_ANCHOR)) ? 0 : 3;
}
