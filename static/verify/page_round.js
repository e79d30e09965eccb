// A round, checked from the bundle that the platform hands out: the same claims as for a file that somebody kept. What comes
// of it is told to the page, so that a game's own parts can show the same run: check:began, check:progress (the share that is
// done), check:reached (a state of the draw's chain), check:ended (what was checked), check:refused. Whenever the page has more
// to say of the round (its part #verify-following), the new record is checked too, after check:renewed; what was hashed is not
// hashed again.
import { bundleView } from "./bundle_view.js";
import { bundleOf } from "./platform.js";
import { modulesOf, wordsOf } from "./view.js";

const AGAIN = 10_000; // milliseconds until a bundle is asked for once more that could not be had
const page = document.querySelector("[data-verify-round]");

async function checkRound(view, { records, verifyRound: number }, isMore) {
  if (!isMore) view.fetching();
  let texts;
  try {
    texts = await bundleOf(records, number);
  } catch (error) {
    if (isMore) return setTimeout(() => checkRound(view, page.dataset, true), AGAIN); // what was found stays meanwhile
    return view.refuse(error);
  }
  return isMore ? view.again(texts) : view.check(texts);
}

function follow(view, tell) {
  const told = () => page.querySelector("#verify-following").dataset.said;
  let said = told();
  document.addEventListener("htmx:afterSettle", async () => {
    if (told() === said) return;
    said = told();
    tell("renewed");
    await view.whenDone();
    await checkRound(view, page.dataset, true);
  });
}

// Where the page shows what our record says was drawn: whether it was computed.
function tellRecorded({ claims, conclusion }) {
  const place = page.querySelector("[data-recorded]"), { verdict } = claims.find(({ claim }) => claim === "draw");
  if (place) place.textContent = place.dataset[conclusion.status === 1 ? "otherwise" : verdict === "holds" ? "computed" : "skipped"];
}

if (page) {
  page.addEventListener("check:ended", ({ detail }) => tellRecorded(detail));
  const tell = (what, detail) => page.dispatchEvent(new CustomEvent(`check:${what}`, { detail }));
  const view = bundleView(page.querySelector("[data-bundle-result]"), wordsOf(page), modulesOf(page), tell);
  follow(view, tell);
  checkRound(view, page.dataset, false);
}
