// The form of an address: computed here, never sent.
import { commit } from "../../verify/taproot.js";
import { hashElement, verdict, wordsOf } from "../../verify/view.js";

const form = document.querySelector("form[data-tweak]");

if (form) {
  const words = wordsOf(form), fields = form.elements, out = document.querySelector("[data-tweak-result]");
  const place = out.querySelector("[data-verdict]"), facts = out.querySelector("[data-tweak-facts]");

  function compute() {
    const address = fields.address.value.trim().toLowerCase(), terms = fields.terms.value.replace(/^[\r\n]+|[\r\n]+$/g, "");
    out.querySelector("[data-tweak-empty]").hidden = true;
    let made;
    try {
      made = commit(fields.internalKey.value.trim().toLowerCase(), terms, fields.network.value);
    } catch (error) {
      facts.hidden = true;
      return verdict(place, "warn", words[error.message] || words.terms, "");
    }
    facts.hidden = false;
    for (const name of ["address", "commitment", "tweak", "outputKey"]) facts.querySelector(`[data-out="${name}"]`).replaceChildren(hashElement(made[name]));
    if (!address) verdict(place, "info", words.computed, words.computedText);
    else if (address === made.address) verdict(place, "ok", words.matches, words.matchesText);
    else verdict(place, "bad", words.differs, words.differsText);
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); compute(); });
  if (fields.internalKey.value && fields.terms.value) compute();
}
