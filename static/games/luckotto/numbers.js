// The grid of numbers: arrow keys, quick pick and clear without a request, and the price asked for after each change.
// The grid is real checkboxes in a form; everything works without this file.
(function () {
  "use strict";
  const grid = document.getElementById("numbers");
  if (!grid) return;
  const boxes = Array.from(grid.querySelectorAll('input[type="checkbox"]')), form = grid.form;
  const fewest = Number(grid.dataset.fewest), most = Number(grid.dataset.most);
  const shown = grid.querySelector("[data-chosen]"), count = document.getElementById("count");
  const figures = new Intl.NumberFormat([document.documentElement.lang || "en", "fr"]);
  let waiting;

  const chosen = function () { return boxes.filter(function (box) { return box.checked; }); };

  // The address keeps what is chosen, so that loading the page again, or coming back to it, loses nothing.
  function keep(numbers) {
    const address = new URL(window.location.href);
    if (numbers.length) address.searchParams.set("numbers", numbers.join("."));
    else address.searchParams.delete("numbers");
    window.history.replaceState(window.history.state, "", address);
  }

  function changed(pause) {
    const numbers = chosen().map(function (box) { return box.value; });
    shown.textContent = numbers.length ? grid.dataset.count.replace("{n}", figures.format(numbers.length)) : "";
    keep(numbers);
    clearTimeout(waiting);
    waiting = setTimeout(function () { document.body.dispatchEvent(new Event("tiraj:numbers")); }, pause);
  }

  // One stop of the tab key: arrows move within the grid.
  function stopAt(box) {
    boxes.forEach(function (other) { other.tabIndex = other === box ? 0 : -1; });
  }

  function columns() {
    const top = boxes[0].parentNode.offsetTop;
    return boxes.filter(function (box) { return box.parentNode.offsetTop === top; }).length;
  }

  grid.addEventListener("keydown", function (event) {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    const row = columns(), last = boxes.length - 1;
    const to = {
      ArrowRight: Math.min(at + 1, last), ArrowLeft: Math.max(at - 1, 0),
      ArrowDown: at + row > last ? at : at + row, ArrowUp: at - row < 0 ? at : at - row, Home: 0, End: last,
    }[event.key];
    if (event.key === "Enter") { // would send the form
      event.preventDefault();
      event.target.click();
    } else if (to !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      stopAt(boxes[to]);
      boxes[to].focus();
    }
  });
  grid.addEventListener("focusin", function (event) { if (boxes.includes(event.target)) stopAt(event.target); });

  grid.addEventListener("click", function (event) {
    if (!boxes.includes(event.target) || !event.target.checked || chosen().length <= most) return;
    event.preventDefault();
    window.tiraj.announce(grid.dataset.tooMany);
  });
  grid.addEventListener("change", function () { changed(120); });

  // `size` different numbers, each set as likely as any other.
  function pick(size) {
    const rest = boxes.slice();
    boxes.forEach(function (box) { box.checked = false; });
    for (let n = 0; n < size; n++) rest.splice(below(rest.length), 1)[0].checked = true;
    changed(0);
  }

  function below(limit) {
    const usable = Math.floor(0x100000000 / limit) * limit, word = new Uint32Array(1);
    do crypto.getRandomValues(word); while (word[0] >= usable);
    return word[0] % limit;
  }

  form.querySelector("[data-pick]").addEventListener("click", function (event) {
    event.preventDefault();
    pick(Math.min(Math.max(Number(count.value), fewest), most));
  });
  form.querySelector("[data-clear]").addEventListener("click", function (event) {
    event.preventDefault();
    boxes.forEach(function (box) { box.checked = false; });
    changed(0);
  });
  // The price comes with what is wrong in its place: the grid is told to those who do not see it.
  document.addEventListener("htmx:afterSettle", function () {
    const wrong = document.getElementById("numbers-error");
    grid.setAttribute("aria-describedby", wrong ? "numbers-hint numbers-error" : "numbers-hint");
    if (wrong) grid.setAttribute("aria-invalid", "true");
    else {
      grid.removeAttribute("aria-invalid");
      const above = document.getElementById("refused");
      if (above) above.remove();
    }
  });
  document.addEventListener("DOMContentLoaded", function () { if (chosen().length) changed(0); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) changed(0); });
  stopAt(chosen()[0] || boxes[0]);
})();
