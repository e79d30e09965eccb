// A client in TypeScript, made of the document's own types: it renames a site, and names nothing else of it.
import type { components, paths } from "./api.d.ts";

type Change = paths["/api/partners/{name}"]["patch"];
type Site = Change["responses"][200]["content"]["application/json"];

declare const process: { env: Record<string, string>; argv: string[] };

const body: Change["requestBody"]["content"]["application/json"] = { siteTitle: process.argv[3] };
const all: components["schemas"]["SiteChanges"] = {}; // no field has to be named

const answer = await fetch(`${process.env.TIRAJ_URL}/api/partners/${process.argv[2]}`, {
  method: "PATCH" satisfies Uppercase<"patch">,
  headers: { Authorization: `Bearer ${process.env.TIRAJ_SESSION}`, "Content-Type": "application/json" },
  body: JSON.stringify({ ...all, ...body }),
});
if (!answer.ok) throw new Error(await answer.text());
const site = (await answer.json()) as Site;
console.log(JSON.stringify({ siteTitle: site.siteTitle, games: site.games }));
