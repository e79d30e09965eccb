// The check of a bundle on the page: every claim with its verdict, what they say together, what was not checked and why.
// `box` has the parts of templates/selling/windows/_claims.html. All words come from the page.
import { isNotAsked } from "./bundle/conclusion.js";
import { leftByName } from "./bundle/left.js";
import { entry, judgeRow, leadToFailing, nameFaults, rowIn, say, sentence, showTally, unfold, valueEntries } from "./claim_rows.js";
import { expectations } from "./expectations.js";
import { ownKeys, sameToday } from "./platform.js";
import { progressOf } from "./progress.js";
import { runCheck } from "./run_check.js";
import { typedSince } from "./typed.js";
import { badge, count, fill, reasonOf, time, verdict } from "./view.js";

const AT_ONCE = 30_000_000; // hashes that are done without being asked for
const HASHES_A_SECOND = 1_000_000; // in a slow browser
const SHOWN = 10; // problems of one claim
const BADGES = { "holds": "holds", "does not hold": "mismatch", "not yet": "not-yet", "not told": "not-told", "skipped": "skipped" };
const ALONE = ["draw", "bundle"]; // of which there is one: it need not be said
const TONES = { 0: "ok", 1: "bad", 2: "warn", 3: "info" };

// `modules`: those of the games whose bundles are taken. `tell` hears how it goes: began, progress (the share that is done),
// reached, ended (what was checked), refused.
export function bundleView(box, words, modules, tell = () => {}) {
  const part = (name) => box.querySelector(`[data-claims-${name}]`), place = part("verdict"), list = box.querySelector("[data-claims]");
  const facts = part("facts"), outcome = part("outcome"), reasons = part("reasons"), untold = part("untold"), tally = part("tally"), bar = progressOf(part("busy"), words), drawButton = part("draw");
  const form = box.querySelector("[data-expect]"), typed = typedSince(form, place, words);
  let texts = [], judged = [], run = 0; // what an older run finds is not shown
  let ends = {}, most = AT_ONCE, last = Promise.resolve();

  function clear() {
    judged = [];
    [place, list, facts, outcome, reasons, tally].forEach((one) => one.replaceChildren());
    [facts, outcome, reasons, untold, drawButton].forEach((one) => { one.hidden = true; });
  }

  function refuse(error) {
    bar.hide();
    clear();
    tell("refused");
    const key = words[error.key] ? error.key : "recordFailed";
    verdict(place, "warn", words[key], words[`${key}Text`] ? fill(words[`${key}Text`], { error: reasonOf(error, words) }) : "");
    typed.told();
  }

  const whyOf = (one) => fill(words[`why_${one.why}`] || one.why, { is: one.is });
  const subject = (one) => [words[`of_${one.of}`], one.id].filter(Boolean).join(" ");

  // What is wrong, in sentences.
  function linesOf({ claim, details }) {
    const lines = details.slice(0, SHOWN).map((one) => {
      if (one.field) return sentence(words, claim, one.id || !ALONE.includes(one.of) ? subject(one) : "", one);
      return [subject(one), whyOf(one)].filter(Boolean).join(": ");
    });
    return details.length > SHOWN ? [...lines, fill(words.more, { n: count(details.length - SHOWN) })] : lines;
  }

  // All claims at once, each with what is still to be said of it.
  function expect(names) {
    names.forEach((name) => rowIn(list, name.claim, words[`claim_${name.statementKey}`]).querySelector("[data-state]").replaceChildren(badge("waiting")));
  }

  function showClaim(claim, options) {
    const mark = isNotAsked(claim, options) ? "not-asked" : BADGES[claim.verdict];
    judged.push(mark);
    showTally(tally, judged);
    const row = rowIn(list, claim.claim, words[`claim_${claim.statementKey}`]), isWrong = claim.verdict === "does not hold";
    row.querySelector("[data-state]").replaceChildren(badge(mark));
    judgeRow(row, isWrong, words);
    say(row, isWrong ? linesOf(claim) : claim.details.map((one) => whyOf(one)));
    nameFaults(row, "claim", claim.verdict === "holds" ? [] : [claim.claim]);
  }

  function item(text) {
    const one = document.createElement("li");
    one.textContent = text;
    return one;
  }

  function conclude({ claims, conclusion, unlooked, lacksAnchor }) {
    const { status, failing, roundStatus, open, notTold } = conclusion, byName = new Map(claims.map((one) => [one.claim, one]));
    const key = status === 0 && unlooked.length ? "status0Left" : `status${status}`;
    const text = key === "status0" && notTold.length ? words.status0NotAsked : words[`${key}Text`];
    if (status === 1) accuse(failing.length);
    else verdict(place, TONES[status], words[key], text);
    const why = (name) => byName.get(name).details.map(whyOf).join(" ");
    const unfinished = [...(roundStatus === null ? [] : [words[`open_${roundStatus}`] || words.open_unknown]), ...open.map(why)];
    fillList(reasons, reasons, status === 3 ? unfinished : []);
    fillList(untold, untold.querySelector("ul"), notTold.map(why));
    if (lacksAnchor) showBeside("anchor", words.claim_anchor, "not-told", [words.noAnchor]);
    const left = leftByName(unlooked).map(([name, paths]) => `${words[`left_${name}`]} (${paths.join(", ")})`);
    if (left.length) showBeside("rest", words.bundleRest, "left", left);
    typed.told();
  }

  // What is no claim is counted with them: an anchor that is to come, and what the file says and no claim has read.
  function showBeside(name, statement, mark, lines) {
    const row = rowIn(list, name, statement);
    row.querySelector("[data-state]").replaceChildren(badge(mark));
    say(row, lines);
    judged.push(mark);
    showTally(tally, judged);
  }

  function fillList(whole, items, lines) {
    items.replaceChildren(...lines.map(item));
    whole.hidden = lines.length === 0;
  }

  function showFacts(checked) {
    const closing = fill(words.closingAt, { height: count(Number(checked.closingHeight)) });
    facts.replaceChildren(entry(closing, checked.closingHash || words.none), entry(words.sealFact, checked.sealRoot || words.none),
      entry(words.promiseFact, checked.roundCommitment || words.none), ...(checked.payout ? [entry(words.payoutFact, checked.payout)] : []));
    facts.hidden = false;
  }

  function showOutcome({ outcome: found }) {
    if (found === null) return;
    fillList(outcome, outcome, found.doubt ? doubted(found) : [fill(words.outcome_drawn, found), owedBy(found)]);
  }

  // What the file says, and what was computed, apart; what follows from a draw is the file's word too.
  function doubted(found) {
    const computed = found.computed === null ? words.outcome_notComputed : fill(words.outcome_computed, { drawn: found.computed });
    return [fill(words.outcome_said, found), computed, fill(words.outcome_follows, { said: owedBy(found) })];
  }

  // Whether the win is paid, by the bundle. That it was sent, and no block has it, only the platform knows: `state`.
  function owedBy({ win, paid, isOpen }, state = null) {
    if (win === null) return words.outcome_nobody;
    const told = { sats: count(Number(win.jackpotSats)), address: win.payoutAddress };
    if (paid) return fill(words.outcome_paid, { ...told, height: count(Number(paid.height)), output: `${paid.txid}:${paid.vout}` });
    return fill(isOpen && words[`outcome_${state}`] || words.outcome_owed, told);
  }

  function offerDraw(checked) {
    const isLeft = checked.claims.some((one) => one.verdict === "skipped");
    drawButton.hidden = !isLeft;
    if (isLeft) drawButton.querySelector("p").textContent = fill(words.drawLeft, { total: count(checked.drawWork), time: time(words, Number(checked.drawWork) / HASHES_A_SECOND) });
  }

  function accuse(failing) {
    verdict(place, "bad", words.status1, fill(words.status1Text, { n: count(failing) }));
    leadToFailing(list, place, words);
  }

  const paid = (to) => to ? fill(words.payoutTold, { ...to, sats: count(to.amountSats), output: `${to.txid}:${to.vout}` }) : words.none;

  // The platform's word is a claim like the others, and counted with them.
  function judgePlatform(row, mark, { conclusion }) {
    judged.push(mark);
    showTally(tally, judged);
    row.querySelector("[data-state]").replaceChildren(badge(mark));
    judgeRow(row, mark === "mismatch", words);
    if (mark !== "mismatch") return;
    if (conclusion.status === 1) accuse(conclusion.failing.length + 1);
    else {
      verdict(place, "bad", words.platformDiffers, words.platformDiffersText);
      leadToFailing(list, place, words);
    }
    typed.told();
  }

  async function askPlatform(checked) {
    const row = rowIn(list, "platform", words["claim_platform-bundle"]), own = run;
    try {
      const { values, holds, hasMoved, payoutState } = await sameToday(checked, paid);
      if (own !== run) return;
      if (checked.outcome && checked.outcome.isOpen && !checked.outcome.doubt) outcome.children[1].textContent = owedBy(checked.outcome, payoutState);
      const differing = values.filter(([, is, should]) => is !== should), lines = differing.map(([field, is, should]) => sentence(words, "platform", "", { field, is, should }));
      unfold(row, words.values, holds ? valueEntries(values.map(([name, value]) => [name, value]), words) : []);
      say(row, hasMoved ? [words.movedOn, ...lines] : lines);
      if (!hasMoved) judgePlatform(row, holds ? "holds" : "mismatch", checked);
    } catch {
      if (own !== run) return;
      judgePlatform(row, "not-told", checked);
      say(row, [words.recordFailed]);
      if (checked.conclusion.status !== 0) return;
      verdict(place, "info", words.onlyBundle, words.onlyBundleText);
      typed.told();
    }
  }

  // Checks the texts of a bundle's parts. `mostHashes`: a longer draw is left out. What was hashed once is known after.
  async function check(given, mostHashes) {
    texts = given;
    const own = ++run, named = await expectations(box, words);
    if (named === null) { bar.hide(); return typed.unread(); } // a field says what is wrong with it
    typed.began();
    const told = named.expectLog ? named : { ...named, ownLog: (await ownKeys()).join(" ") };
    if (own !== run) return;
    clear();
    verdict(place, "info", words.busy_checking, words.checkingAll);
    bar.begin("checking");
    tell("began");
    const ifOwn = (hear) => (heard) => { if (own === run) hear(heard); };
    const on = { progress: ifOwn((way) => { bar.show(...way); tell("progress", way.at(-1)); }), expected: ifOwn(expect), claim: ifOwn((claim) => showClaim(claim, told)), reached: ifOwn((state) => tell("reached", state)) };
    try {
      const checked = await runCheck({ modules, texts, options: { ...told, mostHashes, ends } }, on);
      if (own !== run) return;
      ends = checked.ends;
      bar.end();
      conclude(checked);
      tell("ended", checked);
      showOutcome(checked);
      showFacts(checked);
      offerDraw(checked);
      await askPlatform(checked);
    } catch (error) {
      if (own === run) refuse(error);
    }
  }

  function start(given, mostHashes = most) {
    most = mostHashes;
    last = check(given, mostHashes);
    return last;
  }

  drawButton.querySelector("button").addEventListener("click", () => start(texts, Infinity));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (texts.length) start(texts);
    else expectations(box, words);
  });
  return { check: (given) => start(given, AT_ONCE), again: (given) => start(given), clear, refuse, fetching: () => bar.begin("fetching"), whenDone: () => last };
}
