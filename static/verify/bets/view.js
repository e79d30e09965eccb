// The check of draws of bets on the page, one or those of a receipt: every claim with its verdict, what they say together, what was
// not asked. `box` has the parts of templates/selling/bets/_verify.html. All words come from the page. Nothing is sent anywhere.
import { decoded } from "../bundle/strict_json.js";
import { entry, judgeRow, leadToFailing, nameFaults, rowIn, say, showTally } from "../claim_rows.js";
import { ownKeys } from "../platform.js";
import { progressOf } from "../progress.js";
import { attachedIn } from "../receipt/attached.js";
import { rotationsNow } from "../rotations_now.js";
import { runCheck } from "../run_check.js";
import { typedSince } from "../typed.js";
import { badge, count, fill, modulesOf, reasonOf, time, verdict, wordsOf } from "../view.js";
import { bundlesOf } from "./fetched.js";
import { knownIn } from "./known.js";
import { leftByName } from "./left.js";
import { outcomeLines } from "./outcome.js";

const MODULE = new URL("check.js", import.meta.url).href;
const AT_ONCE = 10_000_000; // hashes that are done without being asked for: a minute of a slow phone, for they cannot be shared out
const HASHES_A_SECOND = 1_000_000; // in a slow browser
const SHOWN = 10; // problems of one claim
const NAMED = /^(?!known-|rest$)/; // by the script
const BADGES = { "holds": "holds", "does not hold": "mismatch", "not yet": "not-yet", "not told": "not-told" };
const TONES = { 0: "ok", 1: "bad", 3: "info" };

export function drawsView(box) {
  const words = wordsOf(box), modules = modulesOf(box), part = (name) => box.querySelector(`[data-claims-${name}]`);
  const place = part("verdict"), outcome = part("outcome"), reasons = part("reasons"), tally = part("tally"), drawButton = part("draw"), lists = box.querySelector("[data-draws]");
  const bar = progressOf(part("busy"), words), form = box.querySelector("[data-known]"), own = box.querySelector("[data-own-receipt]"), typed = typedSince(form, place, words);
  let given = { texts: [], receipt: null }, run = 0, most = AT_ONCE, marks = [], open = []; // what an older run finds is not shown

  function clear() {
    [marks, open] = [[], []];
    [place, outcome, reasons, tally, lists].forEach((one) => one.replaceChildren());
    [outcome, reasons, drawButton].forEach((one) => { one.hidden = true; });
  }

  function refuse(error) {
    bar.hide();
    clear();
    const key = words[error.key] ? error.key : "drawFailed";
    verdict(place, "warn", words[key], words[`${key}Text`] ? fill(words[`${key}Text`], { error: reasonOf(error, words) }) : "");
    typed.told();
  }

  function fillList(items, lines) {
    items.append(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    items.hidden = !items.hasChildNodes();
  }

  // A list of claims under the draw's name, which heads it where there are several.
  function listOf(name, isAlone) {
    const section = document.createElement("section"), title = document.createElement("h3"), list = document.createElement("dl");
    title.textContent = fill(words.drawTitle, { name });
    list.className = "facts facts-even checks";
    section.className = "stack-tight";
    section.append(...(isAlone ? [] : [title]), list);
    lists.append(section);
    return list;
  }

  const saying = ({ why, ...values }) => fill(words[`why_${why}`] || why, values);

  function tell(list, name, statement, mark, lines) {
    const row = rowIn(list, name, statement);
    row.querySelector("[data-state]").replaceChildren(badge(mark));
    judgeRow(row, mark === "mismatch", words);
    say(row, lines);
    nameFaults(row, "claim", ["holds", "waiting"].includes(mark) || !NAMED.test(name) ? [] : [name]);
    row.querySelectorAll("[data-faults] a").forEach((link) => link.remove()); // which explains a round's claims
    if (mark === "waiting") return;
    marks.push(mark);
    showTally(tally, marks);
  }

  const statementOf = (game, claim) => words[`claim_${game}-${claim}`] || words[`claim_${claim}`];

  function showClaim(list, game, { claim, verdict: found, details }) {
    const lines = [...new Set(details.slice(0, SHOWN).map(saying))];
    if (details.length > SHOWN) lines.push(fill(words.more, { n: count(details.length - SHOWN) }));
    if (["not yet", "not told"].includes(found)) open.push(...lines);
    tell(list, claim, statementOf(game, claim), BADGES[found], lines);
  }

  // What he could have said, and did not; and what nobody looked at.
  function showRest(list, { notLookedAt, number }, known, keys) {
    const aside = (name, isAsked, line) => { if (!isAsked) tell(list, `known-${name}`, words[`claim_known-${name}`], "not-asked", [line]); };
    aside("log", known.logKeys.length, keys.length ? fill(words.untold_log, { is: keys[0] }) : words.untold_noLog);
    aside("promise", known.promise, words.untold_promise);
    aside("number", known.number || number === null, words.untold_number);
    const left = leftByName(notLookedAt).map(([name, paths]) => `${words[`left_${name}`]} (${paths.join(", ")})`);
    if (left.length) tell(list, "rest", words.bundleRest, "left", left);
  }

  function showFacts(list, { promiseHash, sealRoot }) {
    const facts = document.createElement("dl");
    facts.className = "facts facts-even checks check-facts";
    facts.append(entry(words.sealFact, sealRoot || words.none), entry(words.promiseFact, promiseHash));
    list.before(facts);
  }

  function offerDraw(claims) {
    const left = claims.flatMap(({ details }) => details).find(({ why }) => why === "hashesMany");
    drawButton.hidden = !left;
    if (left) drawButton.querySelector("p").textContent = fill(words.drawLeft, { total: count(Number(left.n)), time: time(words, Number(left.n) / HASHES_A_SECOND) });
  }

  function conclude(found) {
    const failing = found.flatMap(({ conclusion }) => conclusion.failing), status = failing.length ? 1 : found.some(({ conclusion }) => conclusion.status === 3) ? 3 : 0;
    verdict(place, TONES[status], words[`status${status}`], fill(words[`status${status}Text`], { n: count(failing.length) }));
    const list = [...lists.querySelectorAll(".checks")].find((one) => one.querySelector(":scope > [data-failing]"));
    if (list) leadToFailing(list, place, words);
    fillList(reasons, status === 3 ? [...new Set(open)] : []);
    fillList(outcome, found.flatMap(({ conclusion }) => outcomeLines(conclusion, words, found.length > 1)));
    offerDraw(found.flatMap(({ claims }) => claims));
    typed.told();
  }

  // One draw, as {claims, conclusion}; null where a newer check has begun.
  async function checkOne(text, before, { known, keys, ...options }, isOwn) {
    const claims = [], share = (ofIt) => (before + ofIt) / given.texts.length;
    let list = null, head = null, conclusion = null;
    function heard(claim) {
      if (!isOwn()) return;
      if (claim.expected) {
        head = claim;
        list = listOf(head.draw, given.texts.length === 1);
        head.expected.forEach((name) => tell(list, name, statementOf(head.game, name), "waiting", []));
      } else if (claim.conclusion) ({ conclusion } = claim);
      else {
        claims.push(claim);
        showClaim(list, head.game, claim);
      }
    }
    const on = { claim: heard, progress: ([name, done, total, ofIt]) => { if (isOwn()) bar.show(name, done, total, share(ofIt)); } };
    const go = (more) => runCheck({ modules, module: MODULE, given: { text, ...known, ...options, logKeys: keys, ...more } }, on);
    // Where what is said of the log's keys proves nothing, those that the reader knows stand alone.
    await go({}).catch((error) => (error.key === "badKeys" && options.rotations !== null ? go({ rotations: null }) : Promise.reject(error)));
    if (!isOwn()) return null;
    showRest(list, conclusion, known, keys);
    showFacts(list, conclusion);
    return { claims, conclusion };
  }

  // Checks the texts of draws, with a receipt's.
  async function check({ texts, receipt = null }, mostHashes = AT_ONCE) {
    [given, most] = [{ texts, receipt }, mostHashes];
    const mine = ++run, isOwn = () => mine === run, known = await knownIn(form, words);
    if (known === null) { bar.hide(); return typed.unread(); } // a field says what is wrong with it
    typed.began();
    const keys = known.logKeys.length ? known.logKeys : await ownKeys(), rotations = known.logKeys.length ? await rotationsNow() : null;
    if (!isOwn()) return undefined;
    clear();
    verdict(place, "info", words.busy_checking, words.checkingAll);
    bar.begin("checking");
    const options = { known, keys, rotations, receipt, person: (receipt && own.elements.person.value.trim()) || null, mostHashes };
    try {
      const found = [];
      for (const [at, text] of texts.entries()) {
        found.push(await checkOne(text, at, options, isOwn));
        if (!isOwn()) return undefined;
      }
      bar.end();
      return conclude(found);
    } catch (error) {
      return isOwn() ? refuse(error) : undefined;
    }
  }

  async function textIn({ files: [file] }) { return file ? decoded(await attachedIn(new Uint8Array(await file.arrayBuffer()))) : null; }

  // The bundle and the receipt that are opened here, or those that were given before; of a receipt alone this site's draws.
  async function withOwn(event) {
    event.preventDefault();
    const { bundle, receipt } = own.elements;
    try {
      const text = bundle ? await textIn(bundle) : null, mine = (await textIn(receipt)) ?? given.receipt, before = text === null ? given.texts : [text];
      return check({ texts: before.length ? before : await bundlesOf(JSON.parse(mine)), receipt: mine }, most);
    } catch (error) {
      return refuse(Object.assign(error, { key: words[error.key] ? error.key : "badReceipt" }));
    }
  }

  drawButton.querySelector("button").addEventListener("click", () => check(given, Number.MAX_SAFE_INTEGER));
  form.addEventListener("submit", (event) => { event.preventDefault(); check(given, most); });
  own.addEventListener("submit", withOwn);
  return { check, refuse, fetching: () => bar.begin("fetching") };
}
