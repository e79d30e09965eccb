// The main game: tickets in one sequence, and a draw of one of them (hash-draw-1).
import { eachPayment, withEdge, wrongFate, wrongFields } from "../../verify/bundle/claims.js";
import { Evidence } from "../../verify/bundle/evidence.js";
import { register } from "../../verify/bundle/games.js";
import { about, differs, told } from "../../verify/bundle/problems.js";
import { hashWorkProblems } from "../../verify/bundle/promise.js";
import { choices, isSealedDraw, sealedDraw } from "../../verify/bundle/sealed_draw.js";
import { BadInput, canonical, same } from "../../verify/bundle/strict_json.js";
import { slipOf } from "./records.js";
import { digitOf } from "./inputs.js";

const MOST_DIGITS = 9n, MOST_FEE = 10n, MOST_EDGE = 15n;

const least = (a, b) => (a < b ? a : b);
const most = (a, b) => (a > b ? a : b);
const digitsOf = (round) => least(round.ticketDigits, MOST_DIGITS);

class TicketDraw extends Evidence {
  roundTerms = ["baseTicketPriceSats"];
  player = ["playerPublicIdentifier"];
  sold = ["soldTickets"];

  replay() {
    this.winningTicket = -1n;
    const held = new Map(), { round } = this;
    const supply = round.ticketDigits < 10n ? 10n ** round.ticketDigits : round.ticketSupply;
    let sold = 0n;
    for (const output of this.inChainOrder()) {
      const order = this.scripts.get(output.script);
      const bought = this.buy(output, order, held.get(order) || { paid: 0n, tickets: 0n }, supply - sold);
      if (bought.status === "credited") held.set(order, bought.held);
      this.bought.push({ ...bought, output, order, first: bought.tickets ? sold : null, last: sold + bought.tickets - 1n });
      sold += bought.tickets;
    }
  }

  // What an output buys for an order that holds `held`, where `left` tickets are left.
  buy(output, order, held, left) {
    const own = this.orders.get(order), { amount } = output, none = { credited: 0n, refundable: amount, tickets: 0n };
    if (output.height >= own.salesEndHeight) return { status: "late", ...none };
    if (amount < own.minPaymentSats) return { status: "below_minimum", ...none };
    if (left <= 0n) return { status: "sold_out", ...none };
    const price = most(own.playerTicketPriceSats, 1n), wanted = (held.paid + amount) / price - held.tickets, tickets = least(wanted, left);
    const refundable = tickets < wanted ? held.paid + amount - (held.tickets + tickets) * price : 0n;
    return {
      status: "credited", credited: amount - refundable, refundable, tickets,
      held: { paid: held.paid + amount - refundable, tickets: held.tickets + tickets },
    };
  }

  sealed() {
    return this.bought.filter((one) => one.first !== null).map((one) => ({
      tickets: one.tickets, sats: one.credited,
      data: canonical({
        amountSats: one.output.amount, commitment: this.commitments.get(one.order), creditedSats: one.credited,
        firstTicket: one.first, lastTicket: one.last, txid: one.output.txid, vout: one.output.vout,
      }),
    }));
  }

  ownerOfWinner() {
    const found = this.bought.find((one) => one.first !== null && one.first <= this.winningTicket && this.winningTicket <= one.last);
    return found ? found.order : null;
  }

  drawn() { return { winningTicket: this.winningTicket }; }

  // What each order's payments bought, as a slip says it.
  expectedSlips() {
    const slips = new Map();
    for (const { first, last, order, output, credited, tickets } of this.bought) {
      if (first === null) continue;
      if (!slips.has(order)) {
        slips.set(order, { paidSats: 0n, ticketCount: 0n, jackpotContributionSats: 0n, ranges: [], firstBlockHeight: output.height, firstBlockHash: output.blockHash });
      }
      const slip = slips.get(order);
      slip.paidSats += credited;
      slip.ticketCount += tickets;
      slip.jackpotContributionSats += tickets * this.orders.get(order).baseTicketPriceSats;
      slip.ranges.push([first, last]);
    }
    return slips;
  }

  earned() {
    const right = new Map();
    for (const [order, slip] of this.expectedSlips()) {
      const name = this.orders.get(order).partnerName;
      right.set(name, (right.get(name) || 0n) + slip.paidSats - slip.jackpotContributionSats);
    }
    return right;
  }

  static workOf(round) { return round.hashes ?? digitsOf(round) * (round.hashesPerDigit ?? 0n); }

  // The state after each digit; `hashed` is (state, times, before) → state, in hexadecimal.
  runDraw(hashed) {
    const digests = [], each = this.round.hashesPerDigit;
    let state = this.closingHash() || this.bundle.draw.closingBlockHash;
    for (let digit = 0n; digit < digitsOf(this.round); digit++) {
      state = hashed(state, each, digit * each);
      digests.push(state);
    }
    return digests;
  }
}

function jackpot({ round }) {
  const { ticketDigits, ticketSupply, baseTicketPriceSats, houseFeePercent, jackpotSats } = round, id = told(round.roundNumber);
  const supply = 10n ** digitsOf(round), right = supply * baseTicketPriceSats * (100n - houseFeePercent) / 100n, problems = [];
  if (ticketDigits < 1n || ticketDigits > MOST_DIGITS || ticketSupply !== supply) problems.push(differs("round", id, "ticketSupply", supply, ticketSupply));
  if (houseFeePercent > MOST_FEE) problems.push(about("round", id, { why: "feeTooHigh" }));
  return jackpotSats === right ? problems : [...problems, differs("round", id, "jackpotSats", right, jackpotSats)];
}

function prices(evidence) {
  const problems = [];
  for (const [name, own] of evidence.orders) {
    if (own === null) continue;
    const price = withEdge(own.baseTicketPriceSats, own.houseEdgePercent);
    if (own.houseEdgePercent > MOST_EDGE) problems.push(about("order", name, { why: "edgeTooHigh" }));
    const right = { playerTicketPriceSats: price, minPaymentSats: most(price, evidence.round.minPaymentFloorSats) };
    problems.push(...wrongFields("order", name, right, own));
  }
  return problems;
}

function tickets(evidence) {
  const isVoid = evidence.round.status === "void";
  return eachPayment(evidence, (payment, bought) => {
    const isVoided = isVoid && bought.status === "credited";
    return wrongFate(payment, {
      status: isVoided ? "void" : bought.status, creditedSats: isVoided ? 0n : bought.credited,
      refundableSats: isVoided ? bought.output.amount : bought.refundable,
      firstTicket: bought.first, lastTicket: bought.first === null ? null : bought.last,
    });
  });
}

function ranges(evidence) {
  const { slips } = evidence.bundle, { soldTickets, roundNumber } = evidence.round, problems = [], sign = (n) => (n < 0n ? -1 : Number(n > 0n));
  const stated = slips.flatMap((slip) => slip.ranges).sort((a, b) => sign(a[0] - b[0]) || sign(a[1] - b[1]));
  let edge = 0n;
  for (const [first, last] of stated) {
    if (first !== edge || last < first) problems.push(about("tickets", `${first} – ${last}`, { why: "notFollowing" }));
    edge = last + 1n;
  }
  if (edge !== soldTickets) problems.push(differs("round", told(roundNumber), "soldTickets", edge, soldTickets));
  const expected = evidence.expectedSlips();
  for (const slip of slips) {
    const right = expected.get(slip.identifier);
    expected.delete(slip.identifier);
    problems.push(...(right ? wrongFields("slip", slip.identifier, right, slip) : [about("slip", slip.identifier, { why: "boughtNothing" })]));
  }
  return [...problems, ...[...expected.keys()].map((name) => about("slip", name, { why: "missing" }))];
}

function draw(evidence, { hashed }) {
  const stated = evidence.bundle.draw, { round } = evidence;
  if (stated === null) return round.status === "settled" ? [about("bundle", "", { why: "missing" })] : "notSettled";
  if (isSealedDraw(evidence)) {
    evidence.winningTicket = choices(stated.lastState, 10n ** digitsOf(round)).next().value;
    return sealedDraw(evidence, hashed, { winningTicket: evidence.winningTicket });
  }
  if (stated.algorithm !== "hash-draw-1" || round.winnerAlgorithm !== "hash-draw-1") return [about("draw", "", { why: "algorithm" })];
  if (hashWorkProblems(evidence).length) return hashWorkProblems(evidence);
  const digests = hashed ? evidence.runDraw(hashed) : stated.drawDigests.slice(0, Number(MOST_DIGITS)), drawn = digests.map(digitOf).reverse().join("");
  evidence.winningTicket = BigInt(drawn || "0");
  evidence.isDrawn = Boolean(hashed);
  const problems = wrongFields("draw", "", { drawDigits: drawn, winningTicket: evidence.winningTicket }, stated);
  if (!same(digests, stated.drawDigests)) problems.push(differs("draw", "", "drawDigests", digests, stated.drawDigests));
  if (BigInt(digests.length) !== round.ticketDigits) problems.push(differs("draw", "", "ticketDigits", digests.length, round.ticketDigits));
  return problems.length || hashed ? problems : "hashingLeftOut";
}

const SHAPES = {
  round: "roundNumber:number status:text opensAtHeight:int salesEndHeight:int closingHeight:int settlementDepth:int "
    + "ticketDigits:int ticketSupply:int baseTicketPriceSats:int houseFeePercent:int jackpotSats:int minPaymentFloorSats:int "
    + "winnerAlgorithm:text hashesPerDigit:int? hashes:int? internalKey:hash soldTickets:int "
    + "roundTerms:text? roundCommitment:hash? voidReason:text?",
  order: "identifier:text partnerName:text playerPublicIdentifier:text depositAddress:text internalKey:hash "
    + "terms:text commitment:hash",
  payment: "identifier:text txid:hash vout:int amountSats:int creditedSats:int refundableSats:int blockHeight:int "
    + "status:text firstTicket:int? lastTicket:int?",
  slip: "identifier:text paidSats:int ticketCount:int jackpotContributionSats:int ranges:list "
    + "firstBlockHeight:int firstBlockHash:hash status:text",
  draw: "algorithm:text closingBlockHash:hash drawDigits:text drawDigests:list winningTicket:int",
  sealedDraw: "algorithm:text closingBlockHash:hash checkpointsRoot:hash lastState:hash winningTicket:int",
  win: "identifier:text partnerName:text playerPublicIdentifier:text? winningTicket:int jackpotSats:int payoutAddress:text",
  terms: "baseTicketPriceSats:int closingHeight:int game:text houseEdgePercent:int internalKey:hash "
    + "minPaymentSats:int network:text orderId:text partnerName:text payoutAddress:text playerPublicIdentifier:text "
    + "playerTicketPriceSats:int roundNumber:int salesEndHeight:int version:int",
};

function checkLists({ slips }, every) {
  slips.forEach((slip) => slip.ranges.forEach((range) => {
    if (!Array.isArray(range) || range.length !== 2) throw new BadInput("a range has a first and a last ticket");
    every(range, "int");
  }));
}

const RECEIPT = {
  isOwn: () => false, // it is what a receipt is of that says nothing else
  record: ({ roundNumber, identifier }) => slipOf(roundNumber, identifier),
  members: ["tickets"], lists: ["tickets"], brings: "tickets", holder: "slip", list: "ranges", keepsVoid: true,
  held(data, member, isNumbers) {
    const slip = member(data, "slip", "record", "none"), ranges = slip ? member(slip, "ranges", "list") : [];
    if (!ranges.every((one) => Array.isArray(one) && isNumbers(one))) throw new BadInput("ranges are none");
    return { tickets: ranges };
  },
  holds: ({ tickets }) => tickets, asked: () => ({}), told: (lists) => lists.map((one) => one.join("–")).join(", "),
  follows({ tickets }, order, { baseTicketPriceSats: base }) {
    if (!tickets.every((one) => one.length === 2)) return { "slip.identifier": order };
    const count = tickets.reduce((sum, [first, last]) => sum + last - first + 1n, 0n);
    return { "slip.identifier": order, "slip.ticketCount": count, ...(typeof base === "bigint" && { "slip.jackpotContributionSats": count * base }) };
  },
  jackpot: () => null, // no order's terms say it
  called: ["Ticket draw", "Tombola", "Tiraj tikè yo", "Bunutan ng tiket"], player: "playerPublicIdentifier", asks: ({ playerTicketPriceSats }) => playerTicketPriceSats,
};

register({
  name: "rounds", isUnnamed: true, subject: "round", records: "/api/rounds", verifier: "/verify", evidence: TicketDraw,
  shapes: SHAPES, kinds: {}, holding: ["slip", "slips"], checkLists,
  promised: ["baseTicketPriceSats", "closingHeight", "game", "hashesPerDigit", "houseFeePercent", "internalKey", "jackpotSats",
    "minPaymentFloorSats", "network", "opensAtHeight", "roundNumber", "salesEndHeight", "settlementDepth", "ticketDigits", "ticketSupply",
    "version", "winnerAlgorithm"],
  hashWork: ["hashesPerDigit", 2n ** 44n],
  moving: ["drawDigits", "winningTicket"], receipt: RECEIPT,
  claims: { jackpot, prices, tickets, ranges, draw },
});
