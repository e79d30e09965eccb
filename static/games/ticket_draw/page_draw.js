// The form of a draw: runs it in workers, shows each digit as it is drawn, and compares with what is claimed. Where the
// bundle of a round is checked on the same page, that check runs the chain, and its digits are shown.
import { count, decimal, fill, time, verdict, wordsOf } from "../../verify/view.js";
import { showDigits, stateRow } from "./digits.js";
import { digitOf, refusal } from "./inputs.js";
import { runDraw } from "./run_draw.js";

const AT_ONCE = 30_000_000; // hashes that may start by themselves

function begin(form) {
  const words = wordsOf(form), fields = form.elements;
  const out = document.querySelector("[data-draw-result]"), place = out.querySelector("[data-verdict]");
  const bar = out.querySelector("[data-progress]"), rows = out.querySelector("[data-states]");
  const stopButton = form.querySelector("[data-stop]"), labels = rows.dataset.labels.split("|");
  const box = out.querySelector("[data-states-box]");
  let running = null;

  function read() {
    const hash = fields.hash.value.trim().toLowerCase(), digits = Number(fields.digits.value);
    const hashesPerDigit = Number(fields.hashesPerDigit.value.replace(/[\s,.']/g, "")), expect = fields.expect.value.trim();
    const published = (form.dataset.published || "").split(" ").filter(Boolean);
    return { hash, digits, hashesPerDigit, expect, published };
  }

  function show(started, done, total) {
    const rate = done / Math.max(1, performance.now() - started) * 1000;
    bar.querySelector("progress").max = total;
    bar.querySelector("progress").value = done;
    const left = (total - done) / Math.max(1, rate);
    const text = fill(words.progress, { done: count(done), total: count(total), rate: decimal(rate / 1e6) });
    bar.querySelector(".progress-value").textContent = left > 2 ? `${text}, ${fill(words.left, { time: time(words, left) })}` : text;
  }

  function insert(row) {
    box.hidden = false;
    const same = Array.from(rows.children).find((other) => other.dataset.place === row.dataset.place);
    if (same) return same.replaceWith(row);
    const after = Array.from(rows.children).find((other) => Number(other.dataset.place) > Number(row.dataset.place));
    return rows.insertBefore(row, after || null);
  }

  function drew(input, known, at, state) {
    known[at] = digitOf(state);
    showDigits(out.querySelector("[data-digits]"), known, input.digits, words, false);
    insert(stateRow(labels, at, known[at], state, input.published.length ? state === input.published[at] : undefined));
  }

  function conclude(input, states, known) {
    const drawn = known.slice().reverse().join(""), matchesStates = states.every((state, at) => !input.published.length || state === input.published[at]);
    showDigits(out.querySelector("[data-digits]"), known, input.digits, words, true);
    const wrong = states.findIndex((state, at) => input.published.length && state !== input.published[at]);
    const isClaimed = input.expect !== "", agrees = isClaimed && Number(input.expect) === Number(drawn) && matchesStates;
    if (!isClaimed && matchesStates) verdict(place, "info", words.drawn, fill(words.drawnText, { number: drawn }));
    else if (agrees) verdict(place, "ok", words.matches, fill(words.matchesText, { number: drawn }));
    else if (isClaimed && Number(input.expect) !== Number(drawn)) verdict(place, "bad", words.differs, fill(words.differsText, { number: drawn, expected: input.expect }));
    else verdict(place, "bad", words.differs, fill(words.stateDiffers, { place: wrong + 1 }));
  }

  async function start() {
    if (running) running.stop();
    const input = read(), wrong = refusal(input.hash, input.digits, input.hashesPerDigit);
    document.querySelectorAll("[data-draw-empty], [data-by-server]").forEach((part) => { part.hidden = true; });
    out.hidden = false;
    if (wrong || rows.querySelectorAll("[data-open]").length !== input.digits) { // else their space is kept
      rows.replaceChildren();
      box.hidden = true;
    }
    if (wrong) {
      out.querySelector("[data-digits]").replaceChildren();
      bar.hidden = true;
      return verdict(place, "warn", words[wrong], "");
    }
    const known = new Array(input.digits).fill(undefined), started = performance.now();
    place.replaceChildren();
    bar.hidden = stopButton.hidden = false;
    showDigits(out.querySelector("[data-digits]"), known, input.digits, words, false);
    show(started, 0, input.digits * input.hashesPerDigit);
    const run = running = runDraw(input, {
      progress: (done, total) => show(started, done, total),
      digit: (at, state) => drew(input, known, at, state),
    });
    try {
      const states = await run.finished;
      if (running === run) conclude(input, states, known);
    } catch (error) {
      if (running === run) verdict(place, "warn", error.message === "stopped" ? words.stopped : words.failed, error.message === "stopped" ? words.stoppedText : words.failedText);
    }
    if (running === run) {
      running = null;
      bar.hidden = stopButton.hidden = true;
    }
  }

  // Until the form is sent, the check on `page` draws.
  function follow(page) {
    const input = read();
    let states = [], known = [], isFollowing = true;
    const on = (what, act) => page.addEventListener(`check:${what}`, ({ detail }) => { if (isFollowing && form.isConnected) act(detail); });
    form.addEventListener("submit", () => { isFollowing = false; });
    on("began", () => { [states, known] = [[], new Array(input.digits).fill(undefined)]; });
    on("reached", (state) => {
      drew(input, known, states.length, state);
      states.push(state);
      if (states.length === input.digits) conclude(input, states, known);
    });
    on("ended", () => { if (states.length < input.digits) startIfShort(); });
    on("refused", startIfShort);
  }

  function startIfShort() {
    const { digits, hashesPerDigit } = read(), total = digits * hashesPerDigit;
    if (total <= AT_ONCE) return start();
    return verdict(place, "info", words.long, fill(words.longText, { total: count(total) }));
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); start(); });
  stopButton.addEventListener("click", () => { if (running) running.stop(); });
  const asked = read();
  if ("follows" in form.dataset) follow(form.closest("[data-verify-round]"));
  else if (new URLSearchParams(location.search).has("hash") && asked.digits * asked.hashesPerDigit <= AT_ONCE) start();
}

// The form of the page, and one that comes when the round of the page was drawn.
let known = null;
function look() {
  const form = document.querySelector("form[data-draw]");
  if (form && form !== known) begin(form);
  known = form;
}
const page = document.querySelector("[data-verify-round]");
if (page) page.addEventListener("check:renewed", look);
look();
