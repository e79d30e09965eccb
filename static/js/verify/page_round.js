// A round's public record, read as anybody can read it and recomputed claim by claim.
import * as claims from "./claims.js";
import { badge, count, fill, verdict, wordsOf } from "./view.js";

const MOST_SLIPS = 3000, AT_A_TIME = 8;
const page = document.querySelector("[data-verify-round]");

if (page) {
  const number = page.dataset.verifyRound, words = wordsOf(page), place = page.querySelector("[data-claims-verdict]");
  const open = new Set(), failed = new Set();
  let drawn = null; // whether the draw that ran here agrees with the record

  const claim = (name) => page.querySelector(`[data-claim="${name}"]`);

  function tell(name, holds, detail) {
    const row = claim(name);
    row.querySelector("[data-state]").replaceChildren(...(holds === null ? [] : [badge(holds)]));
    row.querySelector("[data-detail]").textContent = detail || "";
    if (holds === null) return; // not checked: it stays open
    open.delete(name);
    failed.delete(name);
    if (holds === false) failed.add(name);
    if (failed.size) verdict(place, "bad", words.someFail, words.someFailText);
    else if (!open.size) verdict(place, "ok", words.allHold, words.allHoldText);
  }

  async function get(path) {
    const answer = await fetch(path, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(path);
    return answer.json();
  }

  async function slipsOf() {
    const slips = [];
    let next = null;
    do {
      const part = await get(`/api/rounds/${number}/slips?limit=100${next ? `&after=${next}` : ""}`);
      slips.push(...part.slips);
      next = part.next;
      if (slips.length > MOST_SLIPS) return null;
    } while (next);
    return slips;
  }

  async function checkAddresses(round, slips) {
    for (let at = 0; at < slips.length; at += AT_A_TIME) {
      if (!claims.addresses(round, slips.slice(at, at + AT_A_TIME)).holds) return tell("addresses", false);
      claim("addresses").querySelector("[data-detail]").textContent = fill(words.addressesProgress, { n: count(at), total: count(slips.length) });
      await new Promise((resolve) => { setTimeout(resolve, 0); });
    }
    tell("addresses", true, fill(words.addressesCount, { n: count(slips.length) }));
  }

  async function check() {
    const round = await get(`/api/rounds/${number}`);
    const isDrawn = round.status === "settled", isRun = Boolean(page.querySelector("form[data-draw]")); // it may have been drawn since the page was made
    const wanted = ["figures", "addresses", "ranges", ...(round.sealRoot ? ["seal"] : []), ...(isDrawn ? ["outcome", ...(isRun ? ["draw"] : []), "holder"] : [])];
    page.querySelectorAll("[data-claim]").forEach((row) => { row.hidden = !wanted.includes(row.dataset.claim); });
    wanted.forEach((name) => open.add(name));
    if (drawn !== null) tell("draw", drawn);
    tell("figures", claims.figures(round).holds);
    if (isDrawn) tell("outcome", claims.outcome(round).holds);
    const slips = await slipsOf();
    if (slips === null) return ["addresses", "ranges", "seal", "holder"].filter((name) => wanted.includes(name)).forEach((name) => tell(name, null, words.tooMany));
    const rows = claims.ranges(round, slips);
    tell("ranges", rows.holds, fill(words.rangesCount, { n: count(rows.count) }));
    if (round.sealRoot) {
      const seal = claims.seal(round, slips);
      tell("seal", seal.holds, fill(words.sealCount, { n: count(seal.count) }));
    }
    if (isDrawn) {
      const holder = claims.holder(round.winningTicket, slips), values = { ticket: round.drawDigits, slip: holder && holder.identifier.slice(-8), player: holder && holder.playerPublicIdentifier };
      tell("holder", Boolean(holder) === (round.winningTicket < round.soldTickets), fill(holder ? words.holder : words.nobody, values));
    }
    await checkAddresses(round, slips);
  }

  document.addEventListener("draw:done", (event) => {
    drawn = event.detail.holds;
    if (!claim("draw").hidden) tell("draw", drawn);
  });
  check().catch(() => verdict(place, "warn", words.recordFailed, ""));
}
