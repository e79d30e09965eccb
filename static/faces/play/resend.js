// Counts down to when another code may be asked for. Without it the button works at once, and the server says to wait.
(function () {
  "use strict";
  function begin(form) {
    const told = form.querySelector("[data-resend-text]"), button = form.querySelector("button");
    const ends = Date.now() + Number(form.dataset.resend) * 1000;
    if (!told || !button || form.dataset.counting) return;
    form.dataset.counting = "yes";
    button.disabled = true;
    const step = function () {
      const left = Math.ceil((ends - Date.now()) / 1000);
      if (left > 0) {
        told.textContent = told.dataset.resendText.replace("{seconds}", left);
        return;
      }
      clearInterval(each);
      told.hidden = true;
      button.disabled = false;
    };
    const each = setInterval(step, 500);
    step();
  }
  window.tiraj.whenever(function (part) { part.querySelectorAll("form[data-resend]").forEach(begin); });
})();
