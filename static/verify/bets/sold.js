// Claims of a draw of bets: its promise, its times, and every sale. Each says what is wrong; throws Open where it cannot be told.
import { canonical } from "../bundle/strict_json.js";
import { taggedHash, toHex } from "../sha256.js";
import { notTold, notYet, problem } from "./problems.js";
import { SECOND, moment } from "./shapes.js";

const TIMES = ["opensAt", "closesAt", "sealsAt", "cosignedBy", "drawsAt"], APART = ["closesAt", "sealsAt"];
const HOUR = 3600n, DAY = 86_400n;

export function* promise({ bundle, terms, entries, game }, asked) {
  const hash = toHex(taggedHash("tiraj/bet-draw/1", new TextEncoder().encode(bundle.promise))), [first] = entries;
  if (hash !== bundle.promiseHash) yield problem("promiseHash");
  if (canonical(terms) !== bundle.promise) yield problem("promiseWritten");
  const isFirst = first !== undefined && first.kind === "bet.promised" && entries.filter(({ kind }) => kind === "bet.promised").length === 1;
  if (!isFirst) yield problem("promiseFirst");
  else if (first.told.promise !== bundle.promise || first.told.promiseHash !== bundle.promiseHash) yield problem("promiseOther");
  const isOwn = terms.game === game.name && terms.name === bundle.name && terms.classes === BigInt(game.classes);
  if (!isOwn) yield problem("promiseOfOther");
  if (bundle.name !== `${terms.day}-${terms.slot}`) yield problem("nameOther");
  if (asked.promise && asked.promise !== bundle.promiseHash) yield problem("expectPromise");
}

export function* times({ terms, game }) {
  const at = Object.fromEntries(TIMES.map((name) => [name, moment(terms[name])]));
  if (terms.zone !== game.zone) throw notTold("zoneUnknown", { is: terms.zone, should: game.zone });
  for (const [place, field] of TIMES.entries()) {
    const other = TIMES[place - 1];
    if (place && at[field] < at[other]) yield problem("timeBefore", { field, other });
    else if (APART.includes(field) && at[field] === at[other]) yield problem("timeTogether", { field, other });
  }
  const local = (at.drawsAt / SECOND + game.hours * HOUR) / DAY, day = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(terms.day) ? moment(`${terms.day}T00:00:00Z`) : null;
  if (day !== local * DAY * SECOND) yield problem("dayOther");
}

export function sales(draw) {
  const { bundle, terms, game } = draw, right = canonical([terms.currency, bundle.name, game.name, bundle.promiseHash]);
  const wrong = [], tickets = new Set();
  let tip = bundle.promiseHash, count = 0n, isSealed = false;
  for (const { number: entry, kind, sale } of draw.entries) {
    isSealed = isSealed || kind === "bet.sealed";
    if (sale === null) continue;
    count += 1n;
    const say = (isWrong, why) => { if (isWrong) wrong.push(problem(why, { n: count })); };
    if (sale.number !== count) {
      wrong.push(problem("saleDue", { entry, is: sale.number, should: count }));
      break;
    }
    say(sale.previous !== tip, "salePrevious");
    say(canonical(sale.said) !== right, "saleOther");
    say(tickets.has(sale.ticket), "saleTwice");
    say(isSealed, "saleLate");
    tickets.add(sale.ticket);
    tip = sale.leaf;
  }
  const values = { is: count, should: bundle.sales };
  if (!wrong.length && bundle.state === "selling" && count < bundle.sales) throw notYet("salesBehind", values);
  return count === bundle.sales && tip === bundle.tip ? wrong : [...wrong, problem("salesCount", values)];
}

export function cutOff({ terms, weighed }) {
  const opens = moment(terms.opensAt), closes = moment(terms.closesAt);
  return [...weighed.sales.values()].filter(({ at }) => at < opens || at >= closes).map(({ number }) => problem("soldOutside", { n: number }));
}

export function* odds({ terms, game, weighed }) {
  const shown = (fraction) => fraction.join(" / ");
  for (const { number, lines } of weighed.sales.values()) {
    for (const line of lines) {
      const right = game.odds(line, terms);
      if (!game.winsOn(line).length || !line.stake) yield problem("noBet", { n: number });
      else if (canonical(right) !== canonical(line.odds)) yield problem("oddsOther", { n: number, line: `${line.kind} ${line.number}`, is: shown(line.odds), should: shown(right) });
    }
    if (!lines.length) yield problem("noBets", { n: number });
  }
}

export function refunds({ entries, weighed, isCancelled }) {
  const wrong = [...weighed.wrongBack], kinds = entries.map(({ kind }) => kind);
  const cancelled = kinds.lastIndexOf("bet.cancelled"), seal = kinds.indexOf("bet.sealed");
  for (const [number, place] of weighed.back) {
    if (seal >= 0 && place > seal && (cancelled < 0 || place < cancelled)) wrong.push(problem("backAfterSeal", { n: number }));
  }
  if (isCancelled !== (cancelled >= 0 && cancelled > kinds.lastIndexOf("bet.reopened"))) wrong.push(problem("cancelledOther"));
  const left = weighed.counting().length;
  if (!wrong.length && isCancelled && left) throw notYet("backOpen", { n: left });
  return wrong;
}
