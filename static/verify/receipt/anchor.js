// A root of the log in a block of Bitcoin that covers an entry: the path to the root, its transaction, the block's header.
import { headerProblem, readTransaction, rootOf, sameBytes, shown, twice } from "../bundle/blocks.js";
import { Problem } from "../bundle/problems.js";
import { fromHex } from "../sha256.js";
import { isIncluded } from "./notes.js";
import { Malformed, VERDICTS, named, problemOf } from "./problems.js";

const MOST_PATH = 64, MOST_BRANCH = 32, HEADER = 80, HASH = 32;
const NETWORKS = ["main", "test", "testnet4", "signet", "regtest"];
const wrong = (field) => new Malformed("not-anchored", { field, here: "", log: null });
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// A member's bytes. Throws Malformed.
function dataOf(text, field, length = null) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text) || (length !== null && text.length !== 2 * length)) throw wrong(field);
  return fromHex(text);
}

// The anchor's root with the path that leads to it, as a proof. Throws Malformed.
function rootAbove({ size, path, root }, entry, leaf) {
  const bytes = dataOf(root, "root", HASH);
  if (typeof size !== "bigint" || !Array.isArray(path) || path.length > MOST_PATH) throw wrong("path");
  const proof = { entry, path: path.map((one) => dataOf(one, "path", HASH)), checkpoint: { size, root: bytes } };
  if (!isIncluded(proof, leaf)) throw wrong("path");
  return proof;
}

// Throws Malformed unless the branch leads to the header.
function checkBranch(txid, { index, branch }, header) {
  if (typeof index !== "bigint" || !Array.isArray(branch) || branch.length > MOST_BRANCH) throw wrong("branch");
  if (!sameBytes(rootOf(txid, index, branch.map((one) => dataOf(one, "branch", HASH))), header.slice(36, 68))) throw wrong("branch");
}

// The block that holds the anchor's root. Throws Malformed, or a Problem.
function blockOf({ proof, vout, txid, root }, network) {
  if (!isRecord(proof)) throw wrong("proof");
  const read = readTransaction(dataOf(proof.rawTransaction, "rawTransaction"));
  if (shown(read.txid) !== txid || txid !== proof.txid) throw wrong("txid");
  const held = read.outputs.flatMap(({ script }, place) => (script.startsWith("6a") ? [BigInt(place)] : []));
  if (held.length !== 1 || held[0] !== vout || read.outputs[Number(vout)].script !== `6a20${root}`) throw wrong("vout");
  const header = dataOf(proof.header, "header", HEADER);
  checkBranch(read.txid, proof, header);
  if (!NETWORKS.includes(network) || headerProblem(header, network)) throw wrong("header");
  const block = shown(twice(header));
  if (proof.blockHash !== block) throw wrong("blockHash");
  return block;
}

// {claims, proofs}: the anchor of a receipt's last leaf, the `number`th, which is the log's `entry`.
export function anchorJudged({ anchor, network, leaves }, number, entry) {
  const say = (verdict, why) => [{ claim: `anchor ${number}`, verdict, details: [why] }];
  if (anchor === null) return { claims: say(VERDICTS.notTold, named("no-anchor")), proofs: [] };
  try {
    const proofs = [rootAbove(anchor, entry, fromHex(leaves.at(-1).hash))];
    if ((anchor.proof ?? null) === null) return { claims: say(VERDICTS.notTold, named("no-anchor-proof")), proofs };
    return { claims: say(VERDICTS.holds, named("anchored", { id: blockOf(anchor, network) })), proofs };
  } catch (error) {
    const why = error instanceof Problem ? named("not-anchored") : problemOf(error);
    return { claims: say(VERDICTS.fails, why), proofs: [] };
  }
}
