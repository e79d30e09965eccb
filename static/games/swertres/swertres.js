// Keys for a thumb beside the field of a number, and what is left until bets end. Without it the field is typed in, and
// the page says the time as it was when it was made.
(function () {
  "use strict";
  function press(field, key) {
    if (key === "back") field.value = field.value.slice(0, -1);
    else if (key === "any") {
      const drawn = new Uint32Array(1);
      crypto.getRandomValues(drawn);
      field.value = String(drawn[0] % 1000).padStart(3, "0");
    } else field.value = (field.value.length < 3 ? field.value : "") + key;
    if (field.value.length === 3) field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-key]"), form = button && button.closest("form");
    const field = form && form.querySelector("[data-number]");
    if (field) press(field, button.dataset.key);
  });

  function tick() {
    document.querySelectorAll("[data-countdown]").forEach(function (place) {
      const left = Math.max(0, Math.floor((new Date(place.dataset.countdown) - Date.now()) / 1000));
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
  setInterval(tick, 1000);
  tick();
})();
