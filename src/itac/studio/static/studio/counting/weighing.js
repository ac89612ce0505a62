// How long a text is where characters don't count alike, as `networks/weighing.py` weighs it: on X, and on Threads.
import { length, pattern, sets } from "./characters.js";
import { graphemes } from "./graphemes.js";
import { ENDINGS } from "./tables.js";

const LIGHT = [[0x0000, 0x10ff], [0x2000, 0x200d], [0x2010, 0x201f], [0x2032, 0x2037]];
const COLOURED = `(?=[\\u{10000}-\\u{10ffff}])[${sets.COLOURED}]`;
const PICTURE = `(?:[${sets.TONED}][\\u{1f3fb}-\\u{1f3ff}]|${COLOURED}|(?!${COLOURED})[${sets.PICTURE}]\\ufe0f?)`;
const EMOJI = pattern(
  "(?![©®](?!\\ufe0f))(?:[\\u{1f1e6}-\\u{1f1ff}]{2}|[0-9#*]\\ufe0f?\\u20e3" +
    `|${PICTURE}(?:[\\u{e0020}-\\u{e007e}]+\\u{e007f})?(?:\\u200d${PICTURE})*)`,
);

const NONE = "\\ufffe\\ufeff\\uffff";
const APART =
  "!'#%&\\(\\)*+,\\\\\\-.\\/:;<=>?@\\[\\]\\^_\\{\\|\\}~$\\x09-\\x0d\\x20\\x85\\xa0\\u1680\\u180e\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000" +
  `${NONE}\\u202a-\\u202e\\u061c\\u200e\\u200f\\u2066-\\u2069`;
const LABEL = `[^${APART}](?:[_\\-]*[^${APART}])*`;
const HOST = `${LABEL}(?:\\.${LABEL})+`;
const BEGINNING = pattern(
  `(?<![A-Za-z0-9@＠$#＃${NONE}])([Hh][Tt][Tt][Pp][Ss]?://)${HOST}|(?<![^${APART}]|[@$#\\/._\\-${NONE}])${HOST}`,
);
const LATIN = "À-ÖØ-öø-ɏɓɔɖɗəɛɣɨɯɲʉʻ\\u0300-\\u036fḀ-ỿ";
const LAST_LATIN = pattern(`[A-Za-z0-9\\-.${LATIN}]*$`, "u");
const ENDING = pattern(`(?:[Xx][Nn]--[A-Za-z0-9\\-]+|[A-Za-z]+)(?![A-Za-z0-9@+\\-])|[^\\x00-\\x7f${APART}]+`, "uy");
const GOES_ON = `A-Za-z0-9=_#\\/+\\-Ѐ-ӿ${LATIN}`;
const IN_PATH = `${GOES_ON}!*';:,.$%\\[\\]–~@\\|&`;
const PAIR = `\\((?:[${IN_PATH}]+|[${IN_PATH}]*\\([${IN_PATH}]+\\)[${IN_PATH}]*)\\)`;
const REST = pattern(
  `(?::[0-9]+)?(?:/(?:(?:[${IN_PATH}]|${PAIR})*(?:[${GOES_ON}]|${PAIR}))?)?` +
    "(?:\\?[A-Za-z0-9!?*'@\\(\\);:&=+$\\/%#\\[\\]\\-_.,~\\|]*[A-Za-z0-9\\-_&=#\\/])?",
  "uy",
);
const ASCII = /^[\x00-\x7f]*$/;
const endings = new Set(ENDINGS.split(" "));

// A mark and its letter are one here, by a rule of Unicode that no release changes for characters it has.
function ofX(text) {
  if (ASCII.test(text)) return text.length;
  let sum = 0;
  for (const character of text.normalize("NFC")) {
    const point = character.codePointAt(0);
    sum += LIGHT.some(([first, last]) => first <= point && point <= last) ? 1 : 2;
  }
  return sum;
}

const bytes = (emoji) => [...emoji].reduce((sum, each) => sum + [0x7f, 0x7ff, 0xffff].filter((most) => each.codePointAt(0) > most).length + 1, 0);

// By the unit of a network's rules: what characters weigh together, and an emoji.
export const SCALES = {
  weighted: { plain: ofX, emoji: () => 2 },
  emoji_bytes: { plain: length, emoji: bytes },
};

export function weigh(text, scale, address) {
  let sum = 0;
  for (const [begin, end, weight] of stretches(text, scale, address)) {
    sum += weight ?? scale.plain(text.slice(begin, end));
  }
  return sum;
}

// Piece by piece: where each begins that counts as one, and what it weighs.
export function* steps(text, scale, address) {
  for (const [begin, end, weight] of stretches(text, scale, address)) {
    if (weight !== null) {
      yield [begin, weight];
      continue;
    }
    let place = begin;
    for (const grapheme of graphemes(text.slice(begin, end))) {
      yield [place, scale.plain(grapheme)];
      place += grapheme.length;
    }
  }
}

// Addresses and emoji with their weight, and what stands between them, which is still to be weighed.
function* stretches(text, scale, address) {
  const isPlain = ASCII.test(text);
  let place = 0;
  for (const [begin, end] of [...(address === null ? [] : addresses(text)), [text.length, text.length]]) {
    const from = place;
    for (const emoji of isPlain ? [] : text.slice(from, begin).matchAll(EMOJI)) {
      yield [place, from + emoji.index, null];
      place = from + emoji.index + emoji[0].length;
      yield [from + emoji.index, place, scale.emoji(emoji[0])];
    }
    yield [place, begin, null];
    if (begin < end) yield [begin, end, address];
    place = end;
  }
}

// Web addresses as X finds them, with and without a scheme: where each begins and ends.
function* addresses(text) {
  if (!text.includes(".")) return;
  let place = 0;
  for (;;) {
    BEGINNING.lastIndex = place;
    const found = BEGINNING.exec(text);
    if (!found) return;
    const scheme = found[1] ?? "";
    let begin = found.index;
    let end = endOfHost(text, begin + scheme.length, begin + found[0].length);
    if (end && !scheme) {
      begin = end - LAST_LATIN.exec(text.slice(begin, end))[0].length;
      if (text[begin] === "." || !text.slice(begin + 1, end).includes(".")) end = 0;
    }
    if (!end) {
      place = found.index + (text.codePointAt(found.index) > 0xffff ? 2 : 1);
      continue;
    }
    REST.lastIndex = end;
    place = end + REST.exec(text)[0].length;
    yield [begin, place];
  }
}

// After the last label of a host that is a top-level domain; 0 where none is.
function endOfHost(text, begin, end) {
  for (let dot = text.lastIndexOf(".", end - 1); dot > begin; dot = text.lastIndexOf(".", dot - 1)) {
    ENDING.lastIndex = dot + 1;
    const said = ENDING.exec(text)?.[0] ?? "";
    if (said && ASCII.test(said)) {
      const small = said.toLowerCase();
      if (small.startsWith("xn--") || endings.has(small)) return dot + 1 + said.length;
      continue;
    }
    for (let size = said.length; size > 0; size -= 1) if (endings.has(said.slice(0, size))) return dot + 1 + size;
  }
  return 0;
}
