// Luckotto: sets of numbers, no two of which share six, and a draw of six numbers (luckotto-draw-1).
import { eachPayment, withEdge, wrongFate, wrongFields } from "../../verify/bundle/claims.js";
import { Evidence } from "../../verify/bundle/evidence.js";
import { register } from "../../verify/bundle/games.js";
import { about, told } from "../../verify/bundle/problems.js";
import { hashWorkProblems } from "../../verify/bundle/promise.js";
import { choices, isSealedDraw, sealedDraw, sixOf } from "../../verify/bundle/sealed_draw.js";
import { BadInput, canonical } from "../../verify/bundle/strict_json.js";
import { get } from "../../verify/platform.js";
import { fromHex } from "../../verify/sha256.js";
import { choose, nearestFree } from "./allocate.js";
import { firstState, numbersFrom } from "./draw.js";
import { maskOf, numbersOf, shared } from "./masks.js";

const MOST_EDGE = 15n, DRAWN = 6;
const REPORT_EVERY = 20; // payments

const numbered = (numbers) => numbers.map(BigInt);
const setOf = (numbers) => maskOf(numbers.map(Number));
const covered = (mask) => choose(numbersOf(mask).length, DRAWN);

class Luckotto extends Evidence {
  roundTerms = ["baseCombinationPriceSats", "poolSize"];
  player = ["playerUname", "playerIdentifier"];
  sold = ["soldTickets", "soldCombinations"];

  replay() {
    this.given = new Map(); // sets by order, in the order in which they were given
    this.without = new Set(); // funded orders for which no set was free
    this.lookedAt = new Map();
    this.winning = [];
    const funded = new Map(), all = this.inChainOrder();
    all.forEach((output, at) => {
      if (at % REPORT_EVERY === 0) this.report("allocation", at, all.length);
      const order = this.scripts.get(output.script), before = funded.get(order) || 0n;
      const status = this.fateOf(output, order, before), credited = status === "credited" ? output.amount : 0n;
      funded.set(order, before + credited);
      this.bought.push({ output, order, status, credited, refundable: output.amount - credited });
    });
  }

  fateOf(output, order, before) {
    const own = this.orders.get(order);
    if (output.height >= own.salesEndHeight) return "late";
    if (output.amount < own.minPaymentSats) return "below_minimum";
    if (this.without.has(order)) return "unallocated";
    const isFunded = !this.given.has(order) && before + output.amount >= own.totalSats;
    return !isFunded || this.allocate(order, output.height) ? "credited" : "unallocated";
  }

  // Gives a funded order its numbers, if a set is free.
  allocate(order, height) {
    const before = this.lookedAt.get(height) || 0, seed = fromHex(this.commitments.get(order));
    const found = nearestFree(setOf(this.orders.get(order).requestedNumbers), Number(this.round.poolSize), [...this.given.values()], seed, before);
    this.lookedAt.set(height, before + found.lookedAt);
    if (found.set === null) this.without.add(order);
    else this.given.set(order, found.set);
    return found.set !== null;
  }

  sealed() {
    const paid = new Map([...this.given.keys()].map((order) => [order, []]));
    for (const { output, order, credited } of this.bought) if (credited && paid.has(order)) paid.get(order).push([output.txid, output.vout, credited]);
    return [...this.given].map(([order, mask]) => ({
      tickets: covered(mask), sats: paid.get(order).reduce((sum, [, , sats]) => sum + sats, 0n),
      data: canonical({ allocatedNumbers: numbered(numbersOf(mask)), commitment: this.commitments.get(order), payments: paid.get(order) }),
    }));
  }

  ownerOfWinner() {
    const drawn = maskOf(this.winning), found = this.winning.length && [...this.given].find(([, mask]) => shared(mask, drawn) === DRAWN);
    return found ? found[0] : null;
  }

  drawn() { return { winningNumbers: numbered(this.winning) }; }

  earned() {
    const right = new Map(), add = (order, sats) => {
      const name = this.orders.get(order).partnerName;
      right.set(name, (right.get(name) || 0n) + sats);
    };
    for (const { order, credited } of this.bought) if (this.given.has(order)) add(order, credited);
    for (const [order, mask] of this.given) add(order, -covered(mask) * this.round.baseCombinationPriceSats);
    return right;
  }

  static workOf(round) { return round.hashes ?? round.hashWork ?? 0n; }

  // The state after all hashing, of which `hashed` is told.
  runDraw(hashed) {
    return hashed(firstState(this.closingHash() || this.bundle.draw.closingBlockHash), this.round.hashWork, 0n);
  }
}

function jackpot({ round }) {
  const possible = choose(Number(round.poolSize), DRAWN);
  return wrongFields("round", told(round.roundNumber), { possibleCombinations: possible, jackpotSats: possible * round.baseCombinationPriceSats }, round);
}

function prices(evidence) {
  return evidence.bundle.orders.flatMap((order) => {
    const own = evidence.orders.get(order.identifier), id = order.identifier;
    if (own === null) return [];
    const base = choose(own.requestedNumbers.length, DRAWN) * own.baseCombinationPriceSats, total = withEdge(base, own.houseEdgePercent);
    return [
      ...wrongFields("order", id, { totalSats: total, minPaymentSats: evidence.round.minPaymentFloorSats }, own),
      ...wrongFields("order", id, { baseSats: base, feeSats: total - base }, order),
      ...(own.houseEdgePercent > MOST_EDGE ? [about("order", id, { why: "edgeTooHigh" })] : []),
      ...(own.requestedNumbers.at(-1) > evidence.round.poolSize ? [about("order", id, { why: "outsidePool" })] : []),
    ];
  });
}

function fates(evidence) {
  return eachPayment(evidence, (payment, bought) => {
    const possible = possibleFates(evidence, bought), status = possible.includes(payment.status) ? payment.status : possible[0];
    const creditedSats = status === "credited" ? bought.credited : 0n;
    return wrongFate(payment, { status, creditedSats, refundableSats: bought.output.amount - creditedSats });
  });
}

// One; where a round was halted and somebody decided, either of two.
function possibleFates(evidence, bought) {
  const { status } = evidence.round;
  if (bought.status !== "credited") return [bought.status];
  const refused = evidence.without.has(bought.order) ? "unallocated" : "underfunded";
  const decided = evidence.given.has(bought.order) ? [] : [refused];
  if (status === "void") return ["void", ...decided];
  if (status === "halted") return ["credited", ...decided];
  return decided.length && ["sealed", "drawing", "settled"].includes(status) ? decided : ["credited"];
}

function allocation(evidence) {
  const expected = new Map(), { round } = evidence;
  [...evidence.given].forEach(([order, mask], at) => {
    expected.set(order, { sequence: BigInt(at), allocatedNumbers: numbered(numbersOf(mask)), combinations: covered(mask) });
  });
  const sums = { soldTickets: BigInt(expected.size), soldCombinations: [...evidence.given.values()].reduce((sum, mask) => sum + covered(mask), 0n) };
  const problems = wrongFields("round", told(round.roundNumber), sums, round);
  for (const ticket of evidence.bundle.tickets) {
    const right = expected.get(ticket.identifier);
    expected.delete(ticket.identifier);
    problems.push(...(right ? wrongFields("ticket", ticket.identifier, right, ticket) : [about("ticket", ticket.identifier, { why: "gotNone" })]));
  }
  return [...problems, ...[...expected.keys()].map((order) => about("ticket", order, { why: "missing" }))];
}

function apart(evidence) {
  const masks = evidence.bundle.tickets.map((ticket) => [ticket.identifier, setOf(ticket.allocatedNumbers)]), problems = [];
  masks.forEach(([name, mask], at) => {
    for (let before = 0; before < at; before++) {
      if (shared(mask, masks[before][1]) >= DRAWN) problems.push(about("ticket", name, { why: "bothWin", is: masks[before][0] }));
    }
  });
  return problems;
}

function draw(evidence, { hashed }) {
  const stated = evidence.bundle.draw, { round } = evidence;
  if (stated === null) return round.status === "settled" ? [about("bundle", "", { why: "missing" })] : "notSettled";
  if (isSealedDraw(evidence)) {
    const numbers = sixOf(choices(stated.lastState, round.poolSize));
    evidence.winning = numbers.map(Number).sort((a, b) => a - b);
    return sealedDraw(evidence, hashed, { drawnNumbers: numbers, winningNumbers: numbered(evidence.winning) });
  }
  if (stated.algorithm !== "luckotto-draw-1" || round.winnerAlgorithm !== "luckotto-draw-1") return [about("draw", "", { why: "algorithm" })];
  if (hashWorkProblems(evidence).length) return hashWorkProblems(evidence);
  const state = hashed ? evidence.runDraw(hashed) : stated.drawDigests[0] || "00".repeat(32);
  const found = numbersFrom(state, Number(round.poolSize));
  evidence.winning = found.winningNumbers;
  evidence.isDrawn = Boolean(hashed);
  const right = { drawDigests: found.drawDigests, drawnNumbers: numbered(found.drawnNumbers), winningNumbers: numbered(found.winningNumbers) };
  const problems = wrongFields("draw", "", right, stated);
  return problems.length || hashed ? problems : "hashingLeftOut";
}

const SHAPES = {
  round: "roundNumber:number status:text opensAtHeight:int salesEndHeight:int closingHeight:int settlementDepth:int "
    + "poolSize:pool possibleCombinations:int baseCombinationPriceSats:int jackpotSats:int minPaymentFloorSats:int "
    + "winnerAlgorithm:text hashWork:int? hashes:int? internalKey:hash soldTickets:int soldCombinations:int "
    + "roundTerms:text? roundCommitment:hash? voidReason:text?",
  order: "identifier:text partnerName:text playerUname:text playerIdentifier:text requestedNumbers:set "
    + "baseSats:int feeSats:int depositAddress:text internalKey:hash terms:text commitment:hash",
  payment: "identifier:text txid:hash vout:int amountSats:int creditedSats:int refundableSats:int "
    + "blockHeight:int status:text",
  ticket: "identifier:text sequence:int allocatedNumbers:set combinations:int status:text",
  draw: "algorithm:text closingBlockHash:hash drawnNumbers:list drawDigests:list winningNumbers:set",
  sealedDraw: "algorithm:text closingBlockHash:hash checkpointsRoot:hash lastState:hash "
    + "drawnNumbers:list winningNumbers:set",
  win: "identifier:text partnerName:text playerUname:text playerIdentifier:text winningNumbers:set "
    + "jackpotSats:int payoutAddress:text",
  terms: "baseCombinationPriceSats:int closingHeight:int game:text houseEdgePercent:int internalKey:hash "
    + "minPaymentSats:int network:text orderId:text partnerName:text payoutAddress:text playerIdentifier:text "
    + "playerUname:text poolSize:pool requestedNumbers:set roundNumber:int salesEndHeight:int totalSats:int version:int",
};

const isWhole = (value) => typeof value === "bigint";
const KINDS = {
  pool: (value) => isWhole(value) && value >= 9n && value <= 63n,
  set: (value) => Array.isArray(value) && value.length >= 6 && value.length <= 25
    && value.every((number, at) => isWhole(number) && number >= 1n && number <= 63n && (at === 0 || number > value[at - 1])),
};

const MOST_NUMBERS = 256; // of a pool: beyond it no terms are this game's
const sixesOf = (count) => [0n, 1n, 2n, 3n, 4n, 5n].reduce((product, less) => product * (count - less), 1n) / 720n;
const possibleDraws = (pool) => (isWhole(pool) && pool >= 6n && pool <= BigInt(MOST_NUMBERS) ? sixesOf(pool) : 0n);

const RECEIPT = {
  isOwn: (order) => Object.hasOwn(order, "requestedNumbers"),
  record: ({ identifier }) => get(`/api/luckotto/orders/${encodeURIComponent(identifier)}`),
  members: ["numbers", "requestedNumbers", "sequence"], lists: ["numbers", "requestedNumbers"], brings: "numbers", holder: "allocatedNumbers", list: null,
  held(data, member, isNumbers) {
    const held = { requestedNumbers: member(data, "requestedNumbers", "list"), numbers: member(data, "allocatedNumbers", "list", "none") };
    if (!Object.values(held).every(isNumbers)) throw new BadInput("numbers are none");
    return held;
  },
  holds: ({ numbers }) => (numbers === null ? [] : [numbers]), asked: ({ requestedNumbers }) => ({ requestedNumbers }),
  told: (lists) => lists.map((one) => one.join(", ")).join("; "),
  follows(held, order, { requestedNumbers: asked, poolSize, baseCombinationPriceSats: base, totalSats: total }) {
    if (!Array.isArray(asked) || asked.length < 6 || asked.length > MOST_NUMBERS) return {};
    const combinations = sixesOf(BigInt(asked.length)), possible = possibleDraws(poolSize), made = { combinations };
    if (isWhole(base)) made.baseSats = combinations * base;
    if (isWhole(base) && isWhole(total)) made.feeSats = total - combinations * base;
    return possible ? { ...made, odds: { combinations, oneIn: possible / combinations, possible } } : made;
  },
  jackpot({ poolSize, baseCombinationPriceSats: base }) {
    const possible = possibleDraws(poolSize);
    return possible && isWhole(base) ? possible * base : null;
  },
  called: ["Luckotto"], player: "playerUname", account: "playerIdentifier", asks: ({ totalSats: total }, paid) => (isWhole(total) && paid < total ? total - paid : total), // what is missing
};

register({
  name: "luckotto", subject: "luckotto-round", records: "/api/luckotto/rounds", verifier: "/luckotto/verify", evidence: Luckotto,
  shapes: SHAPES, kinds: KINDS, holding: ["ticket", "tickets"],
  checkLists({ draw: drawn }, every) { every(drawn ? drawn.drawnNumbers : [], "int"); },
  promised: ["baseCombinationPriceSats", "closingHeight", "game", "hashWork", "internalKey", "jackpotSats", "minPaymentFloorSats",
    "network", "opensAtHeight", "poolSize", "possibleCombinations", "roundNumber", "salesEndHeight", "settlementDepth", "version",
    "winnerAlgorithm"],
  hashWork: ["hashWork", 2n ** 47n],
  moving: ["soldCombinations", "drawnNumbers", "winningNumbers"], receipt: RECEIPT,
  claims: { jackpot, prices, fates, allocation, apart, draw },
});
