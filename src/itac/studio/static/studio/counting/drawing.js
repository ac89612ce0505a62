// A look as nodes, in the very markup of the server's `studio/parts/shown.html` (a test compares them). Nothing is
// written to the page where nothing changed.
import { element, Pieces } from "./elements.js";
import { say, sayCounted } from "./saying.js";
import { Words } from "./words.js";

export class Look {
  constructor(look, sentences) {
    this.sentences = sentences;
    this.channel = look.channel;
    const { code, direction } = look.language;
    this.tongue = { lang: code, dir: direction };
    this.node = element("article", {
      class: "itac-shown",
      "data-network": look.channel.network,
      "data-channel": look.channel.id,
      "data-language": code,
    });
    this.pieces = new Pieces(this.node);
    this.thread = element("ol", { class: "itac-thread" });
    this.parts = [];
  }

  update(look) {
    const said = look.problems.join("\n");
    this.pieces.set([
      ["head", "", () => this.head(look)],
      ["problems", said || null, () => element("ul", { class: "itac-problems" }, ...look.problems.map((each) => element("li", {}, each)))],
      ["thread", "", () => this.thread],
      ["signature", look.signature || null, () => this.signature(look.signature)],
      ["sources", look.sources.length ? JSON.stringify(look.sources) : null, () => this.sources(look.sources)],
    ]);
    while (this.parts.length > look.parts.length) this.parts.pop().node.remove();
    for (const [number, part] of look.parts.entries()) {
      if (number === this.parts.length) {
        this.parts.push(new Part(this));
        this.thread.append(this.parts[number].node);
      }
      const pictures = number ? [] : look.pictures;
      this.parts[number].update(part, { look, number, pictures, card: number ? null : look.card });
    }
  }

  head({ channel, language }) {
    const before = channel.network_name ? `${channel.network_name}: ` : "";
    return element("h3", { class: "itac-shown__head" }, before, element("bdi", {}, channel.name), `, ${language.name}`);
  }

  signature(words) {
    return element("p", { class: "itac-signature" }, this.sentences.signature, " ", element("bdi", this.tongue, words));
  }

  sources(sources) {
    const lines = sources.map(({ title, publisher, address, figure }) => {
      const link = { href: address, rel: "noopener noreferrer", target: "_blank" };
      const after = `${publisher ? `, ${publisher}` : ""}${figure ? `: ${figure}` : ""}`;
      return element("li", {}, address ? element("a", link, title || address) : title, after);
    });
    return element("div", { class: "itac-sources" }, element("h4", {}, this.sentences.sources), element("ul", {}, ...lines));
  }
}

class Part {
  constructor(look) {
    this.look = look;
    this.node = element("li");
    this.message = element("div", { class: "itac-message" });
    this.outside = new Pieces(this.node);
    this.inside = new Pieces(this.message);
    this.words = new Words({ class: "itac-message__text", ...look.tongue });
  }

  update(part, { look, number, pictures, card }) {
    const { tongue, channel } = this.look;
    const all = look.parts.length;
    this.words.update(part);
    this.inside.set([
      ["who", "", () => this.who(channel)],
      ["title", channel.network === "website" && look.title ? look.title : null, () => element("h4", tongue, look.title)],
      ["text", "", () => this.words.node],
      ["pictures", pictures.length ? JSON.stringify(pictures.map(({ id, alt }) => [id, alt])) : null, () => this.pictures(pictures)],
      ["card", card && JSON.stringify(card), () => this.card(card)],
    ]);
    this.outside.set([
      ["message", "", () => this.message],
      ["count", `${part.length} ${number} ${all}`, () => this.count(part, number + 1, all)],
    ]);
  }

  who({ name, handle }) {
    const names = [element("bdi", { class: "itac-message__name" }, name)];
    if (handle) names.push(" ", element("bdi", { class: "itac-message__handle" }, handle));
    const face = element("span", { class: "itac-message__face", "aria-hidden": "true" });
    return element("p", { class: "itac-message__who" }, face, ...names);
  }

  pictures(pictures) {
    const figures = pictures.map(({ address, alt }) =>
      element(
        "figure",
        {},
        element("img", { src: address, alt, loading: "lazy" }),
        element("figcaption", this.look.tongue, alt || this.look.sentences.no_alt),
      ),
    );
    return element("div", { class: "itac-message__pictures", "data-count": pictures.length }, ...figures);
  }

  card({ title, description, address }) {
    const said = description ? [" ", element("span", {}, description)] : [];
    const words = [element("strong", {}, title), ...said, " ", element("bdi", {}, address)];
    return element("div", { class: "itac-message__card", ...this.look.tongue }, ...words);
  }

  count({ length, limit }, number, all) {
    const { sentences } = this.look;
    const place = element("p", { class: "itac-count", "data-over": limit !== null && length > limit ? "" : null });
    place.append(limit === null ? sayCounted(sentences.length, length, { length }) : say(sentences.length_of, { length, limit }));
    if (all > 1) place.append(" ", element("span", { class: "itac-count__part" }, say(sentences.part, { number, all })));
    return place;
  }
}
