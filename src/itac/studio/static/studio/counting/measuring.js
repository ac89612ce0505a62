// How long a text is, as `networks/counting.py` counts it. `rules` are a channel's capabilities as the server told them.
import { length } from "./characters.js";
import { begins, countGraphemes } from "./graphemes.js";
import { accounts, links } from "./richtext.js";
import { SCALES, steps, weigh } from "./weighing.js";

const STAND_IN = "\ue000";
const REMEMBERED = 4000;

export function countBytes(text) {
  let bytes = text.length;
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

// The text as it is counted, in pieces: what is counted, the place it stands at in the text, and what it counts beyond.
function pieces(text, rules) {
  const found = [];
  const add = (said, at, extra = 0) => found.push({ said, at, extra });
  const plain = (begin, end) => {
    const stretch = text.slice(begin, end);
    let done = 0;
    if (rules.mention_without_domain) {
      for (const match of accounts(stretch)) {
        add(stretch.slice(done, match.index + 1 + match[1].length), begin + done);
        done = match.index + match[0].length;
      }
    }
    add(stretch.slice(done), begin + done);
  };
  let place = 0;
  for (const link of rules.url_counts === null ? [] : links(text)) {
    plain(place, link.start);
    add(STAND_IN, link.start, rules.url_counts - 1);
    place = link.end;
  }
  plain(place, text.length);
  return found;
}

export function count(text, rules) {
  const scale = SCALES[rules.text_unit];
  if (scale) return weigh(text, scale, rules.url_counts);
  const found = pieces(text, rules);
  const said = found.map((piece) => piece.said).join("");
  const extra = found.reduce((sum, piece) => sum + piece.extra, 0);
  return extra + (rules.text_unit === "graphemes" ? countGraphemes(said) : length(said));
}

// The place of the first character that is too much; null where all of the text goes.
export function passesAt(text, rules, counted = (each) => count(each, rules)) {
  if (rules.text_max === null || counted(text) <= rules.text_max) return null;
  if (rules.text_unit in SCALES) return weighsTooMuchAt(text, rules);
  const found = pieces(text, rules);
  let end = 0;
  for (const piece of found) {
    piece.begin = end;
    end += piece.said.length;
  }
  const said = found.map((piece) => piece.said).join("");
  const places = rules.text_unit === "graphemes" ? begins(said) : characters(said);
  let [sum, next] = [0, 0];
  for (const [number, place] of places.entries()) {
    sum += 1;
    for (; next < found.length && found[next].begin < (places[number + 1] ?? end); next += 1) sum += found[next].extra;
    if (sum > rules.text_max) {
      const piece = found.findLast((each) => each.begin <= place);
      return piece.at + place - piece.begin;
    }
  }
  return null;
}

function weighsTooMuchAt(text, rules) {
  let sum = 0;
  for (const [place, weight] of steps(text, SCALES[rules.text_unit], rules.url_counts)) {
    sum += weight;
    if (sum > rules.text_max) return place;
  }
  return null;
}

function characters(text) {
  const found = [];
  for (let place = 0; place < text.length; place += text.codePointAt(place) > 0xffff ? 2 : 1) found.push(place);
  return found;
}

// The same counting with a memory: after a keystroke nearly all of a text is as it was. The memory is renewed when full.
export function measure(rules) {
  let [now, before] = [new Map(), new Map()];
  return (text) => {
    let found = now.get(text);
    if (found !== undefined) return found;
    found = before.get(text) ?? count(text, rules);
    if (now.size >= REMEMBERED) [now, before] = [new Map(), now];
    now.set(text, found);
    return found;
  };
}
