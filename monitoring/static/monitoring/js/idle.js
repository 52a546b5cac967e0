// Nobody here: a warning, then a cover. What was typed stays under it for whoever signs in again as the same person.
(() => {
  "use strict";
  const words = document.getElementById("idle");
  const WARN = 120;
  const url = words.dataset.url;
  let dialog = null;
  let timer = 0;

  const wait = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1, seconds) * 1000);
  };
  const shows = (name) => {
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "idle";
      dialog.append(words.content.cloneNode(true));
      dialog.addEventListener("cancel", (event) => { if (dialog.classList.contains("is-over")) event.preventDefault(); });
      dialog.addEventListener("close", away);
      dialog.addEventListener("click", (event) => {
        const button = event.target.closest("[data-idle-go]");
        if (button) (button.dataset.idleGo === "stay" ? stay : goOn)();
      });
      document.body.append(dialog);
    }
    dialog.setAttribute("aria-labelledby", `idle-${name}`);
    dialog.classList.toggle("is-over", name === "over");
    dialog.querySelectorAll("[data-idle]").forEach((part) => { part.hidden = part.dataset.idle !== name; });
    if (!dialog.open) dialog.showModal();
  };
  function away() {
    if (!dialog) return;
    const was = dialog;
    dialog = null;
    was.close();
    was.remove();
  }
  const ask = async (method) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    const headers = method === "POST" && token ? { "X-CSRFToken": token.value } : {};
    const answer = await fetch(url, { method, headers, credentials: "same-origin", cache: "no-store" });
    return answer.ok ? answer.json() : null;
  };
  const isMine = (told) => told && told.left > 0 && told.who === words.dataset.who;
  const renew = (told) => {
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((each) => { each.value = told.token; });
  };

  async function look() {
    let told = null;
    try { told = await ask("GET"); } catch { /* no network: nobody can tell, so the page is covered when its time is up */ }
    if (!isMine(told)) {
      if (told || dialog) shows("over");
      else { shows("soon"); wait(WARN); }
    } else if (told.left > WARN) {
      if (dialog && !dialog.classList.contains("is-over")) away();
      wait(told.left - WARN);
    } else {
      shows("soon");
      wait(told.left + 1);
    }
  }
  async function stay() {
    let told = null;
    try { told = (await ask("POST")) || (await ask("GET")); } catch { /* as above */ }
    if (!isMine(told)) { shows("over"); return; }
    away();
    wait(told.left - WARN);
  }
  async function goOn() {
    let told = null;
    try { told = await ask("GET"); } catch { /* as above */ }
    if (isMine(told)) {
      renew(told);
      away();
      wait(told.left - WARN);
      return;
    }
    const other = Boolean(told && told.who && told.who !== words.dataset.who);
    dialog.querySelectorAll("[data-idle-says]").forEach((each) => { each.hidden = (each.dataset.idleSays === "other") !== other; });
  }
  // A machine that slept tells no time: it is asked as soon as somebody looks.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && dialog === null) look(); });
  look();
})();
