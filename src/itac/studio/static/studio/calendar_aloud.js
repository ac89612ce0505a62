// What FullCalendar's month and week need beside their own markup to be read aloud.

// It names a day's cell by its date alone, over all that stands in it, and hides the header's words. Read what is written
// instead: the day in full stands in its cell.
export function readAsWritten(el) {
  el.removeAttribute("aria-label");
  for (const each of el.querySelectorAll("[aria-hidden]:not(:has(+ .w-sr-only), svg)")) each.removeAttribute("aria-hidden");
}

// A day's number for the eye, the day in full for the ear.
export function dayInFull(date, number, locale, timeZone) {
  const inFull = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone });
  return `<span aria-hidden="true">${number}</span>${spoken(inFull.format(date)).outerHTML}`;
}

// The header of a week's hours is empty.
export function nameTheHours(el, words) {
  el.querySelector("[role=rowheader]:empty")?.append(spoken(words));
}

function spoken(words) {
  const place = document.createElement("span");
  place.className = "w-sr-only";
  place.textContent = words;
  return place;
}
