// Draws of bets and receipts of bets, among what a reader kept: what checks them is fetched when there are any, with its words.
import { fill } from "../../verify/view.js";
import { looksLike } from "./unknown.js";

const KINDS = ["draw", "ticket"];

export function betsIn(page) {
  const box = page.querySelector("[data-paste-bets]"), lines = JSON.parse(box.dataset.lines), place = box.querySelector("[data-part]"), command = box.querySelector("[data-bets-command]");
  let view = null;

  async function fetched() {
    const answer = await fetch(place.dataset.part, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw Object.assign(new Error("part"), { key: "recordFailed" });
    place.innerHTML = await answer.text();
    const { drawsView } = await import("../../verify/bets/view.js");
    return drawsView(place.firstElementChild);
  }

  const kindsOf = (texts) => texts.map((text) => text !== null && looksLike([text]));

  // The scripts' line for these files, as they are called.
  function offerCommand({ game }, [draw], [receipt], name) {
    const line = (lines[game] || {})[draw === undefined && receipt !== undefined ? "ticket" : "draw"], code = command.querySelector("code");
    command.hidden = !line;
    if (!line) return;
    code.textContent = fill(line, { file: draw || receipt, draw: name || "DRAW" }) + (draw && receipt ? ` --receipt ${receipt}` : "");
    command.querySelector("[data-copy]").dataset.copy = code.textContent;
  }

  // Whether these are draws, and at most one receipt.
  function are(texts) {
    const kinds = kindsOf(texts);
    return kinds.length > 0 && kinds.every((kind) => KINDS.includes(kind)) && kinds.filter((kind) => kind === "ticket").length < 2;
  }

  // `names`: of the files, as a shell takes them. Of a receipt alone the draws are fetched from this site.
  async function check(texts, names) {
    const kinds = kindsOf(texts), of = (kind, all) => all.filter((_, at) => kinds[at] === kind), [receipt = null] = of("ticket", texts), own = of("draw", texts);
    box.hidden = false;
    view = view || (await fetched());
    const { bundlesOf, drawsIn } = await import("../../verify/bets/fetched.js"), data = JSON.parse(receipt ?? own[0]);
    const called = (kind) => of(kind, texts.map((_, at) => names[at] || `${kinds[at]}.json`));
    offerCommand(data, called("draw"), called("ticket"), receipt !== null && drawsIn(data)[0]);
    if (!own.length) view.fetching();
    try {
      await view.check({ texts: own.length ? own : await bundlesOf(data), receipt });
    } catch (error) {
      view.refuse(error);
    }
  }

  return { box, are, check, hide() { box.hidden = true; } };
}
