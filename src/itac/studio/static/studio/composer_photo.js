// <itac-photo data-address="address">…<input type="file">…<progress>…<button value="photo">…</itac-photo>
// Sends a new picture while the person writes on, and puts it into the form. Until the server has it, it is kept on this
// device with its words. Without script its button sends the form.
import { dropOldPictures, dropPicture, keepPicture, keptPicture } from "./keeping_pictures.js";
import { Sending } from "./sending.js";

const DEVICE_MS = 300;
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
    Object.assign(this, { file: null, isWanted: false, isKept: false });
    for (const input of this.inputs) input.addEventListener("change", () => this.choose(input.files[0], input), options);
    for (const each of this.words) each.addEventListener("input", () => this.keepSoon(), options);
    this.addEventListener("keydown", (event) => this.entered(event), options);
    this.querySelector("button[value=photo]").addEventListener("click", (event) => this.pressed(event), options);
    this.querySelector("[data-leave-out]").addEventListener("click", () => this.leaveOut(), options);
    this.form.addEventListener("submit", (event) => this.goFirst(event), { ...options, capture: true });
    this.page.addEventListener("itac-begun", () => this.follow(), options);
    addEventListener("online", () => this.isWanted && this.send(), options);
    addEventListener("pagehide", () => this.keep(), options);
    this.restore();
  }

  disconnectedCallback() {
    clearTimeout(this.deviceTimer);
    clearTimeout(this.againTimer);
    this.sending?.end();
    this.ended.abort();
  }

  // -- chosen -----------------------------------------------------------------------------------

  // One picture at a time: the other way's choice is let go.
  choose(file, input = null) {
    for (const other of this.inputs) if (other !== input) other.value = "";
    this.sending?.end();
    this.isWanted = false;
    if (!file) return this.leaveOut();
    this.show(file);
    this.wrong([]);
    this.keep();
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
    clearTimeout(this.deviceTimer);
    clearTimeout(this.againTimer);
    this.isWanted = false;
    this.show(null);
    this.progress(null);
    for (const input of this.inputs) input.value = "";
    dropPicture(this.page.dataset.person, this.place);
  }

  // -- on this device ---------------------------------------------------------------------------

  get place() {
    return this.page.dataset.post || "new";
  }

  keepSoon() {
    clearTimeout(this.deviceTimer);
    if (this.file) this.deviceTimer = setTimeout(() => this.keep(), DEVICE_MS);
  }

  async keep() {
    clearTimeout(this.deviceTimer);
    const { file, isWanted } = this;
    if (!file) return;
    const words = Object.fromEntries(this.words.map(({ name, value }) => [name, value]));
    this.isKept = await keepPicture(this.page.dataset.person, this.place, { at: Date.now(), file, words, isWanted });
    if (this.file !== file) this.file ? this.keep() : dropPicture(this.page.dataset.person, this.place);
  }

  // The post has a number now, and what is kept belongs to it.
  async follow() {
    if (!this.file) return;
    await this.keep();
    dropPicture(this.page.dataset.person, "new");
  }

  async restore() {
    await dropOldPictures();
    const kept = await keptPicture(this.page.dataset.person, this.place);
    if (!kept || this.file) return;
    this.show(kept.file);
    this.isKept = true;
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
    if (await this.send()) this.form.requestSubmit(event.submitter);
  }

  // Whether it is in the post now.
  async send() {
    if (this.sending) return false;
    const { file } = this;
    clearTimeout(this.againTimer);
    this.isWanted = Boolean(file);
    this.keep();
    this.wrong([]);
    this.say(this.dataset.sending);
    const body = new FormData(this.form);
    body.delete("photo");
    if (file) body.set("photo", file, file.name);
    this.sending = new Sending(this.dataset.address, body, (share) => this.progress(share));
    const answer = await this.sending.answer;
    this.sending = null;
    this.progress(null);
    if (this.file !== file) return this.fail(""); // left out, or another chosen meanwhile
    return answer ? this.heard(answer) : this.wait();
  }

  heard(answer) {
    if (answer.status === 422) return this.wrong(JSON.parse(answer.text).mistakes);
    if (answer.status === 403 || answer.isElsewhere) return this.fail(this.page.dataset.signedOut);
    if (answer.status !== 200) return this.fail(this.dataset.broken);
    this.put(answer.text);
    return true;
  }

  wait() {
    this.againTimer = setTimeout(() => this.send(), AGAIN_MS);
    this.say(this.isKept ? this.dataset.offline : this.dataset.offlineOpen);
    return false;
  }

  fail(words) {
    this.say(words);
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
    if (!mistakes.length) return false;
    this.querySelector("details").open = true;
    document.getElementById(mistakes[0].field)?.focus();
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
