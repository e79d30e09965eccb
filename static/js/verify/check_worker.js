// Checks in a thread of their own, so that the page stays awake. In: {round, slips}, {order} or {bundle}, each with what
// it needs; out: claims one by one, {name, done, total} on the way through long ones, and {finished} or {refused}.
import * as chain from "./chain.js";
import * as claims from "./claims.js";
import { claimsOf, orderIn } from "./order.js";

const AT_A_TIME = 8;

function checkAddresses(round, slips) {
  const values = [];
  for (let at = 0; at < slips.length; at += AT_A_TIME) {
    const part = claims.addresses(round, slips.slice(at, at + AT_A_TIME));
    if (!part.holds) return { ...part, count: slips.length };
    if (values.length < 5) values.push(...part.values);
    self.postMessage({ name: "addresses", done: Math.min(at + AT_A_TIME, slips.length), total: slips.length });
  }
  return { name: "addresses", holds: true, count: slips.length, values: values.slice(0, 5) };
}

function checkRound(round, slips) {
  const isDrawn = round.status === "settled";
  self.postMessage(claims.figures(round));
  if (isDrawn) self.postMessage(claims.outcome(round));
  self.postMessage(claims.ranges(round, slips));
  if (round.sealRoot) self.postMessage(claims.seal(round, slips));
  if (isDrawn) {
    const holder = claims.holder(round.winningTicket, slips);
    self.postMessage({
      name: "holder", holds: Boolean(holder) === (round.winningTicket < round.soldTickets), ticket: round.drawDigits,
      holder: holder && { slip: holder.identifier, player: holder.playerPublicIdentifier }, values: [],
    });
  }
  self.postMessage(checkAddresses(round, slips));
}

// A bundle tells of orders, payments and slips apart; the claims read them as the API's public slips.
function slipsOf(bundle) {
  const paid = new Map(), slips = new Map(bundle.slips.map((slip) => [slip.identifier, slip]));
  for (const payment of bundle.payments) paid.set(payment.identifier, [...(paid.get(payment.identifier) || []), payment]);
  return bundle.orders.map((order) => {
    const slip = slips.get(order.identifier);
    return { ...order, payments: paid.get(order.identifier) || [], ranges: slip ? slip.ranges : [], ticketCount: slip ? slip.ticketCount : 0 };
  });
}

function checkBundle(bundle) {
  const draw = bundle.draw || {};
  self.postMessage(chain.headers(bundle));
  self.postMessage(chain.heights(bundle));
  self.postMessage(chain.payments(bundle));
  if (bundle.draw) self.postMessage(chain.closing(bundle));
  checkRound({ ...bundle.round, sealRoot: bundle.seal && bundle.seal.root, ...draw }, slipsOf(bundle));
}

self.onmessage = function ({ data }) {
  try {
    if (data.bundle) checkBundle(data.bundle);
    else if (data.order) for (const claim of claimsOf(orderIn(data.order))) self.postMessage(claim);
    else checkRound(data.round, data.slips);
    self.postMessage({ finished: true });
  } catch (error) {
    self.postMessage({ refused: String(error && error.message) });
  }
};
