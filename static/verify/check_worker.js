// Checks in a thread of their own, so that the page stays awake. In: {modules, texts, options}: the games' modules, and a
// bundle's parts; or {modules, module, given}: what is checked beside, by the `claimsOf` of a module of its own. Out: {claim}
// for each claim as it is judged; of a bundle also {expected} (all its claims, before), {progress: [name, done, total, share
// of all]} and {reached} (a state of the draw); {checked} or {refused} at last.
import { BadInput } from "./bundle/strict_json.js";
import { checkTexts, leftToRepeat } from "./bundle/check.js";
import { repeatAll } from "./stretches.js";

const PAUSE = 250; // milliseconds between two reports: each has the page drawn anew, on a processor that is busy

function reporter() {
  let last = 0;
  return (...progress) => {
    if (performance.now() - last < PAUSE) return;
    last = performance.now();
    self.postMessage({ progress });
  };
}

const tellers = () => ({
  report: reporter(),
  expected: (expected) => self.postMessage({ expected }),
  judged: (claim) => self.postMessage({ claim }),
  reached: (reached) => self.postMessage({ reached }),
});

const FIRST = 0.9; // of the whole bar, for stretches that all processors repeat before the rest

// A long sealed draw, stretch by stretch on all processors; where these have no workers, the check goes through it alone.
async function repeatedBefore(texts, options) {
  const { report } = options, stretches = leftToRepeat(texts, options);
  if (stretches.length < 2) return {};
  try {
    const ends = await repeatAll(stretches, (done, total) => report("draw", done, total, FIRST * done / total));
    return { ends: { ...options.ends, ...ends }, report: (name, done, total, share) => report(name, done, total, FIRST + (1 - FIRST) * share) };
  } catch {
    return {};
  }
}

self.onmessage = async function ({ data }) {
  try {
    await Promise.all((data.modules || []).map((module) => import(module)));
    if (data.texts) {
      const options = { ...data.options, ...tellers() };
      return self.postMessage({ checked: checkTexts(data.texts, { ...options, ...(await repeatedBefore(data.texts, options)) }) });
    }
    const { claimsOf } = await import(data.module);
    for (const claim of claimsOf(data.given, { report: reporter() })) self.postMessage({ claim });
    return self.postMessage({ checked: true });
  } catch (error) {
    return self.postMessage({ refused: String(error && error.message), key: error instanceof BadInput ? error.key : "brokenData", said: error.said });
  }
};
