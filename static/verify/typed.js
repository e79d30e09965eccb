// A verdict stands for what was checked, and for nothing that was entered since: while the fields of `form` say something
// else than they did then, the verdict in `place` says so instead. All words come from the page.
import { verdict } from "./view.js";

export function typedSince(form, place, words) {
  const now = () => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
  let checked = null, kept = null, said = ""; // what was entered when it was checked; the verdict on that, while it is not shown

  function hide() {
    const wrong = form.querySelector("input:invalid, textarea:invalid"), text = wrong ? wrong.validationMessage : words.typedText;
    if (kept !== null && text === said) return; // which is read out once
    kept = kept || [...place.childNodes];
    said = text;
    verdict(place, "warn", words.typed, text);
  }

  function show() {
    if (checked === null) return; // nothing was checked yet
    if (now() !== checked) { if (place.hasChildNodes()) hide(); return; }
    if (kept !== null) place.replaceChildren(...kept);
    kept = null;
  }

  form.addEventListener("input", ({ target }) => {
    target.setCustomValidity(""); // a field that is called wrong keeps its form from being sent
    show();
  });
  return {
    began() { checked = now(); kept = null; },
    // A verdict was told: it is shown unless more was entered meanwhile.
    told() { kept = null; show(); },
    unread: hide,
  };
}
