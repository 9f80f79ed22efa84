/* Times by the newcomer's own clock, and its zone chosen as long as nobody has chosen another. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

const select = document.querySelector("select[data-own-zone]");
if (select && [...select.options].some((option) => option.value === timeZone)) {
  select.value = timeZone;
}

const format = new Intl.DateTimeFormat(document.documentElement.lang, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const place = timeZone.split("/").pop().replaceAll("_", " ");

/* As the server writes it: "Tue 3 Mar, 14:00 (Nairobi)". */
function words(at) {
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.weekday} ${part.day} ${part.month}, ${part.hour}:${part.minute} (${place})`;
}

for (const time of document.querySelectorAll("[data-own-time] time")) {
  time.textContent = words(new Date(time.dateTime));
}
