// What a bundle of a draw of bets, its entries of the log and a receipt of bets consist of, as scripts of games read them.
import { BadInput, canonical, parse } from "../bundle/strict_json.js";

const SHAPES = {
  bundle: "betBundleVersion:int game:text name:text state:text promise:text promiseHash:hash sales:int tip:hash settlement:record? results:list entries:list",
  entry: "number:int text:text proof:text? witnessed:text?",
  settlement: "id:text outcome:int winners:int won:int",
  promise: "game:text name:text day:text slot:int zone:text currency:text opensAt:time closesAt:time sealsAt:time "
    + "cosignedBy:time drawsAt:time source:text lottery:text classes:int finalAfterSeconds:int voidAfterSeconds:int "
    + "witnesses:list quorum:int hashes:int depth:int sources:record",
  "bet.promised": "promise:text promiseHash:hash",
  "bet.sold": "currency:text draw:text game:text lines:list number:int person:hash previous:hash promise:hash soldAt:time ticket:text",
  "bet.refunded": "because:text currency:text number:int promise:hash stake:int ticket:text",
  "bet.sealed": "promise:hash sealRoot:hash sales:int staked:int currency:text lastNumber:int lastLeaf:hash worst:int reservations:record",
  "bet.witnessed": "sealEntry:int quorum:int cosigned:list",
  "bet.drawn": "closingBlock:hash outcome:int promise:hash checkpointsRoot:hash lastState:hash",
  "bet.resulted": "promise:hash outcome:int result:text currency:text winners:int won:int settlement:text finalAt:time staked:int",
  "bet.corrected": "promise:hash outcome:int result:text currency:text winners:int won:int settlement:text finalAt:time was:int wasWon:int takenBack:int isBorne:flag",
  "bet.cancelled": "because:text",
  "bet.reopened": "because:text",
  "result.expected": "lottery:text day:text slot:text promise:hash finalAfterSeconds:int",
  "result.confirmed": "numbers:text how:text version:int evidence:record finalAt:time confirmedAt:time",
  "result.corrected": "numbers:text how:text version:int evidence:record finalAt:time confirmedAt:time before:text",
  "result.dismissed": "reason:text",
  read: "id:text source:text origin:text host:text parser:text askedAt:time answeredAt:time sha256:hash numbers:text",
  rule: "lottery:text zone:text digits:int needs:list readsApartSeconds:int confirmedBy:text sources:list",
  source: "name:text host:text parser:text origin:text",
  receipt: "ticket:text code:text game:text total:int currency:text leaves:list",
  leaf: "kind:text leaf:hash text:text? salt:hash? promise:text number:int? proof:text?",
};
// What is there, and no claim reads: it decides neither who wins nor how much.
const UNREAD = {
  promise: ["voidAfterSeconds", "depth"], "bet.sold": ["person"], "bet.refunded": ["because"], "bet.cancelled": ["because"],
  "bet.reopened": ["because"], "bet.corrected": ["takenBack"], "bet.sealed": ["reservations"], "bet.witnessed": ["cosigned"],
  "bet.drawn": ["closingBlock", "checkpointsRoot"], "result.expected": ["slot"], "result.dismissed": ["reason"], read: ["id", "sha256"],
};
const TIME = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?(Z|[+-][0-9]{2}:[0-9]{2})$/;
const HASH = /^[0-9a-f]{64}$/, MOST = 2n ** 63n - 1n;
const HALF_A_LETTER = /(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/; // in canonical JSON, which writes whole letters as they are
export const SECOND = 1_000_000n; // moments are whole microseconds

export const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const isText = (value) => typeof value === "string";
export const isHash = (value) => isText(value) && HASH.test(value);
export const isWhole = (value) => typeof value === "bigint" && value >= 0n && value <= MOST;

const KINDS = {
  text: isText, int: isWhole, hash: isHash, list: Array.isArray, record: isRecord,
  time: (value) => isText(value) && TIME.test(value), flag: (value) => typeof value === "boolean",
};

export const isShape = (name) => Object.hasOwn(SHAPES, name);

const partsOf = (shape, more) => `${SHAPES[shape]} ${more}`.trim().split(" ").map((part) => part.split(":"));

// The same record, which has what its shape names; `more`: a game's own members. Throws BadInput.
export function shaped(record, shape, more = "") {
  if (!isRecord(record)) throw new BadInput(`${shape} is no record`, "brokenData", { why: "kind", name: shape });
  for (const [name, kind] of partsOf(shape, more)) {
    const value = record[name], bare = kind.replace("?", "");
    if (bare !== kind && (value === undefined || value === null)) continue;
    if (value === undefined) throw new BadInput(`${name} of ${shape} is missing`, "brokenData", { why: "lacks", name });
    if (!KINDS[bare](value)) throw new BadInput(`${name} of ${shape} is no ${bare}`, "brokenData", { why: "kind", name });
  }
  return record;
}

// The members that its shape does not know.
export function strangers(record, shape, more = "") {
  const names = new Set(partsOf(shape, more).map(([name]) => name));
  return Object.keys(record).filter((name) => !names.has(name));
}

// Those that it knows, and no claim reads.
export const unread = (record, shape) => (UNREAD[shape] || []).filter((name) => name in record);

// Microseconds since 1970, of a time. Throws BadInput for a month that is none.
export function moment(text) {
  const [, year, month, day, hour, minute, second, part = "", zone] = TIME.exec(text), date = new Date(0);
  if (Number(month) < 1 || Number(month) > 12) throw new BadInput("a month is none");
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const away = zone === "Z" ? 0n : BigInt(zone.slice(0, 3)) * 60n + BigInt(zone[0] + zone.slice(4));
  return (BigInt(date.getTime()) / 1000n - away * 60n) * SECOND + BigInt(part.padEnd(6, "0"));
}

// A text that is a record in JSON. Throws BadInput.
export function parsed(text) {
  const found = parse(text, { decimals: true });
  if (!isRecord(found)) throw new BadInput("it is no record", "brokenData", { why: "kind", name: "text" });
  return found;
}

// The same, of a text that is written as the log writes.
export function written(text) {
  const found = parsed(text);
  if (canonical(found) !== text || HALF_A_LETTER.test(text)) throw new BadInput("it is not written as the log writes");
  return found;
}
