// <itac-copy data-done="word"><textarea readonly>…</textarea><button hidden>…</button></itac-copy>
// The button copies the text; without script the text is there to be marked and copied by hand.
export class Copy extends HTMLElement {
  static define(tag = "itac-copy") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.button = this.querySelector("button");
    this.text = this.querySelector("textarea");
    if (!this.button || !this.text) return;
    this.button.hidden = false;
    this.press = () => this.copy();
    this.button.addEventListener("click", this.press);
  }

  disconnectedCallback() {
    this.button?.removeEventListener("click", this.press);
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text.value);
      this.button.textContent = this.dataset.done;
    } catch {
      // No right to the clipboard: mark the text, so that the keyboard copies it.
      this.text.select();
    }
  }
}

Copy.define();
