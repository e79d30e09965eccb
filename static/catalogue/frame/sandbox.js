// Inside a partner's page whose frame has a sandbox that lets too little through: says so, before anybody can pay.
// Without its own origin the frame cannot ask our server for anything, so an order's page would never hear of its payment;
// where forms are not let through there is no order. docs/embedding.md says which sandbox is right.
(function () {
  "use strict";
  if (window.parent === window) return;

  // No event comes of a form that the sandbox holds back.
  function sendsForms() {
    const probe = document.createElement("form");
    let sent = false;
    probe.addEventListener("submit", function (event) { sent = true; event.preventDefault(); event.stopPropagation(); });
    probe.hidden = true;
    document.body.append(probe);
    probe.requestSubmit();
    probe.remove();
    return sent;
  }

  const missing = [];
  if (window.origin === "null") missing.push("allow-same-origin");
  if (!sendsForms()) missing.push("allow-forms");
  if (!missing.length) return;

  console.error("Tiraj: the frame's sandbox lacks " + missing.join(" ") + ". Nothing can be bought in it; see docs/embedding.md.");
  document.querySelectorAll("[data-buys]").forEach(function (part) { part.remove(); });
  // Before htmx reads them: what cannot be asked is not asked every three seconds.
  document.querySelectorAll("[hx-get], [hx-post]").forEach(function (part) {
    part.removeAttribute("hx-get");
    part.removeAttribute("hx-post");
  });
  const region = document.getElementById("trouble"), words = document.getElementById("trouble-sandbox");
  region.replaceChildren(words.content.cloneNode(true));
  region.querySelector("[data-missing]").textContent = missing.join(" ");
})();
