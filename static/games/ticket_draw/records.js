// Rounds and slips, read over the platform's public API.
import { get } from "../../verify/platform.js";

export function roundOf(number) { return get(`/api/rounds/${number}`); }

// One public slip, or null: the list goes by identifier, so it is the first after the number before its own.
export async function slipOf(number, identifier) {
  const before = (BigInt("0x" + identifier.replace(/-/g, "")) - 1n).toString(16).padStart(32, "0");
  const after = [before.slice(0, 8), before.slice(8, 12), before.slice(12, 16), before.slice(16, 20), before.slice(20)].join("-");
  const part = await get(`/api/rounds/${number}/slips?limit=1&after=${after}`);
  return part.slips.find((slip) => slip.identifier === identifier) || null;
}

// A receipt by its secret: its order with what is private to its holder.
export function receiptOf(secret) { return get(`/api/slips/${secret}`); }
