// What the platform publishes, read over its public API.
import { BadInput, parse, same } from "./bundle/strict_json.js";
import { told } from "./bundle/problems.js";

const MOST_PARTS = 20;
const ROUNDS = { rounds: "/api/rounds", luckotto: "/api/luckotto/rounds" };
// What of a round's record goes on moving until the round is settled.
const MOVING = ["status", "soldTickets", "soldCombinations", "sealRoot", "closingBlockHash", "drawDigits", "drawDigests", "drawnNumbers",
  "winningTicket", "winningNumbers", "winningOrderId"];

async function getText(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(path);
  return answer.text();
}

const get = async (path) => JSON.parse(await getText(path));

export function roundOf(number) { return get(`${ROUNDS.rounds}/${number}`); }

// The texts of all parts of a round's bundle. Throws BadInput where there are more than a page should check.
export async function bundleOf(game, number) {
  const texts = [];
  for (let next = 0n; next !== null;) {
    if (texts.length === MOST_PARTS) throw new BadInput("too long", "tooLong");
    texts.push(await getText(`${ROUNDS[game]}/${number}/bundle${next ? `?from=${next}` : ""}`));
    next = parse(texts.at(-1)).next;
    if (next !== null && typeof next !== "bigint") throw new BadInput("next is malformed");
  }
  return texts;
}

// Every field that the platform tells of the round today, beside what the bundle says: {values: [name, computed, recorded],
// holds, hasMoved: it differs, but in nothing that was fixed}.
export async function sameToday({ game, roundNumber, record }) {
  const today = parse(await getText(`${ROUNDS[game]}/${roundNumber}`)), isFinal = record.status === "settled";
  const values = Object.keys(today).map((name) => [name, told(record[name]), told(today[name])]);
  const differing = Object.keys(today).filter((name) => !same(record[name] ?? null, today[name]));
  return { values, holds: differing.length === 0, hasMoved: !isFinal && differing.length > 0 && differing.every((name) => MOVING.includes(name)) };
}

// One public slip, or null: the list goes by identifier, so it is the first after the number before its own.
export async function slipOf(number, identifier) {
  const before = (BigInt("0x" + identifier.replace(/-/g, "")) - 1n).toString(16).padStart(32, "0");
  const after = [before.slice(0, 8), before.slice(8, 12), before.slice(12, 16), before.slice(16, 20), before.slice(20)].join("-");
  const part = await get(`/api/rounds/${number}/slips?limit=1&after=${after}`);
  return part.slips.find((slip) => slip.identifier === identifier) || null;
}

// A receipt by its secret: its order with what is private to its holder.
export function receiptOf(secret) { return get(`/api/slips/${secret}`); }
