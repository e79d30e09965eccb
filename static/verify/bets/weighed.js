// What each outcome would cost, entry by entry; and of which sales nothing went back by the end.
import { problem } from "./problems.js";

export class Weighed {
  constructor(draw) {
    const { game, terms } = draw;
    Object.assign(this, { game, terms, costs: new Array(game.classes).fill(0n), sales: new Map(), back: new Map(), wrongBack: [] });
    Object.assign(this, { peak: 0n, atPeak: 0, atSeal: new Set(), worstAtSeal: 0n });
    let worst = 0n, isStale = false; // what went back may have been the dearest: it is looked for when it is asked for
    const worstNow = () => {
      if (isStale) worst = this.most()[0];
      isStale = false;
      return worst;
    };
    draw.entries.forEach((one, place) => {
      if (one.sale !== null) {
        if (!this.sales.has(one.sale.number)) this.sales.set(one.sale.number, one.sale);
        const most = this.weigh(one.sale, 1n);
        if (most > worstNow()) worst = most;
        if (worst > this.peak) [this.peak, this.atPeak] = this.most();
      } else if (one.kind === "bet.refunded") {
        isStale = this.giveBack(one, place, draw) || isStale;
      } else if (one.kind === "bet.sealed") {
        this.atSeal = new Set([...this.sales.keys()].filter((number) => !this.back.has(number)));
        this.worstAtSeal = worstNow();
      }
    });
  }

  // [what the dearest outcome costs, which that is].
  most() {
    let at = 0;
    this.costs.forEach((cost, outcome) => { if (cost > this.costs[at]) at = outcome; });
    return [this.costs[at], at];
  }

  // Puts a sale on the outcomes that it wins on, or takes it off; the most that one of them costs then.
  weigh(sale, sign) {
    let most = 0n;
    for (const line of sale.lines) {
      const amount = sign * this.game.pays(line, this.terms);
      for (const outcome of this.game.winsOn(line)) {
        this.costs[outcome] += amount;
        if (this.costs[outcome] > most) most = this.costs[outcome];
      }
    }
    return most;
  }

  giveBack({ number: entry, told }, place, draw) {
    const sale = this.sales.get(told.number), wrong = this.wrongly(told, sale, draw);
    if (wrong !== null) {
      this.wrongBack.push(problem(wrong, { entry, n: told.number }));
      return false;
    }
    this.back.set(sale.number, place);
    this.weigh(sale, -1n);
    return true;
  }

  wrongly(told, sale, { terms, bundle }) {
    if (sale === undefined) return "backUnsold";
    if (this.back.has(sale.number)) return "backTwice";
    if (told.ticket !== sale.ticket || told.stake !== sale.stake) return "backOther";
    return told.currency === terms.currency && told.promise === bundle.promiseHash ? null : "backElsewhere";
  }

  // The sales that took part in the draw, or do so far.
  counting() { return [...this.sales.values()].filter(({ number }) => !this.back.has(number)); }
}
