// What a check has to say of one record: which it is (`of`, `id`), and either the field with the value it should have and
// the one it has, or the key of the words that tell `why`. The page has the words.
import { BadInput, canonical } from "./strict_json.js";

// What a transaction, a branch or a header is refused for.
export class Problem extends Error {
  constructor(why, values = {}) {
    super(why);
    Object.assign(this, { why, values });
  }
}

// Why a claim cannot be told from this bundle, neither today nor later.
export class Untold {
  constructor(problem) { this.problem = problem; }
}

export const about = (of, id, more) => ({ of, id, ...more });
export const untold = (of, id, more) => new Untold(about(of, id, more));
export const differs = (of, id, field, should, is) => about(of, id, { field, should: told(should), is: told(is) });

export function told(value) {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.map(told).join(", ");
  return typeof value === "object" ? canonical(value) : String(value);
}

// What somebody threw, as a problem of a record; what no check foresees is thrown on.
export function problemOf(of, id, error) {
  if (error instanceof Problem) return about(of, id, { why: error.why, ...error.values });
  if (error instanceof BadInput) return about(of, id, { why: "unreadable" });
  if (error instanceof RangeError) return about(of, id, { why: "noKey" });
  throw error;
}
