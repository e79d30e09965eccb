// The form of an address: computed here, never sent.
import { commit } from "../../verify/taproot.js";
import { hashElement, verdict, wordsOf } from "../../verify/view.js";

const form = document.querySelector("form[data-tweak]");

// Whether the terms name another key or network than was entered. Terms that are no record say nothing.
function isContradicted(terms, given) {
  try {
    const told = JSON.parse(terms);
    return typeof told === "object" && told !== null && !Array.isArray(told) && Object.keys(given).some((name) => Object.hasOwn(told, name) && told[name] !== given[name]);
  } catch {
    return false;
  }
}

if (form) {
  const words = wordsOf(form), fields = form.elements, out = document.querySelector("[data-tweak-result]");
  const place = out.querySelector("[data-verdict]"), facts = out.querySelector("[data-tweak-facts]");

  function compute() {
    const address = fields.address.value.trim().toLowerCase(), terms = fields.terms.value.replace(/^[\r\n]+|[\r\n]+$/g, "");
    out.querySelector("[data-tweak-empty]").hidden = true;
    const internalKey = fields.internalKey.value.trim().toLowerCase(), network = fields.network.value;
    let made;
    try {
      made = commit(internalKey, terms, network);
    } catch (error) {
      facts.hidden = true;
      return verdict(place, "warn", words[error.message] || words.terms, "");
    }
    facts.hidden = false;
    for (const name of ["address", "commitment", "tweak", "outputKey"]) facts.querySelector(`[data-out="${name}"]`).replaceChildren(hashElement(made[name]));
    if (isContradicted(terms, { internalKey, network })) verdict(place, "bad", words.contradicts, words.contradictsText);
    else if (!address) verdict(place, "info", words.computed, words.computedText);
    else if (address === made.address) verdict(place, "ok", words.matches, words.matchesText);
    else verdict(place, "bad", words.differs, words.differsText);
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); compute(); });
  if (fields.internalKey.value && fields.terms.value) compute();
}
