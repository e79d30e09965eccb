// The claims of one order on the page, each as it is judged. Words come from the page.
import { judgeRow, leadToFailing, nameFaults, rowIn, say, sentence, showTally, unfold, valueEntries } from "./claim_rows.js";
import { typedSince } from "./typed.js";
import { badge, count, fill, percent, verdict } from "./view.js";

const BORNE = ["holds", "skipped"]; // by the platform's record, which a page may leave to be computed elsewhere

function linkTo(address, text) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  return link;
}

// `box` holds [data-claims-verdict], [data-claims-tally] and [data-claims]; and a form, where the reader may enter more.
export function checkList(box, words) {
  const place = box.querySelector("[data-claims-verdict]"), tally = box.querySelector("[data-claims-tally]"), list = box.querySelector("[data-claims]");
  const open = new Set(), aside = new Set(), marks = new Map(); // names of claims that are judged, and how
  const form = box.querySelector("form"), typed = form && typedSince(form, place, words);
  let accused = null, isRunning = false;
  const row = (name, statement) => rowIn(list, name, statement || words[`claim_${name}`] || name);
  const having = (mark) => [...marks.values()].filter((one) => one === mark).length;

  // Nothing is said of all claims while some are still on their way: who leaves early would take a part for the whole.
  function conclude() {
    showTally(tally, [...marks.values()]);
    if (isRunning) return;
    judge();
    if (typed) typed.told();
  }

  function judge() {
    const failing = having("mismatch"), isAll = having("holds") + aside.size === marks.size;
    if (accused || failing) {
      verdict(place, "bad", ...(accused || [words.status1, fill(words.status1Text, { n: count(failing) })]));
      return leadToFailing(list, place, words);
    }
    if (open.size) return undefined;
    if (!isAll) return verdict(place, "info", words.someOpen, words.someOpenText);
    return verdict(place, "ok", words.allHold, aside.size ? words.allHoldNotAsked : words.allHoldText);
  }

  // What differs, as sentences; the claims of the order itself come with values alone.
  const differing = (name, values) => values.filter(([, should, is]) => (is ?? should) !== should)
    .map(([field, should, is]) => sentence(words, name, "", { field, is, should }));

  const show = (name, sign) => row(name).querySelector("[data-state]").replaceChildren(badge(sign));

  return {
    // A check that begins is not judged before its `end`.
    begin(title = words.busy_checking, text = words.checkingAll) {
      isRunning = true;
      verdict(place, "info", title, text);
    },
    // How much is done of what it waits for: seen beside the title, and not read out each time.
    reached(share) {
      if (!isRunning) return;
      const title = place.querySelector(".notice-title"), known = title.querySelector("[data-share]"), one = known || document.createElement("span");
      Object.assign(one, { className: "num", textContent: ` ${percent(share)}`, ariaLive: "off" });
      one.dataset.share = "";
      if (!known) title.append(one);
    },
    end() {
      isRunning = false;
      conclude();
    },
    // Whether nothing fails, and these hold as far as they were claimed and computed.
    bears(...names) { return !accused && !having("mismatch") && names.every((name) => BORNE.includes(marks.get(name) ?? "holds")); },
    expect(names) { names.forEach((name) => { open.add(name); show(name, "waiting"); }); },
    // `holds` null: it was not checked, and `detail` (a text, or several) says why; `mark`: its badge all the same.
    // `isNote`: it is no claim, and nothing follows from it. `isAside`: only the reader could know it. `links`: where more is told, [address, words]. `faults`: what
    // is wrong, by the scripts' names. `values`: [field, should, is], or what is shown beside.
    tell(name, holds, detail, values = [], { statement, mark = null, isNote = false, isAside = false, links = [], faults = [] } = {}) {
      const one = row(name, statement), sign = holds === null ? mark : holds ? "holds" : "mismatch";
      one.querySelector("[data-state]").replaceChildren(...(sign === null ? [] : [badge(sign)]));
      judgeRow(one, holds === false, words);
      say(one, [detail, holds === false ? differing(name, values) : []].flat().filter(Boolean));
      one.querySelector("[data-detail]").append(...links.flatMap((link) => [" ", linkTo(...link)]));
      nameFaults(one, "fault", faults);
      unfold(one, words.values, valueEntries(values, words));
      open.delete(name);
      aside.delete(name);
      if (!isNote) marks.set(name, sign);
      if (isAside) aside.add(name);
      conclude();
    },
    // What it means that something does not hold, where that is worse than a contradiction.
    accuse(title, text) { accused = [title, text]; conclude(); },
    refuse(title, text) {
      isRunning = false;
      open.forEach((name) => show(name, "skipped"));
      verdict(place, "warn", title, text || "");
    },
    // What was entered cannot be read: a field says why, and the check ends here without a verdict.
    unread() {
      isRunning = false;
      open.forEach((name) => show(name, "skipped"));
      place.replaceChildren();
      typed.unread();
    },
    clear() {
      accused = null;
      isRunning = false;
      open.clear();
      aside.clear();
      marks.clear();
      [place, tally, list].forEach((part) => part.replaceChildren());
      if (typed) typed.began();
    },
  };
}
