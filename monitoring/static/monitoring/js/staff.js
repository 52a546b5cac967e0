// The keyboard of staff pages: rows, the palette, sheets over a list. Every key has a link or a page that does the same.
(() => {
  "use strict";
  const singleKeys = document.body.dataset.keys !== "off";
  const rows = [...document.querySelectorAll("[data-row]")];
  const RECORD = /^\/patients\/([0-9a-f-]{36})\//;

  // --- rows: only the focus moves --------------------------------------------
  const current = () => document.querySelector("[data-row].is-current");
  const openerOf = (row) => row && row.querySelector("[data-open]");

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    rows.forEach((each) => each.classList.toggle("is-current", each === row));
  });

  function step(by) {
    const at = rows.indexOf(current());
    const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (!next) return;
    openerOf(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  const press = (mark) => {
    const target = current() && current().querySelector(`[${mark}]`);
    if (target) target.click();
  };

  // After an answer the list comes back at that row. Later than the browser's own jump to it, which takes the focus.
  window.addEventListener("load", () => {
    if (!location.hash.startsWith("#alert-")) return;
    const opener = openerOf(document.getElementById(location.hash.slice(1)));
    if (opener) requestAnimationFrame(() => opener.focus());
  });

  // --- what is fetched into a page: said when it takes long, with a link when it does not come ---------------------
  const SLOW = 300;
  const FAILURES = ["htmx:sendError", "htmx:responseError", "htmx:timeout"];
  const words = document.getElementById("waiting");
  const late = new Map();
  const clear = (target) => target.querySelectorAll(":scope > .waiting").forEach((each) => each.remove());

  function waiting(which, url) {
    const word = words.content.querySelector(`[data-wait="${which}"]`).cloneNode(true);
    const link = word.querySelector("a");
    if (link) link.href = url;
    return word;
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target } = event.detail;
    if (event.defaultPrevented || target.matches("[data-news]")) return;
    target.setAttribute("aria-busy", "true");
    window.clearTimeout(late.get(target));
    late.set(target, window.setTimeout(() => {
      clear(target);
      target.prepend(waiting("slow"));
    }, SLOW));
  });

  document.addEventListener("htmx:afterRequest", ({ detail: { target } }) => {
    window.clearTimeout(late.get(target));
    target.removeAttribute("aria-busy");
    clear(target);
  });

  for (const failure of FAILURES) {
    document.addEventListener(failure, ({ detail: { elt, target, requestConfig: { verb, path } } }) => {
      if (target.matches("[data-news], dialog")) return;
      const word = waiting("failed", path);
      word.querySelector("a").addEventListener("click", (event) => {
        event.preventDefault();
        window.htmx.ajax(verb, path, { source: elt, target }).catch(() => {});
      });
      target.prepend(word);
    });
  }

  // --- a dialog over the page, filled from the page its link leads to ----------
  function dialogNamed(name, label) {
    const dialog = document.createElement("dialog");
    dialog.className = name;
    dialog.setAttribute("aria-label", label);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    return dialog;
  }

  // Gives the dialog once it is filled; null when a page of its own must say it; false when there is nothing more to do.
  async function show(name, label, url) {
    if (document.querySelector("dialog[open], dialog[aria-busy]")) return false; // or one is on its way
    const dialog = dialogNamed(name, label);
    const before = document.activeElement;
    dialog.addEventListener("close", () => document.activeElement === document.body && before && before.focus({ preventScroll: true }));
    const late = window.setTimeout(() => dialog.isConnected && dialog.showModal(), SLOW);
    let came = true;
    try {
      await window.htmx.ajax("GET", url, { source: dialog, target: dialog, swap: "innerHTML" });
    } catch {
      came = false;
    }
    window.clearTimeout(late);
    if (!dialog.isConnected) return false;
    if (!came) dialog.replaceChildren(waiting("failed", url));
    if (!dialog.firstElementChild) {
      dialog.remove();
      return null;
    }
    if (!dialog.open) dialog.showModal();
    return came && dialog;
  }

  async function openSheet(link) {
    const label = link.textContent.trim().replace(/\s+/g, " ");
    const sheet = await show("sheet", label, link.getAttribute("href"));
    if (sheet === null) location.assign(link.href);
    if (!sheet) return;
    const field = sheet.querySelector("input:not([type=hidden]), select, textarea");
    (field || sheet.querySelector("button")).focus();
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const shut = event.target.closest("dialog [data-shut]");
    const opener = event.target.closest("[data-sheet], [data-palette]");
    if (!shut && !(opener && window.htmx)) return;
    event.preventDefault();
    if (shut) shut.closest("dialog").close();
    else if (opener.hasAttribute("data-palette")) openPalette();
    else openSheet(opener);
  });

  // --- the palette -------------------------------------------------------------
  async function openPalette() {
    const record = RECORD.exec(location.pathname);
    const url = record ? `/search/?patient=${record[1]}` : "/search/";
    const palette = await show("palette", words.dataset.find, url);
    if (palette === null) location.assign(url);
    if (!palette) return;
    palette.querySelector("#find").focus();
    palette.addEventListener("keydown", (event) => walk(palette, event));
    palette.addEventListener("submit", (event) => openFirst(palette, event));
  }

  function walk(palette, event) {
    if (event.key === "Escape") {
      // A search field would only empty itself.
      event.preventDefault();
      palette.close();
      return;
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const stops = [palette.querySelector("#find"), ...palette.querySelectorAll(".hit")];
    const at = stops.indexOf(document.activeElement);
    stops[Math.min(Math.max(at + by, 0), stops.length - 1)].focus();
  }

  // Enter goes to the first result of what stands in the field; while that is still asked for, to the page of results.
  function openFirst(palette, event) {
    const typed = palette.querySelector("#find").value.trim().replace(/\s+/g, " ");
    const found = palette.querySelector(".found");
    const first = found && found.dataset.text === typed && found.querySelector(".hit");
    if (!typed || !first) return;
    event.preventDefault();
    event.stopPropagation();
    first.click();
  }

  // --- keys --------------------------------------------------------------------
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    o: () => openerOf(current()) && openerOf(current()).click(),
    t: () => press("data-take"),
    z: () => press("data-snooze"),
    c: () => press("data-close"),
    "/": () => {
      const field = document.querySelector("main [role=search] input[type=search]");
      const fold = field && field.closest("details");
      if (fold) fold.open = true;
      if (field) field.focus();
      else openPalette();
    },
    "?": () => openSheet(Object.assign(document.createElement("a"), { href: "/help/keys/", textContent: words.dataset.keys })),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      openPalette();
      return;
    }
    const field = event.target.closest("input, select, textarea, [contenteditable], dialog");
    // One that was just shut keeps the focus for a moment.
    if (!singleKeys || field && field.checkVisibility() || event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key !== "j" && event.key !== "k") return;
    const act = KEYS[event.key];
    if (!act || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });

  // --- news of a list: moves no row and no focus; a link draws the list anew ----------------------------------------
  const news = document.querySelector("[data-news]");
  const NEWS_EVERY = 25000;
  let told = "";

  function tell(which) {
    news.replaceChildren(waiting(which, location.pathname + location.search));
    told = which;
  }

  function look() {
    if (document.visibilityState !== "visible" || document.querySelector("dialog[open]")) return;
    window.htmx.ajax("GET", news.dataset.news, { source: news, target: news, swap: "innerHTML" }).catch(() => {});
  }

  function lookAfter() {
    news.addEventListener("htmx:beforeSwap", (event) => {
      const { xhr } = event.detail;
      if (!new URL(xhr.responseURL, location.href).pathname.endsWith("/news/")) {
        event.detail.shouldSwap = false;
        tell("out");
        return;
      }
      // Said once: the same words again would be read aloud every time.
      const words = xhr.responseText.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").trim();
      event.detail.shouldSwap = event.detail.shouldSwap && words !== told;
      if (event.detail.shouldSwap) told = words;
    });
    FAILURES.forEach((failure) => news.addEventListener(failure, () => tell("blind")));
    window.setInterval(look, NEWS_EVERY);
    document.addEventListener("visibilitychange", look);
    news.addEventListener("look", look);
  }
  if (news && window.htmx) lookAfter();
})();

// The “Day” slider under the timeline. Without this file the chart, the sentence and the table say the same.
(() => {
  "use strict";
  const slider = document.getElementById("day-slider");
  const region = document.querySelector("[data-chart]");
  if (!slider || !region) return;

  const days = JSON.parse(document.getElementById(slider.dataset.days).textContent);
  const reading = document.getElementById("day-reading");
  const chart = region.querySelector("svg");
  const cursor = chart.querySelector(".cursor");

  function show(moved) {
    const day = days[Number(slider.value)];
    cursor.setAttribute("x1", day.x);
    cursor.setAttribute("x2", day.x);
    cursor.classList.toggle("is-on", moved);
    reading.textContent = day.text;
    slider.setAttribute("aria-valuetext", day.text);
  }
  slider.addEventListener("input", () => show(true));

  chart.addEventListener("pointermove", (event) => {
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
    if (x < days[0].x || x > days[days.length - 1].x) return;
    const step = (days[days.length - 1].x - days[0].x) / Math.max(1, days.length - 1);
    slider.value = Math.round((x - days[0].x) / step);
    show(true);
  });

  // The number of an event in the list moves the slider to its day; the link itself goes to its mark.
  document.querySelectorAll("[data-day]").forEach((link) =>
    link.addEventListener("click", () => {
      slider.value = link.dataset.day;
      show(true);
      const middle = (days[Number(slider.value)].x / chart.viewBox.baseVal.width) * region.scrollWidth;
      region.scrollLeft = middle - region.clientWidth / 2;
    }),
  );

  show(false);
  // A small screen begins at today, where the question is.
  const today = days[Number(slider.value)].x / chart.viewBox.baseVal.width;
  region.scrollLeft = today * region.scrollWidth - region.clientWidth * 0.45;
})();

// What is needed only once nobody sits here is fetched when the page has stood for a minute, and again until it came.
(() => {
  "use strict";
  const words = document.getElementById("idle");
  const bring = () => {
    const script = document.createElement("script");
    script.src = words.dataset.script;
    script.addEventListener("error", () => { script.remove(); window.setTimeout(bring, 60000); });
    document.head.append(script);
  };
  if (words) window.setTimeout(bring, 60000);
})();
