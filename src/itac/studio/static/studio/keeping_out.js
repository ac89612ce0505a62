// On every page of the Studio: who signs out leaves nothing typed behind in this browser.
import { dropOfLastPerson } from "./keeping_device.js";

document.addEventListener(
  "submit",
  (event) => {
    if (new URL(event.target.action, document.baseURI).pathname.endsWith("/logout/")) dropOfLastPerson();
  },
  { capture: true },
);
