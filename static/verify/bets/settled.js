// The claim of a draw of bets that who won, and how much, comes out of the bets as it was settled.
import { notYet, problem } from "./problems.js";
import { versions } from "./result.js";
import { moment } from "./shapes.js";

const IN_FORCE = { id: "settlement", outcome: "outcome", winners: "winners", won: "won" };

// The lines that win on an outcome, by their sale and place.
export function wonBy({ weighed, game, terms }, outcome) {
  const found = new Map();
  for (const sale of weighed.counting()) {
    sale.lines.forEach((line, at) => {
      const wins = game.winsOn(line).includes(Number(outcome)) ? game.pays(line, terms) : 0n;
      if (wins) found.set(`${sale.number}:${at}`, wins);
    });
  }
  return found;
}

// Those that won by the result in force, or by one before it that was final when it was corrected.
export function paidIn(draw) {
  const borne = new Map();
  let live = new Map();
  for (const { told } of draw.of("bet.resulted", "bet.corrected")) {
    if (told.isBorne) live.forEach((wins, line) => borne.set(line, wins));
    live = wonBy(draw, told.outcome);
  }
  return new Map([...borne, ...live]);
}

export const sumOf = (won) => [...won.values()].reduce((sum, one) => sum + one, 0n);

export function settlement(draw) {
  const { bundle, terms, weighed } = draw, told = draw.of("bet.resulted", "bet.corrected"), wrong = [], borne = new Set();
  if (!told.length) return unsettled(draw);
  let live = new Map();
  for (const [place, { kind, told: said }] of told.entries()) {
    if ((kind === "bet.resulted") !== (place === 0)) wrong.push(problem("settledTwice"));
    else if (place) {
      wrong.push(...correctionDiffers(draw, said, told[place - 1].told));
      if (said.isBorne) [...live.keys()].forEach((one) => borne.add(one));
    }
    live = new Map([...wonBy(draw, said.outcome)].filter(([name]) => !borne.has(name)));
    const right = { promise: bundle.promiseHash, currency: terms.currency, winners: BigInt(live.size), won: sumOf(live) };
    if (place === 0) right.staked = weighed.counting().reduce((sum, { stake }) => sum + stake, 0n);
    for (const [field, should] of Object.entries(right)) if (said[field] !== should) wrong.push(problem("settledDiffers", { field, is: said[field], should }));
  }
  const here = bundle.settlement ?? null, last = told.at(-1).told;
  if (here === null || Object.entries(IN_FORCE).some(([own, name]) => here[own] !== last[name])) wrong.push(problem("notInForce"));
  return bundle.state === "resulted" ? wrong : [...wrong, problem("settledState", { is: bundle.state })];
}

// What is wrong with a draw of which the log tells no result.
function unsettled({ bundle, isCancelled }) {
  if (bundle.settlement || bundle.state === "resulted") return [problem("settledUntold")];
  if (isCancelled) return [];
  throw notYet("notSettled");
}

// What the log says of the result before must be that; what was final by then is paid all the same.
function* correctionDiffers(draw, said, before) {
  if (said.was !== before.outcome || said.wasWon !== before.won) yield problem("correctionOther");
  const found = versions(draw).filter(({ numbers }) => numbers === said.result).at(-1);
  if (found && said.isBorne !== (moment(found.confirmedAt) >= moment(before.finalAt))) yield problem(said.isBorne ? "borneInTime" : "borneLate");
}
