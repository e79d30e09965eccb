// The games whose draws of bets can be read. Each tells of itself by `register`, from its own folder; the page that asks for a
// check names those modules. A game:
//   name         as bundles and promises say it
//   classes      how many outcomes a draw has, counted from 0
//   zone, hours  in which its days are told, and how far its clocks are before Greenwich's, the whole year
//   terms        its own members of a promise, as shapes.js writes them
//   isNumber(text), written(outcome)   an outcome as people read it
//   winsOn(line)          the outcomes on which a bet wins, as numbers; none for what is no bet of the game
//   odds(line, terms)     [numerator, denominator], what it pays for one unit
//   pays(line, terms)     what it pays, in minor units
import { BadInput } from "../bundle/strict_json.js";

const GAMES = new Map();

export function register(game) { GAMES.set(game.name, game); }

// Throws BadInput where there is none of that name.
export function gameOf(name) {
  const found = GAMES.get(name);
  if (found === undefined) throw new BadInput("this game is unknown to me", "brokenData", { why: "game" });
  return found;
}
