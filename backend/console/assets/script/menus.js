// Menus close when one goes elsewhere; buttons that only a script can serve appear with it.
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.me[open]")) {
    if (!menu.contains(target)) menu.removeAttribute("open");
  }
  if (target.closest("[data-print]")) window.print();
});

function show() {
  document.querySelectorAll("[data-script]").forEach((element) => element.removeAttribute("hidden"));
}
document.addEventListener("htmx:load", show);
document.addEventListener("DOMContentLoaded", show);

// A link to one of the forms of a page opens it.
function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const form = named?.closest("details.act");
  if (!form) return;
  form.setAttribute("open", "");
  form.scrollIntoView();
  form.querySelector("input:not([type=hidden]), textarea, select")?.focus({ preventScroll: true });
}
document.addEventListener("DOMContentLoaded", openNamed);
window.addEventListener("hashchange", openNamed);
