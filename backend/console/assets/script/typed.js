// Words somebody has typed survive a newer state of the page: they are put back into the same
// field of the same form, unless that form is the one just sent and accepted. Fields nobody
// touched show the newer state; where both differ, what is kept now stands below.
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
    kept.push([form.getAttribute("action"), [...touched(form)]]);
  }
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [action, fields] of kept) {
    const form = [...document.forms].find((each) => each.getAttribute("action") === action);
    if (!form) continue;
    for (const { name, nth, value, checked, was } of fields) {
      const field = [...form.elements].filter((each) => each.name === name)[nth];
      if (!field) continue;
      if (isTick(field)) field.checked = checked;
      else {
        if (told(field) !== was && told(field) !== value) sayBelow(field);
        field.value = value;
      }
    }
    dirty.add(form);
    form.closest("details")?.setAttribute("open", "");
  }
  kept = [];
});

const isTick = (field) => field.type === "radio" || field.type === "checkbox";

// What the page itself put into the field.
function told(field) {
  if (field.options) return [...field.options].find((each) => each.defaultSelected)?.value ?? field.options[0]?.value;
  return field.defaultValue;
}

function* touched(form) {
  const seen = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    const nth = (seen[field.name] = (seen[field.name] ?? -1) + 1);
    const was = told(field);
    if (isTick(field) ? field.checked === field.defaultChecked : field.value === was) continue;
    yield { name: field.name, nth, value: field.value, checked: field.checked, was };
  }
}

function sayBelow(field) {
  const note = document.createElement("p");
  note.className = "help";
  const shown = field.options ? [...field.options].find((each) => each.defaultSelected)?.text : told(field);
  note.textContent = `现在存着的是：${shown || "空的"}`;
  field.after(note);
}
