// What the platform publishes, read over its public API.
import { BadInput, canonical, ownerOf, parse, same, valuesAt } from "./bundle/strict_json.js";
import { told } from "./bundle/problems.js";

const MOST_PARTS = 20;
// What of every game's round goes on moving until it is settled.
const MOVING = ["promiseEntry", "sealEntry", "status", "soldTickets", "sealRoot", "closingBlockHash", "drawDigests", "lastState", "checkpointsRoot", "winningOrderId"];
// What is told beside the round: where the public log has it, which stands in a bundle as far as that tells of the log, and
// who had seen that, which stands in none.
const BESIDE = ["promiseEntry", "sealEntry", "sealWitnesses"];

async function getText(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw Object.assign(new Error(path), { status: answer.status });
  return answer.text();
}

// What the API says at a path.
export const get = async (path) => JSON.parse(await getText(path));

// The public log's keys as this site says them, the newest first: older ones signed what is older. None where it cannot be asked.
export async function ownKeys() {
  try {
    const { verifierKey, keys } = await get("/api/log");
    return [...new Set([verifierKey, ...keys.map((one) => one.verifierKey)])];
  } catch {
    return [];
  }
}

// The texts of all parts of a round's bundle; `records` is where its game's rounds are. Throws BadInput where there are more
// than a page should check.
export async function bundleOf(records, number) {
  const texts = [];
  for (let next = 0n; next !== null;) {
    if (texts.length === MOST_PARTS) throw new BadInput("too long", "tooLong");
    texts.push(await getText(`${records}/${number}/bundle${next ? `?from=${next}` : ""}`));
    next = parse(texts.at(-1)).next;
    if (next !== null && typeof next !== "bigint") throw new BadInput("next is malformed");
  }
  return texts;
}

// Every field that the platform tells of the round today, beside what the bundle says, and of its own bundle what nothing in
// that one proves: {values: [name, computed, recorded], holds, hasMoved: it differs, but in nothing that was fixed, payoutState:
// how far the payment of its win has come}. `paid`: the words for an output that pays, or for none.
export async function sameToday({ records, moving, roundNumber, record, left }, paid) {
  const answer = parse(await getText(`${records}/${roundNumber}`)), isFinal = record.status === "settled";
  const today = { ...answer, payout: paidBy(answer.payout) };
  const names = Object.keys(today).filter((name) => !BESIDE.includes(name) || name in record);
  const shown = (name, value) => name === "payout" ? paid(value) : told(value);
  const values = names.map((name) => [name, shown(name, record[name]), shown(name, today[name])]);
  const differing = names.filter((name) => !same(record[name] ?? null, today[name]));
  const hasMovedOn = (name) => name === "payout" ? !record.payout || !today.payout : !isFinal && (MOVING.includes(name) || moving.includes(name));
  const rest = await leftToday(records, roundNumber, left), wrong = rest.filter((one) => one.differs);
  const count = differing.length + wrong.length, isOlder = differing.every(hasMovedOn) && wrong.every((one) => one.hasMoved);
  const payoutState = answer.payout ? answer.payout.state : null;
  return { values: [...values, ...rest.map((one) => one.values)], holds: count === 0, hasMoved: count > 0 && isOlder, payoutState };
}

// The same of members that nothing in a bundle proves, as [path, values, the transaction that they are of].
async function leftToday(records, number, left) {
  const asked = left.filter(([, mine]) => mine.length);
  if (!asked.length) return [];
  const isLong = asked.some(([path]) => path.includes("[]"));
  const parts = (isLong ? await bundleOf(records, number) : [await getText(`${records}/${number}/bundle`)]).map((text) => parse(text));
  return asked.map(([path, mine, owner]) => {
    const theirs = parts.flatMap((part) => valuesAt(part, path)), known = theirs.map(canonical);
    const wrong = mine.find((one) => !known.includes(canonical(one))), [of, value] = wrong || mine[0];
    const other = wrong ? theirs.find(([one]) => one === of) : [of, value];
    return { values: [path, told(value), told(other && other[1])], differs: wrong !== undefined, hasMoved: owner !== ownerOf(parts[0], path) };
  });
}

// The output that pays the jackpot, as a bundle knows it: there is none before a block holds it, and a block may leave the
// chain. How far the payment has come besides is no evidence.
function paidBy(payout) {
  if (!payout || payout.blockHeight === null) return null;
  const { txid, vout, amountSats, address } = payout;
  return { txid, vout, amountSats, address };
}
