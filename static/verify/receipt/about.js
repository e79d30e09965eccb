// What a receipt, or the record of an order, is of, in one line above its claims: by the file's own word, until those are
// judged. All words come from the page.
import { drawnIn } from "../bundle/conclusion.js";
import { told } from "../bundle/problems.js";
import { capital } from "../claim_rows.js";
import { count, fill } from "../view.js";

const SHOWN = 5; // ranges of tickets
const UNPAID = ["seen", "orphaned"]; // payments that no block holds

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const listed = (value) => (Array.isArray(value) ? value : []);

// Where its game has it, and nowhere else: what stands there is compared with the platform's record.
function heldIn(data, order, { holder, list, brings, told: listTold }, words) {
  const holding = order[holder] ?? data[holder], found = list ? order[list] ?? (holding ?? {})[list] : holding && [holding];
  const lists = listed(found), more = lists.length - SHOWN;
  if (!lists.length) return null;
  const held = fill(words[`about_${brings}`], { held: listTold(lists.slice(0, SHOWN)) });
  return more > 0 ? `${held} ${fill(words.more, { n: count(more) })}` : held;
}

function paidIn(payments, words) {
  const paid = listed(payments).filter((one) => isRecord(one) && !UNPAID.includes(one.status));
  return fill(words.aboutPaid, { sats: count(paid.reduce((sum, { amountSats }) => sum + Number(amountSats), 0)) });
}

// `data`: whatever form it came in. States that have no word here are left out: nothing was drawn yet.
function partsOf(data, game, words) {
  const order = data.order || data, state = [(data.slip ?? {}).status, order.status].find((name) => words[`state_${name}`]);
  const round = fill(words.aboutRound, { game: words[`game_${game.name}`], n: told(order.roundNumber ?? data.roundNumber ?? JSON.parse(order.terms).roundNumber) });
  const parts = [round, heldIn(data, order, game.receipt, words), paidIn(data.payments ?? order.payments, words), state && capital(words[`state_${state}`])];
  return parts.filter(Boolean);
}

export function aboutLine(place, words) {
  let line = "", drawn = null, isBorneOut = false;

  function show() {
    place.textContent = [line, isBorneOut ? null : words.outcome_doubt, drawn].filter(Boolean).join(" ");
    place.hidden = line === "";
  }

  return {
    // `game`: whose it is, of those that are loaded; without one nothing is said.
    begin(data, game) {
      [line, drawn, isBorneOut] = [game ? `${partsOf(data, game, words).join(" · ")}.` : "", null, false];
      show();
    },
    // What was drawn no receipt says: the record of its round does.
    drawn(round) {
      if (round.status === "settled") drawn = fill(words.aboutDrawn, { drawn: drawnIn(round, round) });
      show();
    },
    // `isRight`: nothing contradicts it, and the platform says the same.
    end(isRight) {
      isBorneOut = isRight;
      show();
    },
    clear() { place.hidden = true; },
  };
}
