// The claims of one order on the page, each as it is judged. Words come from the page.
import { nameFaults, rowIn, unfold, valueEntries } from "./claim_rows.js";
import { badge, verdict } from "./view.js";

function linkTo(address, text) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  return link;
}

// `box` holds [data-claims-verdict] and [data-claims].
export function checkList(box, words) {
  const place = box.querySelector("[data-claims-verdict]"), list = box.querySelector("[data-claims]");
  const open = new Set(), failed = new Set(), unchecked = new Set();
  let accused = null;
  const row = (name, statement) => rowIn(list, name, statement || words[`claim_${name}`] || name);

  function conclude() {
    if (accused) verdict(place, "bad", ...accused);
    else if (failed.size) verdict(place, "bad", words.someFail, words.someFailText);
    else if (!open.size && unchecked.size) verdict(place, "info", words.someOpen, words.someOpenText);
    else if (!open.size) verdict(place, "ok", words.allHold, words.allHoldText);
  }

  return {
    expect(names) { names.forEach((name) => { open.add(name); row(name); }); },
    // `holds` null: it was not checked, and `detail` says why; `mark`: its badge all the same. `isOpen`: as is what it found.
    // `isNote`: it is no claim, and nothing follows from it. `links`: where more is told, [address, words]. `faults`: what is wrong, by the scripts' names.
    tell(name, holds, detail, values, { statement, mark = null, isOpen = false, isNote = false, links = [], faults = [] } = {}) {
      const one = row(name, statement), sign = holds === null ? mark : holds ? "holds" : "mismatch";
      one.querySelector("[data-state]").replaceChildren(...(sign === null ? [] : [badge(sign)]));
      one.querySelector("[data-detail]").replaceChildren(detail || "", ...links.flatMap((link) => [" ", linkTo(...link)]));
      nameFaults(one, "fault", faults);
      unfold(one, words.values, valueEntries(values || [], words), isOpen);
      open.delete(name);
      [failed, unchecked].forEach((set) => set.delete(name));
      if (holds === null && !isNote) unchecked.add(name);
      if (holds === false) failed.add(name);
      conclude();
    },
    // What it means that something does not hold, where that is worse than a contradiction.
    accuse(title, text) { accused = [title, text]; conclude(); },
    refuse(title, text) { verdict(place, "warn", title, text || ""); },
    clear() {
      accused = null;
      [open, failed, unchecked].forEach((set) => set.clear());
      place.replaceChildren();
      list.replaceChildren();
    },
  };
}
