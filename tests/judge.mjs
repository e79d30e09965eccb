// One share of the HTML in a folder against html-validate: node judge.mjs FOLDER SHARE SHARES, a report on its output.
// The command of the same name reads its rules and the table of elements anew for each file: a quarter of its time.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

class ReadOnce extends StaticConfigLoader {
  getConfigFor(handle, override) {
    this.kept ??= super.getConfigFor(handle, override);
    return this.kept;
  }
}

const [folder, share, shares] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const told = JSON.parse(readFileSync(join(folder, "rules.json"), "utf8"));
const said = [];
for (const [kind, rules] of Object.entries(told)) {
  const judge = new HtmlValidate(new ReadOnce(rules));
  const own = readdirSync(join(folder, kind)).filter((name) => name.endsWith(".html")).sort();
  for (const name of own.filter((_, at) => at % shares === share)) {
    const { results } = judge.validateStringSync(readFileSync(join(folder, kind, name), "utf8"), join(kind, name));
    said.push(...results.flatMap((result) => result.messages.map((message) => ({ name, ...message }))));
  }
}
process.stdout.write(JSON.stringify(said));
