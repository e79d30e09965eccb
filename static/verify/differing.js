// What differs, in a sentence with both values: what the file says, and what who else says. All words come from the page.
import { fill } from "./view.js";

// Who says otherwise than the file, by the claim; of others it is computed here. `true`: there the file's value is the
// one that should be.
const SAYS = {
  promise: ["promise"], terms: ["terms", true], heights: ["chain"], amounts: ["chain"], windows: ["chain"], closing: ["chain"],
  anchor: ["chain"], payout: ["chain"], draw: ["block"], log: ["log", true], platform: ["platform"], names: ["terms"],
  "receipt-terms": ["terms"], "receipt-beside": ["beside"], "receipt-facts": ["log"],
};

const LONG = 130, AROUND = 24; // characters of a value, and of what is shown about where long ones begin to differ

const capital = (text) => text.charAt(0).toLocaleUpperCase(document.documentElement.lang || "en") + text.slice(1);

// What a member of a record is called.
export const labelOf = (words, field) => words[`label_${field}`] || words[`label_${field.split(".").at(-1)}`] || field;

// Of long texts the place where they begin to differ.
function shortened(one, other) {
  if (Math.max(one.length, other.length) <= LONG) return [one, other];
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const from = Math.max(0, at - AROUND), cut = (text) => (from ? "…" : "") + text.slice(from, at + AROUND) + (text.length > at + AROUND ? "…" : "");
  return [cut(one), cut(other)];
}

// `of`: which record it is, if there are more of them.
export function sentence(words, claim, of, { field, is, should }) {
  const [who, isSwapped] = claim.startsWith("expected-") ? ["expected"] : SAYS[claim] || [];
  const [file, other] = shortened(...(isSwapped ? [should, is] : [is, should]).map((value) => value || "–"));
  const what = capital([of, labelOf(words, field)].filter(Boolean).join(", "));
  return fill(words[who ? `differ_${who}` : "differ"], { what, is: file, should: other });
}
