// What a receipt's ticket has bet on a draw, line by line, and what became of each by the draw's result.
import { saleOf } from "./draw.js";
import { paidIn } from "./settled.js";
import { parsed, shaped } from "./shapes.js";

// What became of bets that did not win.
function became({ weighed, isCancelled }, { number }, isHere, isDrawn) {
  if (!isHere) return "missing";
  if (weighed.back.has(number)) return "returned";
  if (isCancelled) return "cancelled";
  return isDrawn ? "lost" : "waiting";
}

// {code, lines: [{number, kind, stake, odds, became, won}]}, amounts as text; null without a receipt.
export function onCard(draw, given) {
  if (given === null) return null;
  const here = new Set([...draw.weighed.sales.values()].map(({ leaf }) => leaf)), paid = paidIn(draw), isDrawn = draw.of("bet.resulted").length > 0;
  const lines = given.leaves.flatMap(({ text }) => {
    const told = text ? parsed(text) : {};
    if (told.subject !== draw.subject || told.type !== "bet.sold") return [];
    const sale = saleOf(shaped(told, "bet.sold"), text), isHere = here.has(sale.leaf);
    return sale.lines.map(({ number, kind, stake, odds }, at) => {
      const won = isHere ? paid.get(`${sale.number}:${at}`) ?? null : null;
      return { number, kind, stake: String(stake), odds: odds.map(String), became: won === null ? became(draw, sale, isHere, isDrawn) : "won", won: won && String(won) };
    });
  });
  return { code: given.code, lines };
}
