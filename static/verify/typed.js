// A verdict stands for what was checked, and for nothing that was entered since: while the fields of `form` say something
// else than they did then, the verdict in `place` says so instead. All words come from the page.
import { verdict } from "./view.js";

export function typedSince(form, place, words) {
  const now = () => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
  let checked = null, kept = null; // what was entered when it was checked; the verdict on that, while it is not shown

  function hide() {
    const wrong = form.querySelector("input:invalid, textarea:invalid");
    kept = kept || [...place.childNodes];
    verdict(place, "warn", words.typed, wrong ? wrong.validationMessage : words.typedText);
  }

  function show() {
    if (now() !== checked) { if (place.hasChildNodes() && kept === null) hide(); return; }
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
