// Inside a partner's page: says that the frame is ready, how high it is, and what becomes of the order it shows.
// Messages go to the origins that the partner has listed and to no other; messages from anyone else are ignored.
// Protocol 1; docs/embedding.md tells every message.
(function () {
  "use strict";
  if (window.parent === window) return;
  const version = 1;
  const listed = (document.documentElement.dataset.parentOrigins || "").split(" ").filter(Boolean);
  const told = new Map();
  let above = window.location.ancestorOrigins && window.location.ancestorOrigins[0];
  let last = 0;

  // The one listed origin that frames us, once it is known; until then each listed one: the browser drops the others.
  function tell(type, detail) {
    const message = Object.assign({ tiraj: version, type: type }, detail);
    listed.forEach(function (origin) { if (!above || origin === above) window.parent.postMessage(message, origin); });
  }

  function tellHeight(always) {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (!always && height === last) return;
    last = height;
    tell("height", { height: height });
  }

  // The same news is told once a page; a host that says hello hears all of it again.
  function tellOnce(type, detail) {
    const key = type + detail.orderId, text = JSON.stringify(detail);
    if (told.get(key) === text) return;
    told.set(key, text);
    tell(type, detail);
  }

  function tellOrder() {
    document.querySelectorAll("[data-order-id]").forEach(function (part) {
      const data = part.dataset;
      const order = { orderId: data.orderId, roundNumber: Number(data.orderRound) || null };
      if (data.orderBip21) {
        tellOnce("order.created", Object.assign({}, order, {
          address: data.orderAddress, bip21: data.orderBip21, amountSats: Number(data.orderAmountSats),
        }));
      }
      if (Number(data.orderTickets) > 0) tellOnce("order.paid", Object.assign({}, order, { tickets: Number(data.orderTickets) }));
      if (data.orderResult) {
        tellOnce("order.drawn", Object.assign({}, order, { result: data.orderResult, outcome: data.orderOutcome }));
      }
    });
  }

  function tellAll() {
    told.clear();
    tell("ready", { path: window.location.pathname.split("/").slice(0, 3).join("/") });
    tellHeight(true);
    tellOrder();
  }

  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || !listed.includes(event.origin)) return;
    const message = event.data;
    if (!message || message.tiraj !== version) return;
    above = event.origin;
    if (message.type === "hello") tellAll();
  });
  new ResizeObserver(function () { tellHeight(false); }).observe(document.body);
  window.tiraj.whenever(tellOrder);
  tellAll();
})();
