// JSON as the script reads it, which JSON.parse does not: a name may stand once in a record, and numbers are whole ones,
// of any size. Every number becomes a BigInt, so that no sum is ever rounded; records have no prototype.

// What makes a file unusable; its message says what was wrong as the scripts do. For the reader `key` names the words, and
// `said` the reason in them: {why, name}.
export class BadInput extends Error {
  constructor(message, key = "brokenData", said = { why: "otherwise" }) {
    super(message);
    this.key = key;
    this.said = said;
  }
}

const noJson = (message) => new BadInput(message, "brokenData", { why: "json" });

const DEEPEST = 500;
const LONGEST = 4300; // digits; no number here has more than twenty
const TOKEN = /[ \t\n\r]*(?:([{}[\],:])|(")|(-?(?:0|[1-9][0-9]*)(?![0-9.eE]))|(true|false|null))/y;
const WITH_DECIMALS = new RegExp(TOKEN.source.replace("(?![0-9.eE])", "(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"), "y");
const LITERALS = { true: true, false: false, null: null };

class Reader {
  constructor(text, pattern) {
    this.text = text;
    this.at = 0;
    this.pattern = pattern;
  }

  // The next token: {sign}, {value}. Throws where there is none.
  token() {
    this.pattern.lastIndex = this.at;
    const found = this.pattern.exec(this.text);
    if (!found) throw noJson(`no JSON of whole numbers at character ${this.at}`);
    this.at = this.pattern.lastIndex;
    const [, sign, quote, number, literal] = found;
    if (sign) return { sign };
    if (quote) return { value: this.string(this.at - 1), isName: true };
    if (literal) return { value: LITERALS[literal] };
    if (number.replace("-", "").length > LONGEST) throw new BadInput("a number is too long", "brokenData", { why: "number" });
    return { value: /[.eE]/.test(number) ? Number(number) : BigInt(number) };
  }

  // Without a pattern: a raw transaction may have millions of characters.
  string(begin) {
    let end = begin;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) throw noJson("a text has no end");
    } while (this.isEscaped(end));
    this.at = end + 1;
    try {
      return JSON.parse(this.text.slice(begin, end + 1));
    } catch {
      throw noJson(`a malformed text at character ${begin}`);
    }
  }

  isEscaped(place) {
    let before = place;
    while (this.text[before - 1] === "\\") before -= 1;
    return (place - before) % 2 === 1;
  }

  value(depth, token = this.token()) {
    if (depth > DEEPEST) throw noJson("it is nested too deeply");
    if (!token.sign) return token.value;
    if (token.sign === "{") return this.record(depth);
    if (token.sign === "[") return this.list(depth);
    throw noJson(`${token.sign} is in the wrong place`);
  }

  record(depth) {
    const record = Object.create(null);
    let token = this.token();
    if (token.sign === "}") return record;
    for (;;) {
      if (!token.isName || this.token().sign !== ":") throw noJson("a name is missing");
      if (token.value in record) throw new BadInput(`${token.value} occurs twice`, "brokenData", { why: "twice", name: token.value });
      record[token.value] = this.value(depth + 1);
      const after = this.token();
      if (after.sign === "}") return record;
      if (after.sign !== ",") throw noJson("a comma is missing");
      token = this.token();
    }
  }

  list(depth) {
    const list = [];
    let token = this.token();
    if (token.sign === "]") return list;
    for (;;) {
      list.push(this.value(depth + 1, token));
      token = this.token();
      if (token.sign === "]") return list;
      if (token.sign !== ",") throw noJson("a comma is missing");
      token = this.token();
    }
  }
}

// The value of a text, which must be one value and nothing else. Throws BadInput.
// `decimals`: what a receipt says of rates is no whole number.
export function parse(text, { decimals = false } = {}) {
  const reader = new Reader(text, decimals ? WITH_DECIMALS : TOKEN), value = reader.value(0);
  if (/[^ \t\n\r]/.test(text.slice(reader.at))) throw noJson("something follows the record");
  return value;
}

// UTF-8 to text; anything else is refused. A mark of the byte order at the beginning says nothing.
export function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadInput("it is not UTF-8", "brokenData", { why: "utf8" });
  }
}

const codePoints = (text) => Array.from(text, (one) => one.codePointAt(0));

// Names in the order of their code points, which is not that of JavaScript's own sort.
export function byCodePoint(one, other) {
  const a = codePoints(one), b = codePoints(other);
  const at = a.findIndex((point, place) => point !== b[place]);
  if (at < 0) return a.length - b.length;
  return at < b.length ? a[at] - b[at] : 1;
}

// As terms and the seal's leaves are written: sorted names, no spaces.
export function canonical(value) {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort(byCodePoint).map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

export function same(one, other) { return one === other || canonical(one) === canonical(other); }

// What stands at a path of a record, as [of, value]: "name[]" goes through a list, whose records are known by `of`.
export function valuesAt(record, path) {
  const isRecord = (one) => typeof one === "object" && one !== null && !Array.isArray(one);
  return path.split(".").reduce((found, part) => found.flatMap(([of, one]) => {
    const name = part.replace("[]", "");
    if (!isRecord(one) || !Object.hasOwn(one, name)) return [];
    const inList = ({ txid, vout, identifier }) => canonical([txid ?? null, vout ?? null, identifier ?? null]);
    return name === part ? [[of, one[name]]] : [one[name]].flat().filter(isRecord).map((each) => [inList(each), each]);
  }), [["", record]]);
}

// The transaction of which a path of a bundle tells: another one may have taken its place since.
export function ownerOf({ payout, log }, path) {
  const found = path.startsWith("payout.") ? payout : path.startsWith("log.anchor.") ? log && log.anchor : null;
  return found ? found.txid : null;
}
