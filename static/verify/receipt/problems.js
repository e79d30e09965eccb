// What a check of a receipt has to say, by the names that verify_receipt.py gives it. The page has the words.

// What is not as it should be.
export class Malformed extends Error {
  constructor(name, more = {}) {
    super(name);
    this.problem = { name, ...more };
  }
}

export const named = (name, more = {}) => ({ name, ...more });

// What somebody threw, as a problem; what no check foresees is thrown on.
export function problemOf(error) {
  if (error instanceof Malformed) return error.problem;
  throw error;
}

export const NO_ANCHOR = "no-anchor"; // of a claim that leaves nothing open: the log's own signature is there, and Bitcoin follows

export const VERDICTS = { holds: "holds", fails: "does not hold", notYet: "not yet", notTold: "not told" };

// As a clock in Greenwich says it.
export function moment(seconds) {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(".000Z", "Z");
}
