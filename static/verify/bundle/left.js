// What the paths of `unlooked.js` are called for people: the page has the sentences. As verify_round.py prints them.
const LEFT = [
  [/^.+\.rawTransaction\.witness$/, "witness"],
  [/^seal\.sealedAtHeight$/, "sealedAt"],
  [/^(transactions\[\]|log\.anchor\.proof)\.blockHeight$/, "height"],
  [/^payout\.heightProof$/, "again"],
  [/^log\..+\.signatures$/, "signatures"],
  [/^log\..+\.checkpoint$/, "checkpoint"],
  [/^log\..+\.extra$/, "extra"],
  [/^log\.anchor\.size$/, "anchorSize"],
  [/^log\.witnessed\.text\.line$/, "line"],
];

// The names of sentences, each with the paths that it is about.
export function leftByName(paths) {
  const found = new Map();
  for (const path of paths) {
    const [, name] = LEFT.find(([pattern]) => pattern.test(path)) || [null, "unknown"];
    found.set(name, [...(found.get(name) || []), path]);
  }
  return [...found];
}
