// Offers the nearest address-safe name for the title that is typed, until its owner types a name of their own.
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
})();
