// A server that receives webhooks and checks that they are genuine. Needs Node 18 and nothing else.
//
//     TIRAJ_WEBHOOK_SECRET=whsec_… node webhook_receiver.mjs 8000
//
// While a secret is being rolled, give both, with a space between them.

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const TOLERANCE_SECONDS = 5 * 60;
const LARGEST_BODY = 1024 * 1024;

/** The event in `body` (a Buffer). Throws if it does not come from Tiraj or is too old. */
export function verify(secrets, headers, body) {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (!/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) {
    throw new Error("the timestamp is too old or missing");
  }
  const given = (headers["webhook-signature"] ?? "").split(" ").filter((part) => part.startsWith("v1,"));
  for (const secret of secrets) {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
    for (const signature of given) {
      const bytes = Buffer.from(signature.slice(3), "base64");
      if (bytes.length === expected.length && timingSafeEqual(bytes, expected)) return JSON.parse(body);
    }
  }
  throw new Error("no signature fits");
}

const seen = new Set(); // in your server: a table with a unique key, written in the transaction that does the work

/** Your work. An event may come more than once, always with the same id; those of one order come in order. */
function handle(event) {
  if (seen.has(event.id)) return;
  seen.add(event.id);
  console.log(event.type, event.subject, JSON.stringify(event.data));
}

const secrets = (process.env.TIRAJ_WEBHOOK_SECRET ?? "").split(" ").filter(Boolean);

createServer((request, response) => {
  const parts = [];
  let length = 0;
  request.on("data", (part) => {
    length += part.length;
    if (length <= LARGEST_BODY) parts.push(part);
  });
  request.on("end", () => {
    let status = 204; // only after the work: whatever else is answered, the event comes again
    try {
      if (length > LARGEST_BODY) throw new Error("too large");
      handle(verify(secrets, request.headers, Buffer.concat(parts)));
    } catch (error) {
      console.error("refused:", error.message);
      status = 400;
    }
    response.writeHead(status, { "Content-Length": 0 }).end();
  });
}).listen(Number(process.argv[2] ?? 8000), "127.0.0.1");
