// A draw on the page, digit by digit. All words come from the page.
import { badge, fill, hashElement } from "../../verify/view.js";

// The draw's digits: `known` by place, units first; empty ones are open.
export function showDigits(place, known, total, words, isDone) {
  let row = place.querySelector(".digits");
  if (!row || row.children.length !== total) {
    row = document.createElement("p");
    row.className = "digits";
    row.setAttribute("role", "img");
    for (let i = 0; i < total; i++) {
      const digit = document.createElement("span");
      digit.setAttribute("aria-hidden", "true");
      row.append(digit);
    }
    place.replaceChildren(row);
  }
  const next = known.findIndex((digit) => digit === undefined);
  for (let at = 0; at < total; at++) {
    const digit = row.children[total - 1 - at], text = known[at] === undefined ? "·" : String(known[at]);
    const isNew = known[at] !== undefined && digit.textContent !== text;
    digit.textContent = text;
    digit.className = "digit" + (known[at] === undefined ? " digit-open" : "") + (!isDone && at === (next < 0 ? total : next) ? " digit-now" : "") + (isNew ? " is-new" : "");
  }
  row.classList.toggle("digits-won", isDone);
  row.setAttribute("aria-label", fill(words.drawnLabel, { digits: known.filter((d) => d !== undefined).slice().reverse().join(" ") }));
}

// One row of the table of states.
export function stateRow(labels, place, digit, state, holds) {
  const row = document.createElement("tr"), head = document.createElement("th");
  head.scope = "row";
  head.className = "num nowrap";
  head.textContent = "× " + (10 ** place).toLocaleString([document.documentElement.lang || "en", "fr"]);
  const number = document.createElement("td"), strong = document.createElement("b"), hash = document.createElement("td");
  number.className = "num";
  strong.textContent = digit;
  number.append(strong);
  const inside = document.createElement("span");
  inside.append(hashElement(state));
  if (holds !== undefined) inside.append(" ", badge(holds ? "holds" : "mismatch"));
  hash.append(inside);
  row.append(head, number, hash);
  [head, number, hash].forEach((cell, i) => { cell.dataset.label = labels[i]; });
  row.dataset.place = place;
  return row;
}
