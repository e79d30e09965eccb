// A bundle of a draw of bets, read: its promise, the log's entries about it and its result, and what each outcome would have cost.
import { leafOf } from "../bundle/notes.js";
import { BadInput, parse } from "../bundle/strict_json.js";
import { sha256, toHex } from "../sha256.js";
import { gameOf } from "./games.js";
import { isRecord, isShape, isText, isWhole, moment, parsed, shaped, strangers, unread, written } from "./shapes.js";
import { Weighed } from "./weighed.js";

const STATES = ["selling", "sealed", "resulted", "cancelled"];
const KIND_OF = { entries: "bet.", results: "result." };
const PART = ".part";

// {number, ticket, at, lines: [{kind, number, stake, odds}], previous, leaf, said: currency, draw, game, promise; stake}.
export function saleOf(record, text) {
  const lines = record.lines.map((one) => {
    const isLine = Array.isArray(one) && one.length === 5 && one.slice(0, 2).every(isText) && one.slice(2).every(isWhole);
    if (!isLine) throw new BadInput("a line of a sale is none");
    const [kind, number, stake, ...odds] = one;
    return { kind, number, stake, odds };
  });
  const { number, ticket, previous, currency, draw, game, promise } = record;
  const stake = lines.reduce((sum, line) => sum + line.stake, 0n);
  return { number, ticket, at: moment(record.soldAt), lines, previous, leaf: toHex(leafOf(text)), said: [currency, draw, game, promise], stake };
}

// A long entry, whose parts name the whole text's hash. Throws BadInput.
function joined(parts, subject, kind) {
  const text = parts.map((one) => one.text).filter(isText).join(""), whole = toHex(sha256(new TextEncoder().encode(text)));
  const isPart = (one, place) => one.part === BigInt(place) && one.of === BigInt(parts.length) && one.sha256 === whole && one.type === kind;
  if (!parts.every(isPart)) throw new BadInput("the parts of an entry are not one text");
  const record = written(text);
  if (record.subject !== subject || record.type !== kind.slice(0, -PART.length)) throw new BadInput("the parts of an entry are about something else");
  return record;
}

export class Draw {
  // `bundle`: its JSON, read. `report`: told how many entries are read, of how many. Throws BadInput.
  constructor(bundle, report = () => {}) {
    shaped(bundle, "bundle");
    if (bundle.betBundleVersion !== 1n) throw new BadInput("this version of a bundle is unknown to me");
    if (!STATES.includes(bundle.state)) throw new BadInput("its state is none");
    Object.assign(this, { bundle, report, left: new Set(strangers(bundle, "bundle")), parts: [], roots: new Map(), game: gameOf(bundle.game) });
    this.subject = `bet-draw:${bundle.game}:${bundle.name}`;
    this.terms = shaped(parsed(bundle.promise), "promise", this.game.terms);
    this.leave("promise.", this.terms, "promise", this.game.terms);
    this.entries = this.read("entries", this.subject);
    this.results = this.read("results", `result:${bundle.game}:${bundle.name}`);
    if (bundle.settlement) {
      shaped(bundle.settlement, "settlement");
      strangers(bundle.settlement, "settlement").forEach((name) => this.left.add(`settlement.${name}`));
    }
    this.weighed = new Weighed(this);
  }

  leave(path, record, shape, more = "") {
    [...strangers(record, shape, more), ...unread(record, shape)].forEach((name) => this.left.add(path + name));
  }

  // Entries in the log's order; those that were told in parts are put together.
  read(where, subject) {
    const found = [], told = this.bundle[where];
    let parts = [];
    told.forEach((one, place) => {
      this.report(place, told.length);
      shaped(one, "entry");
      strangers(one, "entry").forEach((name) => this.left.add(`${where}[].${name}`));
      if (!one.proof) this.left.add(`${where}[].number`);
      const record = written(one.text), kind = record.type;
      if (record.subject !== subject) throw new BadInput("an entry is about something else");
      if (!isText(kind) || !kind.endsWith(PART)) return found.push(this.entry(one, kind, record, where));
      parts.push({ ...this.bare(one, kind), told: record });
      if (record.part !== record.of - 1n) return undefined;
      const whole = joined(parts.map((part) => part.told), subject, kind);
      this.parts.push(...parts);
      parts = [];
      return found.push(this.entry(one, whole.type, whole, where));
    });
    if (parts.length) throw new BadInput("there are only parts of an entry");
    return found;
  }

  bare({ number, text, proof = null, witnessed = null }, kind) { return { number, kind, told: {}, text, proof, witnessed, sale: null }; }

  // {number, kind, told, text, proof, witnessed, sale}. Of a sale `sale` is all; of others `told` is the text, read.
  entry(one, kind, record, where) {
    const found = this.bare(one, String(kind));
    if (!isText(kind) || !isShape(kind) || !kind.startsWith(KIND_OF[where])) {
      this.left.add(`${where}[${kind}]`);
      return { ...found, told: record };
    }
    shaped(record, kind);
    this.leave(`${kind}.`, record, kind, "subject:text type:text");
    if (kind !== "bet.sealed" && one.witnessed) this.left.add(`${where}[].witnessed`);
    if (kind !== "bet.sold") return { ...found, told: record };
    if (one.proof) this.left.add(`${where}[].proof`);
    return { ...found, text: "", sale: saleOf(record, one.text) };
  }

  of(...kinds) { return [...this.entries, ...this.results].filter(({ kind }) => kinds.includes(kind)); }

  get seal() { return this.of("bet.sealed").at(-1) || null; }

  get isCancelled() { return this.bundle.state === "cancelled"; }
}

// A draw from its bundle's text. Throws BadInput.
export function readDraw(text, report) {
  const data = parse(text, { decimals: true });
  if (!isRecord(data) || !("betBundleVersion" in data)) throw new BadInput("this is no bundle of a draw");
  return new Draw(data, report);
}
