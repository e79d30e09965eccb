// What a round's public record claims, each claim recomputed: {name, holds, count, values}. Nothing here asks the server.
// values are what stands between: [label, computed, recorded or undefined], shown to whoever wants to look.
import { digitOf } from "./hash_draw.js";
import { leavesOf, sealRoot } from "./seal.js";
import { commit } from "./taproot.js";

const SHOWN = 5; // as many examples as a reader compares

// Supply and jackpot follow from the frozen figures.
export function figures(round) {
  const supply = 10 ** round.ticketDigits;
  const jackpot = BigInt(supply) * BigInt(round.baseTicketPriceSats) * BigInt(100 - round.houseFeePercent) / 100n;
  return {
    name: "figures", holds: round.ticketSupply === supply && BigInt(round.jackpotSats) === jackpot,
    values: [
      ["supply", `10^${round.ticketDigits} = ${supply}`, String(round.ticketSupply)],
      ["jackpot", `${supply} × ${round.baseTicketPriceSats} × ${100 - round.houseFeePercent}% = ${jackpot}`, String(round.jackpotSats)],
    ],
  };
}

// Every slip's address commits to its terms, and the terms name this round.
export function addresses(round, slips) {
  const values = [];
  const wrong = slips.filter((slip) => {
    const terms = JSON.parse(slip.terms);
    const made = commit(slip.internalKey, slip.terms, terms.network);
    const differs = terms.roundNumber !== round.roundNumber || terms.orderId !== slip.identifier
      || made.commitment !== slip.commitment || made.address !== slip.depositAddress;
    if (differs || values.length < SHOWN) values.push([slip.identifier.slice(-12), made.address, slip.depositAddress]);
    return differs;
  });
  return { name: "addresses", holds: wrong.length === 0, count: slips.length, values };
}

// All ranges together are one sequence from ticket 0, without hole or overlap, as long as what is said to be sold.
export function ranges(round, slips) {
  const all = slips.flatMap((slip) => slip.ranges).sort((a, b) => a[0] - b[0]);
  let next = 0, holds = true;
  for (const [first, last] of all) {
    holds = holds && first === next && last >= first;
    next = last + 1;
  }
  const counted = slips.every((slip) => slip.ticketCount === slip.ranges.reduce((sum, [a, b]) => sum + b - a + 1, 0));
  return { name: "ranges", holds: holds && counted && next === round.soldTickets && next <= round.ticketSupply, count: next,
    values: [...all.slice(0, SHOWN).map(([first, last]) => ["range", `${first} – ${last}`]), ["sold", String(next), String(round.soldTickets)]] };
}

// Each payment got the tickets that it pays for, and the sealed root follows from them.
export function seal(round, slips) {
  const leaves = leavesOf(slips);
  if (leaves === null) return { name: "seal", holds: false, count: 0, values: [] };
  const steps = [], root = sealRoot(round, leaves, (width, hash) => steps.push(["level", `${width}: ${hash}`]));
  return { name: "seal", holds: root === round.sealRoot, count: leaves.length, values: [...steps.slice(-SHOWN), ["root", root, round.sealRoot]] };
}

// Digits, states and winning ticket of the record say the same.
export function outcome(round) {
  const digits = round.drawDigests.map(digitOf).reverse().join("");
  return {
    name: "outcome",
    holds: digits === round.drawDigits && round.drawDigits.length === round.ticketDigits
      && Number(digits) === round.winningTicket,
    values: [...round.drawDigests.map((state) => [`…${state.slice(-8)}`, `mod 10 = ${digitOf(state)}`]), ["digits", digits, round.drawDigits]],
  };
}

// The slip that holds the ticket, or null.
export function holder(ticket, slips) {
  return slips.find((slip) => slip.ranges.some(([first, last]) => first <= ticket && ticket <= last)) || null;
}
