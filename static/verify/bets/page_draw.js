// A draw of bets, or those of a ticket by its code, checked from what the platform hands out: the same claims as for files that
// somebody kept.
import { bundleOf, bundlesOf, ticketOf } from "./fetched.js";
import { drawsView } from "./view.js";

const box = document.querySelector("[data-verify-draw]");

async function given({ game, verifyDraw: draw, code }) {
  if (draw) return { texts: [await bundleOf(game, draw)] };
  const receipt = await ticketOf(code);
  return { texts: await bundlesOf(JSON.parse(receipt)), receipt };
}

async function checkDraw() {
  const view = drawsView(box), { verifyDraw: draw, code } = box.dataset;
  if (!draw && !code) return; // whoever has the files opens them
  view.fetching();
  try {
    await view.check(await given(box.dataset));
  } catch (error) {
    view.refuse(error);
  }
}

if (box) checkDraw();
