// What a draw of bets came to, in the page's words.
import { count, fill } from "../view.js";

function money(minor, currency) {
  const language = [document.documentElement.lang || "en", "fr"], two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${(Number(minor) / 100).toLocaleString(language, two)}\u00a0${currency}`;
}

const timesOne = ([over, under]) => (Number(over) / Number(under)).toLocaleString([document.documentElement.lang || "en", "fr"]);

// What is on the reader's card, line by line.
function cardLines({ card, currency, game }, words) {
  const staked = card.lines.reduce((sum, { stake }) => sum + Number(stake), 0);
  const head = fill(words.card_holds, { code: card.code, bets: count(card.lines.length), staked: money(staked, currency) });
  return [head, ...card.lines.map(({ number, kind, stake, odds, became, won }) => fill(words.card_bet, {
    number, kind: words[`kind_${game}-${kind}`] || kind, staked: money(stake, currency), odds: timesOne(odds),
    became: fill(words[`card_${became}`], { won: won && money(won, currency) }),
  }))];
}

// `isNamed`: there are several draws, so that each is said by its name.
export function outcomeLines(found, words, isNamed) {
  const sum = (minor) => money(minor, found.currency), drawn = found.number === null ? (found.unfinished.length ? "open" : "nothing") : found.how || "block";
  const lines = found.card ? cardLines(found, words) : [];
  lines.push(fill(words[`outcome_${drawn}`] || words.outcome_block, { number: found.number }));
  lines.push(fill(words.outcome_sold, { bets: count(found.bets), sales: count(found.sales - found.wentBack), staked: sum(found.staked), back: count(found.wentBack) }));
  if (found.number !== null) lines.push(fill(words.outcome_won, { bets: count(found.wonBets), won: sum(found.won) }));
  lines.push(fill(words.outcome_worst, { worst: sum(found.worst), number: found.worstNumber, ever: sum(found.worstEver), everNumber: found.worstEverNumber }));
  if (found.failing.length) lines.push(words.outcome_doubt);
  return isNamed ? lines.map((line) => `${found.draw}: ${line}`) : lines;
}
