// Draws of bets as this site hands them out.
const DRAW = /"draw":"([\w-]{1,40})"/, NAME = /^[\w-]{1,40}$/;

// As text. Rejects with an Error whose `key` names the words for it; `unknown`: those for what is not there.
async function textAt(path, unknown) {
  const answer = await fetch(`/api/bet-draws/${path}`, { headers: { Accept: "application/json" } });
  if (answer.ok) return answer.text();
  throw Object.assign(new Error(path), { key: answer.status === 404 ? unknown : "drawFailed" });
}

export function bundleOf(game, draw) { return textAt(`${game}/${draw}/bundle`, "noDraw"); }

// A ticket's receipt, without whose it is.
export function ticketOf(code) { return textAt(`tickets/${encodeURIComponent(code)}`, "noTicket"); }

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
