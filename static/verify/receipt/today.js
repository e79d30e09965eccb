// What the platform says of an order today, member by member, beside what was kept of it; and what it came to by the draw.
import { told } from "../bundle/problems.js";
import { canonical } from "../bundle/strict_json.js";

const FINAL = ["won", "lost", "void"]; // states that nothing changes any more
const UNDONE = ["orphaned", "void"]; // payments that count no more
const CALLED = { orderId: ["identifier", "id"], id: ["id", "identifier"], identifier: ["identifier", "id"], address: ["depositAddress"] };
const APART = ["order", "slip", "payments", "payout", "log", "status"]; // looked at by themselves, or nothing of the platform's
const MOVING = ["bip21"]; // asks for what is missing today
const GROWING = ["paidSats", "ticketCount", "ranges", "allocatedNumbers", "jackpotContributionSats"]; // with every payment
const OF_PAYMENT = ["status", "creditedSats", "refundableSats", "creditedRoundNumber", "orphanedAt"]; // which move when it counts no more
const STAGES = ["owed", "sent", "confirmed"]; // of a win's payment

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const alike = (one, other) => canonical(one ?? null) === canonical(other ?? null);
const placeOf = ({ txid, vout, blockHash }) => canonical([txid ?? null, vout ?? null, blockHash ?? null]);
const recordsIn = (value) => (Array.isArray(value) ? value.filter(isRecord) : []);
const held = ({ ranges, slip, allocatedNumbers }) => ranges || (slip && slip.ranges) || allocatedNumbers || [];

// What an order is made of, each as [path, name, value]: its own members, those of the file around it, and of its slip.
function membersIn(data) {
  const order = isRecord(data.order) ? data.order : data, slip = isRecord(data.slip) ? data.slip : {};
  const around = order === data ? [] : Object.entries(data).map(([name, value]) => [Object.hasOwn(order, name) ? `receipt.${name}` : name, name, value]);
  return [...Object.entries(order).map(([name, value]) => [name, name, value]), ...around, ...Object.entries(slip).map(([name, value]) => [`slip.${name}`, name, value])];
}

// Paths of all that an order's record says, as verify/receipt/unread.js names them.
export function pathsOf(data) {
  const own = membersIn(data).map(([path]) => path).filter((path) => !["order", "slip", "payments"].includes(path));
  return [...new Set([...own, ...recordsIn(data.payments || (data.order && data.order.payments)).flatMap((one) => Object.keys(one).map((name) => `payments[].${name}`))])];
}

// Won, lost or void, by the record of its round; null before that is known, or where it holds nothing.
function cameTo(data, { status, winningTicket, winningNumbers }) {
  const lists = held(data), isOf = ([first, last]) => first <= winningTicket && winningTicket <= last;
  if (!lists.length) return null;
  if (status === "void") return "void";
  if (status !== "settled") return null;
  const hasWon = Array.isArray(winningNumbers) ? winningNumbers.every((one) => lists.includes(one)) : lists.some(isOf);
  return hasWon ? "won" : "lost";
}

// {holds: null where the file is only older, values: [path, by the draw, in the file]}.
export function stateToday(data, round) {
  const right = cameTo(data, round), stated = membersIn(data).filter(([, name, value]) => name === "status" && value !== null).map(([path, , value]) => [path, value]);
  const isRight = (value) => value === right || (value === "void" ? round.status === "void" : right === null && !FINAL.includes(value));
  const wrong = stated.filter(([, value]) => !isRight(value));
  const values = stated.map(([path, value]) => [path, isRight(value) ? told(value) : right ?? "–", told(value)]);
  return { holds: wrong.length === 0 ? true : wrong.some(([, value]) => FINAL.includes(value)) ? false : null, values };
}

// {values: [path, theirs, mine], wrong: those that no later change explains, moved: those that one does, compared: paths}.
export function orderToday(data, record) {
  const found = { values: [], wrong: [], moved: [], compared: new Set() };
  const note = (path, theirs, mine, isMoved) => {
    found.values.push([path, told(theirs), told(mine)]);
    found.compared.add(path);
    if (!alike(theirs, mine)) (isMoved ? found.moved : found.wrong).push([path, told(theirs), told(mine)]);
  };
  payments(data, record, note);
  if (payout(data, record, note)) found.compared.add("payout");
  const hasGrown = found.moved.some(([path]) => path.startsWith("payments"));
  for (const [path, name, mine] of membersIn(data)) {
    const theirs = (CALLED[name] || [name]).find((one) => Object.hasOwn(record, one));
    if (theirs === undefined || APART.includes(name) || MOVING.includes(name)) continue;
    note(path, record[theirs], mine, GROWING.includes(name) && (hasGrown || mine === null));
  }
  const { status } = isRecord(data.order) ? data.order : data;
  if (Object.hasOwn(record, "status") && status !== undefined) note("status", record.status, status, !FINAL.includes(status));
  return found;
}

function payments(data, { payments: theirs }, note) {
  const left = new Map(recordsIn(theirs).map((one) => [placeOf(one), one]));
  for (const mine of recordsIn(data.payments || (data.order && data.order.payments))) {
    const other = left.get(placeOf(mine)), isUndone = other !== undefined && UNDONE.includes(other.status);
    left.delete(placeOf(mine));
    if (mine.status === "seen") continue; // no block had it
    if (other === undefined) note("payments", null, `${mine.txid}:${mine.vout}`, false);
    for (const [name, value] of other === undefined ? [] : Object.entries(mine)) {
      if (Object.hasOwn(other, name)) note(`payments[].${name}`, other[name], value, value === null || isUndone && OF_PAYMENT.includes(name));
    }
  }
  for (const { txid, vout } of left.values()) note("payments", `${txid}:${vout}`, null, true);
}

// How far it is only grows, and until it is final a transaction may be sent again under another id. Whether all of it was compared.
function payout(data, { payout: theirs }, note) {
  const around = data.payout === undefined && data.order ? data.order : data, mine = around.payout;
  if (mine === undefined || theirs === undefined) return false;
  if (!isRecord(mine) || !isRecord(theirs)) {
    note("payout", theirs && theirs.amountSats, mine && (mine.amountSats ?? mine), mine === null);
    return true;
  }
  const [own, other] = [mine, theirs].map(({ state }) => STAGES.indexOf(state)), isOlder = own >= 0 && own < other;
  for (const [name, value] of Object.entries(mine)) {
    const isFixed = ["amountSats", "address"].includes(name) || own > other || own === other && own === 2;
    if (Object.hasOwn(theirs, name)) note(`payout.${name}`, theirs[name], value, !isFixed && (isOlder || name !== "state"));
  }
  return Object.keys(mine).every((name) => Object.hasOwn(theirs, name));
}
