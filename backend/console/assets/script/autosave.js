// An element with data-autosave sends its form (hx-post, hx-include, hx-trigger="autosave") every
// twenty seconds while something has changed.
import htmx from "htmx.org";

const EVERY_MS = 20_000;
const changed = new WeakSet();

document.addEventListener("input", ({ target }) => {
  if (target.form) changed.add(target.form);
});

setInterval(() => {
  for (const saver of document.querySelectorAll("[data-autosave]")) {
    const form = saver.closest("form");
    if (!form || !changed.has(form)) continue;
    changed.delete(form);
    htmx.trigger(saver, "autosave");
  }
}, EVERY_MS);

document.addEventListener("htmx:sendError", ({ target }) => {
  if (target.matches("[data-autosave]")) changed.add(target.closest("form"));
});
