// What the log's entries say of an order, against what its receipt says: terms, payments, what is held, whose it is.
import { leafOf } from "../bundle/notes.js";
import { canonical, same } from "../bundle/strict_json.js";
import { told as shown } from "../bundle/problems.js";
import { concat, fromHex, sha256, taggedHash, toHex } from "../sha256.js";
import { utf8 } from "./notes.js";
import { Malformed, VERDICTS, named } from "./problems.js";
import { linkLeft } from "./link.js";
import { paidTo } from "./paid_to.js";
import { accountIn, isNumbers, recordIn } from "./read.js";

const PAID = "order.paid", UNPAID = "order.unpaid";
const OF_PAID = ["amountSats", "blockHash", "blockHeight", "commitment", "creditedSats", "fate", "game", "payment", "person",
  "refundableSats", "roundNumber", "subject", "txid", "type", "vout"];
const OF_UNPAID = ["cause", "creditedSats", "game", "payment", "subject", "type"];

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const differs = (name, field, here, there) => named(name, { field, here: shown(here), log: shown(there) });
const alike = (one, other) => same(one ?? null, other ?? null);

// What an entry says, which must be an entry of this order in the one way to write it. Throws Malformed.
export function toldBy({ entry, hash }, { game, order }) {
  if (!entry) throw new Malformed("untold");
  if (toHex(leafOf(entry)) !== hash) throw new Malformed("another-leaf", { field: "leaf", here: hash, log: toHex(leafOf(entry)) });
  const told = recordIn(entry), { members, lists } = game.receipt;
  const wanted = told && told.type === PAID ? [...OF_PAID, ...members] : OF_UNPAID;
  const isOfIt = told !== null && [PAID, UNPAID].includes(told.type) && same(Object.keys(told).sort(), [...wanted].sort())
    && told.subject === `order:${order}` && told.game === game.name && typeof told.payment === "string";
  if (!isOfIt || canonical(told) !== entry) throw new Malformed("another-leaf");
  if (told.type === PAID && !lists.every((name) => isNumbers(told[name]))) throw new Malformed("another-leaf");
  return told;
}

export function* termsDiffer({ commitment, terms, order, roundNumber, game }) {
  const made = toHex(taggedHash("tiraj/order/1", utf8(terms))), own = recordIn(terms, { decimals: true });
  if (made !== commitment) yield differs("terms", "commitment", commitment, made);
  if (own === null) return yield named("terms");
  for (const [name, value] of [["orderId", order], ["roundNumber", roundNumber], ["game", game.name]]) {
    if (name in own && !same(own[name], value)) yield differs("terms", name, value, own[name]);
  }
  return undefined;
}

// What it says of the payment of a win, as texts; null where it won nothing.
export function payoutTold({ payout }) {
  if (!isRecord(payout)) return null;
  return Object.fromEntries(["state", "amountSats", "address", "txid"].filter((name) => (payout[name] ?? null) !== null).map((name) => [name, shown(payout[name])]));
}

// How the payment of a win cannot be: by the terms, and by the state that the file itself gives the order.
function* payoutDiffers({ beside: { payout, ...beside }, game }, terms) {
  const { payoutAddress } = terms, jackpot = game.receipt.jackpot(terms);
  if (!isRecord(payout)) return;
  if ((payoutAddress ?? null) !== null && !alike(payout.address, payoutAddress)) yield differs("beside", "payout.address", payout.address, payoutAddress);
  if (jackpot !== null && !alike(payout.amountSats, jackpot)) yield differs("beside", "amountSats", payout.amountSats, jackpot);
  if ([beside.status, beside["slip.status"]].includes("lost")) yield differs("beside", "payout", payout, null);
}

// {problems, unlooked: names of what nothing here shows}.
export function besideDiffers(receipt) {
  const { terms, beside, held, order, game } = receipt;
  const said = recordIn(terms, { decimals: true }) || {};
  const should = { ...said, ...game.receipt.follows(held, order, said) };
  if (typeof should.houseEdgePercent === "bigint") should.houseEdge = Number(should.houseEdgePercent) / 100;
  Object.assign(should, paidTo(receipt, should));
  const names = Object.keys(beside).sort(), looked = names.filter((name) => Object.hasOwn(should, name));
  return {
    problems: [...looked.filter((name) => !same(beside[name], should[name])).map((name) => differs("beside", name, beside[name], should[name])),
      ...payoutDiffers(receipt, should)],
    unlooked: [...names.filter((name) => !looked.includes(name)), ...linkLeft(receipt, said), ...(namesNobody(receipt) ? ["person"] : [])].sort(),
  };
}

function* paymentDiffers(payment, told, receipt, changed) {
  const wanted = { amountSats: payment.amountSats, blockHash: payment.blockHash, blockHeight: payment.blockHeight, commitment: receipt.commitment, roundNumber: receipt.roundNumber };
  let now = told.fate;
  if (changed.length) { // a void payment may have been lost with its block afterwards
    now = changed.some(({ cause }) => cause === "orphaned") ? "orphaned" : changed.at(-1).cause;
    const { creditedSats } = changed.find(({ cause }) => cause === now);
    if (!alike(payment.creditedSats, creditedSats)) yield differs("facts", "creditedSats", payment.creditedSats, creditedSats);
  } else {
    Object.assign(wanted, { creditedSats: payment.creditedSats, refundableSats: payment.refundableSats });
    const to = told.fate === "credited" ? receipt.roundNumber : null, stated = payment.creditedRoundNumber;
    if (stated !== undefined && !alike(stated, to)) yield differs("facts", "creditedRoundNumber", stated, to);
  }
  if (payment.status !== now) yield differs("facts", "status", payment.status, now);
  Object.assign(wanted, receipt.game.receipt.asked(receipt.held));
  for (const [name, value] of Object.entries(wanted)) if (!alike(told[name], value)) yield differs("facts", name, value, told[name]);
}

const placeOf = ({ txid, vout, blockHash }) => canonical([txid ?? null, vout ?? null, blockHash ?? null]);

// Entries against payments, one for each and none besides; then what they brought against what the order holds.
export function* factsDiffer(receipt, told) {
  const entries = new Map(), undone = told.filter(({ type }) => type === UNPAID);
  for (const one of told.filter(({ type }) => type === PAID)) {
    if (entries.has(one.payment)) yield named("facts", { why: "twice", id: one.payment });
    entries.set(one.payment, one);
  }
  for (const { payment } of undone) if (!entries.has(payment)) yield named("facts", { why: "undone", id: payment });
  const left = new Map(entries);
  for (const payment of receipt.payments) {
    const mine = [...left].find(([, one]) => placeOf(one) === placeOf(payment));
    if (mine === undefined) {
      yield named("untold", { why: "no-entry", id: `${shown(payment.txid)}:${shown(payment.vout)}` });
      continue;
    }
    left.delete(mine[0]);
    yield* paymentDiffers(payment, mine[1], receipt, undone.filter((one) => one.payment === mine[0]));
  }
  for (const { txid, vout } of left.values()) yield named("facts", { why: "left-out", id: `${shown(txid)}:${shown(vout)}` });
  yield* heldDiffers(receipt, told);
}

// Only a lost block takes back what was brought, unless the round had been settled before.
function* heldDiffers({ held, game }, told) {
  const gone = new Set(told.filter((one) => one.type === UNPAID && one.cause === "orphaned" && one.creditedSats === 0n).map(({ payment }) => payment));
  const counting = told.filter((one) => one.type === PAID && !gone.has(one.payment));
  const brought = counting.map((one) => one[game.receipt.brings]).filter((one) => one !== null);
  const sorted = (lists) => lists.map(canonical).sort();
  if (!same(sorted(brought), sorted(game.receipt.holds(held)))) yield differs("facts", game.receipt.brings, game.receipt.told(game.receipt.holds(held)), game.receipt.told(brought));
}

// Whether it is a receipt for everybody, which does not say whose it is: no question is left open by that.
export const namesNobody = ({ leaves, person }) => leaves.length > 0 && person === null && leaves.every(({ salt }) => salt === null);

// {verdict, details}: whom the terms and the entries of payments name.
export function personTold(receipt, told) {
  const { leaves, person } = receipt, account = accountIn(receipt);
  if (person === null) return { verdict: VERDICTS.notTold, details: [named("nobody")] };
  const salts = new Map(leaves.map(({ hash, salt }) => [hash, salt])), problems = [];
  let isUnsaid = false;
  if (account !== null && account !== person) problems.push(named("another-person", { why: "other-terms", id: account }));
  for (const one of told.filter(({ type }) => type === PAID)) {
    const salt = salts.get(toHex(leafOf(canonical(one)))) ?? null;
    if (salt === null) isUnsaid = true;
    else if (!/^[0-9a-f]{64}$/.test(salt) || toHex(sha256(concat(fromHex(salt), utf8(person)))) !== one.person) problems.push(named("another-person", { id: one.payment }));
  }
  if (problems.length) return { verdict: VERDICTS.fails, details: problems };
  if (account !== null) return { verdict: VERDICTS.holds, details: [named("by-terms", { id: account })] };
  return isUnsaid ? { verdict: VERDICTS.notTold, details: [named("no-salt")] } : { verdict: VERDICTS.holds, details: [] };
}
