// The page that checks a round of Luckotto: runs the draw, replays the allocation, and says for each claim whether it holds.
import { badge, count, fill, hashElement, verdict, wordsOf } from "../verify/view.js";
import { refusal, sorted } from "./inputs.js";

const AT_ONCE = 30_000_000; // hashes that may start by themselves
const MOST_ORDERS = 3000;

// Work in a worker: {finished (a promise of its result), stop()}.
function run(task, report) {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  let fail;
  const finished = new Promise((resolve, reject) => {
    fail = reject;
    worker.onerror = () => { worker.terminate(); reject(new Error("worker")); };
    worker.onmessage = ({ data }) => {
      if (data.result === undefined) return report(data.done, data.total);
      worker.terminate();
      resolve(data.result);
    };
  });
  worker.postMessage(task);
  return { finished, stop() { worker.terminate(); fail(new Error("stopped")); } };
}

const numbersIn = (text) => sorted((text.match(/[0-9]+/g) || []).map(Number));
const same = (one, other) => one.join() === other.join();
const listed = (numbers) => numbers.join(", ");

function showSix(place, numbers) {
  const list = document.createElement("ol");
  list.className = "balls balls-drawn num";
  list.setAttribute("aria-label", place.dataset.label);
  for (const number of numbers) {
    const ball = document.createElement("li");
    ball.className = "ball ball-hit";
    ball.textContent = number;
    list.append(ball);
  }
  place.replaceChildren(list);
}

function startDraws(form) {
  const words = wordsOf(main), fields = form.elements, out = document.querySelector("[data-draw-result]");
  const place = out.querySelector("[data-verdict]"), bar = out.querySelector("[data-progress]"), stop = form.querySelector("[data-stop]");
  const states = out.querySelector("[data-states]"), published = (form.dataset.published || "").split(" ").filter(Boolean);
  let running = null;

  function show(started, done, total) {
    const rate = done / Math.max(1, performance.now() - started) / 1000;
    bar.querySelector("progress").max = total;
    bar.querySelector("progress").value = done;
    bar.querySelector(".progress-value").textContent = fill(words.progress, { done: count(done), total: count(total), rate: rate.toFixed(1) });
  }

  function conclude(expected, result) {
    showSix(out.querySelector("[data-six]"), result.drawnNumbers);
    states.replaceChildren(...result.drawDigests.map((digest) => { const row = document.createElement("p"); row.append(hashElement(digest)); return row; }));
    out.querySelector("[data-states-box]").hidden = false;
    const numbers = listed(result.winningNumbers), isAsRecorded = !published.length || same(published, result.drawDigests);
    const holds = expected.length > 0 && same(expected, result.winningNumbers) && isAsRecorded;
    if (holds) verdict(place, "ok", words.matches, fill(words.matchesText, { numbers }));
    else if (expected.length) verdict(place, "bad", words.differs, fill(words.differsText, { numbers, expected: listed(expected) }));
    else verdict(place, "info", words.drawn, fill(words.drawnText, { numbers }));
    form.dispatchEvent(new CustomEvent("draw:done", { bubbles: true, detail: { holds } }));
  }

  async function start() {
    if (running) running.stop();
    const hash = fields.hash.value.trim().toLowerCase(), expected = numbersIn(fields.expect.value);
    const poolSize = Number(fields.poolSize.value), hashWork = Number(fields.hashWork.value.replace(/[\s,.']/g, ""));
    document.querySelectorAll("[data-draw-empty], [data-by-server]").forEach((part) => { part.hidden = true; });
    out.hidden = false;
    out.querySelector("[data-six]").replaceChildren();
    out.querySelector("[data-states-box]").hidden = true;
    const wrong = refusal(hash, poolSize, hashWork) || (expected.length && expected.length !== 6 ? "numbers" : null);
    if (wrong) {
      bar.hidden = true;
      return verdict(place, "warn", words[wrong], "");
    }
    place.replaceChildren();
    bar.hidden = stop.hidden = false;
    const started = performance.now();
    show(started, 0, hashWork);
    const own = running = run({ kind: "draw", hash, poolSize, hashWork }, (done, total) => show(started, done, total));
    try {
      conclude(expected, await own.finished);
    } catch (error) {
      const kind = error.message === "stopped" ? "stopped" : "failed";
      if (running === own) verdict(place, "warn", words[kind], words[`${kind}Text`]);
    }
    if (running === own) {
      running = null;
      bar.hidden = stop.hidden = true;
    }
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); start(); });
  stop.addEventListener("click", () => { if (running) running.stop(); });
  if (!fields.hash.value) return;
  if (Number(fields.hashWork.value) <= AT_ONCE) start();
  else {
    out.hidden = false;
    verdict(place, "info", words.long, fill(words.longText, { total: count(Number(fields.hashWork.value)) }));
  }
}

async function get(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(path);
  return answer.json();
}

async function ordersOf(number) {
  const orders = [];
  let next = null;
  do {
    const part = await get(`/api/luckotto/rounds/${number}/orders?limit=100${next ? `&after=${next}` : ""}`);
    orders.push(...part.orders);
    next = part.next;
    if (orders.length > MOST_ORDERS) return null;
  } while (next);
  return orders;
}

function checkRound(page) {
  const number = page.dataset.verifyRound, words = wordsOf(main), place = page.querySelector("[data-claims-verdict]");
  const open = new Set(), failed = new Set();
  let wanted = [], drawn = null; // whether the draw that ran here agrees with the record
  const row = (name) => page.querySelector(`[data-claim="${name}"]`);

  function tell(name, holds, detail) {
    row(name).querySelector("[data-state]").replaceChildren(...(holds === null ? [] : [badge(holds)]));
    row(name).querySelector("[data-detail]").textContent = detail || "";
    if (holds === null) return; // not checked: it stays open
    open.delete(name);
    failed.delete(name);
    if (!holds) failed.add(name);
    if (failed.size) verdict(place, "bad", words.someFail, words.someFailText);
    else if (!open.size) verdict(place, "ok", words.allHold, words.allHoldText);
  }

  function tellAll(round, orders, found) {
    const short = (id) => id.slice(-8), pairs = found.tickets * (found.tickets - 1) / 2, own = (numbers) => (numbers ? listed(numbers) : words.none);
    tell("terms", !found.terms, found.terms ? fill(words.termsWrong, { order: short(found.terms.order) }) : fill(words.termsCount, { n: count(orders.length) }));
    if (open.has("allocation")) tell("allocation", !found.allocation, found.allocation ? fill(words.allocationWrong, { order: short(found.allocation.order), told: own(found.allocation.told), found: own(found.allocation.found) }) : fill(words.allocationCount, { n: count(found.tickets), changed: count(found.changed) }));
    tell("collisions", !found.collisions, found.collisions ? fill(words.collisionsWrong, { one: short(found.collisions.one), other: short(found.collisions.other) }) : fill(words.collisionsCount, { n: count(pairs) }));
    if (open.has("seal")) tell("seal", found.seal === false, fill(words.sealCount, { n: count(found.tickets) }));
    if (!open.has("winner")) return;
    const order = orders.find((one) => one.id === found.winner);
    tell("winner", (found.winner || null) === (round.winningOrderId || null), order ? fill(words.winner, { order: short(order.id), player: order.playerUname }) : words.nobody);
  }

  function tellDraw() {
    if (wanted.includes("draw")) tell("draw", drawn);
  }

  async function check() {
    const round = await get(`/api/luckotto/rounds/${number}`);
    const isDrawn = round.status === "settled", isVoid = round.status === "void";
    wanted = ["terms", "collisions", ...(isVoid ? [] : ["allocation"]), ...(round.sealRoot && !isVoid ? ["seal"] : []), ...(isDrawn ? ["draw", "winner"] : [])];
    page.querySelectorAll("[data-claim]").forEach((part) => { part.hidden = !wanted.includes(part.dataset.claim); });
    wanted.forEach((name) => open.add(name));
    if (drawn !== null) tellDraw();
    const orders = await ordersOf(number);
    if (orders === null) return wanted.filter((name) => name !== "draw").forEach((name) => tell(name, null, words.tooMany));
    const detail = row("allocation").querySelector("[data-detail]");
    const work = run({ kind: "replay", round, orders }, (done, total) => { detail.textContent = fill(words.allocationProgress, { n: count(done), total: count(total) }); });
    tellAll(round, orders, await work.finished);
  }

  document.addEventListener("draw:done", (event) => {
    drawn = event.detail.holds;
    tellDraw();
  });
  check().catch(() => verdict(place, "warn", words.recordFailed, ""));
}

const main = document.querySelector("[data-words]"), page = document.querySelector("[data-verify-round]"), form = document.querySelector("form[data-six-draw]");
if (page) checkRound(page);
if (form) startDraws(form);
