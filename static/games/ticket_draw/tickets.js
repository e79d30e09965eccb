// How many tickets: the buttons beside the number, the total that follows it, and, on an order, the link and picture.
(function () {
  "use strict";
  // What someone is typing is not overwritten when the page looks for news; a heading that has the focus tells them.
  document.addEventListener("htmx:beforeSwap", function () {
    if (window.Idiomorph) window.Idiomorph.defaults.ignoreActiveValue = document.activeElement.matches("input, textarea");
  });
  const figures = new Intl.NumberFormat([document.documentElement.lang || "en", "fr"]);
  let waiting;

  function count(input) {
    const least = Number(input.min) || 1, wanted = Math.floor(Number(input.value)) || least;
    return Math.min(Math.max(wanted, least), Number(input.max) || wanted);
  }

  // What an order has left over counts in what is paid, which is never below the least.
  function total(input) {
    const told = input.dataset, price = count(input) * Number(told.unit);
    return Math.max(price - Number(told.rest || 0), Number(told.least || 0));
  }

  // What cannot be bought has no price.
  function show(input) {
    const place = document.getElementById(input.dataset.total), isFit = input.value !== "" && input.checkValidity();
    if (place) place.textContent = isFit ? figures.format(total(input)) : "–";
    if (isFit) keep(input.value);
  }

  // The address keeps the number, so that loading the page again, or the next round in its place, loses nothing.
  function keep(tickets) {
    const address = new URL(window.location.href);
    address.searchParams.set("tickets", tickets);
    window.history.replaceState(window.history.state, "", address);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-step]");
    if (!button) return;
    const input = document.getElementById(button.dataset.for);
    input.value = count(input) + Number(button.dataset.step);
    input.value = count(input);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("input", function (event) {
    if (!event.target.matches || !event.target.matches("[data-unit]")) return;
    show(event.target);
    clearTimeout(waiting);
    waiting = setTimeout(function () { document.body.dispatchEvent(new Event("tiraj:tickets")); }, 250);
  });
  // An answer about another number than the one that stands there now is left alone: the next one is on its way.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const input = document.getElementById("tickets"), asked = event.detail.requestConfig.parameters.tickets;
    if (input && asked !== undefined && asked !== input.value) event.detail.shouldSwap = false;
  });
  document.addEventListener("submit", function (event) {
    if (event.target.matches(".order-choose")) {
      event.preventDefault();
      document.body.dispatchEvent(new Event("tiraj:tickets"));
    }
  });
})();
