// Who cosigned the public log over a round's seal before its closing block, from whatever checkpoints are shown, and those
// that the reader brings: as a witness served them himself.
import { toHex } from "../sha256.js";
import { little } from "./blocks.js";
import { covering, detailOf, isRecord, noteText, otherCheckpoints } from "./entries.js";
import { cosignedAt, isSignedByAny, keyOf, readNote, readProof } from "./notes.js";
import { Problem, problemOf, untold } from "./problems.js";
import { areWitnesses } from "./promise.js";
import { checkShape } from "./shapes.js";
import { BadInput, parse } from "./strict_json.js";

const TITLE = /^(?=c2sp\.org\/tlog-proof@v1$)/m;

// {witnesses, quorum} that the promise names; nobody, if it names none as it should.
export function promisedWitnesses({ roundTerms }) {
  const nobody = { witnesses: [], quorum: 0n };
  try {
    const own = parse(roundTerms || "{}");
    return isRecord(own) && own.version === 3n && areWitnesses(own) ? own : nobody;
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return nobody;
  }
}

// The time in the closing block's own header; null while that is not here.
export function closingTime({ headers, round, first }) {
  const place = round.closingHeight - first;
  return place < 0n || place >= BigInt(headers.length) ? null : little(headers[Number(place)], 68, 4);
}

// {problems, inTime}: by key of each of these witnesses who was in time, the checkpoints that he had cosigned by then, as
// {size, time}; or {open}, why that cannot be told.
export function cosigned(evidence, keys) {
  const { bundle: { log: said, seal }, brought } = evidence, until = closingTime(evidence), isTold = said !== null && said.seal !== null;
  if (seal === null || until === null) return { open: "noSealYet" };
  if (!isTold && !brought.length) return { open: untold("", "", { why: "logNotTold" }) };
  const problems = [], inTime = new Map();
  let notes;
  try {
    notes = isTold ? [readNote(noteText(evidence)), ...otherCheckpoints(evidence).notes] : [];
  } catch (error) {
    return { problems: [problemOf("seal", "", error)], inTime };
  }
  for (const note of [...notes, ...brought]) {
    for (const text of keys) {
      const key = keyOf(text, 4);
      try {
        const time = cosignedAt(note, key);
        if (time !== null && time <= until) inTime.set(text, [...(inTime.get(text) || []), { size: note.size, time }]);
      } catch (error) {
        problems.push(problemOf("witness", key.name, error));
      }
    }
  }
  return { problems, inTime };
}

// What the reader brings, as {brought: notes that cover the seal, besides: what other entries of the log say of the quorum,
// as {block, count}}. Throws BadInput: some of it says nothing of this round.
export function bring(evidence, options) {
  const found = { brought: [], besides: [] };
  try {
    for (const text of (options.expectCosigned || "").split(TITLE)) if (text.trim()) bringOne(evidence, text.endsWith("\n") ? text : `${text}\n`, options, found);
    return found;
  } catch (error) {
    const isOfText = [Problem, BadInput, DOMException, TypeError].some((kind) => error instanceof kind);
    throw isOfText ? new BadInput(`what witnesses cosigned: ${error.message}`, "badCosigned") : error;
  }
}

function bringOne(evidence, text, options, { brought, besides }) {
  const seal = evidence.bundle.log && evidence.bundle.log.seal;
  if (!text.startsWith("c2sp.org/")) {
    const note = readNote(text), known = seal ? [readNote(noteText(evidence)), ...otherCheckpoints(evidence).notes] : [];
    if (!known.some((one) => one.origin === note.origin && one.size === note.size && toHex(one.root) === toHex(note.root))) throw new Problem("noPath");
    brought.push(signed(evidence, note, options));
    return;
  }
  const [, extra] = /^[^\n]+\nextra ([A-Za-z0-9+/]+={0,2})\n/.exec(text) || [], own = extra === undefined ? seal && seal.text : decoded(extra);
  const quorum = detailOf(evidence, own, "round.witnessed"), sealed = detailOf(evidence, own, "round.sealed");
  if (quorum === null && sealed === null) throw new Problem("otherEntry");
  const note = signed(evidence, covering(evidence, text, { number: readProof(text).number, text: own }), options);
  if (quorum !== null) besides.push(countedBy(evidence, quorum));
  else if (evidence.bundle.seal !== null && sealed.sealRoot === evidence.bundle.seal.root) brought.push(note);
  else throw new Problem("otherEntry");
}

function decoded(text) { return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(text), (one) => one.charCodeAt(0))); }

// The same note. Throws a Problem: the log did not sign it, or no witness whom the round or the reader names did.
function signed(evidence, note, { expectLog, expectWitness }) {
  const keys = [...promisedWitnesses(evidence.round).witnesses, ...(expectWitness ? expectWitness.split(/\s+/) : [])];
  if (expectLog && !isSignedByAny(note, expectLog)) throw new Problem("otherLog");
  if (keys.every((key) => cosignedAt(note, keyOf(key, 4)) === null)) throw new Problem("notInTime");
  return note;
}

// Of which block another entry about the quorum is, and how many it counts by the closing block's time.
function countedBy(evidence, detail) {
  checkShape(detail, "quorum");
  detail.cosigned.forEach((one) => checkShape(one, "cosigner"));
  if (detail.closingBlock !== null) checkShape(detail.closingBlock, "block");
  const until = closingTime(evidence) ?? 0n, named = promisedWitnesses(evidence.round).witnesses;
  const keys = detail.cosigned.filter(({ verifierKey, time }) => time <= until && named.includes(verifierKey)).map((one) => one.verifierKey);
  return { block: detail.closingBlock && detail.closingBlock.hash, count: BigInt(new Set(keys).size) };
}
