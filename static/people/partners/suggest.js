// Offers the nearest address-safe name for the title that is typed, until its owner types a name of their own, and puts
// values that are offered with one click into their field.
(function () {
  "use strict";
  let offered = "";

  // Letters lose their accents, everything else but digits becomes a single hyphen.
  function nameFor(title) {
    return title.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
      .replace(/['\u2019]/g, "").replace(/[^a-z0-9]+/g, "-").slice(0, 64).replace(/^-+|-+$/g, "");
  }

  document.addEventListener("input", function (event) {
    const title = event.target;
    if (!title.matches || !title.matches("[data-suggests]")) return;
    const name = document.getElementById(title.dataset.suggests);
    if (!name || (name.value && name.value !== offered)) return;
    offered = nameFor(title.value);
    name.value = offered;
  });

  // A value that is offered beside a field is put into it as if it were chosen there.
  document.addEventListener("click", function (event) {
    const offer = event.target.closest ? event.target.closest("[data-sets]") : null;
    const field = offer && document.getElementById(offer.dataset.sets);
    if (!field) return;
    field.value = offer.dataset.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
})();
