// A round, checked from the bundle that the platform hands out: the same claims as for a file that somebody kept.
import { bundleView } from "./bundle_view.js";
import { bundleOf } from "./platform.js";
import { modulesOf, wordsOf } from "./view.js";

const page = document.querySelector("[data-verify-round]");

async function checkRound(view, records, number) {
  view.fetching();
  let texts;
  try {
    texts = await bundleOf(records, number);
  } catch (error) {
    return view.refuse(error);
  }
  return view.check(texts);
}

if (page) {
  const { verifyRound: number, records } = page.dataset;
  checkRound(bundleView(page.querySelector("[data-bundle-result]"), wordsOf(page), modulesOf(page)), records, number);
}
