// <itac-photo data-address="address">…<input type="file">…<progress>…<button value="photo">…</itac-photo>
// Sends a new picture while the person writes on, and puts it into the form. Until the server has it, it is kept on this
// device with its words. Without script its button sends the form.
import { KeptPhoto } from "./composer_photo_kept.js";
import { Sending } from "./sending.js";

const AGAIN_MS = 15000;

export class Photo extends HTMLElement {
  static define(tag = "itac-photo") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    this.form = this.closest("form");
    this.page = this.closest("itac-keeping");
    this.inputs = [...this.querySelectorAll("input[type=file]")];
    this.words = [...this.querySelectorAll("[name^=photo_]")];
    Object.assign(this, { file: null, isWanted: false });
    this.device = new KeptPhoto(this.page, () => this.file && this.record());
    for (const input of this.inputs) input.addEventListener("change", () => this.choose(input), options);
    for (const each of this.words) each.addEventListener("input", () => this.device.soon(), options);
    this.addEventListener("keydown", (event) => this.entered(event), options);
    this.querySelector("button[value=photo]").addEventListener("click", (event) => this.pressed(event), options);
    this.querySelector("[data-leave-out]").addEventListener("click", () => this.leaveOut(), options);
    this.form.addEventListener("submit", (event) => this.goFirst(event), { ...options, capture: true });
    this.page.addEventListener("itac-begun", () => this.device.follow(), options);
    addEventListener("online", () => this.isWanted && this.send(), options);
    addEventListener("pagehide", () => this.device.keep(), options);
    this.restore();
  }

  disconnectedCallback() {
    this.device.stop();
    clearTimeout(this.againTimer);
    this.sending?.end();
    this.ended.abort();
  }

  // -- chosen -----------------------------------------------------------------------------------

  // One picture at a time: the other way's choice is let go.
  choose(input) {
    for (const other of this.inputs) if (other !== input) other.value = "";
    if (!input.files.length) return this.leaveOut();
    this.sending?.end();
    this.isWanted = false;
    this.show(input.files[0]);
    this.wrong([]);
    this.device.keep();
  }

  show(file) {
    const look = this.querySelector("[data-preview]");
    if (this.address) URL.revokeObjectURL(this.address);
    this.file = file;
    this.address = file ? URL.createObjectURL(file) : "";
    look.hidden = this.querySelector("[data-leave-out]").hidden = !file;
    look.src = this.address;
  }

  leaveOut() {
    this.sending?.end();
    this.forget();
    this.wrong([]);
  }

  // It is the server's, or nobody's.
  forget() {
    clearTimeout(this.againTimer);
    this.isWanted = false;
    this.show(null);
    this.progress(null);
    for (const input of this.inputs) input.value = "";
    this.device.drop();
  }

  // -- on this device ---------------------------------------------------------------------------

  record() {
    const words = Object.fromEntries(this.words.map(({ name, value }) => [name, value]));
    return { file: this.file, words, isWanted: this.isWanted };
  }

  async restore() {
    const kept = await this.device.found();
    if (!kept || this.file) return;
    this.show(kept.file);
    for (const each of this.words) each.value = kept.words[each.name] ?? each.value;
    this.querySelector("details").open = true;
    this.say(this.dataset.found);
    if (kept.isWanted) this.send();
  }

  // -- to the server ----------------------------------------------------------------------------

  entered(event) {
    if (event.key === "Enter" && event.target.matches("input[type=text]")) this.pressed(event);
  }

  pressed(event) {
    event.preventDefault();
    this.send();
  }

  // Saving with a picture that isn't sent sends the picture first, where its progress is seen and a cut loses nothing.
  async goFirst(event) {
    if (!this.file) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.isFirst) return;
    this.isFirst = true;
    const isIn = await this.send();
    this.isFirst = false;
    if (isIn) this.form.requestSubmit(event.submitter);
  }

  // Whether it is in the post now. Asked while it is on its way, the answer is that one's.
  send() {
    this.way ??= this.sendNow().finally(() => (this.way = null));
    return this.way;
  }

  async sendNow() {
    const { file } = this;
    clearTimeout(this.againTimer);
    this.isWanted = Boolean(file);
    this.device.keep();
    this.wrong([]);
    this.say(this.dataset.sending);
    const body = new FormData(this.form);
    body.delete("photo");
    if (file) body.set("photo", file, file.name);
    this.sending = new Sending(this.dataset.address, body, (share) => this.progress(share));
    const answer = await this.sending.answer;
    this.sending = null;
    this.progress(null);
    if (this.file === file) return answer ? this.heard(answer) : this.wait();
    this.say(""); // left out, or another chosen meanwhile
    return false;
  }

  heard(answer) {
    if (answer.status === 422) return this.wrong(JSON.parse(answer.text).mistakes);
    if (answer.status === 403 || answer.isElsewhere) this.say(this.page.dataset.signedOut);
    else if (answer.status !== 200) this.say(this.dataset.broken);
    else return this.put(answer.text);
    return false;
  }

  wait() {
    if (this.file) this.againTimer = setTimeout(() => this.send(), AGAIN_MS);
    this.say(this.device.isKept ? this.dataset.offline : this.dataset.offlineOpen);
    return false;
  }

  put(html) {
    const place = this.form.querySelector("[data-chosen-pictures]");
    const box = document.createElement("template");
    box.innerHTML = html;
    const row = box.content.querySelector(".itac-picture");
    const tick = row.querySelector("input[type=checkbox]");
    // The same file sent twice is the same picture: it stands in the form once.
    document.getElementById(tick.id)?.closest(".itac-picture").remove();
    row.dataset.added = "";
    place.append(row);
    this.forget();
    this.querySelector("[name=photo_alt]").value = "";
    this.querySelector("details").open = false;
    this.say(this.dataset.done);
    tick.focus();
    tick.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  // Each is said; what is wrong isn't sent by itself again.
  wrong(mistakes) {
    this.isWanted &&= !mistakes.length;
    const list = this.querySelector("[data-mistakes]");
    list.replaceChildren(
      ...mistakes.map(({ message }) => Object.assign(document.createElement("li"), { textContent: message })),
    );
    list.hidden = !mistakes.length;
    this.say("");
    if (mistakes.length) this.querySelector("details").open = true;
    document.getElementById(mistakes[0]?.field)?.focus();
    return false;
  }

  progress(share) {
    const bar = this.querySelector("progress");
    bar.hidden = share === null;
    bar.value = share ?? 0;
  }

  say(words) {
    this.querySelector("[data-line]").textContent = words;
  }
}

Photo.define();
