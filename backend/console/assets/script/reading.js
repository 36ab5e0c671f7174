// After a swap the reader goes on where something happened: at the first error, at the first new
// row, or at the heading of what changed.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const place = detail.target.isConnected ? detail.target : document.getElementById(detail.target.id);
  if (detail.target.id === "notice") {
    document.getElementById("notice").scrollIntoView({ block: "nearest" });
    return;
  }
  if (!place || detail.elt.hasAttribute("data-quiet")) return;
  const wrong = place.querySelector('[aria-invalid="true"], [role="alert"] a');
  const heading = place.matches("[data-focus]") ? place : place.querySelector("[data-focus]");
  if (wrong) wrong.focus();
  else if (heading && !detail.elt.closest("[data-filter]")) heading.focus({ preventScroll: place.id !== "main" });
});

// 「再看一些」 replaces its own row: read on at the first row that came.
let before = 0;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "more") before = document.querySelectorAll("[data-row]").length;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "more") document.querySelectorAll("[data-row]")[before]?.focus();
});
