// A receipt from its JSON, whatever form it came in. Throws BadInput where it is none.
import { games, unnamed } from "../bundle/games.js";
import { BadInput, parse } from "../bundle/strict_json.js";

const MOST_LEAVES = 1000;

const KINDS = {
  text: (value) => typeof value === "string", whole: (value) => typeof value === "bigint", list: Array.isArray,
  record: (value) => typeof value === "object" && value !== null && !Array.isArray(value), none: (value) => value === null,
};

// A member of what came, of one of these kinds.
export function member(record, name, ...kinds) {
  if (!KINDS.record(record) || !Object.hasOwn(record, name)) throw new BadInput(`it has no ${name}`, "brokenData", { why: "lacks", name });
  if (!kinds.some((kind) => KINDS[kind](record[name]))) throw new BadInput(`${name} is of another kind`, "brokenData", { why: "kind", name });
  return record[name];
}

// Nothing, or whole numbers.
export const isNumbers = (value) => value === null || (Array.isArray(value) && value.every(KINDS.whole));

function readLeaf(record) {
  const hash = member(record, "leaf", "text"), free = { witnessed: null, number: null, ...record };
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new BadInput("a leaf is no hash");
  return {
    hash, salt: member(record, "salt", "text", "none"), promise: member(record, "promise", "text"),
    proof: member(record, "proof", "text", "none"), witnessed: member(free, "witnessed", "text", "none"),
    entry: member(record, "entry", "text", "none") || "", number: member(free, "number", "whole", "none"),
  };
}

// What it says beside what the log tells: its own members, the order's, and what is held as NAME.MEMBER.
function besideIn(data, order, { holder, list }) {
  const ofOrder = [Object.hasOwn(order, "id") ? "id" : "orderId", "commitment", "terms"], isNested = order !== data, found = {};
  const put = (part, read, called) => Object.entries(part).forEach(([name, value]) => { if (!read.includes(name)) found[called(name)] = value; });
  // What stands in both is looked at in the order.
  put(data, ["payments", "log", holder, ...(isNested ? ["order"] : ofOrder)], (name) => (isNested && Object.hasOwn(order, name) ? `receipt.${name}` : name));
  if (isNested) put(order, ofOrder, (name) => name);
  const held = list ? data[holder] : null;
  for (const [name, value] of Object.entries(held || {})) if (name !== list) found[`${holder}.${name}`] = value;
  return found;
}

// The terms as a record, or null where they are none.
export function recordIn(text, options) {
  try {
    const found = parse(text, options);
    return KINDS.record(found) ? found : null;
  } catch (error) {
    if (error instanceof BadInput) return null;
    throw error;
  }
}

// The account at the partner, where a game's terms name it.
export function accountIn({ terms, game }) {
  const found = (recordIn(terms, { decimals: true }) || {})[game.receipt.account];
  return typeof found === "string" ? found : null;
}

// The game of an order as it comes, of those that are loaded.
export function gameOfOrder(order) {
  return games().find((one) => KINDS.record(order) && one.receipt.isOwn(order)) || games().find(({ name }) => name === unnamed());
}

// {game, order, roundNumber, commitment, terms, payments, held, person, leaves, beside, anchor, network, data: all of it}. `person`: who the
// reader says he is.
export function readReceipt(text, person = null) {
  const data = parse(text, { decimals: true }), order = (KINDS.record(data) && data.order !== undefined) ? data.order : data;
  const log = member(data, "log", "record", "none"), others = log ? member(log, "others", "list") : [];
  const game = gameOfOrder(order);
  if (game === undefined) throw new BadInput("this game is unknown to me", "brokenData", { why: "game" });
  if (others.length > MOST_LEAVES) throw new BadInput("there are too many entries", "brokenData", { why: "many" });
  if (log && log.identifier !== undefined) member(log, "identifier", "text", "none");
  return {
    game, order: member(order, Object.hasOwn(order, "id") ? "id" : "orderId", "text"), roundNumber: member(order, "roundNumber", "whole"),
    commitment: member(order, "commitment", "text"), terms: member(order, "terms", "text"),
    payments: member(data, "payments", "list").filter((one) => member(one, "status", "text") !== "seen"),
    held: game.receipt.held(data, member, isNumbers), person: person ?? (log && log.identifier) ?? accountIn({ game, terms: order.terms }),
    leaves: (log ? [...others, log] : []).map(readLeaf), beside: besideIn(data, order, game.receipt),
    anchor: log && Object.hasOwn(log, "anchor") ? member(log, "anchor", "record", "none") : null, network: data.network ?? (recordIn(order.terms) || {}).network, data,
  };
}
