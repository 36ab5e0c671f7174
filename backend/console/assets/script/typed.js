// Words somebody has typed survive a newer state of the page: they are put back into the same
// field of the same form, unless that form is the one just sent and accepted.
import { dirty } from "./places.js";

let kept = [];

document.addEventListener("input", ({ target }) => {
  if (target.form) dirty.add(target.form);
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  kept = [];
  const sent = detail.requestConfig.elt?.closest("form[method=post]");
  if (detail.target.id !== "main") return;
  for (const form of detail.target.querySelectorAll("form[method=post]")) {
    if (form === sent || !dirty.has(form)) continue;
    const fields = [...form.elements].filter((field) => field.name && field.type !== "hidden");
    kept.push([form.getAttribute("action"), fields.map((f) => [f.name, f.type, f.value, f.checked])]);
  }
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [action, fields] of kept) {
    const form = [...document.forms].find((each) => each.getAttribute("action") === action);
    if (!form) continue;
    const seen = {};
    for (const [name, type, value, checked] of fields) {
      const same = [...form.elements].filter((field) => field.name === name);
      const field = same[(seen[name] = (seen[name] ?? -1) + 1)];
      if (!field) continue;
      if (type === "radio" || type === "checkbox") field.checked = checked;
      else field.value = value;
    }
    dirty.add(form);
    form.closest("details")?.setAttribute("open", "");
  }
  kept = [];
});
