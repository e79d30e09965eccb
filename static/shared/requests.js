// While a request runs its button rests; when it fails the page says so and offers to try again.
(function () {
  "use strict";
  const patience = 20000;
  let leaving = false;

  function rest(form, submitter) {
    form.dataset.sending = "";
    const button = submitter || form.querySelector('button[type="submit"], button:not([type])');
    // After this turn, so that the button's own name and value are still sent.
    setTimeout(function () {
      if (!button || !("sending" in form.dataset)) return;
      button.dataset.sending = "";
      button.setAttribute("aria-disabled", "true");
    }, 0);
    form.wakeTimer = setTimeout(function () { wake(form); }, patience);
  }

  function wake(form) {
    clearTimeout(form.wakeTimer);
    delete form.dataset.sending;
    form.querySelectorAll("[data-sending]").forEach(function (button) {
      delete button.dataset.sending;
      button.removeAttribute("aria-disabled");
    });
  }

  // First in line, before htmx: a second click on the same form goes nowhere.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.target || form.hasAttribute("data-repeatable")) return;
    if ("sending" in form.dataset) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    rest(form, event.submitter);
  }, true);
  window.addEventListener("pageshow", function () {
    leaving = false;
    document.querySelectorAll("form[data-sending]").forEach(wake);
  });
  ["htmx:afterRequest", "htmx:validation:halted", "htmx:abort"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      const form = event.target.closest && event.target.closest("form[data-sending]");
      if (form && !leaving) wake(form);
    });
  });

  // While a form is on its way, or the page it led to is loading, no part that keeps itself fresh may have the page
  // loaded again (HX-Refresh): that would take the reader back to the form, and the order just made out of sight.
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    const xhr = event.detail.xhr;
    if (xhr.getResponseHeader("HX-Redirect")) {
      leaving = true;
      setTimeout(function () { leaving = false; }, patience);
    } else if (xhr.getResponseHeader("HX-Refresh") && (leaving || document.querySelector("form[data-sending]"))) {
      event.preventDefault();
    }
  });

  // What is called off is no error: the reader asks for something newer, or goes to another page. htmx would write it into
  // the console as two; what it cleans up then stays.
  document.addEventListener("htmx:beforeSend", function (event) {
    const told = event.detail, xhr = told.xhr, clean = xhr.onabort;
    xhr.onabort = function (aborted) {
      told.error = "";
      clean.call(xhr, aborted);
    };
  });

  function clear() {
    const region = document.getElementById("trouble");
    if (region && region.dataset.kind) {
      region.replaceChildren();
      delete region.dataset.kind;
      delete region.dataset.answersReader;
    }
  }

  // Of a reader's own click or form, and not of a part that keeps itself fresh.
  function isReaders(config) {
    return Boolean(config && (config.verb !== "get" || (config.triggeringEvent && config.triggeringEvent.isTrusted)));
  }

  // The server's own words for a refusal, if it sent any.
  function wordsOf(xhr) {
    if (!xhr || !(xhr.getResponseHeader("Content-Type") || "").startsWith("text/html")) return null;
    return new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-problem]");
  }

  function trouble(kind, detail, own) {
    const region = document.getElementById("trouble"), words = document.getElementById("trouble-" + kind);
    if (!region || !words) return;
    const config = detail.requestConfig, element = detail.elt;
    const shown = own ? own.dataset.problem : kind, readers = isReaders(config);
    // What became of the reader's own step stays, whatever happens to a part behind it.
    if (region.dataset.kind === shown || ("answersReader" in region.dataset && !readers)) return;
    region.dataset.kind = shown;
    if (readers) region.dataset.answersReader = "";
    region.replaceChildren(own ? document.importNode(own, true) : words.content.cloneNode(true));
    if (own && kind === "server") region.firstElementChild.append(words.content.querySelector("[data-retry]").cloneNode(true));
    const again = region.querySelector("[data-retry]");
    if (again) again.addEventListener("click", function () {
      clear();
      if (element && element.isConnected && config) window.htmx.ajax(config.verb, config.path, { source: element });
      else window.location.reload();
    });
    const trigger = config && config.triggeringEvent;
    if (trigger && trigger.isTrusted) region.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("htmx:sendError", function (event) { trouble("connection", event.detail); });
  document.addEventListener("htmx:timeout", function (event) { trouble("connection", event.detail); });
  // A refusal is shown above the page and leaves the part it aimed at as it was; unless the answer says where it goes
  // (HX-Retarget), or is the form itself again with its errors (422 without a problem in it).
  document.addEventListener("htmx:beforeSwap", function (event) {
    const detail = event.detail, xhr = detail.xhr;
    if (xhr.status < 400) return;
    const own = wordsOf(xhr), retargeted = Boolean(xhr.getResponseHeader("HX-Retarget"));
    detail.shouldSwap = retargeted || (xhr.status === 422 && !own);
    if (detail.shouldSwap) clear();
    else trouble(xhr.status >= 500 || xhr.status === 429 ? "server" : "request", detail, own);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const region = document.getElementById("trouble");
    if (!event.detail.successful || !region) return;
    if (!("answersReader" in region.dataset) || isReaders(event.detail.requestConfig)) clear();
  });
})();
