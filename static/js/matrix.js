/*
 * The matrix, live. Subscribe first, read again afterwards: what changed in between is seen, also
 * after a broken line. A cell that changes takes its sign from the page's own words. However many
 * work at once, what changed is drawn once a frame, each cell as it is by then; who is not on the
 * page costs a look into a table.
 */
import { refreshParts } from "./lib/parts.js";
import { connect, jittered, request } from "./lib/socket.js";

const PATIENCE = 5000; // milliseconds until a refused or lost subscription is tried again

const table = document.querySelector("table[data-desk]");
const columns = [...(table?.querySelectorAll("th[data-activity]") ?? [])];
const columnOf = new Map(columns.map((column, at) => [column.dataset.activity, at]));
const columnsOf = new Map(); // by module
for (const [at, { dataset }] of columns.entries()) {
  columnsOf.set(dataset.module, [...(columnsOf.get(dataset.module) ?? []), at]);
}
const changes = new Map(); // what is drawn next, by what it is about
let drawing = 0;

/*
 * A cell leads straight to what is known and decided there. Its link is made where the pointer or
 * the arrow keys are, and is no stop of the Tab key, of which there would be thousands. Without
 * scripts the way leads through the learner's record.
 */
function linked(cell) {
  const made = cell.querySelector("a");
  if (made) return made;
  const link = document.createElement("a");
  const address = new URL(cell.parentElement.querySelector("th a").href);
  address.pathname += `/${columns[cell.cellIndex - 1].dataset.activity}`;
  link.href = address;
  link.tabIndex = -1;
  link.append(...cell.childNodes);
  cell.append(link);
  return link;
}

function lead({ target }) {
  const cell = target.closest("td");
  if (cell) linked(cell);
}

/** A finger makes the link only as it comes down, and then presses the cell, not the link. */
function pressed({ target }) {
  const cell = target.closest("td");
  if (cell && !target.closest("a")) linked(cell).click();
}

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/** From a name the arrow keys lead to its cells, and from cell to cell. */
function step(event) {
  const from = event.target.closest("tbody td, tbody th");
  const by = STEPS[event.key];
  if (!from || !by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const [down, right] = by;
  const across = getComputedStyle(table).direction === "rtl" ? -right : right;
  const rows = [...from.parentElement.parentElement.rows];
  const row = rows[rows.indexOf(from.parentElement) + down];
  const to = row?.cells[from.cellIndex + across];
  if (!to) return;
  event.preventDefault();
  (to.matches("td") ? linked(to) : to.querySelector("a")).focus();
}

function show(cell, name) {
  const words = document
    .querySelector("template[data-cell-words]")
    .content.querySelector(`[data-name="${CSS.escape(name)}"]`);
  if (!words || !cell) return;
  const begins = cell.classList.contains("begins");
  cell.className = name + (begins ? " begins" : "");
  cell.replaceChildren(...words.cloneNode(true).childNodes);
}

function rowOf(id) {
  return document.getElementById(`row-${id}`);
}

function changed({ enrolment_id, activity_id, status, percent }) {
  const row = rowOf(enrolment_id);
  const cell = row?.cells[columnOf.get(activity_id) + 1];
  if (!cell) return;
  const late = cell.classList.contains("late") && (status === "begun" || !status);
  if (!late) show(cell, status || "open");
  row.querySelector("[data-percent]").textContent = `${percent}%`;
}

function unlocked({ enrolment_id, module_id }) {
  const row = rowOf(enrolment_id);
  for (const at of columnsOf.get(module_id) ?? []) {
    const cell = row?.cells[at + 1];
    if (cell?.classList.contains("locked")) show(cell, "open");
  }
}

/** Notes something to be drawn; of what is about the same cell the latest stands, and last. */
function later(about, act) {
  changes.delete(about);
  changes.set(about, act);
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    const acts = [...changes.values()];
    changes.clear();
    for (const each of acts) each();
  });
}

if (table) {
  table.addEventListener("pointerover", lead);
  table.addEventListener("click", pressed);
  table.addEventListener("keydown", step);
  const socket = connect();
  const join = async () => {
    try {
      await request(socket, "desk.join", { run_id: table.dataset.desk });
      await refreshParts();
    } catch (error) {
      if (error.passing ?? true) setTimeout(() => socket.connected && join(), jittered(PATIENCE));
    }
  };
  socket.on("progress.cell_changed", ({ data }) => {
    if (rowOf(data.enrolment_id)) {
      later(`${data.enrolment_id} ${data.activity_id}`, () => changed(data));
    }
  });
  socket.on("progress.module_unlocked", ({ data }) => {
    if (rowOf(data.enrolment_id)) {
      later(`${data.enrolment_id} ${data.module_id}`, () => unlocked(data));
    }
  });
  socket.on("connect", join);
  if (socket.connected) join();
}
