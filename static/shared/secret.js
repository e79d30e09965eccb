// A button beside a password shows what is typed, and hides it again; it is hidden before it is sent, so that no browser
// keeps it as a text.
(function () {
  "use strict";
  function show(button, shown) {
    document.getElementById(button.dataset.shows).type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  }
  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-shows]");
    if (button) show(button, button.getAttribute("aria-pressed") !== "true");
  });
  document.addEventListener("submit", function (event) {
    event.target.querySelectorAll("[data-shows]").forEach(function (button) { show(button, false); });
  }, true);
})();
