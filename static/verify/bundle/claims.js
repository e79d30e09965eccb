// The claims that every game's bundle makes, by the script's names. Each returns its problems; or, as text, the key of
// the words why it cannot be told yet; or Untold, where this bundle will never tell.
import { headerProblem, sameBytes, twice } from "./blocks.js";
import { difficultyProblem } from "./difficulty.js";
import { sealedAt } from "./entries.js";
import { outpoint } from "./evidence.js";
import { Untold, about, differs, told, untold } from "./problems.js";
import { voidUnseen } from "./quorum.js";
import { canonical, same } from "./strict_json.js";
import { sealRoot } from "./sums.js";

const SEALED = ["sealed", "drawing", "settled"];
const NOT_SEALED = "not sealed before its closing block"; // why the rules make a round void
const NOT_COSIGNED = "its seal was not cosigned by its witnesses before its closing block";

export function withEdge(base, percent) { return (base * (100n + percent) + 99n) / 100n; }

// The fields of `record` that are not as they should be.
export function wrongFields(of, id, right, record) {
  return Object.entries(right).filter(([name, value]) => !same(value, record[name])).map(([name, value]) => differs(of, id, name, value, record[name]));
}

function missing(evidence, due, why) {
  return due.includes(evidence.round.status) ? [about("bundle", "", { why: "missing" })] : why;
}

export function schedule({ round }) {
  const gap = round.closingHeight - round.salesEndHeight;
  const right = round.opensAtHeight < round.salesEndHeight && gap > round.settlementDepth && round.settlementDepth > 0n;
  return right ? [] : [about("round", told(round.roundNumber), { why: "heightOrder" })];
}

export function headers(evidence) {
  const list = evidence.headers, problems = [];
  list.forEach((header, place) => {
    const why = headerAt(evidence, header, place);
    if (why) problems.push(about("block", told(evidence.first + BigInt(place)), { why }));
  });
  return list.length ? problems : "noBlocks";
}

function headerAt(evidence, header, place) {
  const { headers: chain, first, bundle: { network } } = evidence, own = headerProblem(header, network);
  if (place && !sameBytes(header.slice(4, 36), twice(chain[place - 1]))) return "notLinked";
  return own || (place ? difficultyProblem(chain, place, first, network) : null);
}

const lacking = (evidence, claim) => new Untold(evidence.untold.get(claim));

export function heights(evidence) {
  if (evidence.untold.has("heights")) return lacking(evidence, "heights");
  return evidence.headers.length ? [] : "noBlocks";
}

export function transactions(evidence) { return evidence.untold.has("transactions") ? lacking(evidence, "transactions") : []; }

export function addresses() { return []; }

export function terms(evidence) {
  const { bundle, round } = evidence;
  return bundle.orders.flatMap((order) => {
    const own = evidence.orders.get(order.identifier);
    if (own === null) return [];
    const right = { orderId: order.identifier, network: bundle.network, game: bundle.game };
    for (const name of ["roundNumber", "closingHeight", "salesEndHeight", "internalKey", ...evidence.roundTerms]) right[name] = round[name];
    for (const name of ["partnerName", ...evidence.player, ...("requestedNumbers" in order ? ["requestedNumbers"] : [])]) right[name] = order[name];
    const problems = wrongFields("order", order.identifier, right, own);
    if (order.internalKey !== own.internalKey) problems.push(differs("order", order.identifier, "internalKey", own.internalKey, order.internalKey));
    if (canonical(own) !== order.terms) problems.push(about("order", order.identifier, { why: "notCanonical" }));
    return problems;
  });
}

export function outputs(evidence) {
  const found = new Map(evidence.outputs.map((output) => [outpoint(output), evidence.scripts.get(output.script)]));
  const stated = new Set(), problems = [];
  for (const payment of evidence.bundle.payments) {
    const point = outpoint(payment);
    if (found.get(point) !== payment.identifier || stated.has(point)) problems.push(about("payment", point, { why: "paysOther" }));
    stated.add(point);
  }
  return [...problems, ...[...found.keys()].filter((point) => !stated.has(point)).map((point) => about("payment", point, { why: "leftOut" }))];
}

// The problems that `check` finds, given each stated payment with what the evidence makes of it.
export function eachPayment(evidence, check) {
  const found = new Map(evidence.bought.map((bought) => [outpoint(bought.output), bought]));
  return evidence.bundle.payments.flatMap((payment) => {
    const bought = found.get(outpoint(payment));
    return bought ? check(payment, bought) : [];
  });
}

// What of a payment's fate is another. Whether it is late is another claim.
export function wrongFate(payment, expected) {
  const isLate = expected.status === "late" || payment.status === "late", { status, ...rest } = expected;
  return wrongFields("payment", outpoint(payment), isLate ? rest : { status, ...rest }, payment);
}

export function amounts(evidence) {
  return eachPayment(evidence, (payment, { output }) => wrongFields("payment", outpoint(payment), { amountSats: output.amount }, payment));
}

export function windows(evidence) {
  return eachPayment(evidence, (payment, bought) => {
    const { height } = bought.output, isLate = height >= evidence.orders.get(bought.order).salesEndHeight;
    if (payment.blockHeight !== height) return [differs("payment", outpoint(payment), "blockHeight", height, payment.blockHeight)];
    return (payment.status === "late") === isLate ? [] : [about("payment", outpoint(payment), { why: isLate ? "isLate" : "isInTime" })];
  });
}

export function seal(evidence) {
  const stated = evidence.bundle.seal;
  if (stated === null) return missing(evidence, SEALED, "notSealed");
  const leaves = evidence.sealed(), root = sealRoot(evidence.round.roundNumber, leaves, evidence.version === 2n ? evidence.commitment : null);
  const problems = root === stated.root ? [] : [differs("seal", "", "root", root, stated.root)];
  // A block that was lost may have been why the round is not drawn.
  if (["void", "halted"].includes(evidence.round.status)) return problems.length ? new Untold(problems[0]) : [];
  return same(leaves.map((leaf) => leaf.data), stated.leaves) ? problems : [...problems, about("seal", "", { why: "otherLeaves" })];
}

export function sealTime(evidence) {
  const { round } = evidence;
  if (evidence.bundle.seal === null) return missing(evidence, SEALED, "notSealed");
  const at = sealedAt(evidence), isInTime = round.salesEndHeight - 1n + round.settlementDepth <= at && at < round.closingHeight;
  if (round.status === "void" && !isInTime) return "sealedOutsideVoid";
  return isInTime ? [] : [about("seal", "", { why: "sealedOutside", is: told(at) })];
}

export function isVoid(evidence) {
  const { round, bundle: { seal: stated } } = evidence, reason = round.voidReason, id = told(round.roundNumber);
  if (round.status !== "void") return reason ? [about("round", id, { why: "voidReasonWithout" })] : [];
  const isSealed = stated !== null && sealedAt(evidence) < round.closingHeight;
  if (!isSealed && evidence.closingHash() !== null) return [];
  const why = isSealed ? "voidSealedInTime" : "voidNoClosing";
  if (reason === null) return evidence.version === 2n ? [about("round", id, { why })] : untold("round", id, { why });
  if (reason === NOT_COSIGNED && isSealed) return voidUnseen(evidence, id, reason);
  return reason === NOT_SEALED ? [about("round", id, { why })] : untold("round", id, { why: "voidDecided", is: reason });
}

export function closing(evidence) {
  const stated = evidence.bundle.draw, { round } = evidence, hash = evidence.closingHash();
  if (stated === null) return missing(evidence, ["settled"], "notSettled");
  if (stated.closingBlockHash !== hash) return [differs("block", told(round.closingHeight), "closingBlockHash", hash, stated.closingBlockHash)];
  return evidence.lastHeight >= round.closingHeight + round.settlementDepth ? [] : [about("block", told(round.closingHeight), { why: "notBuried" })];
}

export function winner(evidence) {
  const { win: stated, draw } = evidence.bundle;
  if (draw === null) return stated ? [about("bundle", "", { why: "winWithoutDraw" })] : "notSettled";
  const owner = evidence.ownerOfWinner(), named = stated ? stated.identifier : null, [of, list] = evidence.game.holding;
  const problems = named === owner ? [] : [differs("win", "", "identifier", owner, named)];
  const wrong = evidence.bundle[list].flatMap((held) => wrongFields(of, held.identifier, { status: held.identifier === owner ? "won" : "lost" }, held));
  return [...problems, ...wrong];
}

export function win(evidence) {
  const { win: stated, draw } = evidence.bundle;
  if (draw === null) return "notSettled";
  const own = evidence.orders.get(evidence.ownerOfWinner());
  if (stated === null || !own) return [];
  const right = { ...evidence.drawn(), jackpotSats: evidence.round.jackpotSats };
  for (const name of ["payoutAddress", "partnerName", ...evidence.player]) right[name] = own[name];
  return wrongFields("win", "", right, stated);
}

export function earnings(evidence) {
  const list = evidence.bundle.balances;
  if (evidence.round.status !== "settled") return list.length ? [about("bundle", "", { why: "earnedEarly" })] : "notSettled";
  const right = evidence.earned(), stated = new Map(list.map((one) => [one.partnerName, one.earnedSats]));
  if (!list.length && right.size) return untold("bundle", "", { why: "notTold" });
  const problems = [...new Set([...stated.keys(), ...right.keys()])].filter((name) => stated.get(name) !== right.get(name))
    .map((name) => differs("partner", name, "earnedSats", right.get(name) ?? 0n, stated.get(name)));
  return stated.size < list.length ? [...problems, about("bundle", "", { why: "twice" })] : problems;
}
