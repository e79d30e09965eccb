// What a check of a draw of bets has to say: which words tell it (`why`), and what stands in them. The page has the words.
import { told } from "../bundle/problems.js";

export const VERDICTS = { holds: "holds", fails: "does not hold", notYet: "not yet", notTold: "not told" };

// A claim that cannot be told, or not yet.
export class Open extends Error {
  constructor(verdict, why, values = {}) {
    super(why);
    this.verdict = verdict;
    this.problem = problem(why, values);
  }
}

export function problem(why, values = {}) {
  return { why, ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, told(value)])) };
}

export const notYet = (why, values) => new Open(VERDICTS.notYet, why, values);
export const notTold = (why, values) => new Open(VERDICTS.notTold, why, values);
