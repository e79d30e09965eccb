// What the verifiers' pages share in showing results. All words come from the page.

export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// Why something cannot be read, in the page's words: what an error says itself is English, or the browser's.
export function reasonOf(error, words) {
  const said = error.said || { why: error instanceof SyntaxError ? "json" : "otherwise" };
  const games = said.other && { name: words[`game_${said.name}`], other: words[`game_${said.other}`] };
  return fill(words[`broken_${said.why}`] || words.broken_otherwise, { ...said, ...games });
}

export function wordsOf(element) {
  return JSON.parse(element.dataset.words);
}

// The modules by which games have their bundles checked, as a page names them.
export function modulesOf(element) {
  return element.dataset.games.split(" ").map((path) => new URL(path, location.origin).href);
}

// A notice in `place`: tone ok, warn, bad or info.
export function verdict(place, tone, title, text) {
  const template = document.querySelector(`[data-verdict-template="${tone}"]`);
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.removeAttribute("role"); // the place itself is a live region
  notice.querySelector(".notice-title").textContent = title;
  notice.querySelector(".notice-body p").textContent = text;
  place.replaceChildren(notice);
}

// A badge of the page's own: holds, mismatch, not-yet, not-told, skipped.
export function badge(name) {
  return document.querySelector(`[data-badge-template="${name}"]`).content.firstElementChild.cloneNode(true);
}

// A hash in groups of four, copied without spaces.
export function hashElement(text) {
  const code = document.createElement("code");
  code.className = "hash";
  code.translate = false;
  for (const part of text.match(/.{1,4}/g)) {
    const span = document.createElement("span");
    span.textContent = part;
    code.append(span);
  }
  return code;
}

export function count(number) {
  return number.toLocaleString([document.documentElement.lang || "en", "fr"]);
}

// To one place, in the reader's way of writing it.
export function decimal(number) {
  return number.toLocaleString([document.documentElement.lang || "en", "fr"], { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

// A time in ISO 8601 as the reader writes it, on his own clock, which it names.
export function clock(text) {
  const date = new Date(text), language = [document.documentElement.lang || "en", "fr"];
  return Number.isNaN(date.getTime()) ? text : date.toLocaleString(language, { dateStyle: "long", timeStyle: "long" });
}

export function percent(share) {
  return share.toLocaleString([document.documentElement.lang || "en", "fr"], { style: "percent" });
}

export function time(words, seconds) {
  if (Math.round(seconds) <= 1) return fill(words.second, { n: 1 });
  if (seconds < 100) return fill(words.seconds, { n: Math.round(seconds) });
  if (seconds < 6000) return fill(words.minutes, { n: Math.round(seconds / 60) });
  return fill(words.hours, { n: Math.round(seconds / 3600) });
}
