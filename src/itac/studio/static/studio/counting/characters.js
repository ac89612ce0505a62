// Characters as the server's Python knows them, read from tables.js. A text of a browser counts UTF-16 units; what is
// counted and cut here are characters, two units outside the first plane.
import {
  BLANK, CLASSES, COLOURED, H, LETTER, LETTER_OR_DIGIT, NUMBER, P, PICTURE, S, SPACE, T, TAG, TONED, WORD,
} from "./tables.js";

function* runs(packed) {
  let end = 0;
  for (const word of packed.split(" ")) {
    const [gap, length = "0"] = word.split(".");
    const first = end + parseInt(gap, 36);
    end = first + parseInt(length, 36);
    yield [first, end];
  }
}

// The inside of a character class of a regular expression with the flag u.
function set(packed) {
  const escaped = (number) => `\\u{${number.toString(16)}}`;
  return [...runs(packed)].map(([first, last]) => (first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`)).join("");
}

export const sets = Object.fromEntries(
  Object.entries({ BLANK, COLOURED, H, LETTER, LETTER_OR_DIGIT, NUMBER, P, PICTURE, S, SPACE, T, TAG, TONED, WORD }).map(([name, packed]) => [name, set(packed)]),
);

export function pattern(source, flags = "gu") {
  return new RegExp(source, flags);
}

const BLANK_BEFORE = pattern(`^[${sets.BLANK}]+`, "u");
const BLANKS = pattern(`[${sets.BLANK}]+`);
const blank = new Set([...runs(BLANK)].flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n)));

// As Python's str.rstrip, str.strip and str.split without arguments.
export function stripEnd(text) {
  let end = text.length;
  while (end > 0 && blank.has(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

export function strip(text) {
  return stripEnd(text).replace(BLANK_BEFORE, "");
}

export function words(text) {
  return text.split(BLANKS).filter(Boolean);
}

// Half of a pair can't be sent: a form sends U+FFFD in its place, and that is what the server counts.
export function whole(text) {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

export function length(text) {
  let pairs = 0;
  for (let place = 1; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    if (unit < 0xdc00 || unit > 0xdfff) continue;
    const before = text.charCodeAt(place - 1);
    if (before >= 0xd800 && before <= 0xdbff) pairs += 1;
  }
  return text.length - pairs;
}

// The class of each character for graphemes.js; none is 0. Untouched pages of so large an array take no memory.
export const classes = new Uint8Array(0x110000);
for (const [value, packed] of Object.entries(CLASSES)) {
  for (const [first, last] of runs(packed)) classes.fill(Number(value), first, last + 1);
}
