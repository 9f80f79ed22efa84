/*
 * What a learner does in the activity of this page, told to the server through the frame (see
 * base/acts.js), which keeps it on the device until it has arrived.
 *
 *   tell("read", { fraction: 0.5 });
 *   onTaken("read", ({ told, result, title, status }) => {});
 *
 * Of one kind (or `slot`) only the newest waits: `merge(before, now)` says what becomes of the one
 * that waited. `quietly`: kept on the device now, told with the next.
 */
const place = document.querySelector("[data-run][data-activity]");

/** Answers the id of the act. */
export function tell(kind, told, { slot = kind, merge, client_id, quietly = false } = {}) {
  const { run, activity } = place.dataset;
  const detail = { kind, told, merge, quietly, client_id, run_id: run, activity_id: activity };
  detail.slot = `${activity}:${slot}`;
  document.dispatchEvent(new CustomEvent("act:tell", { detail }));
  return detail.client_id;
}

/** Nothing of this slot need be told any more: it went another way. */
export function untell(slot) {
  const detail = { slot: `${place.dataset.activity}:${slot}` };
  document.dispatchEvent(new CustomEvent("act:untell", { detail }));
}

/** Whether something is on its way just now. */
export const telling = () => "telling" in document.documentElement.dataset;

/**
 * Hears what became of acts of this page's activity. `result` is counted, known or refused; who
 * answers false to a refusal says nothing itself, and the frame does.
 */
export function onTaken(kind, hear) {
  document.addEventListener("act:taken", (event) => {
    const act = event.detail;
    if (act.kind !== kind || act.activity_id !== place?.dataset.activity) return;
    if (hear(act) !== false) event.preventDefault();
  });
}
