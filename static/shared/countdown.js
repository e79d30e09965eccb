// What is left until a moment, counted on each second, beside the words that the server wrote. When it is over the page
// hears `countdown:over` once, and asks for what comes after.
(function () {
  "use strict";
  const over = new Set(); // what the page was asked for once is not asked for again, whatever the reader's clock says
  function tick() {
    document.querySelectorAll("[data-countdown]").forEach(function (place) {
      const left = Math.max(0, Math.floor((new Date(place.dataset.countdown) - Date.now()) / 1000));
      if (left === 0 && !over.has(place.dataset.countdown)) {
        over.add(place.dataset.countdown);
        setTimeout(function () { document.body.dispatchEvent(new Event("countdown:over")); }, 1500);
      }
      if (left >= 86400) return;
      const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
      let clock = place.querySelector("[data-clock]");
      if (!clock) {
        clock = document.createElement("span");
        clock.dataset.clock = "";
        place.append(" ", clock);
      }
      clock.textContent = "(" + parts.map(function (one) { return String(one).padStart(2, "0"); }).join(":") + ")";
    });
  }
  document.addEventListener("htmx:afterSettle", tick);
  setInterval(tick, 1000);
  tick();
})();
