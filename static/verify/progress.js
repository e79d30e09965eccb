// One bar for a whole check: what it is doing now, how much of all is done, and how long the rest will take.
import { count, fill, percent, time } from "./view.js";

const TELLING = 1500; // milliseconds until a rate says something

// `box` holds a <progress>, [data-busy-what] and .progress-value.
export function progressOf(box, words) {
  const bar = box.querySelector("progress"), what = box.querySelector("[data-busy-what]"), value = box.querySelector(".progress-value");
  const part = document.createElement("span");
  part.className = "progress-part";
  let started = 0;

  function left(share) {
    const passed = performance.now() - started, rest = passed / share * (1 - share) / 1000;
    return passed < TELLING || share < 0.02 || rest < 1 ? "" : `, ${fill(words.left, { time: time(words, rest) })}`;
  }

  return {
    begin(name) {
      started = performance.now();
      this.show(name, 0, 0, 0);
    },
    // `done` of `total` are done of the part `name`, which makes `share` of the whole.
    show(name, done, total, share) {
      box.hidden = false;
      bar.max = 1;
      bar.value = share;
      part.textContent = total > 1 ? ` (${fill(words.checkingText, { n: count(done), total: count(total) })})` : "";
      what.replaceChildren(words[`busy_${name}`], part);
      value.textContent = percent(share) + left(share);
    },
    // All is done: it stays, full, so that nothing below it moves.
    end() {
      bar.value = 1;
      what.replaceChildren(words.busy_done);
      value.textContent = percent(1);
    },
    hide() { box.hidden = true; },
  };
}
