// Lists with ticks: one box for all that are shown, and what the ticked ones add up to. Without it each is ticked by hand.
(function () {
  "use strict";
  const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");

  function boxes(form) {
    return Array.from(form.querySelectorAll("input.tick[name]"));
  }

  function tell(form) {
    const all = boxes(form), ticked = all.filter(function (box) { return box.checked; });
    const sum = form.querySelector("[data-ticked-sum]"), whole = form.querySelector("[data-tick-all]");
    if (whole) {
      whole.checked = all.length > 0 && ticked.length === all.length;
      whole.indeterminate = ticked.length > 0 && ticked.length < all.length;
    }
    if (!sum) return;
    const sats = ticked.reduce(function (before, box) { return before + Number(box.dataset.sats || 0); }, 0);
    const words = !ticked.length ? sum.dataset.none : sats ? sum.dataset.sats : sum.dataset.some;
    sum.textContent = words.replace("{n}", numbers.format(ticked.length)).replace("{sats}", numbers.format(sats));
  }

  document.addEventListener("change", function (event) {
    const form = event.target.closest && event.target.closest("[data-ticked]");
    if (!form) return;
    if (event.target.matches("[data-tick-all]")) {
      boxes(form).forEach(function (box) { box.checked = event.target.checked; });
    }
    tell(form);
  });

  window.tiraj.whenever(function (part) { part.querySelectorAll("[data-ticked]").forEach(tell); });
})();
