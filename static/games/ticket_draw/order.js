// One order's own claims, from its terms to its tickets. Each claim: {name, holds, values: [field, should, is]}; nothing here asks the server.
// `given`: {identifier, internalKey, terms, network, commitment, depositAddress} and, where known, roundNumber,
// payments, ranges. What was not given is not compared.
import { commit } from "../../verify/taproot.js";

// The one shape of what an order comes in: a receipt file, the API's receipt, a public slip, a page's own record.
export function orderIn(data) {
  const order = data.order || data;
  const terms = JSON.parse(order.terms);
  return {
    identifier: order.identifier || order.id || order.orderId, internalKey: order.internalKey, terms: order.terms,
    network: order.network || terms.network, commitment: order.commitment, depositAddress: order.depositAddress || order.address,
    roundNumber: order.roundNumber || terms.roundNumber,
    payments: order.payments || data.payments, ranges: order.ranges || (data.slip && data.slip.ranges),
  };
}

// Whether the payments say what tickets they bought: in a void round they buy nothing any more.
export function buysTickets({ payments, ranges }) {
  return Boolean(payments && ranges) && payments.every((payment) => payment.status !== "void");
}

// Where a worker finds this.
export const MODULE = import.meta.url;

// `data`: an order as it comes.
export function* claimsOf(data) {
  const given = orderIn(data);
  const terms = JSON.parse(given.terms), made = commit(given.internalKey, given.terms, given.network);
  yield {
    name: "commitment", holds: !given.commitment || made.commitment === given.commitment,
    values: [["commitment", made.commitment, given.commitment]],
  };
  yield {
    name: "address", holds: made.address === given.depositAddress,
    values: [["internalKey", made.internalKey], ["tweak", made.tweak], ["outputKey", made.outputKey], ["address", made.address, given.depositAddress]],
  };
  yield {
    name: "names", holds: terms.orderId === given.identifier && terms.roundNumber === given.roundNumber && terms.internalKey === made.internalKey,
    values: [["order", terms.orderId, given.identifier], ["round", String(terms.roundNumber), String(given.roundNumber)]],
  };
  if (!buysTickets(given)) return;
  const credited = given.payments.reduce((sum, payment) => sum + payment.creditedSats, 0);
  const tickets = Math.floor(credited / terms.playerTicketPriceSats);
  const held = given.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  yield {
    name: "tickets", holds: tickets === held,
    values: [["ticketCount", String(tickets), String(held)], ["bought", `${credited} / ${terms.playerTicketPriceSats} → ${tickets}`]],
  };
}

// What the round's draw means for this order.
export function result(given, round) {
  const won = given.ranges.some(([first, last]) => first <= round.winningTicket && round.winningTicket <= last);
  return { won, values: [["ticket", round.drawDigits], ...given.ranges.slice(0, 5).map(([first, last]) => ["range", `${first} – ${last}`])] };
}
