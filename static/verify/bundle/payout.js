// The claim that a jackpot was paid: the whole of it, to the winner, in a block above the closing block.
import { readTransaction } from "./blocks.js";
import { wrongFields } from "./claims.js";
import { problemBeyond } from "./difficulty.js";
import { Problem, Untold, about, problemOf, told, untold } from "./problems.js";
import { addressOf } from "./scripts.js";
import { fromHex } from "../sha256.js";

export function payout(evidence) {
  const { payout: paid, win: stated } = evidence.bundle;
  if (evidence.round.status !== "settled") return paid ? [about("payout", "", { why: "paidEarly" })] : "notSettled";
  if (paid === null) return stated ? "notPaid" : [];
  if (stated === null) return [about("payout", "", { why: "paidNobody" })];
  return paidAsOwed(evidence, paid, stated);
}

function paidAsOwed(evidence, paid, stated) {
  const { proof } = paid, id = paid.txid;
  let read;
  try {
    read = readTransaction(fromHex(proof.rawTransaction));
    evidence.checkBranch(read.txid, proof);
  } catch (error) {
    return [problemOf("payout", id, error)];
  }
  const problem = blockProblem(evidence, paid), isUntold = problem instanceof Untold, problems = problem && !isUntold ? [about("payout", id, problem)] : [];
  if (paid.txid !== proof.txid || paid.vout >= BigInt(read.outputs.length)) return [...problems, about("payout", id, { why: "otherProof" })];
  problems.push(...wrongOutput(evidence, paid, stated, read.outputs[Number(paid.vout)]));
  return !problems.length && isUntold ? problem : problems;
}

function wrongOutput(evidence, paid, stated, { sats, script }) {
  const own = evidence.orders.get(evidence.ownerOfWinner());
  const right = { payoutAddress: (own || stated).payoutAddress, jackpotSats: evidence.round.jackpotSats, amountSats: sats };
  const found = { payoutAddress: addressOf(script, evidence.bundle.network), jackpotSats: sats, amountSats: paid.amountSats };
  return wrongFields("payout", paid.txid, right, found);
}

// A payout lies among the headers, or in a later block that says its own height. Null, a problem, or Untold.
function blockProblem(evidence, { proof, heightProof, txid }) {
  const height = evidence.heights.get(proof.blockHash);
  if (height !== undefined) {
    if (height !== proof.blockHeight) return { field: "blockHeight", should: told(height), is: told(proof.blockHeight) };
    return height > evidence.round.closingHeight ? null : { why: "notAfterClosing" };
  }
  const beyond = problemBeyond(evidence, fromHex(proof.header), proof.blockHeight), isUntold = beyond instanceof Untold;
  if (beyond && !isUntold) return { why: beyond };
  if (heightProof === null) return isUntold ? untold("payout", txid, beyond.problem) : untold("payout", txid, { why: "heightUnproven" });
  return otherHeight(evidence, proof, heightProof) || (isUntold ? untold("payout", txid, beyond.problem) : null);
}

function otherHeight(evidence, proof, heightProof) {
  try {
    return heightProof.blockHash === proof.blockHash && evidence.heightOfBlock(heightProof) === proof.blockHeight ? null : { why: "heightOfOther" };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { why: error.why, ...error.values };
  }
}
