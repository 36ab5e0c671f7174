// How many letters are written, beside fields that take only so many.
function count(field) {
  const place = document.getElementById(field.dataset.count);
  if (place) place.textContent = `${[...field.value].length}/${field.dataset.most}`;
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset?.count) count(target);
});
const all = () => document.querySelectorAll("[data-count]").forEach(count);
document.addEventListener("htmx:afterSettle", all);
document.addEventListener("DOMContentLoaded", all);
