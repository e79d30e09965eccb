// What the page needs of a check: the claims, what they say together, and what the reader may compare with elsewhere.
import { concluded, outcomeOf } from "./conclusion.js";
import { readBundle } from "./parts.js";
import { keyOf } from "../stretches.js";
import { SEALED_DRAW } from "./promise.js";
import { stretchesOf } from "./sealed_draw.js";
import { ownerOf, valuesAt } from "./strict_json.js";
import { unlookedIn } from "./unlooked.js";
import { leavesOut, verifyEvidence } from "./verify.js";

export function checkTexts(texts, options) {
  const bundle = readBundle(texts), { evidence, claims, ends } = verifyEvidence(bundle, options), { round, seal, payout } = bundle, unlooked = unlookedIn(evidence, options);
  return {
    claims, ends, unlooked, left: unlooked.map((path) => [path, valuesAt(bundle, path), ownerOf(bundle, path)]), conclusion: concluded(bundle, claims, options), outcome: outcomeOf(bundle, claims, evidence), drawWork: evidence.drawWork, record: recordOf(bundle),
    records: evidence.game.records, moving: evidence.game.moving, roundNumber: round.roundNumber, closingHeight: round.closingHeight, closingHash: evidence.closingHash(),
    sealRoot: seal && seal.root, roundCommitment: round.roundCommitment, payout: payout && `${payout.txid}:${payout.vout}`,
    lacksAnchor: bundle.log !== null && bundle.log.anchor === null,
  };
}

// The stretches of a bundle's draw that its check will go through, and where they come to is not known yet.
export function leftToRepeat(texts, options) {
  if (!texts.some((text) => text.includes(SEALED_DRAW))) return [];
  const bundle = readBundle(texts), stretches = stretchesOf(bundle);
  const isLeft = ({ state, times }) => (options.ends || {})[keyOf(state, times)] === undefined;
  return leavesOut(options, bundle.round.hashes ?? 0n) ? [] : stretches.filter(isLeft);
}

// The round as the API's record names what it tells.
function recordOf({ round, seal, draw, win, payout, log }) {
  const paid = payout && { txid: payout.txid, vout: payout.vout, amountSats: payout.amountSats, address: win && win.payoutAddress };
  const said = log && { promiseEntry: log.promise.number, sealEntry: log.seal && log.seal.number };
  return { ...said, ...round, sealRoot: seal && seal.root, ...(draw || {}), winningOrderId: win && win.identifier, payout: paid };
}
