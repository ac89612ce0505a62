// One text into the parts of a thread, as `publishing/splitting.py` parts it.
import { pattern, sets, strip, words } from "./characters.js";
import { graphemes } from "./graphemes.js";

const BLANKS = `[${sets.BLANK}]*`;
const BREAK = pattern(`\\n${BLANKS}---${BLANKS}\\n`);
const PARAGRAPH = pattern(`\\n${BLANKS}\\n`);
const SENTENCE = pattern(`(?<=[.!?…؟।。！？]['"”’»)\\]]?)[${sets.SPACE}]+`);
const BREAKS = [
  [(text) => text.split(PARAGRAPH), "\n\n"],
  [(text) => text.split("\n"), "\n"],
  [(text) => text.split(SENTENCE), " "],
  [words, " "],
  [graphemes, ""],
];

export function split(text, { most, count, threads }) {
  const pieces = strip(text).split(BREAK).map(strip).filter(Boolean);
  if (!threads || most === null) return [pieces.join("\n\n")];
  const parts = pieces.flatMap((piece) => fit(piece, most, count));
  return parts.length ? parts : [""];
}

function fit(text, most, count) {
  if (count(text) <= most) return [text];
  for (const [broken, glue] of BREAKS) {
    const units = broken(text).filter((unit) => unit === " " || strip(unit));
    if (units.length > 1) return pack(units, glue, most, count);
  }
  return [text];
}

function pack(units, glue, most, count) {
  const parts = [];
  let current = "";
  for (const unit of units) {
    const longer = current ? current + glue + unit : unit;
    if (count(longer) <= most) {
      current = longer;
      continue;
    }
    if (current) parts.push(strip(current));
    const small = fit(unit, most, count);
    parts.push(...small.slice(0, -1));
    current = small.at(-1);
  }
  if (strip(current)) parts.push(strip(current));
  return parts;
}
