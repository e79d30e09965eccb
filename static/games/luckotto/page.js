// The draw of Luckotto as a form: runs in a worker, and says whether the numbers are those that are claimed. Where the
// bundle of a round is checked on the same page, that check runs the chain, and what it drew is shown.
import { count, decimal, fill, hashElement, verdict, wordsOf } from "../../verify/view.js";
import { refusal, sorted } from "./inputs.js";

const AT_ONCE = 30_000_000; // hashes that may start by themselves

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
    bar.querySelector(".progress-value").textContent = fill(words.progress, { done: count(done), total: count(total), rate: decimal(rate) });
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
    const own = running = run({ hash, poolSize, hashWork }, (done, total) => show(started, done, total));
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

  // Until the form is sent, the check on `page` draws.
  function follow(page) {
    let state = null, isFollowing = true;
    const on = (what, act) => page.addEventListener(`check:${what}`, ({ detail }) => { if (isFollowing && form.isConnected) act(detail); });
    form.addEventListener("submit", () => { isFollowing = false; });
    on("began", () => { state = null; });
    on("reached", async (reached) => {
      state = reached;
      const { numbersFrom } = await import("./draw.js");
      conclude(numbersIn(fields.expect.value), numbersFrom(state, Number(fields.poolSize.value)));
    });
    on("ended", () => { if (state === null) startIfShort(); });
    on("refused", startIfShort);
  }

  function startIfShort() {
    const total = Number(fields.hashWork.value);
    if (total <= AT_ONCE) return start();
    out.hidden = false;
    return verdict(place, "info", words.long, fill(words.longText, { total: count(total) }));
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); start(); });
  stop.addEventListener("click", () => { if (running) running.stop(); });
  if ("follows" in form.dataset) follow(form.closest("[data-verify-round]"));
  else if (fields.hash.value) startIfShort();
}

// The form of the page, and one that comes when the round of the page was drawn.
function look() {
  const form = document.querySelector("form[data-six-draw]");
  if (form && form !== known) startDraws(form);
  known = form;
}

const main = document.querySelector("[data-words]");
let known = null;
main.addEventListener("check:renewed", look);
look();
