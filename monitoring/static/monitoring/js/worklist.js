// Says when something came up since the list was drawn. It moves no row and no focus; a link draws the list anew.
(() => {
  "use strict";
  const news = document.querySelector("[data-news]");
  if (!news || !window.htmx) return;
  const EVERY = 25000;
  let shown = "";

  const say = (words) => {
    const line = document.createElement("p");
    const again = document.createElement("a");
    again.href = location.pathname + location.search;
    again.textContent = "Load it again";
    line.append(`${words} `, again, ".");
    news.replaceChildren(line);
    shown = words;
  };

  const look = () => {
    if (document.visibilityState !== "visible" || document.querySelector("dialog[open]")) return;
    window.htmx.ajax("GET", news.dataset.news, { target: news, swap: "innerHTML" }).catch(() => {});
  };

  news.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (!new URL(xhr.responseURL, location.href).pathname.endsWith("/news/")) {
      event.detail.shouldSwap = false;
      say("You are signed out, and this list is no longer looked after.");
      return;
    }
    // Said once: the same words again would be read aloud every time.
    const words = xhr.responseText.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").trim();
    event.detail.shouldSwap = event.detail.shouldSwap && words !== shown;
    if (event.detail.shouldSwap) shown = words;
  });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    news.addEventListener(failure, () => say("This list could not be looked after: no connection."));
  }

  window.setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  news.addEventListener("look", look);
})();
