// A round, checked from the bundle that the platform hands out: the same claims as for a file that somebody kept. What comes
// of it is told to the page, so that a game's own parts can show the same run: check:began, check:reached (a state of the
// draw's chain), check:ended (all claims), check:refused.
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
  const { verifyRound: number, records } = page.dataset, box = page.querySelector("[data-bundle-result]");
  const tell = (what, detail) => page.dispatchEvent(new CustomEvent(`check:${what}`, { detail }));
  checkRound(bundleView(box, wordsOf(page), modulesOf(page), tell), records, number);
}
