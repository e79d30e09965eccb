// What the public log says of a round's quorum of witnesses, and a round that is void, or drawn, against that.
import { toHex } from "../sha256.js";
import { closingTime, cosigned, promisedWitnesses } from "./cosigned.js";
import { entry, noteIn, noteText, otherCheckpoints } from "./entries.js";
import { cosignedAt, keyOf, readNote, timeSaid } from "./notes.js";
import { Problem, about, problemOf, told, untold } from "./problems.js";
import { SEALED_DRAW } from "./promise.js";
import { checkShape } from "./shapes.js";
import { parse, same } from "./strict_json.js";

const LATEST = 7200n; // seconds from a block's own time, which may be as far ahead, to when its quorum is said at the latest
const nameOf = (key) => keyOf(key, 4).name;

// {said, problems}: what the log says, as {number, block, cosigned: {size, time} by key, note, time}, or null where that is
// not shown; and what is wrong with it.
export function quorumSaid(evidence) {
  const said = evidence.bundle.log && evidence.bundle.log.witnessed, { witnesses: named, quorum } = promisedWitnesses(evidence.round);
  if (said === null) return { said, problems: [] };
  const problems = entry(evidence, "witnessed", "round.witnessed", { roundNumber: evidence.round.roundNumber, quorum });
  if (problems.length) return { said: null, problems };
  try {
    const { detail } = parse(said.text), note = readNote(noteIn(said.proof));
    checkQuorum(evidence, detail, named);
    if (note.origin !== readNote(noteText(evidence)).origin) throw new Problem("otherLog");
    const seen = new Map(detail.cosigned.map(({ verifierKey, size, time }) => [verifierKey, { size, time }]));
    return { said: { number: said.number, block: detail.closingBlock && detail.closingBlock.hash, cosigned: seen, note, time: timeSaid(note) }, problems: [] };
  } catch (error) {
    return { said: null, problems: [problemOf("quorum", "", error)] };
  }
}

// Throws a Problem or BadInput: it contradicts itself, the promise or the seal's entry.
function checkQuorum({ bundle: { log: { seal, witnessed } }, round, ...evidence }, detail, named) {
  checkShape(detail, "quorum");
  detail.cosigned.forEach((one) => checkShape(one, "cosigner"));
  const { closingBlock: block, cosigned: list, missing, hasQuorum, quorum, sealEntry } = detail, keys = list.map((one) => one.verifierKey);
  const right = [
    same(keys, named.filter((key) => keys.includes(key))), same(missing, named.filter((key) => !keys.includes(key))),
    hasQuorum === (BigInt(keys.length) >= quorum), seal !== null && (sealEntry === null || sealEntry === seal.number), !keys.length || sealEntry !== null,
    seal !== null && list.every(({ size }) => seal.number < size && size <= witnessed.number),
  ];
  if (block !== null) {
    checkShape(block, "block");
    const place = round.closingHeight - evidence.first, hash = evidence.hashes[Number(place)];
    right.push(block.height === round.closingHeight, block.hash !== hash || block.time === closingTime({ ...evidence, round }), list.every(({ time }) => time <= block.time));
  }
  if (right.includes(false)) throw new Problem("contradictsItself");
}

// Two checkpoints of one size under different roots: the log said different things to different people.
export function forks(evidence) {
  const { said } = quorumSaid(evidence), roots = new Map();
  let notes;
  try {
    notes = [readNote(noteText(evidence)), ...otherCheckpoints(evidence).notes, ...evidence.brought, ...(said ? [said.note] : [])];
  } catch {
    return [];
  }
  notes.forEach(({ size, root }) => roots.set(size, new Set([...(roots.get(size) || []), toHex(root)])));
  return [...roots].filter(([, found]) => found.size > 1).map(([size]) => about("", "", { why: "twoRoots", is: told(size) }));
}

// A sealed draw began by what the log had said of the quorum before anybody could know how it would end.
export function saidOtherwise(evidence, inTime) {
  const { said } = quorumSaid(evidence), { witnesses: named, quorum } = promisedWitnesses(evidence.round), until = closingTime(evidence);
  if (said === null) return untold("", "", { why: "quorumNotSaid" });
  const counted = [...said.cosigned].filter(([, { time }]) => time <= until), of = (n) => `${n} / ${told(quorum)}`;
  if (said.block !== null && said.block !== evidence.closingHash()) return [about("quorum", "", { why: "otherClosing" })];
  const counts = [BigInt(counted.length), ...evidence.besides.filter(({ block }) => block === evidence.closingHash()).map((one) => one.count)];
  const short = counts.find((count) => count < quorum);
  if (short !== undefined) return [about("quorum", "", { why: "drawnWithout", is: of(told(short)) })];
  const shown = counted.filter(([key, { size, time }]) => (inTime.get(key) || []).some((one) => one.size === size && one.time === time));
  if (BigInt(shown.length) < quorum) return untold("", "", { why: "tooFewWitnesses", is: of(shown.length) });
  try {
    if (named.every((key) => cosignedAt(said.note, keyOf(key, 4)) === null)) return untold("", "", { why: "quorumUnseen" });
  } catch (error) {
    return [problemOf("quorum", "", error)];
  }
  return said.time - until > LATEST ? untold("", "", { why: "saidLate", is: told(said.time - until) }) : [];
}

// Of a round that is called void for want of cosignatures: that it waited for some, and they were not there. What covers the
// log's entry of the closing block was cosigned when that was known, whatever time the block itself says.
export function voidUnseen(evidence, id, decided) {
  const { witnesses: named, quorum } = promisedWitnesses(evidence.round), of = (n) => `${n} / ${told(quorum)}`;
  if (quorum === 0n || evidence.round.winnerAlgorithm !== SEALED_DRAW) return [about("round", id, { why: "waitsForNobody" })];
  const found = cosigned(evidence, named);
  if (!found.inTime) return untold("round", id, { why: "voidDecided", is: decided });
  const { said } = quorumSaid(evidence), last = said && said.block !== null ? said.number : null;
  const seen = [...found.inTime].map(([key, ones]) => [key, ones.filter(({ size }) => last === null || size <= last)]).filter(([, ones]) => ones.length);
  const others = evidence.besides.filter(({ count }) => count >= quorum).map((one) => one.block);
  if (others.includes(null) || others.includes(evidence.closingHash())) return [about("quorum", "", { why: "saysQuorum" })];
  const had = (why) => ([key, [{ size, time }]]) => about("witness", nameOf(key), { why, is: `${told(size)} @ ${told(time)}` });
  if (BigInt(seen.length) >= quorum) return [about("round", id, { why: "hadQuorum", is: of(seen.length) }), ...seen.map(had("hadCosigned"))];
  if (said === null) return untold("", "", { why: "quorumNotSaid" });
  const counted = [...said.cosigned].filter(([, { time }]) => time <= closingTime(evidence));
  if (BigInt(counted.length) >= quorum) return [about("quorum", "", { why: "saysQuorum" })];
  if (said.block !== evidence.closingHash()) return [about("quorum", "", { why: "otherClosing" })];
  const leftOut = seen.filter(([key]) => !said.cosigned.has(key));
  if (leftOut.length) return leftOut.map(had("leftOutCosigned"));
  const missing = named.filter((key) => counted.every(([one]) => one !== key)).map(nameOf);
  return untold("", "", { why: "askTheOthers", is: `${of(counted.length)}: ${missing.join(", ")}` });
}
