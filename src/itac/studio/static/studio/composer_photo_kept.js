// The picture of <itac-photo> on this device: with its words, under its post's number, until it is the server's or nobody's.
import { dropOldPictures, dropPicture, keepPicture, keptPicture } from "./keeping_pictures.js";

const DEVICE_MS = 300;

export class KeptPhoto {
  // `page` is <itac-keeping>; `read` gives what is to be kept now, or null.
  constructor(page, read) {
    this.page = page;
    this.read = read;
    this.isKept = false;
  }

  get person() {
    return this.page.dataset.person;
  }

  get place() {
    return this.page.dataset.post || "new";
  }

  soon() {
    this.stop();
    this.timer = setTimeout(() => this.keep(), DEVICE_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }

  async keep() {
    this.stop();
    const record = this.read();
    if (!record) return;
    this.isKept = await keepPicture(this.person, this.place, { at: Date.now(), ...record });
    const now = this.read();
    if (now?.file !== record.file) await (now ? this.keep() : this.drop());
  }

  drop() {
    this.stop();
    return dropPicture(this.person, this.place);
  }

  // The post has a number now, and what is kept belongs to it.
  async follow() {
    await this.keep();
    await dropPicture(this.person, "new");
  }

  async found() {
    await dropOldPictures();
    const found = await keptPicture(this.person, this.place);
    if (found) this.isKept = true;
    return found;
  }
}
