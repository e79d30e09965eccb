// How far a check has come as a whole: one bar for all that takes long, each part weighed by what it costs.
const WEIGHT = { addresses: 3000, allocation: 300, draw: 1 }; // hashes that take as long as one of these, about

export class Way {
  // `amounts`: how much there is to do of each part, in the order in which they are done; `tell` is given the part's
  // name, what is done of it, how much it is, and the share of the whole.
  constructor(amounts, tell) {
    Object.assign(this, { amounts, tell });
    this.whole = Object.keys(amounts).reduce((sum, name) => sum + this.cost(name), 0);
  }

  cost(name) { return this.amounts[name] * WEIGHT[name]; }

  // Of the part `name`, `done` of `total` are done, and all parts before it.
  report(name, done, total) {
    const names = Object.keys(this.amounts), before = names.slice(0, names.indexOf(name));
    const worked = before.reduce((sum, one) => sum + this.cost(one), 0) + this.cost(name) * done / total;
    this.tell(name, done, total, this.whole ? worked / this.whole : 0);
  }
}
