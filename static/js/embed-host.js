// For a partner's page: lets each Tiraj frame grow with its content. Include it once, anywhere:
//   <script src="https://…/static/js/embed-host.js" defer></script>
// Only messages from this script's own origin, sent by one of the page's frames, are obeyed.
// A new order is passed on as the event "tiraj:order" on the frame, with the order in event.detail.
(function () {
  "use strict";
  const origin = new URL(document.currentScript.src).origin;
  const highest = 20000;

  function ours(frame) {
    try { return new URL(frame.src, window.location.href).origin === origin; } catch (unreadable) { return false; }
  }

  function frames() {
    return Array.from(document.querySelectorAll("iframe")).filter(ours);
  }

  // Before its own document is there a frame holds an empty one of this page's, which is not spoken to.
  function isEmpty(frame) {
    try { return frame.contentDocument !== null && frame.contentDocument.URL === "about:blank"; } catch (another) { return false; }
  }

  function hello(frame) {
    if (frame.contentWindow && !isEmpty(frame)) frame.contentWindow.postMessage({ type: "tiraj:hello" }, origin);
  }

  window.addEventListener("message", function (event) {
    if (event.origin !== origin || !event.data) return;
    const frame = frames().find(function (one) { return one.contentWindow === event.source; });
    if (!frame) return;
    if (event.data.type === "tiraj:height") {
      const height = Math.ceil(event.data.height);
      if (!(height > 0 && height <= highest)) return;
      // The frame's own border is part of its height where the page's box sizing says so.
      const look = window.getComputedStyle(frame);
      const border = look.boxSizing === "border-box" ? parseFloat(look.borderTopWidth) + parseFloat(look.borderBottomWidth) : 0;
      frame.style.height = height + border + "px";
    } else if (event.data.type === "tiraj:order") {
      frame.dispatchEvent(new CustomEvent("tiraj:order", { bubbles: true, detail: event.data }));
    }
  });

  // A frame that was ready before this script is asked again; others answer when they load.
  document.addEventListener("load", function (event) {
    if (event.target instanceof HTMLIFrameElement && ours(event.target)) hello(event.target);
  }, true);
  frames().forEach(hello);
})();
