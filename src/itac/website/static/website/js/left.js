// <itac-left lang="en" data-words="Ends in {time}" data-comma=", " data-after="It is over."><time datetime="…">Ends in 5 hours</time></itac-left>
// Counts on what the server wrote, in the same words and the same two units; writes once a minute, and only what changed.

const UNITS = [["day", 1440], ["hour", 60], ["minute", 1]];

export class Left extends HTMLElement {
  static define(tag = "itac-left") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.timer = setInterval(() => this.render(), 20_000);
    this.render();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  render() {
    const time = this.querySelector("time");
    const minutes = Math.ceil((new Date(time.dateTime) - Date.now()) / 60_000);
    const words = minutes > 0 ? this.dataset.words.replace("{time}", this.units(minutes)) : this.dataset.after;
    if (time.textContent !== words) time.textContent = words;
  }

  units(minutes) {
    const first = UNITS.findIndex(([, size]) => minutes >= size);
    const said = [];
    for (const [unit, size] of UNITS.slice(first, first + 2)) {
      const count = Math.floor(minutes / size);
      minutes -= count * size;
      if (count) said.push(new Intl.NumberFormat(this.lang, { style: "unit", unit, unitDisplay: "long" }).format(count));
    }
    return said.join(this.dataset.comma).replaceAll(" ", "\u00a0").replaceAll(`${this.dataset.comma.trim()}\u00a0`, this.dataset.comma);
  }
}

Left.define();
