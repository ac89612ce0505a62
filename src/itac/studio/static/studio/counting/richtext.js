// Links, tags and mentions, as `networks/richtext.py` finds them. Places count UTF-16 units here.
import { length, pattern, sets } from "./characters.js";

const LINK = pattern(`(?<![${sets.WORD}@/])[${sets.H}][${sets.T}][${sets.T}][${sets.P}][${sets.S}]?://[^${sets.SPACE}<>"“”«»]+`);
const TAGGED = pattern(`(?<![${sets.WORD}/&])[#＃]([${sets.TAG}]+)`);
const [ANY, ENDS] = [`[${sets.LETTER_OR_DIGIT}\\-]`, `[${sets.LETTER_OR_DIGIT}]`];
const HANDLE = pattern(
  `(?<![${sets.WORD}@/.])@(?:(?:${ENDS}(?:${ANY}{0,61}${ENDS})?\\.)+[${sets.LETTER}](?:${ANY}{0,61}${ENDS})?)(?![${sets.WORD}@])`,
);
const ACCOUNT = pattern(
  `(?<![=/${sets.WORD}])@([${sets.WORD}](?:[${sets.WORD}.\\-]*[${sets.WORD}])?)@(?:[${sets.WORD}\\-]+\\.)*[${sets.WORD}\\-]*[${sets.WORD}]`,
);
const ONLY_NUMBERS = pattern(`^[${sets.NUMBER}]+$`, "u");
const TRAILING = ".,;:!?…'’”»*_~";
const PAIRS = { ")": "(", "]": "[", "}": "{" };
const TAG_MAX = 64;

const times = (text, character) => text.split(character).length - 1;

function trimmed(address) {
  let kept = address;
  while (kept) {
    const last = kept.at(-1);
    if (!TRAILING.includes(last) && !(last in PAIRS && times(kept, last) > times(kept, PAIRS[last]))) break;
    kept = kept.slice(0, -1);
  }
  return kept;
}

export function links(text) {
  const found = [];
  if (!text.includes("://")) return found;
  for (const match of text.matchAll(LINK)) {
    const address = trimmed(match[0]);
    if (address.includes(".") || address.includes("localhost")) {
      found.push({ kind: "link", value: address, start: match.index, end: match.index + address.length });
    }
  }
  return found;
}

// @name@example.org, each with its name.
export function accounts(text) {
  return text.includes("@") ? text.matchAll(ACCOUNT) : [];
}

export function spans(text, withServers = false) {
  const found = links(text);
  const covered = found.map(({ start, end }) => [start, end]);
  const isFree = (place) => !covered.some(([start, end]) => start <= place && place < end);
  const add = (kind, match, value) =>
    found.push({ kind, value, start: match.index, end: match.index + match[0].length });
  if (/[#＃]/.test(text)) {
    for (const match of text.matchAll(TAGGED)) {
      if (isFree(match.index) && !ONLY_NUMBERS.test(match[1]) && length(match[1]) <= TAG_MAX) add("tag", match, match[1]);
    }
  }
  const mentions = withServers ? accounts(text) : text.includes("@") ? text.matchAll(HANDLE) : [];
  for (const match of mentions) if (isFree(match.index)) add("mention", match, match[0].slice(1).toLowerCase());
  return found.sort((one, other) => one.start - other.start);
}
