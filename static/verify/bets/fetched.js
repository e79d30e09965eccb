// Draws of bets as this site hands them out.
const DRAW = /"draw":"([\w-]{1,40})"/, NAME = /^[\w-]{1,40}$/;

// A draw's bundle, as text. Rejects with an Error whose `key` names the words for it.
export async function bundleOf(game, draw) {
  const answer = await fetch(`/api/bet-draws/${game}/${draw}/bundle`, { headers: { Accept: "application/json" } });
  if (answer.ok) return answer.text();
  throw Object.assign(new Error(draw), { key: answer.status === 404 ? "noDraw" : "drawFailed" });
}

// The draws that a receipt's entries are of, by their names; none of what is called otherwise than a draw.
export function drawsIn({ leaves }) {
  const told = (Array.isArray(leaves) ? leaves : []).map((one) => DRAW.exec(one && one.text));
  return [...new Set(told.filter(Boolean).map(([, name]) => name))];
}

// The bundles of a receipt's draws.
export async function bundlesOf(receipt) {
  const names = drawsIn(receipt);
  if (!NAME.test(receipt.game) || !names.length) throw Object.assign(new Error("no draws"), { key: "badReceipt" });
  return Promise.all(names.map((name) => bundleOf(receipt.game, name)));
}
