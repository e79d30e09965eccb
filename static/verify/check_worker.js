// Checks in a thread of their own, so that the page stays awake. In: {modules, texts, options}: the games' modules, and a
// bundle's parts; or {module, given}: what a game lets check beside, by the `claimsOf` of a module of its own. Out: {claim}
// for each claim of the latter; {name, done, total} on the way through what takes long; {checked} or {refused} at last.
import { BadInput } from "./bundle/strict_json.js";
import { checkTexts } from "./bundle/check.js";

const PAUSE = 100; // milliseconds between two reports

function reporter() {
  let last = performance.now();
  return (name, done, total) => {
    if (performance.now() - last < PAUSE) return;
    last = performance.now();
    self.postMessage({ name, done, total });
  };
}

self.onmessage = async function ({ data }) {
  try {
    if (data.texts) {
      await Promise.all(data.modules.map((module) => import(module)));
      return self.postMessage({ checked: checkTexts(data.texts, { ...data.options, report: reporter() }) });
    }
    const { claimsOf } = await import(data.module);
    for (const claim of claimsOf(data.given)) self.postMessage({ claim });
    return self.postMessage({ checked: true });
  } catch (error) {
    return self.postMessage({ refused: String(error && error.message), key: error instanceof BadInput ? error.key : "brokenData" });
  }
};
