// What of a bundle no claim has read, or nothing in it shows, as paths; of a record all below it. As verify_round.py names it.
import { cosigned, promisedWitnesses } from "./cosigned.js";
import { keyOf, readNote, readProof } from "./notes.js";
import { Problem } from "./problems.js";
import { SEALED_DRAW } from "./promise.js";
import { namesOf } from "./shapes.js";
import { toHex } from "../sha256.js";

const LISTS = { order: "orders", payment: "payments", transaction: "transactions", balance: "balances" };

export function unlookedIn(evidence, options) {
  const { bundle, heights, game } = evidence, { log, payout, seal } = bundle, [held, holdings] = game.holding, paths = new Set();
  const add = (...found) => found.forEach((path) => paths.add(path));
  const strange = (record, shape, path, ...more) => {
    if (record) add(...Object.keys(record).filter((name) => !namesOf(shape, game).includes(name) && !more.includes(name)).map((name) => path + name));
  };
  strange(bundle, "bundle", "", "game", holdings);
  for (const [shape, name] of Object.entries({ ...LISTS, [held]: holdings })) bundle[name].forEach((record) => strange(record, shape, `${name}[].`));
  for (const name of ["round", "headers", "seal", "win", "payout", "log"]) strange(bundle[name], name, `${name}.`);
  strange(bundle.draw, bundle.draw && bundle.draw.algorithm === SEALED_DRAW ? "sealedDraw" : "draw", "draw.");
  const anchor = log && log.anchor;
  if (log) ["promise", "seal", "witnessed"].forEach((name) => strange(log[name], "entry", `log.${name}.`));
  strange(anchor, "anchor", "log.anchor.");
  const apart = { heightProof: bundle.heightProof, "log.anchor.proof": anchor && anchor.proof, "payout.proof": payout && payout.proof, "payout.heightProof": payout && payout.heightProof };
  for (const [path, proof] of Object.entries(apart)) strange(proof, "transaction", `${path}.`);
  for (const [path, proof] of [...bundle.transactions.map((one) => ["transactions[]", one]), ...Object.entries(apart)]) {
    if (proof && proof.rawTransaction.slice(8, 12) === "0001") add(`${path}.rawTransaction.witness`);
  }
  if (seal !== null && !(log && log.seal)) add("seal.sealedAtHeight");
  if (bundle.transactions.some(({ blockHash }) => !evidence.placed.has(blockHash))) add("transactions[].blockHeight");
  if (payout && payout.heightProof && heights.has(payout.proof.blockHash)) add("payout.heightProof");
  if (log !== null) add(...logLeft(evidence, options));
  return [...paths].sort();
}

// Signatures of whom neither the promise nor the reader names. Of a checkpoint whose signatures nobody looked at, its size and
// time say nothing either.
function logLeft(evidence, { expectLog, ownLog, expectWitness }) {
  const { bundle: { log, draw }, round, placed } = evidence, { witnesses, quorum } = promisedWitnesses(round), paths = [], sizes = [];
  const promised = quorum > 0n ? witnesses : [], believed = expectWitness ? expectWitness.split(/\s+/) : [];
  const isTold = cosigned(evidence, []).open === undefined, seen = isTold ? [...believed, ...promised] : [];
  const asked = isTold && draw !== null && round.winnerAlgorithm === SEALED_DRAW ? promised : [], own = (expectLog || ownLog || "").split(/\s+/).filter(Boolean);
  const texts = [["log.promise.proof", log.promise, seen], ["log.seal.proof", log.seal, seen], ["log.witnessed.proof", log.witnessed, asked],
    ...log.cosigned.map((proof) => ["log.cosigned[]", { proof }, seen])].filter(([, told]) => told !== null);
  for (const [path, { proof }, keys] of texts) {
    try {
      const { lines, size } = readNote(readProof(proof).note), isOf = idsOf([...keys.map((text) => keyOf(text, 4)), ...own.map((text) => keyOf(text, 1))]);
      const read = new Set(lines.map(idOf).filter((id) => isOf.has(id)));
      if (proof.includes("\nextra ")) paths.push(`${path}.extra`);
      if (read.size < lines.length) paths.push(`${path}.signatures`);
      if (!read.size) paths.push(`${path}.checkpoint`);
      sizes.push(size);
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // which a claim says
    }
  }
  if (log.anchor && !sizes.includes(log.anchor.size)) paths.push("log.anchor.size");
  if (log.anchor && !placed.has(log.anchor.proof.blockHash)) paths.push("log.anchor.proof.blockHeight");
  return log.witnessed ? [...paths, "log.witnessed.text.line"] : paths;
}

const idOf = ([name, data]) => `${name} ${toHex(data.slice(0, 4))}`;
const idsOf = (keys) => new Set(keys.map(({ name, identifier }) => `${name} ${identifier}`));
