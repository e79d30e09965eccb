// The games whose bundles can be read. Each tells of itself by `register`, from its own folder; the page that asks for a
// check names those modules. A game:
//   name       as bundles, terms and promises say it; `isUnnamed`: older bundles say none, and are of this game
//   subject    what the public log calls its rounds, before a colon and the number
//   records    where the API has its rounds; `verifier` is the page that checks one
//   evidence   its rules over what a bundle proves: a class that extends Evidence; its `workOf(round)` says how many hashes
//              the round's draw takes
//   shapes     its records: round, order, payment, draw, sealedDraw, win, terms and what an order holds; `kinds` of values of its own
//   holding    what an order holds, and what the list of it is called
//   checkLists(bundle, every): what the lists inside its records hold
//   promised   the members of a round's promise, sorted; `hashWork`: the one that says the work, and the most of it
//   moving     what of a round's record goes on moving until it is settled, beside what does in every game
//   receipt    what its receipts hold: isOwn(order); record(order), what the API tells of one today, or null; `members` of an entry of a payment, of which `lists` are numbers and
//              `brings` is what it brought; `holder` and its `list`, where a receipt has it, which says what was paid
//              where it `keepsVoid`; held(data, member, isNumbers),
//              holds(held) as lists, told(lists) for a reader, asked(held) what an entry repeats, follows(held, order, terms) what stands beside and
//              follows from these; what its payment link says: `called`, the game in each language, whose name is its `player`,
//              asks(terms, paid) as sats
//   claims     its own, by name, in the order in which they are checked between those of all games
import { BadInput } from "./strict_json.js";

const GAMES = new Map();

export function register(game) { GAMES.set(game.name, game); }

export function games() { return [...GAMES.values()]; }

// Throws BadInput where there is none of that name.
export function gameOf(name) {
  const found = GAMES.get(name);
  if (found === undefined) throw new BadInput("this game is unknown to me", "brokenData", { why: "game" });
  return found;
}

// What a bundle that names no game is of; nothing where that game is not among these.
export function unnamed() { return (games().find((game) => game.isUnnamed) || {}).name; }
