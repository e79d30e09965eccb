// What is none of the things that are checked here: what it looks like, by the name of the words that say so; null where
// nothing better is known than what could be given. As the server tells it: app/faces/site/anything/pointers.py.
const NOTES = {
  proof: /^c2sp\.org\/tlog-proof@v1\n/, promise: /^tiraj\/promise\/1\r?\n/, checkpoint: /^\S+\r?\n[0-9]{1,19}\r?\n[A-Za-z0-9+/]{43}=(\r?\n|$)/,
  logkey: /^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/,
};
const MEMBERS = {
  problem: ["type", "title", "status"], // what the API answers where it has no file
  anchor: ["root", "size", "txid", "previous"], terms: ["orderId", "internalKey", "payoutAddress"], keys: ["rotations"], grown: ["first", "second", "hashes"],
  entry: ["subject", "type"], draw: ["betBundleVersion", "entries"], ticket: ["ticket", "leaves"],
};
const LONGEST_TITLE = 200; // characters shown
const LINK = /^(https?:\/\/|\/\/)\S+$/i;

function textOf(one) {
  if (typeof one === "string") return one.trim();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(one).trim();
  } catch {
    return null;
  }
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// What an answer of the API says was wrong.
export const titleIn = ([one]) => String(JSON.parse(textOf(one)).title).slice(0, LONGEST_TITLE);

// `given`: texts, or the bytes of files.
export function looksLike(given) {
  const texts = given.map(textOf), [text] = texts;
  if (texts.every((one) => one === "")) return "empty";
  if (texts.length > 1) return null;
  if (typeof given[0] !== "string" && String.fromCharCode(...given[0].subarray(0, 5)) === "%PDF-") return "paper";
  if (text === null || text.includes("\0")) return [0xfe, 0xff].includes(given[0][0]) ? null : "bytes"; // those begin a text in UTF-16
  if (/^[[{]/.test(text) && !isJson(text)) return "cut";
  if (text.startsWith("[")) return "list";
  if (text.startsWith("{")) {
    const data = JSON.parse(text);
    if (!Object.keys(data).length) return "nothing";
    return Object.keys(MEMBERS).find((kind) => MEMBERS[kind].every((name) => Object.hasOwn(data, name))) || "record";
  }
  const note = Object.keys(NOTES).find((kind) => NOTES[kind].test(text));
  if (note) return note;
  return LINK.test(text) ? "elsewhere" : null; // links to this site are looked up
}
