// A round's own promise: all that decides who wins and how much, told before its sales. And what the reader knows from
// elsewhere, which no bundle can show.
import { concat, sha256, taggedHash, toHex } from "../sha256.js";
import { about, differs, told, untold } from "./problems.js";
import { BadInput, byCodePoint, canonical, parse, same } from "./strict_json.js";

// The draw that every game knows beside its own; its promise says its work by a member of its own.
export const SEALED_DRAW = "sealed-draw-1";
const SEALED_WORK = ["hashes", 2n ** 40n];

const workOf = ({ round, game }) => (round.winnerAlgorithm === SEALED_DRAW ? SEALED_WORK : game.hashWork);

// Without hashing a draw costs nothing to bend; beyond the bound nobody can repeat it.
export function hashWorkProblems({ round, game }) {
  const [name, most] = workOf({ round, game }), work = round[name];
  return work !== null && work >= 1n && work <= most ? [] : [about("round", told(round.roundNumber), { why: "hashWork", is: told(work) })];
}

export function versionOf(round) { return round.roundTerms === null && round.roundCommitment === null ? 1n : 2n; }

// The hash of what is told of the promise.
export function roundCommitment({ roundTerms }) {
  const text = roundTerms || "";
  if (/\p{Surrogate}/u.test(text)) throw new BadInput("roundTerms is no text");
  return toHex(taggedHash("tiraj/round/1", new TextEncoder().encode(text)));
}

export function promise(evidence) {
  const { round, version, bundle } = evidence, id = told(round.roundNumber), problems = hashWorkProblems(evidence);
  if (bundle.bundleVersion !== version) problems.push(differs("bundle", "", "bundleVersion", version, bundle.bundleVersion));
  for (const [name, own] of evidence.orders) if (own !== null) problems.push(...ofOrder(evidence, name, own));
  if (version === 1n) return problems.length ? problems : untold("round", id, { why: "versionOne" });
  if (round.roundTerms === null || round.roundCommitment !== evidence.commitment) problems.push(differs("round", id, "roundCommitment", evidence.commitment, round.roundCommitment));
  return [...problems, ...ofPromise(evidence, id)];
}

function ofOrder({ version, commitment }, name, own) {
  if (own.version !== version) return [differs("order", name, "version", version, own.version)];
  const right = version === 2n ? commitment : null, stated = own.roundCommitment ?? null;
  return stated === right ? [] : [differs("order", name, "roundCommitment", right, stated)];
}

// What the promise says otherwise than the record.
function ofPromise({ round, bundle, game }, id) {
  const text = round.roundTerms || "{}";
  let own;
  try {
    own = parse(text);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return [about("round", id, { why: "unreadable" })];
  }
  const isThird = typeof own === "object" && own !== null && own.version === 3n, [work] = workOf({ round, game });
  const names = game.promised.map((name) => (name === game.hashWork[0] ? work : name)).sort();
  const all = isThird ? [...names, "quorum", "witnesses"].sort() : names;
  if (typeof own !== "object" || own === null || !same(Object.keys(own).sort(), all) || (isThird && !areWitnesses(own))) return [about("round", id, { why: "otherPromise" })];
  const record = { ...round, game: bundle.game, network: bundle.network, version: isThird ? 3n : 2n };
  const wrong = names.filter((name) => !same(own[name], record[name])).map((name) => differs("round", id, name, own[name], record[name]));
  const unused = [game.hashWork[0], "hashes"].filter((name) => name !== work && round[name] !== null);
  wrong.push(...unused.map((name) => differs("round", id, name, null, round[name])));
  return canonical(own) === text ? wrong : [...wrong, about("round", id, { why: "notCanonical" })];
}

// Whom a promise of version 3 names, each once, in order, by a key of a witness; and how many of them.
export function areWitnesses({ witnesses, quorum }) {
  if (!Array.isArray(witnesses) || !witnesses.every(isWitness)) return false;
  const parts = witnesses.map((key) => key.split("+")), publics = witnesses.map((key) => key.slice(-44));
  const isOnce = (some) => new Set(some).size === witnesses.length;
  return isOnce(parts.map(([name]) => name)) && isOnce(publics) && same(witnesses, [...witnesses].sort(byCodePoint))
    && typeof quorum === "bigint" && quorum >= 0n && quorum <= BigInt(witnesses.length);
}

// A verifier key of type 4 (c2sp.org/tlog-cosignature): name, id and key, that belong together.
function isWitness(key) {
  const found = typeof key === "string" && /^([^\s+\x00-\x1f]{1,200})\+([0-9a-f]{8})\+(B[A-P][A-Za-z0-9+/]{42})$/u.exec(key);
  if (!found) return false;
  const [, name, identifier, data] = found, bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  return bytes[0] === 4 && toHex(sha256(concat(new TextEncoder().encode(`${name}\n`), bytes))).startsWith(identifier);
}

export function expectedPromise({ round }, { expectPromise }) { return expected("expectPromise", expectPromise, round.roundCommitment); }

export function expectedSeal({ bundle }, { expectSeal }) { return expected("expectSeal", expectSeal, bundle.seal && bundle.seal.root); }

export function expectedClosing(evidence, { expectClosing }) {
  const height = evidence.round.closingHeight, block = evidence.closingHash();
  if (expectClosing && block === null && expectClosing.endsWith(`@${height}`)) return "closingNotHere";
  return expected("expectClosing", expectClosing, block && `${block}@${height}`);
}

function expected(why, known, stated) {
  if (!known) return untold("", "", { why });
  return known === stated ? [] : [differs("", "", why, known, stated)];
}
