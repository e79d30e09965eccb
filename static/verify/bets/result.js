// Claims of a draw of bets about its outcome: that it is the one that the log tells as its result, and why that counts.
import { choices } from "../bundle/sealed_draw.js";
import { advance } from "../hash_chain.js";
import { fromHex, taggedHash, toHex } from "../sha256.js";
import { notTold, notYet, problem } from "./problems.js";
import { SECOND, isHash, isRecord, moment, shaped } from "./shapes.js";

const SEALED_DRAW = "sealed_draw", BY_HAND = ["by_hand", "correction"];

// What the result was said to be, the last one last.
export const versions = (draw) => draw.of("result.confirmed", "result.corrected").map(({ told }) => told);

export function result(draw, asked) {
  const { terms, game, bundle } = draw, settled = draw.of("bet.resulted", "bet.corrected"), last = settled.at(-1);
  const wrong = settled.filter(({ told }) => told.result !== game.written(told.outcome)).map(({ told }) => problem("writtenOther", { is: told.result, n: told.outcome }));
  if (draw.isCancelled) return settled.length ? [...wrong, problem("cancelledResult")] : wrong;
  if (asked.number && last && last.told.result !== asked.number) wrong.push(problem("expectNumber", { is: last.told.result, should: asked.number }));
  if (terms.source === SEALED_DRAW) return [...wrong, ...drawnAgain(draw, settled, asked)];
  const known = versions(draw);
  wrong.push(...versionsDiffer(draw, known), ...settledOtherwise(settled, known));
  if (wrong.length) return wrong;
  if (!settled.length) {
    if (bundle.state === "resulted") return [problem("resultUntold")];
    throw notYet("noResult");
  }
  if (known.at(-1).numbers !== last.told.result) throw notYet("corrected", { is: known.at(-1).numbers });
  return wrong;
}

// Each settlement is by a version of the result, in their order.
function* settledOtherwise(settled, known) {
  let at = 0;
  for (const { kind, told } of settled) {
    while (at < known.length && known[at].numbers !== told.result) at += 1;
    if (at === known.length) return yield problem("resultOther", { is: told.result });
    if (kind === "bet.corrected" && told.isBorne) continue;
    const off = moment(told.finalAt) - moment(known[at].finalAt);
    if (off < 0n || off >= SECOND) yield problem("finalOther");
  }
}

function* versionsDiffer(draw, known) {
  const { terms, bundle, game } = draw, expected = draw.of("result.expected");
  for (const { told } of expected) {
    const isOwn = told.lottery === terms.lottery && told.day === terms.day && told.promise === bundle.promiseHash && told.finalAfterSeconds === terms.finalAfterSeconds;
    if (!isOwn) yield problem("expectedOther");
  }
  if (!expected.length && draw.of("bet.resulted").length) yield problem("notExpected");
  for (const [place, told] of known.entries()) {
    const before = place ? known[place - 1].numbers : null;
    if (told.version !== BigInt(place + 1) || (told.before ?? null) !== before) yield problem("versionMissing", { n: place + 1 });
    if (!game.isNumber(told.numbers)) yield problem("noNumber", { is: told.numbers });
    if (moment(told.confirmedAt) < moment(terms.drawsAt)) yield problem("knownEarly");
    if (moment(told.finalAt) - moment(told.confirmedAt) !== terms.finalAfterSeconds * SECOND) yield problem("finalLate");
  }
}

// Of a slot without an official draw: sealed-draw-1 over promise, seal and closing block.
function* drawnAgain(draw, settled, { mostHashes, report }) {
  const found = draw.of("bet.drawn"), { terms: { hashes }, bundle, game } = draw;
  if (!settled.length && !found.length) throw notYet("notDrawn");
  if (draw.seal === null || found.length !== 1 || settled.length !== 1) return yield problem("drawnTwice");
  const [{ told }] = found;
  if (told.promise !== bundle.promiseHash || told.outcome !== settled[0].told.outcome) yield problem("drawnOther");
  if (hashes > mostHashes) throw notTold("hashesMany", { n: hashes });
  const first = toHex(taggedHash("tiraj/sealed-draw/1", ...[told.promise, draw.seal.told.sealRoot, told.closingBlock].map(fromHex)));
  const state = advance(first, Number(hashes), (done) => report(done, Number(hashes)));
  const outcome = choices(state, BigInt(game.classes)).next().value;
  if (state !== told.lastState || outcome !== told.outcome) yield problem("drawGives", { is: game.written(outcome) });
}

export function evidence(draw) {
  const { terms } = draw, known = versions(draw), wrong = [];
  if (terms.source !== "official" || draw.isCancelled) return wrong;
  if (!known.length) throw notYet("noResult");
  let simulated = null;
  for (const told of known) {
    const leave = (names) => names.forEach((name) => draw.left.add(`result.evidence.${name}`)), names = Object.keys(told.evidence);
    if (told.how === "consensus") {
      const reads = (Array.isArray(told.evidence.reads) ? told.evidence.reads : []).map((one) => shaped(one, "read"));
      reads.forEach((one) => draw.leave("result.evidence.reads[].", one, "read"));
      leave(names.filter((name) => name !== "reads"));
      wrong.push(...readsDiffer(draw, told, reads));
      simulated ??= (reads.find(({ host }) => !isReal(host)) || { host: null }).host;
    } else if (BY_HAND.includes(told.how)) {
      const { papers } = told.evidence, isShown = isRecord(papers) && Object.keys(papers).length && Object.values(papers).every(isHash);
      leave(names);
      if (!isShown) wrong.push(problem("noPaper"));
    } else wrong.push(problem("howUnknown", { is: told.how }));
  }
  if (simulated !== null && !wrong.length) throw notTold("simulated", { is: simulated });
  return wrong;
}

const isReal = (host) => host.startsWith("https://");

// {needs: of each group one source has to say it, apart: in reads so far apart, sources: what each promised one is}.
function ruleOf({ terms: { sources: promised, lottery } }) {
  shaped(promised, "rule");
  const sources = new Map(promised.sources.map((one) => [shaped(one, "source").name, one]));
  if (promised.lottery !== lottery || promised.confirmedBy !== "consensus") throw notTold("ruleOther");
  return { needs: promised.needs.filter(Array.isArray).map((group) => group.map(String)), apart: promised.readsApartSeconds, sources };
}

function* readsDiffer({ terms }, told, reads) {
  const { needs, apart, sources } = ruleOf({ terms }), areReal = reads.every(({ host }) => isReal(host)), bySource = new Map();
  if (!needs.length) throw notTold("ruleNone");
  for (const one of reads) {
    const asked = moment(one.askedAt), answered = moment(one.answeredAt), promised = sources.get(one.source), say = (why) => problem(why, { name: one.source, is: one.numbers });
    bySource.set(one.source, [...(bySource.get(one.source) || []), { asked, answered }]);
    if (one.numbers !== told.numbers) yield say("readOther");
    if (moment(terms.drawsAt) > asked || asked > answered) yield say("readEarly");
    if (answered > moment(told.confirmedAt)) yield say("readLate");
    const isPromised = promised && ["host", "parser", "origin"].every((name) => one[name] === promised[name]);
    if (areReal && sources.size && !isPromised) yield say("sourceOther");
  }
  const isTwice = (name) => bySource.has(name) && spread(bySource.get(name)) >= (areReal ? apart * SECOND : 1n);
  for (const group of needs) if (!group.some(isTwice)) yield problem("sourcesFew", { name: group.join(", "), n: apart });
  const wanted = new Set([...sources.values()].map(({ origin }) => origin)), found = new Set(reads.map(({ origin }) => origin));
  for (const origin of [...wanted].filter((one) => !found.has(one)).sort()) yield problem("originMissing", { name: origin });
}

// From the first read's end to the last one's begin.
function spread(reads) {
  const last = reads.reduce((most, { asked }) => (asked > most ? asked : most), reads[0].asked);
  return last - reads.reduce((least, { answered }) => (answered < least ? answered : least), reads[0].answered);
}
