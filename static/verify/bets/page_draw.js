// A draw of bets, checked from the bundle that the platform hands out: the same claims as for a file that somebody kept.
import { bundleOf } from "./fetched.js";
import { drawsView } from "./view.js";

const box = document.querySelector("[data-verify-draw]");

async function checkDraw() {
  const view = drawsView(box), { game, verifyDraw: draw } = box.dataset;
  if (!draw) return; // whoever has the files opens them
  view.fetching();
  try {
    await view.check({ texts: [await bundleOf(game, draw)] });
  } catch (error) {
    view.refuse(error);
  }
}

if (box) checkDraw();
