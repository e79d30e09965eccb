// What the paths that no claim has read are called for people: the page has the sentences. As scripts of games print them.
const LEFT = [
  [/^(entries|results)\[\]\.number$/, "number"],
  [/^(proof\.(signatures|extra)|receipt\.leaves\[\]\.promise\.signatures)$/, "signatures"],
  [/^bet\.sold\.person$/, "person"],
  [/^bet\.sealed\.reservations$/, "reservations"],
  [/^bet\.drawn\.closingBlock$/, "block"],
  [/^bet\.drawn\.checkpointsRoot$/, "checkpoints"],
  [/^bet\.witnessed\.cosigned$/, "cosigned"],
  [/\.(because|reason)$/, "because"],
  [/^promise\./, "promise"],
  [/^result\.evidence\./, "evidence"],
  [/^bet\.corrected\.takenBack$/, "takenBack"],
  [/^result\./, "result"],
  [/^receipt\.leaves\[\] of other draws$/, "others"],
  [/^receipt\.code$/, "code"],
  [/^receipt\.leaves\[\]\.salt$/, "salt"],
  [/^receipt\.leaves\[\]\.number$/, "unproven"],
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
