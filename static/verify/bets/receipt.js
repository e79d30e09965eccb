// The claim that a receipt's entries about a draw of bets are in its bundle.
import { leafOf } from "../bundle/notes.js";
import { BadInput, parse } from "../bundle/strict_json.js";
import { concat, fromHex, sha256, toHex } from "../sha256.js";
import { saleOf } from "./draw.js";
import { notTold, notYet, problem } from "./problems.js";
import { isRecord, parsed, shaped, strangers } from "./shapes.js";

// Throws BadInput.
export function readReceipt(text) {
  const data = parse(text, { decimals: true });
  if (!isRecord(data) || !("ticket" in data) || !("leaves" in data)) throw new BadInput("this is no receipt of bets");
  shaped(data, "receipt").leaves.forEach((one) => shaped(one, "leaf"));
  return data;
}

export function receipt(draw, asked) {
  const { receipt: given, person } = asked, { weighed } = draw, wrong = [], here = new Set([...weighed.sales.values()].map(({ leaf }) => leaf));
  draw.of("bet.refunded").forEach(({ text }) => here.add(toHex(leafOf(text))));
  let found = 0, total = 0n;
  for (const one of given.leaves) {
    const { told, stake, problems } = entryOf(one, given, person);
    wrong.push(...problems);
    total += stake;
    if (told.subject !== draw.subject) draw.left.add("receipt.leaves[] of other draws");
    else if (here.has(one.leaf)) found += 1;
    else wrong.push(problem("leafMissing", { is: one.kind }));
  }
  if (total !== given.total) wrong.push(problem("totalOther", { is: given.total, should: total }));
  leftOf(given, person).forEach((name) => draw.left.add(`receipt.${name}`));
  return found || wrong.length ? wrong : [problem("noSaleHere")];
}

// What of a receipt no claim reads.
function leftOf(given, person) {
  const left = ["code", ...strangers(given, "receipt")];
  for (const one of given.leaves) {
    left.push(...strangers(one, "leaf").map((name) => `leaves[].${name}`));
    if (one.salt && !(person && one.kind === "bet.sold")) left.push("leaves[].salt");
    if ((one.number ?? null) !== null && (one.proof ?? null) === null) left.push("leaves[].number");
  }
  return left;
}

// What an entry of the receipt tells, its stake if it is a sale, and what is wrong with it by itself.
function entryOf(one, given, person) {
  if ((one.text ?? null) === null) throw notYet("leafUntold");
  const told = parsed(one.text), problems = [];
  if (toHex(leafOf(one.text)) !== one.leaf) problems.push(problem("leafOther"));
  if (told.ticket !== given.ticket || told.type !== one.kind) problems.push(problem("ticketOther"));
  if (told.type !== "bet.sold") return { told, stake: 0n, problems };
  const { stake } = saleOf(shaped(told, "bet.sold"), one.text);
  if (told.currency !== given.currency || told.game !== given.game) problems.push(problem("gameOther"));
  if (person && personOf(one, person) !== told.person) problems.push(problem("personOther"));
  return { told, stake, problems };
}

function personOf({ salt }, person) {
  if (!salt) throw notTold("noSalt");
  return toHex(sha256(concat(fromHex(salt), new TextEncoder().encode(person))));
}
