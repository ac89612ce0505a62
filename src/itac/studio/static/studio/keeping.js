// <itac-keeping data-person data-post data-kept="saved|typed|apart" …><form>…</form></itac-keeping>
// Saves what is typed by itself: on this device at once, on the server a little later. Without script, Save does it.
// What the attributes say: `saved`, the form shows what the server has; `typed`, it shows more; `apart`, another saved
// meanwhile, so saving is a person's decision.
import { drop, dropOld, isSame, keep, kept, typedIn } from "./keeping_device.js";
import { Offer } from "./keeping_offer.js";

const DEVICE_MS = 300;
const SERVER_MS = 2500;
const PATIENCE_MS = 30000;
const AGAIN_MS = [3000, 6000, 12000, 30000];
const KEEPALIVE_MOST = 60000; // bytes: browsers refuse more than 64 KB once the page is gone

export class Keeping extends HTMLElement {
  static define(tag = "itac-keeping") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form) return;
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    Object.assign(this, { isDirty: false, isSaving: false, isLeaving: false, failures: 0 });
    this.isStopped = this.dataset.kept === "apart";
    for (const name of ["input", "change"]) this.form.addEventListener(name, (event) => this.changed(event), options);
    this.form.addEventListener("focusout", () => this.isDirty && this.soon(DEVICE_MS), options);
    this.form.addEventListener("submit", (event) => this.sent(event), options);
    addEventListener("online", () => this.save(), options);
    addEventListener("pagehide", () => this.left(), options);
    addEventListener("pageshow", () => (this.isLeaving = false), options);
    document.addEventListener("visibilitychange", () => document.hidden && this.left(), options);
    this.lookAtDevice();
  }

  disconnectedCallback() {
    clearTimeout(this.deviceTimer);
    clearTimeout(this.serverTimer);
    this.ended?.abort();
  }

  get place() {
    return this.dataset.post || "new";
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  // -- on this device ---------------------------------------------------------------------------

  lookAtDevice() {
    dropOld();
    const { person } = this.dataset;
    if (this.dataset.kept !== "saved") {
      this.isDirty = true;
      this.keepHere();
      if (!this.isStopped) this.soon(SERVER_MS);
      return;
    }
    const now = typedIn(this.form);
    const fresh = kept(person, "new");
    if (this.dataset.post && fresh && isSame(fresh.typed, now)) drop(person, "new");
    const newest = kept(person, this.place);
    if (newest && !isSame(newest.typed, now)) keep(person, `${this.place}:offered`, newest);
    drop(person, this.place);
    // Apart, so that what is typed from now on doesn't take its place before somebody has answered.
    const place = `${this.place}:offered`;
    const offered = kept(person, place);
    if (offered && !isSame(offered.typed, now)) new Offer(this, () => drop(person, place)).show(offered);
    else drop(person, place);
  }

  keepHere(facts = {}) {
    clearTimeout(this.deviceTimer);
    const [version, seat, turn] = ["version", "seat", "turn"].map((name) => this.field(name).value);
    keep(this.dataset.person, this.place, { at: Date.now(), typed: typedIn(this.form), version, seat, turn, ...facts });
  }

  changed(event) {
    if (event.target.type === "file") return;
    if (event.type === "change" && event.target.name === "organisation") this.hasChosen = true;
    this.isDirty = true;
    if (!this.isStopped) this.say(""); // what it said is no longer true of all that stands here
    clearTimeout(this.deviceTimer);
    this.deviceTimer = setTimeout(() => this.keepHere(), DEVICE_MS);
    if (!this.isStopped) this.soon(SERVER_MS);
  }

  sent(event) {
    if (!navigator.onLine) {
      event.preventDefault(); // the browser would put a page of its own in this one's place
      return this.failed(this.dataset.offline);
    }
    this.isLeaving = true;
    clearTimeout(this.serverTimer);
    this.countTurn();
    this.keepHere({ isSent: true });
  }

  left() {
    if (!this.isDirty || this.isLeaving) return;
    this.keepHere();
    this.save();
  }

  // -- on the server ----------------------------------------------------------------------------

  soon(ms) {
    clearTimeout(this.serverTimer);
    this.serverTimer = setTimeout(() => this.save(), ms);
  }

  countTurn() {
    this.field("turn").value = Number(this.field("turn").value) + 1;
  }

  // Who speaks can't be changed later, so a page with a choice begins no post before somebody chose.
  get address() {
    if (this.dataset.post) return this.dataset.keep;
    const speaker = this.field("organisation");
    return !speaker || speaker.options?.length === 1 || this.hasChosen ? this.dataset.begin : "";
  }

  get hasWords() {
    return typedIn(this.form).some(([name, value]) => /^(text|title)_/.test(name) && value.trim());
  }

  async save() {
    if (!this.isDirty || this.isSaving || this.isStopped || this.isLeaving) return;
    if (!this.dataset.post && !this.hasWords) return;
    if (!this.address) return this.say(this.dataset.waiting);
    clearTimeout(this.serverTimer);
    this.isSaving = true;
    this.isDirty = false;
    this.countTurn();
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        body,
        keepalive: body.toString().length < KEEPALIVE_MOST,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await this.heard(answer);
    } catch {
      this.failed(this.dataset.offline);
    } finally {
      this.isSaving = false;
    }
  }

  async heard(answer) {
    if (answer.redirected || answer.status === 403) return this.failed(this.dataset.signedOut);
    if (answer.status === 404) return this.stop(this.dataset.gone);
    if (answer.status >= 500) return this.failed(this.dataset.offline);
    const { words, version, ...begun } = await answer.json();
    if (answer.status === 409) return this.stop(words);
    this.failures = 0;
    if (!answer.ok) {
      this.isDirty = true; // a field doesn't pass: the next change tries again
      return this.say(words);
    }
    this.field("version").value = version;
    if (begun.post) this.begin(begun);
    if (this.isDirty) this.soon(SERVER_MS);
    else if (!this.isLeaving) drop(this.dataset.person, this.place);
    clearTimeout(this.deviceTimer);
    if (this.isDirty) this.keepHere();
    this.say(words);
  }

  begin({ post, keep: keepsAt, here, edit }) {
    drop(this.dataset.person, "new");
    Object.assign(this.dataset, { post, keep: keepsAt, here });
    const number = Object.assign(document.createElement("input"), { type: "hidden", name: "post", value: post });
    this.form.append(number);
    this.field("organisation")?.setAttribute("disabled", "");
    history.replaceState(null, "", edit);
    this.dispatchEvent(new CustomEvent("itac-begun", { bubbles: true }));
  }

  failed(words) {
    this.isDirty = true;
    this.keepHere();
    this.say(words);
    this.soon(AGAIN_MS[Math.min(this.failures++, AGAIN_MS.length - 1)]);
  }

  stop(words) {
    this.isStopped = this.isDirty = true;
    this.keepHere();
    this.say(words, "stop");
  }

  say(words, tone = "") {
    const line = this.querySelector(".itac-kept [data-line]");
    if (line.textContent !== words) line.textContent = words;
    if ((line.dataset.tone ?? "") !== tone) line.dataset.tone = tone;
  }
}

Keeping.define();
