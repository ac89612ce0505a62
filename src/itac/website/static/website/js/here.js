// <itac-here lang="es" data-comma=", " data-here="On your own clock: {start} to {end}"><time datetime>…</time> … <time datetime>…</time></itac-here>
// Adds the same window on the visitor's clock, where that shows other hours. Without script the place's clock stands.
export class Here extends HTMLElement {
  static define(tag = "itac-here") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    const [opens, closes] = [...this.querySelectorAll("time")].map((time) => time.dateTime);
    if (!opens || !closes || this.added) return;
    const theirs = opens.slice(-6) === "+00:00" ? 0 : this.minutes(opens.slice(-6));
    const here = -new Date(opens).getTimezoneOffset();
    if (theirs === here) return;
    const place = this.lang === "en" ? "en-GB" : this.lang; // days before months, and hours up to 24, as on the page
    const day = new Intl.DateTimeFormat(place, { dateStyle: "long" });
    const hour = new Intl.DateTimeFormat(place, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const whole = (at) => `${day.format(at)}${this.dataset.comma}${hour.format(at)}`;
    const [start, end] = [new Date(opens), new Date(closes)];
    const sameDay = start.toDateString() === end.toDateString();
    const words = this.dataset.here
      .replace("{start}", whole(start))
      .replace("{end}", sameDay ? hour.format(end) : whole(end));
    this.added = document.createElement("span");
    this.added.className = "here";
    this.added.textContent = ` (${words})`;
    this.append(this.added);
  }

  minutes(offset) {
    const [hours, minutes] = offset.slice(1).split(":").map(Number);
    return (offset[0] === "-" ? -1 : 1) * (hours * 60 + minutes);
  }
}

Here.define();
