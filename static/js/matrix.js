/*
 * The matrix, live. Subscribe first, read again afterwards: what changed in between is seen, also
 * after a broken line. A cell that changes takes its sign from the page's own words.
 */
import { refreshParts } from "./lib/parts.js";
import { connect, jittered, request } from "./lib/socket.js";

const PATIENCE = 5000; // milliseconds until a refused or lost subscription is tried again

const table = document.querySelector("table[data-desk]");

function columns() {
  return [...table.querySelectorAll("th[data-activity]")];
}

/*
 * A pointer goes straight from a cell to what is known and decided there. The link is made where the
 * pointer is, and is no stop of the Tab key: by keyboard, and without scripts, the way leads through
 * the learner's record.
 */
function lead({ target }) {
  const cell = target.closest("td");
  if (!cell || cell.querySelector("a")) return;
  const link = document.createElement("a");
  const address = new URL(cell.parentElement.querySelector("th a").href);
  address.pathname += `/${columns()[cell.cellIndex - 1].dataset.activity}`;
  link.href = address;
  link.tabIndex = -1;
  link.append(...cell.childNodes);
  cell.append(link);
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

function changed({ data }) {
  const row = rowOf(data.enrolment_id);
  const at = columns().findIndex((column) => column.dataset.activity === data.activity_id);
  if (!row || at < 0) return;
  const cell = row.querySelectorAll("td")[at];
  const late = cell.classList.contains("late") && (data.status === "begun" || !data.status);
  if (!late) show(cell, data.status || "open");
  row.querySelector("[data-percent]").textContent = `${data.percent}%`;
}

function unlocked({ data }) {
  const cells = rowOf(data.enrolment_id)?.querySelectorAll("td") ?? [];
  for (const [at, column] of columns().entries()) {
    if (column.dataset.module === data.module_id && cells[at]?.classList.contains("locked")) {
      show(cells[at], "open");
    }
  }
}

if (table) {
  table.addEventListener("pointerover", lead);
  const socket = connect();
  const join = async () => {
    try {
      await request(socket, "desk.join", { run_id: table.dataset.desk });
      await refreshParts();
    } catch (error) {
      if (error.passing ?? true) setTimeout(() => socket.connected && join(), jittered(PATIENCE));
    }
  };
  socket.on("progress.cell_changed", changed);
  socket.on("progress.module_unlocked", unlocked);
  socket.on("connect", join);
  if (socket.connected) join();
}
