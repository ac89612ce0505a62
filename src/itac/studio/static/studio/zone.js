// Choose the time zone that this browser lives in, where nobody has chosen and the list has it. Without script the
// campaign's zone stays chosen.
const list = document.querySelector("select[name=zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (list && !document.querySelector(".mistakes") && [...list.options].some((option) => option.value === here)) {
  list.value = here;
}
