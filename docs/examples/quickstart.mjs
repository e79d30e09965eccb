// Make an order for a player, then follow what happens. Node 18 or newer, nothing to install.
//
//     TIRAJ_URL=https://tiraj.example TIRAJ_KEY=tiraj_… node quickstart.mjs

import { randomUUID } from "node:crypto";

const url = process.env.TIRAJ_URL.replace(/\/+$/, "");
const key = process.env.TIRAJ_KEY;

async function ask(method, path, body, once) {
  const headers = { Authorization: `Bearer ${key}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (once !== undefined) headers["Idempotency-Key"] = once; // sent again, the request has no second effect
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${said.status} ${said.code}: ${said.title}`);
  return said;
}

const site = await ask("GET", "/site");
console.log("Site:", site.slug, "-", site.status);

const player = { playerPublicIdentifier: "ada", playerPrivateIdentifier: "customer-1042" };
const { order, receiptSecret } = await ask("POST", "/orders", player, randomUUID());
console.log("Order:", order.id, "in round", order.roundNumber);
console.log("Pay to:", order.bip21);
console.log("The player's page:", `${url}/slips/${receiptSecret}`);

const read = await ask("GET", `/orders/${order.id}`);
console.log("Status:", read.order.status);

const mine = await ask("GET", `/orders?${new URLSearchParams({ playerPublicIdentifier: "ada", limit: 5 })}`);
console.log("Orders of this player:", mine.orders.length);

let after = null; // keep it: whoever goes on from the last event misses none
for (;;) {
  const query = new URLSearchParams(after === null ? { limit: 100 } : { limit: 100, after });
  const page = await ask("GET", `/events?${query}`);
  for (const event of page.events) {
    if (event.subject === `order:${order.id}`) console.log("Event:", event.type, event.id);
  }
  after = page.next;
  if (page.events.length === 0) break; // a server would wait some seconds and ask again
}
