// Wheels that choose what stops in their middle, beside a field that says the same number. Without it wheels are tapped
// or the field is typed in.
(function () {
  "use strict";
  const fieldOf = (form) => form && form.querySelector("[data-number]");
  const wheelsOf = (form) => Array.from(form.querySelectorAll("[data-wheel]"));
  const chosenOn = (wheel) => wheel.querySelector(":checked");
  const rowOf = (wheel) => wheel.querySelector("label").offsetHeight;

  // Wheels that a hand has been on since the line was begun. One that nobody has touched chooses nothing, wherever the
  // browser lets it stop.
  let touched = new WeakSet();
  ["pointerdown", "touchstart", "wheel", "keydown"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      const wheel = event.target.closest && event.target.closest("[data-wheel]");
      if (wheel) touched.add(wheel);
    }, { capture: true, passive: true });
  });
  document.addEventListener("submit", function () { touched = new WeakSet(); });

  // So that the chosen digit stands in the middle; nothing moves where it does, nor under a hand that still chooses.
  function align(wheel) {
    const chosen = chosenOn(wheel), top = chosen ? Number(chosen.value) * rowOf(wheel) : 0;
    if (!chosen && touched.has(wheel)) return;
    if (Math.abs(wheel.scrollTop - top) > 1) wheel.scrollTop = top;
  }

  // The wheels as the field says; a number that is not whole yet leaves them alone.
  function turn(form) {
    const field = fieldOf(form);
    if (!field || !/^[0-9]{3}$/.test(field.value)) return;
    wheelsOf(form).forEach(function (wheel, place) {
      wheel.querySelectorAll("input")[Number(field.value[place])].checked = true;
      align(wheel);
    });
  }

  // The field as the wheels say, once each of them says something.
  function write(form) {
    const digits = wheelsOf(form).map((wheel) => (chosenOn(wheel) || { value: "" }).value).join("");
    if (digits.length === 3) fieldOf(form).value = digits;
  }

  function choose(form, number) {
    fieldOf(form).value = number;
    turn(form);
    fieldOf(form).dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest("[data-any]");
    if (!link) return;
    event.preventDefault();
    const drawn = crypto.getRandomValues(new Uint32Array(1))[0] % 1000;
    choose(link.closest("form"), String(drawn).padStart(3, "0"));
  });

  // An answer to what the form said before would undo what was tapped since: it is dropped, and the form asks anew.
  function dropAnswer(event) {
    const form = event.target.form;
    if (form && fieldOf(form)) window.htmx.trigger(form, "htmx:abort");
  }
  document.addEventListener("input", dropAnswer, true);
  document.addEventListener("change", dropAnswer, true);

  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-number]")) turn(event.target.form);
  });

  document.addEventListener("change", function (event) {
    const wheel = event.target.closest("[data-wheel]");
    if (!wheel) return;
    align(wheel);
    write(event.target.form);
  });

  // Where a wheel stops. What stops where it is chosen already was moved by us, and so was one that is untouched.
  document.addEventListener("scrollend", function (event) {
    const wheel = event.target.closest && event.target.closest("[data-wheel]");
    if (!wheel || (!chosenOn(wheel) && !touched.has(wheel))) return;
    const digit = wheel.querySelectorAll("input")[Math.round(wheel.scrollTop / rowOf(wheel))];
    if (!digit || digit.checked) return;
    digit.checked = true;
    digit.dispatchEvent(new Event("change", { bubbles: true }));
  }, true);

  // What was added is on the card: its number is nobody's typing any more, and makes room for the next one's.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const field = event.detail.target.querySelector("[data-number]");
    if (field && /[?&]added=/.test(event.detail.xhr.responseURL)) field.value = field.defaultValue = "";
  });

  // The next line begins at the top of the screen, above the bar that says what was added.
  document.addEventListener("htmx:afterSettle", function (event) {
    const heading = document.getElementById("next-bet"), xhr = event.detail.xhr;
    if (heading && xhr && /[?&]added=/.test(xhr.responseURL)) heading.scrollIntoView();
  });

  function alignAll() { document.querySelectorAll("[data-wheel]").forEach(align); }
  document.addEventListener("htmx:afterSettle", alignAll);
  alignAll();
})();
