// Who cosigned the public log over a round's seal before its closing block, from whatever checkpoints are shown, and those
// that the reader brings: as a witness served them himself.
import { fromHex, toHex } from "../sha256.js";
import { little } from "./blocks.js";
import { covering, isRecord, noteText, otherCheckpoints } from "./entries.js";
import { cosignedAt, isSignedByAny, keyOf, readNote, readProof } from "./notes.js";
import { Problem, Untold, problemOf, untold } from "./problems.js";
import { areWitnesses } from "./promise.js";
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

// The checkpoints that the reader brings. Throws BadInput: one says nothing of this round's seal.
export function bring(evidence, { expectCosigned, expectLog, expectWitness }) {
  const keys = [...promisedWitnesses(evidence.round).witnesses, ...(expectWitness ? expectWitness.split(/\s+/) : [])];
  try {
    return (expectCosigned || "").split(TITLE).filter((text) => text.trim()).map((text) => {
      const note = brought(evidence, text.endsWith("\n") ? text : `${text}\n`);
      if (expectLog && !isSignedByAny(note, expectLog)) throw new Problem("otherLog");
      if (keys.every((key) => cosignedAt(note, keyOf(key, 4)) === null)) throw new Problem("notInTime");
      return note;
    });
  } catch (error) {
    if (error instanceof Problem || error instanceof BadInput || error instanceof DOMException || error instanceof TypeError) throw new BadInput(`what witnesses cosigned: ${error.message}`, "badCosigned");
    throw error;
  }
}

function brought(evidence, text) {
  const said = evidence.bundle.log, seal = said && said.seal;
  if (!text.startsWith("c2sp.org/")) {
    const note = readNote(text), known = seal ? [readNote(noteText(evidence)), ...otherCheckpoints(evidence).notes] : [];
    const isSame = (one) => one.origin === note.origin && one.size === note.size && toHex(one.root) === toHex(note.root);
    if (!known.some(isSame)) throw new Problem("noPath");
    return note;
  }
  const [, extra] = /^[^\n]+\nextra ([A-Za-z0-9+/]+={0,2})\n/.exec(text) || [];
  const own = extra === undefined ? seal && seal.text : new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(extra), (one) => one.charCodeAt(0)));
  if (own === null || !saysSeal(evidence, own)) throw new Problem("otherEntry");
  return covering(evidence, text, { number: readProof(text).number, text: own });
}

// Whether an entry says that this round was sealed with this root.
function saysSeal({ bundle: { seal }, round, game }, text) {
  const own = parse(text);
  return isRecord(own) && isRecord(own.detail) && seal !== null && own.type === "round.sealed" && own.subject === `${game.subject}:${round.roundNumber}` && own.detail.sealRoot === seal.root;
}
