// The keyboard: / g+letter j k n ? as single keys, which can be switched off, Ctrl+Enter and Esc.
const OFF = "desk-keys-off";
const GO_MS = 1500;
let goUntil = 0;

const isOff = () => localStorage.getItem(OFF) === "1";
const isTyping = (place) => place.closest("input, select, textarea, [contenteditable]");
const help = () => document.getElementById("keys");

const SINGLE = {
  "/": () => focus("[data-search]"),
  "?": () => help()?.showModal(),
  g: () => {
    goUntil = Date.now() + GO_MS;
    return true;
  },
  j: () => step(1),
  k: () => step(-1),
  n: () => document.querySelector("[data-new]")?.click() ?? true,
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const place = event.target instanceof Element ? event.target : document.body;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = place.closest("form");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.key === "Escape") {
    place.closest("details.me[open]")?.removeAttribute("open");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isOff() || isTyping(place)) return;
  if (Date.now() < goUntil) {
    goUntil = 0;
    const door = document.querySelector(`.doors [data-key="${CSS.escape(event.key)}"]`);
    if (door) {
      event.preventDefault();
      door.click();
      return;
    }
  }
  const act = SINGLE[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

function focus(selector) {
  document.querySelector(selector)?.focus();
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const here = rows.findIndex((row) => row === document.activeElement || row.closest("li")?.contains(document.activeElement));
  const next = rows[Math.min(Math.max(here + by, 0), rows.length - 1)];
  next?.focus();
}

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-keys]")) help()?.showModal();
});
document.addEventListener("change", ({ target }) => {
  if (target.id === "keys-off") localStorage.setItem(OFF, target.checked ? "1" : "0");
});
document.addEventListener("DOMContentLoaded", () => {
  const tick = document.getElementById("keys-off");
  if (tick) tick.checked = isOff();
});
