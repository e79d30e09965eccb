// What the reader knows from elsewhere and no bundle can show: {expectPromise, expectSeal, expectClosing}, each only where
// it was filled in; null where a field cannot be read, which then says so.
const HASH = /^[0-9a-f]{64}$/, BLOCK = /^[0-9a-f]{64}@(0|[1-9][0-9]{0,8})$/;
const FIELDS = { expectPromise: [HASH, "badHash"], expectSeal: [HASH, "badHash"], expectClosing: [BLOCK, "badBlock"] };

export function expectations(box, words) {
  const fields = box.querySelector("[data-expect]").elements, told = {};
  let wrong = null;
  for (const [name, [pattern, key]] of Object.entries(FIELDS)) {
    const field = fields[name], text = field.value.toLowerCase().replace(/\s/g, "");
    const isWrong = text !== "" && !pattern.test(text);
    field.setCustomValidity(isWrong ? words[key] : "");
    if (isWrong) wrong = wrong || field;
    else if (text) told[name] = text;
  }
  if (wrong === null) return told;
  wrong.closest("details").open = true;
  wrong.reportValidity();
  return null;
}
