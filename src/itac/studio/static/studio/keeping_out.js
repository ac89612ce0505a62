// On every page of the Studio: who signs out leaves nothing typed or chosen behind in this browser.
import { dropOfLastPerson } from "./keeping_device.js";
import { dropPicturesOf } from "./keeping_pictures.js";

const PATIENCE_MS = 2000; // a browser whose database doesn't answer keeps nobody signed in

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!new URL(form.action, document.baseURI).pathname.endsWith("/logout/")) return;
    event.preventDefault();
    const person = dropOfLastPerson();
    // Left at once, the page would take the deletion along unfinished.
    await Promise.race([dropPicturesOf(person), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    form.submit();
  },
  { capture: true },
);
