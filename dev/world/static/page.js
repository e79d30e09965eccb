// The casino's own page: keeps the story fresh and pays what the frame asks for. Without it the forms still work.
(function () {
  "use strict";
  const byId = function (id) { return document.getElementById(id); };
  const story = byId("story"), wallet = byId("wallet"), payForm = byId("pay"), mineForm = byId("mine"), receiveForm = byId("receive");
  const link = byId("link"), amount = byId("amount"), payButton = byId("pay-button"), outcome = byId("outcome");
  const play = document.querySelector(".play"), isNarrow = window.matchMedia("(max-width: 59.99rem)");
  const thousands = function (number) { return Number(number).toLocaleString("en-US"); };

  // Each game says itself what one more payment does; the wallet only repeats it.
  const WORDS = {
    any: {
      ready: "Your order is ready to be paid. Any amount may be sent: try an odd one, or pay twice.",
      paid: "Watch the game: it follows your payment to the draw. More that you send before sales end counts for the same order.",
      again: "Pay another ",
    },
    luckotto: {
      ready: "Your order is ready to be paid. Its price buys one ticket: what you send beyond it buys nothing.",
      paid: "Watch the game: it follows your payment to the draw. More for the same order buys nothing: make another order for another ticket.",
      again: "Pay ",
    },
  };
  let isHeld = false, isPaid = false, shownOrder = null, shownPath = "", words = WORDS.any;

  // What is to be paid stands above the game on a phone, and covers nothing of it: whoever goes on by keyboard sees where
  // he is. Beside the game, and for the next page that is loaded, the wallet stands behind it.
  function put() {
    if (wallet.contains(document.activeElement)) return; // what is moved loses the focus
    const isAbove = isNarrow.matches && shownOrder !== null;
    if (isAbove === Boolean(wallet.compareDocumentPosition(play) & Node.DOCUMENT_POSITION_FOLLOWING)) return;
    if (isAbove) play.before(wallet); else play.after(wallet);
  }

  // Once it is paid the game has the word: the wallet steps back, and a phone shows the frame from its top.
  function lay(paid, hint) {
    isPaid = paid;
    byId("wallet-hint").textContent = hint;
    byId("terms").open = false;
    wallet.classList.toggle("ready", !paid);
    label();
    put();
    const begins = paid ? play : wallet;
    if ((paid || isNarrow.matches) && begins.getBoundingClientRect().top < 0) begins.scrollIntoView();
  }

  async function refresh() {
    if (!document.hidden && !story.contains(document.activeElement)) {
      try {
        const answer = await fetch("/story");
        if (answer.ok) {
          const text = await answer.text();
          if (text !== story.dataset.last) { story.innerHTML = text; story.dataset.last = text; }
        }
      } catch (away) { /* it will be back */ }
    }
    window.setTimeout(refresh, Number(story.dataset.every));
  }

  function label() {
    const sats = Number(amount.value.replace(/[, ]/g, ""));
    payButton.textContent = sats > 0 ? (isPaid ? words.again : "Pay ") + thousands(sats) + " sats" : "Pay";
    payButton.classList.toggle("primary", !isPaid);
  }

  function tell(kind, text, code, what) {
    const note = document.createElement("p");
    note.className = "notice " + kind;
    note.textContent = text;
    if (code) {
      const small = document.createElement("span"), id = document.createElement("code");
      small.className = "quiet";
      id.textContent = code;
      small.append(what === undefined ? " Transaction " : what, id);
      note.append(document.createElement("br"), small);
    }
    outcome.replaceChildren(note);
    if (isHeld) outcome.focus({ preventScroll: true });  // what was pressed is switched off or folded away
  }

  async function send(form, body) {
    const buttons = form.querySelectorAll("button");
    isHeld = form.contains(document.activeElement);
    buttons.forEach(function (one) { one.disabled = true; });
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Accept": "application/json" },
        body: JSON.stringify(body),
      });
      return await answer.json();
    } catch (away) {
      return { error: "The page's server does not answer. Try again in a moment." };
    } finally {
      buttons.forEach(function (one) { one.disabled = false; });
    }
  }

  // Each page of the frame says first of which kind it is.
  document.addEventListener("tiraj:ready", function (event) {
    shownPath = event.detail.path;
  });

  // The frame says which order it shows; the wallet lays it ready.
  document.addEventListener("tiraj:order.created", function (event) {
    const order = event.detail;
    words = shownPath === "/embed/luckotto" ? WORDS.luckotto : WORDS.any;
    shownOrder = order.orderId;
    link.value = order.bip21 || order.address;
    amount.value = order.amountSats > 0 ? String(order.amountSats) : "";
    outcome.replaceChildren();
    lay(false, words.ready);
  });

  // What is drawn is not paid any more: the wallet waits for the next order.
  document.addEventListener("tiraj:order.drawn", function (event) {
    if (event.detail.orderId !== shownOrder) return;
    link.value = amount.value = "";
    shownOrder = null;
    outcome.replaceChildren();
    lay(true, "Your order is drawn: the game shows how it went. The next order appears here, ready to be paid.");
    byId("terms").open = true;
  });

  isNarrow.addEventListener("change", put);
  amount.addEventListener("input", label);
  link.addEventListener("input", function () { amount.value = ""; label(); });

  payForm.addEventListener("submit", async function (event) {
    event.preventDefault();
    const done = await send(payForm, { link: link.value, amountSats: amount.value });
    if (done.error) tell("bad", done.error);
    else {
      tell("ok", "Sent " + thousands(done.amountSats) + " sats. The game sees it at once, and the next block confirms it.", done.txid);
      lay(true, words.paid);
    }
  });

  mineForm.addEventListener("submit", async function (event) {
    event.preventDefault();
    const done = await send(mineForm, {});
    if (done.error) tell("bad", done.error);
    else tell("ok", "Block " + thousands(done.height) + " is there.");
  });

  receiveForm.addEventListener("submit", async function (event) {
    event.preventDefault();
    const done = await send(receiveForm, {});
    if (done.error) tell("bad", done.error);
    else tell("ok", "Coins sent here come to this wallet:", done.receiveAt, "");
  });

  if (!link.value) byId("wallet-hint").textContent = "Choose your tickets in the game and get a payment address: your order appears here, ready to be paid.";
  label();
  window.setTimeout(refresh, Number(story.dataset.every));
})();
