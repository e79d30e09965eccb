// Copy buttons: [data-copy] copies its value; [data-copy-from="#id"] the text of that element, or its value if it is a field.
(function () {
  "use strict";

  function textOf(button) {
    const from = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    return from ? ("value" in from ? from.value : from.textContent) : button.dataset.copy;
  }

  // In a frame of another site the clipboard interface is often refused; a selection of our own text is not.
  function copyBySelection(text, button) {
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "visually-hidden";
    area.setAttribute("aria-hidden", "true");
    button.after(area);
    area.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch (refused) { done = false; }
    area.remove();
    button.focus();
    return done;
  }

  async function copy(button) {
    const text = textOf(button);
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch (refused) {
      done = copyBySelection(text, button);
    }
    if (!done) return;
    button.dataset.copied = "";
    window.tiraj.announce(button.dataset.copiedText);
    clearTimeout(button.copiedTimer);
    button.copiedTimer = setTimeout(function () { delete button.dataset.copied; }, 2000);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-copy], [data-copy-from]");
    if (button) copy(button);
  });
})();
