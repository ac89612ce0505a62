// Characters as a reader sees them (Unicode UAX 29), by the rules and tables of the server's `\X`: the browser's own
// Intl.Segmenter follows another release of Unicode, and a count that differs by one is a post that doesn't go out.
import { classes } from "./characters.js";

const [CR, LF, CONTROL, EXTEND, ZWJ, FLAG, PREPEND, SPACING, L, V, T, LV, LVT] = Array.from({ length: 13 }, (_, n) => n + 1);
const KIND = 15;
const PICTOGRAPH = 16;
const CONJUNCT = 96;
const [CONSONANT, LINKER, EXTENDS] = [32, 64, 96];

function classOf(point) {
  if (point >= 0xac00 && point <= 0xd7a3) return (point - 0xac00) % 28 ? LVT : LV;
  return classes[point];
}

// What was read since the last boundary, as far as a rule looks back.
class Past {
  constructor() {
    this.kind = 0;
    this.isOddFlag = false; // an odd number of halves of flags in a row
    this.pictograph = 0; // 1: one, with what extends it; 2: then a joiner
    this.isLinked = false; // a linker, and since then nothing but what extends it
  }

  joins(found) {
    const [before, kind] = [this.kind, found & KIND];
    if (before === CR && kind === LF) return true;
    if ((before >= CR && before <= CONTROL) || (kind >= CR && kind <= CONTROL)) return false;
    if (before === L && (kind === L || kind === V || kind === LV || kind === LVT)) return true;
    if ((before === LV || before === V) && (kind === V || kind === T)) return true;
    if ((before === LVT || before === T) && kind === T) return true;
    if (kind === EXTEND || kind === ZWJ || kind === SPACING || before === PREPEND) return true;
    if (this.isLinked && (found & CONJUNCT) === CONSONANT) return true;
    if (this.pictograph === 2 && found & PICTOGRAPH) return true;
    return before === FLAG && kind === FLAG && this.isOddFlag;
  }

  take(found) {
    const [kind, conjunct] = [found & KIND, found & CONJUNCT];
    this.isOddFlag = kind === FLAG && !this.isOddFlag;
    if (found & PICTOGRAPH) this.pictograph = 1;
    else if (kind === ZWJ && this.pictograph === 1) this.pictograph = 2;
    else if (kind !== EXTEND || this.pictograph !== 1) this.pictograph = 0;
    // UAX 29 asks for a consonant before the linker too; `\X` doesn't (version 2026.11.19), and the server judges.
    if (conjunct === LINKER) this.isLinked = true;
    else if (conjunct !== EXTENDS) this.isLinked = false;
    this.kind = kind;
  }
}

// The place, in units, at which each grapheme begins.
export function begins(text) {
  const [past, found] = [new Past(), []];
  for (let place = 0; place < text.length; ) {
    const point = text.codePointAt(place);
    const kind = classOf(point);
    if (place === 0 || !past.joins(kind)) found.push(place);
    past.take(kind);
    place += point > 0xffff ? 2 : 1;
  }
  return found;
}

export function graphemes(text) {
  const places = begins(text);
  return places.map((place, number) => text.slice(place, places[number + 1]));
}

const PLAIN = /^[\x00-\x0c\x0e-\x7f]*$/;

export function countGraphemes(text) {
  return PLAIN.test(text) ? text.length : begins(text).length;
}
