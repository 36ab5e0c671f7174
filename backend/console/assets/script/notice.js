// What the server says about a request that came to nothing is shown where people look for it.
import { notice } from "./places.js";

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.elt.hasAttribute("data-quiet")) return;
  const isOurs = detail.xhr.getResponseHeader("X-Desk") === "notice";
  say(isOurs ? detail.xhr.responseText : words("这次没有办成。请稍等一会儿再试；您写的还在这里。"));
});

document.addEventListener("htmx:sendError", ({ detail }) => {
  if (detail.elt.hasAttribute("data-quiet")) return;
  say(words("网络不通。您写的还在这里，连上网后再交一次。"));
});

function say(html) {
  const place = notice();
  if (!place) return;
  place.innerHTML = html;
  place.scrollIntoView({ block: "nearest" });
}

function words(text) {
  return `<div class="said danger"><p>${text}</p></div>`;
}
