// Rows of a list of claims: what is claimed, its verdict, and what stands behind it, to be unfolded.
import { hashElement } from "./view.js";

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
  text.textContent = statement;
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
export function unfold(row, title, entries, isOpen = false) {
  const inside = row.querySelector("dt"), known = inside.querySelector("details");
  if (!entries.length) { if (known) known.remove(); return; }
  const fold = document.createElement("details"), summary = document.createElement("summary"), list = document.createElement("dl");
  fold.className = "check-values small";
  fold.open = known ? known.open : isOpen;
  summary.textContent = title;
  list.append(...entries);
  fold.append(summary, list);
  if (known) known.replaceWith(fold);
  else inside.append(fold);
}

// [label, computed, recorded] as entries.
export function valueEntries(values, words) {
  return values.flatMap(([label, computed, recorded]) => {
    const own = entry(words[`value_${label}`] || label, computed);
    return recorded === undefined || recorded === null ? [own] : [own, entry(words.recorded, recorded)];
  });
}
