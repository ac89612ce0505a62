// A form as it stands into posts as networks will show them: what `studio/showing.py` makes of a draft. `facts` are the
// server's (`studio/live_counting.py`); whatever a keystroke didn't change comes back as the very same object.
import { strip, stripEnd, whole } from "./characters.js";
import { countBytes, measure, passesAt } from "./measuring.js";
import { spans } from "./richtext.js";
import { say, sayCounted } from "./saying.js";
import { split } from "./splitting.js";

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const ADDRESS = /^(?:https?|ftps?):\/\/(?:[^\s/@]+@)?(?:localhost|\[[0-9a-f:.]+\]|\d+(?:\.\d+){3}|[^\s/:?#.]+(?:\.[^\s/:?#.]+)*\.[^\s/:?#.]{2,63}\.?)(?::\d{1,5})?(?:[/?#]\S*)?$/i;

export class Looking {
  constructor(facts) {
    this.facts = facts;
    this.counters = new Map();
    this.parted = new Map();
  }

  // One look for each place that is chosen, in the form's order.
  looks(form) {
    const values = Object.fromEntries(new FormData(form));
    const before = this.parted;
    this.parted = new Map();
    const draft = this.draft(values);
    // A page that began its post has the field still, shut: then a form doesn't give its value.
    draft.takeover = this.facts.takeovers[form.elements.organisation?.value ?? this.facts.speaker];
    const found = [];
    for (const channel of this.facts.channels) {
      for (const language of Object.keys(this.facts.languages)) {
        if (`goes_${channel.id}_${language}` in values) found.push(this.look(channel, language, draft, values, before));
      }
    }
    return found;
  }

  draft(values) {
    const word = (name) => strip(whole(values[name] ?? ""));
    return {
      word,
      title: (language) => this.read("title", language, word, values),
      pictures: this.pictures(values),
      link: address(word("link_address")),
      sources: this.sources(word),
    };
  }

  look(channel, language, draft, values, before) {
    const text = whole(values[`own_${channel.id}_${language}`] || values[`text_${language}`] || "").replaceAll("\r\n", "\n");
    const signature = (strip(text) && draft.takeover?.signature[language]) || "";
    const signed = signature ? `${stripEnd(text)}\n\n${signature}` : text;
    const parts = this.parts(signed, channel.rules, before);
    const pictures = draft.pictures.map((each) => ({ ...each, alt: draft.word(`alt_${each.id}_${language}`) }));
    const title = draft.title(language);
    return {
      key: `${channel.id} ${language}`,
      channel,
      language: { code: language, ...this.facts.languages[language] },
      title,
      parts,
      pictures,
      card: this.card(channel, language, draft, title),
      signature,
      sources: draft.sources,
      problems: [...this.placeProblems(draft.takeover, channel, language), ...this.textProblems(text, parts, channel, language), ...this.pictureProblems(pictures, channel, language)],
    };
  }

  // The title in that language, else in the original, else in any: as `Localised.read`.
  read(stem, language, word, values) {
    const codes = [language.split("-")[0], values.original || this.facts.original, ...Object.keys(this.facts.languages)];
    return codes.map((code) => word(`${stem}_${code}`)).find(Boolean) ?? "";
  }

  pictures(values) {
    const known = this.facts.pictures;
    const ids = new Set(known.map(({ id }) => id));
    // One that was added to the page since the server told the facts.
    const added = Object.keys(values)
      .map((name) => Number(/^picture_(\d+)$/.exec(name)?.[1]))
      .filter((id) => id && !ids.has(id))
      .map((id) => ({ id, title: "", address: this.facts.picture_address.replace(/\b0\b/, id), problems: {} }));
    const place = ({ id }) => Number(values[`place_${id}`]) || 100;
    return [...known, ...added]
      .filter(({ id }) => `picture_${id}` in values)
      .sort((one, other) => place(one) - place(other));
  }

  sources(word) {
    const found = [];
    for (let row = 0; row < this.facts.sources; row += 1) {
      const source = Object.fromEntries(this.facts.source_parts.map((part) => [part, word(`source_${row}_${part}`)]));
      source.address = address(source.address);
      if (Object.values(source).some(Boolean)) found.push(source);
    }
    return found;
  }

  card(channel, language, draft, title) {
    if (!draft.link || !channel.rules.cards || (draft.pictures.length && channel.network !== "website")) return null;
    return {
      address: draft.link,
      title: draft.word(`link_title_${language}`) || title,
      description: draft.word(`link_description_${language}`),
    };
  }

  // Networks that count alike share a thread's parts, and a text that wasn't touched keeps its own.
  parts(text, rules, before) {
    const alike = JSON.stringify(rules);
    const key = `${alike}${text}`;
    const known = this.parted.get(key) ?? before.get(key);
    const parts = known ?? this.part(text, rules, alike);
    this.parted.set(key, parts);
    return parts;
  }

  part(text, rules, alike) {
    if (!this.counters.has(alike)) this.counters.set(alike, measure(rules));
    const count = this.counters.get(alike);
    return split(text, { most: rules.text_max, threads: rules.threads, count }).map((each) => ({
      text: each,
      length: count(each),
      limit: rules.text_max,
      passes: passesAt(each, rules, count),
      spans: spans(each, rules.mention_without_domain),
    }));
  }

  placeProblems(takeover, channel, language) {
    if (!takeover || takeover.places.includes(`${channel.id} ${language}`)) return [];
    return [say(this.facts.sentences.not_lent, { channel: channel.name, language })];
  }

  textProblems(text, parts, channel, language) {
    const { sentences } = this.facts;
    const names = { channel: channel.name, language };
    if (!strip(text)) return [say(sentences.text_missing, names)];
    const { text_max: most, text_bytes_max: bytes } = channel.rules;
    return parts.flatMap((part) => {
      const over = most ? part.length - most : 0;
      return [
        ...(over > 0 ? [sayCounted(sentences.text_too_long, over, { ...names, over, limit: most })] : []),
        ...(bytes && countBytes(part.text) > bytes ? [say(sentences.text_too_many_bytes, { ...names, limit: bytes })] : []),
      ];
    });
  }

  pictureProblems(pictures, channel, language) {
    const { alt_missing: missing, alt_too_long: tooLong } = this.facts.sentences;
    const { images_max: most, alt_max: limit } = channel.rules;
    const found = pictures.length > most ? [channel.too_many_pictures] : [];
    for (const { title, alt, problems } of pictures) {
      const names = { channel: channel.name, language, picture: title, limit };
      const told = problems[channel.id] ?? [];
      const said = (isRight) => told.filter(([code]) => (code === "rights_missing") === isRight).map(([, sentence]) => sentence);
      found.push(...said(true));
      if (!alt) found.push(say(missing, names));
      else if (limit && [...alt].length > limit) found.push(say(tooLong, names));
      found.push(...said(false));
    }
    return found;
  }
}

// As a field for an address takes it: https where no scheme is written, nothing where it is none.
function address(typed) {
  const complete = typed && !SCHEME.test(typed) ? `https://${typed}` : typed;
  return ADDRESS.test(complete) ? complete : "";
}
