// What every page shares: announcing changes to those who do not see them, and focus after a part of the page changed.
// Everything works without this file; it only makes it smoother.
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const spoken = new Map();

  function announce(text) {
    const region = document.getElementById("announce");
    if (!region || !text) return;
    region.textContent = "";
    setTimeout(function () { region.textContent = text; }, 60);
  }

  // Calls `work` for the page as it is and again whenever htmx has put something new into it.
  function whenever(work) {
    work(document);
    document.addEventListener("htmx:afterSwap", function () { work(document); });
  }

  // A part says what changed by data-announce; the same words are not said twice. What the reader has not asked for moves.
  function announceChanges(first, isNews) {
    document.querySelectorAll("[data-announce]").forEach(function (part) {
      const key = part.id || "page", text = part.dataset.announce;
      if (spoken.get(key) === text) return;
      spoken.set(key, text);
      if (!first) {
        announce(text);
        part.classList.remove("is-changed");
        if (isNews) requestAnimationFrame(function () { part.classList.add("is-changed"); });
      }
    });
  }

  // Focus: the first wrong field, else what the part names by data-focus. Polling moves nothing that is still there.
  function moveFocus(target) {
    if (!target || !target.querySelector) return;
    const wanted = target.querySelector('[aria-invalid="true"]') || target.querySelector("[data-focus]");
    if (!wanted) return;
    focusOn(wanted);
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    const detail = event.detail || {};
    const trigger = detail.requestConfig && detail.requestConfig.triggeringEvent;
    announceChanges(false, !trigger);
    if (trigger && (trigger.type === "submit" || trigger.type === "click")) {
      const target = detail.target && detail.target.isConnected ? detail.target : event.target; // replaced: what came in its place
      moveFocus(target);
    } else regainFocus();
    held = [];
  });

  // What has the focus and is gone with the news leaves it to the heading of what came, and not to the page's top. A
  // link that leads elsewhere now is another one: the focus stays with the address that it was on, if it is still there.
  let held = [], heldAddress = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    held = [];
    for (let one = document.activeElement; one && event.detail.target.contains(one); one = one.parentElement) held.push(one);
    heldAddress = held.length ? held[0].getAttribute("href") : null;
  });
  function regainFocus() {
    if (!held.length) return;
    const focused = document.activeElement;
    if (focused === held[0] && heldAddress !== focused.getAttribute("href")) {
      const same = heldAddress && document.querySelector("main a[href=" + JSON.stringify(heldAddress) + "]");
      if (same) same.focus();
    }
    if (held[0].isConnected || focused !== document.body) return;
    const left = held.find(function (one) { return one.isConnected; });
    const headed = held.find(function (one) { return one.isConnected && one.querySelector("h1, h2, h3"); });
    const inside = headed && headed.querySelector("h1, h2, h3");
    // A heading that comes after what is left of the place is of something else.
    const isAfter = inside && !left.contains(inside) && left.compareDocumentPosition(inside) & Node.DOCUMENT_POSITION_FOLLOWING;
    const heading = inside && !isAfter ? inside : document.querySelector("h1");
    if (heading) focusOn(heading);
  }

  function focusOn(element) {
    if (!element.matches("a, button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  // A page that is loaded again by itself gives the focus back. The history's own entry keeps where it was: a frame on
  // another site's page may not be allowed to store anything.
  function placeOf(element) {
    if (element.id) return "#" + CSS.escape(element.id);
    const names = ["name", "type", "href", "data-step"].concat(element.matches("button, [type=checkbox], [type=radio]") ? ["value"] : []);
    const told = names.filter(function (name) { return element.hasAttribute(name); });
    const looks = Array.from(element.classList).filter(function (name) { return !name.startsWith("htmx-"); });
    return element.localName + told.map(function (name) { return "[" + name + "=" + JSON.stringify(element.getAttribute(name)) + "]"; }).join("")
      + looks.map(function (name) { return "." + CSS.escape(name); }).join("");
  }

  document.addEventListener("htmx:beforeOnLoad", function (event) {
    const focused = document.activeElement;
    if (!event.detail.xhr.getResponseHeader("HX-Refresh") || !focused || focused === document.body || !document.hasFocus()) return;
    window.history.replaceState(Object.assign({}, window.history.state, { focus: placeOf(focused) }), "");
  });
  document.addEventListener("DOMContentLoaded", function () {
    const state = Object.assign({}, window.history.state), place = state.focus;
    if (!place) return;
    delete state.focus;
    window.history.replaceState(state, "");
    const found = document.querySelectorAll(place);
    if (found.length === 1) found[0].focus();
    if (found.length === 1 && document.activeElement === found[0]) return;
    const news = document.getElementById("round-ended") || document.querySelector("h1");
    if (news) focusOn(news);
  });

  function isTyped(element) {
    return element.matches('input:not([type="hidden"]), textarea') && element.value !== element.defaultValue;
  }

  // What the reader has opened stays open when the page looks for news, and what is typed stays typed: in the fold and
  // the field that it was, not in another that takes their place.
  document.addEventListener("DOMContentLoaded", function () {
    if (!window.Idiomorph) return;
    window.Idiomorph.defaults.callbacks.beforeNodeMorphed = function (element, fresh) {
      if (element.id === fresh.id || !element.matches) return;
      if (element.matches("details")) element.open = fresh.open;
      else if (element.matches("input, textarea") && isTyped(element)) element.value = element.defaultValue;
    };
    window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = function (name, element) {
      if (name === "tabindex" && element === document.activeElement) return false; // would take the focus away
      return !(name === "open" && element.tagName === "DETAILS") && !(name === "value" && isTyped(element));
    };
  });

  // What is chosen on the page is kept in its address, and the same page in another language begins with it.
  const loaded = window.location.search;
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest(".languages a");
    if (!link || window.location.search === loaded) return;
    const address = new URL(window.location.href);
    address.searchParams.set("lang", link.lang);
    link.href = address;
  });

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details:not([open])").forEach(function (fold) { fold.dataset.printed = ""; fold.open = true; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-printed]").forEach(function (fold) { delete fold.dataset.printed; fold.open = false; });
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
  });

  // A round took no more orders while its page was open: the page that is loaded in its place says so.
  document.addEventListener("tiraj:ended", function (event) {
    const address = new URL(window.location.href);
    address.searchParams.set("ended", event.detail.round);
    window.history.replaceState(window.history.state, "", address);
  });

  window.tiraj = { announce: announce, whenever: whenever };
  announceChanges(true, false);
  const ended = document.getElementById("round-ended");
  if (ended) announce(ended.textContent.trim());
})();
