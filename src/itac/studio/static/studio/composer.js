// <itac-composer><form>…<live-looks>…<div data-looks>…</div></live-looks></form></itac-composer>
// What is added as a language is offered by every channel; and a channel whose limit is passed offers a text of its own.

export class Composer extends HTMLElement {
  static define(tag = "itac-composer") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    this.addEventListener("click", (event) => this.giveText(event), options);
    // `toggle` doesn't bubble.
    this.addEventListener("toggle", (event) => this.addLanguage(event.target), { ...options, capture: true });
    this.watch = new MutationObserver(() => this.hint());
    const looks = this.querySelector("[data-looks]");
    if (looks) this.watch.observe(looks, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-over"] });
    this.hint();
  }

  disconnectedCallback() {
    this.ended.abort();
    this.watch.disconnect();
  }

  // A language that was opened stands beside the original in every channel, no longer among the others.
  addLanguage(box) {
    if (!box.open || !box.dataset?.words) return;
    for (const place of this.querySelectorAll(`[data-more] [data-language="${box.dataset.words}"]`)) {
      const more = place.closest("[data-more]");
      more.parentElement.querySelector("[data-places]").append(place);
      if (!more.querySelector("[data-place]")) more.hidden = true;
    }
  }

  hint() {
    for (const place of this.querySelectorAll("[data-place]")) {
      const { place: channel, language } = place.dataset;
      const look = this.querySelector(`[data-looks] [data-channel="${channel}"][data-language="${language}"]`);
      const isWanted = Boolean(look?.querySelector("[data-over]")) && !place.querySelector("textarea").value;
      const line = place.querySelector("[data-hint]");
      if (line.hidden === isWanted) line.hidden = !isWanted;
    }
  }

  // Its own text begins as the post's, to be shortened.
  giveText(event) {
    const place = event.target.closest("[data-own-text]")?.closest("[data-place]");
    if (!place) return;
    const own = place.querySelector("textarea");
    place.querySelector("details").open = true;
    own.value ||= this.querySelector(`[name="text_${place.dataset.language}"]`).value;
    own.focus();
    own.dispatchEvent(new Event("input", { bubbles: true }));
    this.hint();
  }
}

Composer.define();
