/* Chooses the zone of the newcomer's own clock, as long as nobody has chosen another. */
const select = document.querySelector("select[data-own-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select && [...select.options].some((option) => option.value === zone)) select.value = zone;
