// Checks in a thread of their own, so that the page stays awake. In: {order}, or {texts, options} of a bundle's parts. Out:
// {claim} for each claim of an order; {name, done, total} on the way through what takes long; {checked} or {refused} at last.
import { BadInput } from "./bundle/strict_json.js";
import { checkTexts } from "./bundle/check.js";
import { claimsOf, orderIn } from "./order.js";

const PAUSE = 100; // milliseconds between two reports

function reporter() {
  let last = performance.now();
  return (name, done, total) => {
    if (performance.now() - last < PAUSE) return;
    last = performance.now();
    self.postMessage({ name, done, total });
  };
}

self.onmessage = function ({ data }) {
  try {
    if (data.texts) return self.postMessage({ checked: checkTexts(data.texts, { ...data.options, report: reporter() }) });
    for (const claim of claimsOf(orderIn(data.order))) self.postMessage({ claim });
    return self.postMessage({ checked: true });
  } catch (error) {
    return self.postMessage({ refused: String(error && error.message), key: error instanceof BadInput ? error.key : "brokenData" });
  }
};
