/*
 * Marking by a rubric: the points of what is chosen are added up as one chooses.
 */
const sum = document.querySelector("[data-sum]");
const form = sum?.closest("form");

function add() {
  let points = 0;
  for (const chosen of form.querySelectorAll("[data-worth]:checked")) {
    points += Number(chosen.dataset.worth);
  }
  sum.textContent = String(points);
}

if (form) {
  add();
  form.addEventListener("change", add);
}
