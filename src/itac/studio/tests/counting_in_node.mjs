// Counts, finds and parts each text of the standard input as the composer does in a browser, one line of JSON a text.
// Places are told in characters, as Python counts them.
import { length, whole } from "../static/studio/counting/characters.js";
import { count, countBytes, measure, passesAt } from "../static/studio/counting/measuring.js";
import { graphemes } from "../static/studio/counting/graphemes.js";
import { spans } from "../static/studio/counting/richtext.js";
import { split } from "../static/studio/counting/splitting.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { rules, texts } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const remembered = rules.map(measure);

for (const given of texts) {
  const text = whole(given);
  const characters = (place) => (place === null ? null : length(text.slice(0, place)));
  const places = (found) => found.map(({ kind, value, start, end }) => [kind, value, characters(start), characters(end)]);
  const told = {
    graphemes: graphemes(text),
    bytes: countBytes(text),
    spans: places(spans(text)),
    accounts: places(spans(text, true)),
    counts: rules.map((each) => count(text, each)),
    passes: rules.map((each) => characters(passesAt(text, each))),
    parts: rules.map(({ text_max: most, threads }, place) => split(text, { most, threads, count: remembered[place] })),
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
