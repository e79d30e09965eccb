// Inside a partner's page: tells the parent how high the frame's content is, and what an order asks for.
// Messages go to the origins the partner has listed and to no other; messages from anyone else are ignored.
(function () {
  "use strict";
  if (window.parent === window) return;
  const listed = (document.documentElement.dataset.parentOrigins || "").split(" ").filter(Boolean);
  const told = new Set();
  let last = 0;

  // The one listed origin that frames us, where the browser says which; else each listed one (the browser drops the others).
  function receivers() {
    const above = window.location.ancestorOrigins;
    if (above && above.length) return listed.filter(function (origin) { return origin === above[0]; });
    return listed;
  }

  function tell(message) {
    receivers().forEach(function (origin) { window.parent.postMessage(message, origin); });
  }

  function tellHeight(always) {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (!always && height === last) return;
    last = height;
    tell({ type: "tiraj:height", height: height });
  }

  function tellOrders() {
    document.querySelectorAll("[data-order-id]").forEach(function (order) {
      const data = order.dataset;
      const news = data.orderId + data.orderBip21; // another number of tickets is another amount to pay
      if (told.has(news)) return;
      told.add(news);
      tell({ type: "tiraj:order", orderId: data.orderId, bip21: data.orderBip21, address: data.orderAddress, amountSats: Number(data.orderAmountSats) });
    });
  }

  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || !listed.includes(event.origin)) return;
    if (event.data && event.data.type === "tiraj:hello") tellHeight(true);
  });
  new ResizeObserver(function () { tellHeight(false); }).observe(document.body);
  window.tiraj.whenever(tellOrders);
  tellHeight(true);
})();
