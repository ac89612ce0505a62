// <itac-composer data-preview="address"><form>…<div data-looks>…</div></form></itac-composer>
// While a person types, the server draws how the post will look. Without script the button “Check” does the same.
const PAUSE_MS = 500;

export class Composer extends HTMLElement {
  static define(tag = "itac-composer") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    this.addEventListener("input", () => this.later(), options);
    this.addEventListener("change", () => this.later(), options);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.ended.abort();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), PAUSE_MS);
  }

  async look() {
    // Only the newest answer counts; an older question is dropped.
    this.asking?.abort();
    this.asking = new AbortController();
    const form = this.querySelector("form");
    try {
      const answer = await fetch(this.dataset.preview, {
        method: "POST",
        body: new FormData(form),
        signal: this.asking.signal,
      });
      if (!answer.ok || answer.redirected) return; // what was drawn last stays
      const html = await answer.text();
      const looks = this.querySelector("[data-looks]");
      if (looks && html !== this.drawn) {
        this.drawn = html;
        looks.innerHTML = html;
      }
    } catch (error) {
      if (error.name !== "AbortError") this.dataset.offline = "";
    }
  }
}

Composer.define();
