// Checks in a thread of their own, so that the page stays awake. In: {modules, texts, options}: the games' modules, and a
// bundle's parts; or {module, given}: what a game lets check beside, by the `claimsOf` of a module of its own. Out: {claim}
// for each claim as it is judged; of a bundle also {expected} (all its claims, before), {progress: [name, done, total, share
// of all]} and {reached} (a state of the draw); {checked} or {refused} at last.
import { BadInput } from "./bundle/strict_json.js";
import { checkTexts } from "./bundle/check.js";

const PAUSE = 100; // milliseconds between two reports

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

self.onmessage = async function ({ data }) {
  try {
    if (data.texts) {
      await Promise.all(data.modules.map((module) => import(module)));
      return self.postMessage({ checked: checkTexts(data.texts, { ...data.options, ...tellers() }) });
    }
    const { claimsOf } = await import(data.module);
    for (const claim of claimsOf(data.given)) self.postMessage({ claim });
    return self.postMessage({ checked: true });
  } catch (error) {
    return self.postMessage({ refused: String(error && error.message), key: error instanceof BadInput ? error.key : "brokenData" });
  }
};
