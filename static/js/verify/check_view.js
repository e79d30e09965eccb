// A list of claims on the page: each with its verdict and, to be unfolded, the values between. Words come from the page.
import { badge, count, fill, hashElement, verdict } from "./view.js";

const HEX = /^[0-9a-f]{40,}$|^(bc|tb|bcrt)1[0-9a-z]{20,}$/;

function valueElement(text) {
  if (HEX.test(text)) return hashElement(text);
  const [, before, hash] = /^(.* )([0-9a-f]{64})$/.exec(text) || [];
  if (hash) {
    const both = document.createElement("span");
    both.className = "num";
    both.append(before, hashElement(hash));
    return both;
  }
  const span = document.createElement("span");
  span.className = "num check-text";
  span.textContent = text;
  return span;
}

function entry(name, ...values) {
  const row = document.createElement("div"), term = document.createElement("dt"), given = document.createElement("dd");
  term.textContent = name;
  given.append(...values);
  row.append(term, given);
  return row;
}

// The values of a claim as a fold; an open one stays open.
function showValues(row, values, words) {
  const inside = row.querySelector("dt");
  let fold = inside.querySelector("details");
  if (!values || !values.length) { if (fold) fold.remove(); return; }
  if (!fold) {
    fold = document.createElement("details");
    fold.className = "check-values small";
    const summary = document.createElement("summary");
    summary.textContent = words.values;
    fold.append(summary);
    inside.append(fold);
  }
  const list = document.createElement("dl");
  for (const [label, computed, recorded] of values) {
    list.append(entry(words[`value_${label}`] || label, valueElement(computed)));
    if (recorded !== undefined && recorded !== null) list.append(entry(words.recorded, valueElement(recorded)));
  }
  fold.querySelectorAll("dl").forEach((old) => old.remove());
  fold.append(list);
}

// `box` holds [data-claims-verdict] and rows [data-claim]; rows that are not there yet are made.
export function checkList(box, words) {
  const place = box.querySelector("[data-claims-verdict]"), list = box.querySelector("[data-claims]");
  const open = new Set(), failed = new Set(), unchecked = new Set();

  function conclude() {
    if (failed.size) verdict(place, "bad", words.someFail, words.someFailText);
    else if (!open.size && unchecked.size) verdict(place, "info", words.someOpen, words.someOpenText);
    else if (!open.size) verdict(place, "ok", words.allHold, words.allHoldText);
  }

  function row(name) {
    let found = list.querySelector(`[data-claim="${name}"]`);
    if (!found) {
      found = document.createElement("div");
      found.dataset.claim = name;
      const term = document.createElement("dt"), text = document.createElement("span"), detail = document.createElement("span"), state = document.createElement("dd");
      text.textContent = words[`claim_${name}`] || name;
      detail.className = "small check-detail";
      detail.dataset.detail = state.dataset.state = "";
      term.append(text, detail);
      found.append(term, state);
      list.append(found);
    }
    return found;
  }

  return {
    expect(names) {
      list.querySelectorAll("[data-claim]").forEach((one) => { one.hidden = !names.includes(one.dataset.claim); });
      names.forEach((name) => { open.add(name); row(name).hidden = false; });
    },
    progress(name, done, total) {
      row(name).querySelector("[data-detail]").textContent = fill(words.addressesProgress, { n: count(done), total: count(total) });
    },
    // `holds` null: it was not checked, and `detail` says why.
    tell(name, holds, detail, values) {
      const one = row(name);
      one.querySelector("[data-state]").replaceChildren(...(holds === null ? [] : [badge(holds)]));
      one.querySelector("[data-detail]").textContent = detail || "";
      showValues(one, values, words);
      open.delete(name);
      [failed, unchecked].forEach((set) => set.delete(name));
      if (holds === null) unchecked.add(name);
      if (holds === false) failed.add(name);
      conclude();
    },
    refuse(title, text) { verdict(place, "warn", title, text || ""); },
    clear() {
      [open, failed, unchecked].forEach((set) => set.clear());
      place.replaceChildren();
      list.replaceChildren();
    },
  };
}

// What a claim found, in words.
export function detailOf(claim, words) {
  const n = count(claim.count || 0);
  if (claim.name === "holder") return fill(claim.holder ? words.holder : words.nobody, { ticket: claim.ticket, slip: claim.holder && claim.holder.slip.slice(-8), player: claim.holder && claim.holder.player });
  const known = { addresses: words.addressesCount, ranges: words.rangesCount, seal: words.sealCount, payments: words.sealCount, headers: words.headersCount }[claim.name];
  return known ? fill(known, { n }) : "";
}

// Runs a check in a worker: `list` is told of each claim. The promise ends with the worker.
export function runCheck(given, list, words) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("check_worker.js", import.meta.url), { type: "module" });
    const end = (settle, value) => { worker.terminate(); settle(value); };
    worker.onerror = () => end(reject, new Error("worker"));
    worker.onmessage = ({ data }) => {
      if (data.finished) end(resolve);
      else if (data.refused !== undefined) end(reject, new Error(data.refused));
      else if (data.total !== undefined) list.progress(data.name, data.done, data.total);
      else list.tell(data.name, data.holds, detailOf(data, words), data.values);
    };
    worker.postMessage(given);
  });
}
