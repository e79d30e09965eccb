// Rows of a list of claims: what is claimed, its verdict, and what stands behind it, to be unfolded.
import { badge, count, fill, hashElement } from "./view.js";

const TOLD_FIRST = 5; // reasons that a verdict repeats
const MARKS = ["holds", "mismatch", "not-yet", "not-told", "skipped", "left", "not-asked"]; // badges that are counted
const HEX = /^[0-9a-f]{40,}$|^(bc|tb|bcrt)1[0-9a-z]{20,}$/;

function valueElement(text) {
  if (HEX.test(text)) return hashElement(text);
  const [, before, hash] = /^(.* )([0-9a-f]{64})$/.exec(text) || [];
  const span = document.createElement("span");
  span.className = hash ? "num" : "num check-text";
  if (hash) span.append(before, hashElement(hash));
  else span.textContent = text;
  return span;
}

// A name with its values, inside a <dl>.
export function entry(name, ...texts) {
  const row = document.createElement("div"), term = document.createElement("dt");
  term.textContent = name;
  row.append(term, ...texts.map((text) => {
    const given = document.createElement("dd");
    given.append(valueElement(text));
    return given;
  }));
  return row;
}

// The row of a claim; one that is not there yet is made.
export function rowIn(list, name, statement) {
  const known = list.querySelector(`[data-claim="${name}"]`);
  if (known) return known;
  const row = document.createElement("div"), term = document.createElement("dt"), state = document.createElement("dd");
  const text = document.createElement("span"), detail = document.createElement("span");
  row.dataset.claim = name;
  text.dataset.statement = text.textContent = statement;
  detail.className = "small check-detail";
  detail.dataset.detail = state.dataset.state = "";
  term.append(text, detail);
  row.append(term, state);
  list.append(row);
  return row;
}

// What the scripts call it, under the claim: to be copied, with the place that explains it. `of`: claim or fault.
export function nameFaults(row, of, names) {
  const inside = row.querySelector("dt"), known = inside.querySelector("[data-faults]"), list = document.createElement("span");
  if (known) known.remove();
  if (!names.length) return;
  list.className = "small check-detail";
  list.dataset.faults = "";
  list.append(...names.map((name) => {
    const one = document.querySelector("[data-fault-template]").content.firstElementChild.cloneNode(true), link = one.querySelector("a");
    one.querySelector("code").textContent = one.querySelector("[data-copy]").dataset.copy = name;
    link.href += `#${of}-${name}`;
    return one;
  }));
  inside.append(list);
}

// What stands behind a claim, as a fold; one that is open stays open.
export function unfold(row, title, entries) {
  const inside = row.querySelector("dt"), known = inside.querySelector("details");
  if (!entries.length) { if (known) known.remove(); return; }
  const fold = document.createElement("details"), summary = document.createElement("summary"), list = document.createElement("dl");
  fold.className = "check-values small";
  fold.open = known !== null && known.open;
  summary.textContent = title;
  list.append(...entries);
  fold.append(summary, list);
  if (known) known.replaceWith(fold);
  else inside.append(fold);
}

// [label, should, is] as entries: one where both are the same, or there is but one.
export function valueEntries(values, words) {
  return values.flatMap(([field, should, is]) => {
    const label = labelOf(words, field), isOne = is === undefined || is === null || is === should, called = (value) => calledAs(words, field, value);
    return isOne ? [entry(label, called(should))] : [entry(fill(words.inFile, { what: label }), called(is)), entry(fill(words.otherwise, { what: label }), called(should))];
  });
}

// What is said below a claim, each sentence on a line of its own.
export function say(row, lines) {
  row.querySelector("[data-detail]").replaceChildren(...lines.map((line) => {
    const one = document.createElement("span");
    one.textContent = line;
    return one;
  }));
}

// Whether a claim does not hold: those stand first, in the order in which they were found, for the list is long.
export function judgeRow(row, isFailing, words) {
  const text = row.querySelector("[data-statement]"), others = () => Array.from(row.parentElement.querySelectorAll(":scope > [data-failing]"));
  text.textContent = isFailing ? fill(words.claimed, { claim: text.dataset.statement }) : text.dataset.statement;
  row.toggleAttribute("data-failing", false);
  if (!isFailing) return;
  const last = others().at(-1);
  if (last) last.after(row);
  else row.parentElement.prepend(row);
  row.toggleAttribute("data-failing", true);
}

// The verdict in `place` repeats why, and leads to the first claim that does not hold.
export function leadToFailing(list, place, words) {
  const failing = Array.from(list.querySelectorAll(":scope > [data-failing]")), reasons = document.createElement("ul"), link = document.createElement("a");
  if (!failing.length) return;
  reasons.className = "prose small check-text";
  reasons.append(...failing.slice(0, TOLD_FIRST).map((row) => {
    const one = document.createElement("li"), [first] = row.querySelectorAll("[data-detail] > span");
    one.textContent = (first || row.querySelector("[data-statement]")).textContent;
    return one;
  }));
  Object.assign(failing[0], { id: "claim-failing", tabIndex: -1 });
  Object.assign(link, { href: "#claim-failing", textContent: words.toFailing });
  place.querySelector(".notice-body").append(reasons, link);
}

// How many claims were judged so far, and how: `marks` are the names of their badges.
export function showTally(place, marks) {
  const named = MARKS.map((name) => [name, marks.filter((one) => one === name).length]);
  place.replaceChildren(...named.filter(([, n]) => n).map(([name, n]) => {
    const one = badge(name);
    one.append(` ${count(n)}`);
    return one;
  }));
}

// Who says otherwise than the file, by the claim; of others it is computed here. `true`: there the file's value is the
// one that should be.
const SAYS = {
  promise: ["promise"], terms: ["terms", true], heights: ["chain"], amounts: ["chain"], windows: ["chain"], closing: ["chain"],
  anchor: ["chain"], payout: ["chain"], draw: ["block"], log: ["log", true], platform: ["platform"], names: ["terms"],
  "receipt-terms": ["terms"], "receipt-beside": ["beside"], "receipt-facts": ["log"],
};

const LONG = 130, AROUND = 24; // characters of a value, and of what is shown about where long ones begin to differ

export const capital = (text) => text.charAt(0).toLocaleUpperCase(document.documentElement.lang || "en") + text.slice(1);

// What a member of a record is called.
export const labelOf = (words, field) => words[`label_${field.split(".").slice(-2).join(".")}`] || words[`label_${field.split(".").at(-1)}`] || `“${field}”`;

// States are told in the reader's words.
const calledAs = (words, field, value) => (/\bstat(e|us)$/i.test(field) && words[`state_${value}`]) || value;

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
  const [file, other] = shortened(...(isSwapped ? [should, is] : [is, should]).map((value) => value === "–" || !value ? words.nothing || "–" : calledAs(words, field, value)));
  const what = capital([of, labelOf(words, field)].filter(Boolean).join(", "));
  return fill(words[who ? `differ_${who}` : "differ"], { what, is: file, should: other });
}
