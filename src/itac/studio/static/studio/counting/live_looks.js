// <form>… <live-looks><script type="application/json">facts</script><div data-looks>…</div><p data-aloud></p></live-looks></form>
// At each key the form's text is counted and drawn as every chosen network will show it, by the server's own rules.
// Without script the server's previews stand. After each drawing `looked` tells the looks (event.detail.looks).
import { Look } from "./drawing.js";
import { arrange, element } from "./elements.js";
import { Looking } from "./looking.js";
import { say, sayCounted } from "./saying.js";

const SHORT = "1 false"; // one part that fits: nothing to say about a place just chosen
const QUIET_MS = 1500; // a reader who types hears nothing; what changed is said once they pause

export class LiveLooks extends HTMLElement {
  static define(tag = "live-looks") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    const told = this.querySelector('script[type="application/json"]');
    this.form = this.closest("form");
    if (!told || !this.form) return;
    this.facts = JSON.parse(told.textContent);
    this.looking = new Looking(this.facts);
    this.drawn = new Map();
    this.said = new Map();
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    for (const kind of ["input", "change"]) this.form.addEventListener(kind, () => this.render(), options);
    // A browser fills in what was typed before a reload after the page is there.
    addEventListener("pageshow", () => this.render(), options);
    this.render();
    this.told(this.looks);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.ended?.abort();
  }

  render() {
    this.looks = this.looking.looks(this.form);
    const drawn = new Map();
    for (const look of this.looks) {
      const known = this.drawn.get(look.key) ?? new Look(look, this.facts.sentences);
      known.update(look);
      drawn.set(look.key, known);
    }
    this.drawn = drawn;
    const nodes = [...drawn.values()].map(({ node }) => node);
    arrange(this.querySelector("[data-looks]"), nodes.length ? nodes : [this.nothing()]);
    this.dispatchEvent(new CustomEvent("looked", { bubbles: true, detail: { looks: this.looks } }));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), QUIET_MS);
  }

  nothing() {
    this.empty ??= element("p", { class: "itac-quiet" }, this.facts.sentences.nothing);
    return this.empty;
  }

  // Only where a thread got longer or shorter, or a text passed its limit or fits again.
  tell() {
    const news = this.looks.filter((look) => (this.said.get(look.key) ?? SHORT) !== state(look));
    this.told(this.looks);
    if (news.length) this.querySelector("[data-aloud]").textContent = news.map((look) => this.sentence(look)).join(" ");
  }

  told(looks) {
    this.said = new Map(looks.map((look) => [look.key, state(look)]));
  }

  sentence({ channel, language, parts }) {
    const { sentences } = this.facts;
    const [{ length, limit }] = parts;
    const one = limit === null ? sayCounted(sentences.length, length, { length }) : say(sentences.length_of, { length, limit });
    const many = sayCounted(sentences.parts, parts.length, { number: parts.length });
    return `${channel.name}, ${language.name}: ${parts.length > 1 ? many : one}.`;
  }
}

const state = ({ parts }) => `${parts.length} ${parts.some(({ length, limit }) => limit !== null && length > limit)}`;

LiveLooks.define();
