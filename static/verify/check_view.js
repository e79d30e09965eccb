// The claims of one order on the page, each as it is judged. Words come from the page.
import { rowIn, unfold, valueEntries } from "./claim_rows.js";
import { badge, verdict } from "./view.js";

// `box` holds [data-claims-verdict] and [data-claims].
export function checkList(box, words) {
  const place = box.querySelector("[data-claims-verdict]"), list = box.querySelector("[data-claims]");
  const open = new Set(), failed = new Set(), unchecked = new Set();
  const row = (name) => rowIn(list, name, words[`claim_${name}`] || name);

  function conclude() {
    if (failed.size) verdict(place, "bad", words.someFail, words.someFailText);
    else if (!open.size && unchecked.size) verdict(place, "info", words.someOpen, words.someOpenText);
    else if (!open.size) verdict(place, "ok", words.allHold, words.allHoldText);
  }

  return {
    expect(names) { names.forEach((name) => { open.add(name); row(name); }); },
    // `holds` null: it was not checked, and `detail` says why.
    tell(name, holds, detail, values) {
      const one = row(name);
      one.querySelector("[data-state]").replaceChildren(...(holds === null ? [] : [badge(holds ? "holds" : "mismatch")]));
      one.querySelector("[data-detail]").textContent = detail || "";
      unfold(one, words.values, valueEntries(values || [], words));
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
