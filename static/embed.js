// For a partner's page: puts the game where an element asks for it, and lets each frame grow with its content.
//
//   <div data-tiraj data-partner="PARTNER" data-player-public-identifier="…" data-player-private-identifier="…"></div>
//   <script src="https://…/static/embed.js" defer></script>
//
// It also serves frames that are already in the page as <iframe src="https://…/embed?…">.
// Only messages from this script's own origin, sent by one of the page's frames of it, are obeyed. What happens in a
// frame is passed on as events of the iframe: tiraj:ready, tiraj:height, tiraj:order.created, tiraj:order.paid and
// tiraj:order.drawn, with the news in event.detail. Protocol 1. Nothing is stored, and no cookie is set.
(function () {
  "use strict";
  const script = document.currentScript;
  if (!script || window.Tiraj) return;
  const origin = new URL(script.src).origin;
  const version = 1, tallest = 20000, firstHeight = 760;
  const passedOn = new Set(), shown = new WeakSet();
  const types = ["ready", "height", "order.created", "order.paid", "order.drawn"];
  // What an element may say, in the words of the frame's address.
  const names = [
    "partner", "playerPublicIdentifier", "playerPrivateIdentifier", "game", "lang", "preview",
    "partnerId", "playerUname", "playerIdentifier",
  ];

  function ours(frame) {
    try { return new URL(frame.src, window.location.href).origin === origin; } catch (unreadable) { return false; }
  }

  function frames() {
    return Array.from(document.querySelectorAll("iframe")).filter(ours);
  }

  function address(place) {
    const query = new URLSearchParams();
    names.forEach(function (name) { if (place.dataset[name]) query.set(name, place.dataset[name]); });
    return origin + "/embed?" + query;
  }

  // Puts the frame into an element, in place of what is there; with other identifiers, a new frame.
  function mount(place) {
    const source = address(place), before = place.querySelector(":scope > iframe");
    if (before && before.src === source) return before;
    const frame = document.createElement("iframe");
    frame.title = place.dataset.title || "Lotto";
    frame.src = source;
    frame.loading = place.dataset.loading === "lazy" ? "lazy" : "eager";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.allow = "clipboard-write " + origin;
    Object.assign(frame.style, { display: "block", width: "100%", maxWidth: "560px", height: firstHeight + "px", border: "0" });
    place.replaceChildren(frame);
    return frame;
  }

  // Before its own document is there a frame holds an empty one of this page's, which is not spoken to.
  function isEmpty(frame) {
    try { return frame.contentDocument !== null && frame.contentDocument.URL === "about:blank"; } catch (another) { return false; }
  }

  function hello(frame) {
    if (frame.contentWindow && !isEmpty(frame)) frame.contentWindow.postMessage({ tiraj: version, type: "hello" }, origin);
  }

  function fit(frame, asked) {
    const height = Math.ceil(asked);
    if (!(height > 0 && height <= tallest)) return;
    // The frame's own border is part of its height where the page's box sizing says so.
    const look = window.getComputedStyle(frame);
    const border = look.boxSizing === "border-box" ? parseFloat(look.borderTopWidth) + parseFloat(look.borderBottomWidth) : 0;
    frame.style.height = height + border + "px";
  }

  // A frame as high as its content does not scroll: its next page begins where the reader can see it.
  document.addEventListener("load", function (event) {
    const frame = event.target;
    if (!(frame instanceof HTMLIFrameElement) || !ours(frame)) return;
    if (shown.has(frame) && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    shown.add(frame);
  }, true);

  window.addEventListener("message", function (event) {
    const message = event.data;
    if (event.origin !== origin || !message || message.tiraj !== version || !types.includes(message.type)) return;
    const frame = frames().find(function (one) { return one.contentWindow === event.source; });
    if (!frame) return;
    if (message.type === "height") fit(frame, message.height);
    const detail = Object.assign({}, message);
    delete detail.tiraj;
    delete detail.type;
    if (message.type.startsWith("order.")) {
      const news = message.type + JSON.stringify(detail);
      if (passedOn.has(news)) return; // a frame that is asked again, or left and come back to, repeats itself
      passedOn.add(news);
    }
    frame.dispatchEvent(new CustomEvent("tiraj:" + message.type, { bubbles: true, detail: detail }));
  });

  function begin() {
    document.querySelectorAll("[data-tiraj]").forEach(mount);
    frames().forEach(hello); // one that was ready before this script tells all again; others tell when they are
  }

  window.Tiraj = { version: version, mount: mount };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
