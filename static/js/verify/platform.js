// What the platform publishes, read over its public API.
const MOST_SLIPS = 3000;

async function get(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(path);
  return answer.json();
}

export function roundOf(number) { return get(`/api/rounds/${number}`); }

// A round's public slips, or null where there are more than a page should check.
export async function slipsOf(number) {
  const slips = [];
  let next = null;
  do {
    const part = await get(`/api/rounds/${number}/slips?limit=100${next ? `&after=${next}` : ""}`);
    slips.push(...part.slips);
    next = part.next;
    if (slips.length > MOST_SLIPS) return null;
  } while (next);
  return slips;
}

// One public slip, or null: the list goes by identifier, so it is the first after the number before its own.
export async function slipOf(number, identifier) {
  const before = (BigInt("0x" + identifier.replace(/-/g, "")) - 1n).toString(16).padStart(32, "0");
  const after = [before.slice(0, 8), before.slice(8, 12), before.slice(12, 16), before.slice(16, 20), before.slice(20)].join("-");
  const part = await get(`/api/rounds/${number}/slips?limit=1&after=${after}`);
  return part.slips.find((slip) => slip.identifier === identifier) || null;
}

// A receipt by its secret: its order with what is private to its holder.
export function receiptOf(secret) { return get(`/api/slips/${secret}`); }
