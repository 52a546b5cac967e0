// Keeps check-ins that could not be sent, and sends each once. Every page works without this file.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  if (!("indexedDB" in window) || !("serviceWorker" in navigator)) return;
  const PRIVATE = "evenkeel-private";
  const strip = document.querySelector("[data-offline]");
  // Before anything on it changes: only the plan says of itself that it may be kept.
  const asServed = document.querySelector("[data-keeps-page]") && document.documentElement.cloneNode(true);

  // --- the store on this phone ---------------------------------------------
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opened = (() => {
    const request = window.indexedDB.open("evenkeel", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept", { keyPath: "key" });
      request.result.createObjectStore("state");
    };
    return done(request);
  })();
  // Resolves when it is on the disk, not when it was asked for.
  async function change(names, deed) {
    const moved = (await opened).transaction(names, "readwrite", { durability: "strict" });
    deed(...[names].flat().map((name) => moved.objectStore(name)));
    return new Promise((resolve, reject) => {
      moved.oncomplete = () => resolve();
      moved.onabort = moved.onerror = () => reject(moved.error);
    });
  }
  const read = async (name, deed) => done(deed((await opened).transaction(name).objectStore(name)));

  const store = {
    all: () => read("kept", (kept) => kept.getAll()),
    // The check-in and the end of its draft are one: a phone that dies has the one or the other.
    keep: (item) =>
      change(["kept", "state"], (kept, state) => {
        // One that waits is never written over: the same answers have the same key, so it is there already.
        kept.add(item).onerror = (event) => {
          if (event.target.error.name !== "ConstraintError") return;
          event.preventDefault();
          event.stopPropagation();
        };
        state.delete("draft");
      }),
    put: (item) => change("kept", (kept) => kept.put(item)),
    remove: (key) => change("kept", (kept) => kept.delete(key)),
    get: (key) => read("state", (state) => state.get(key)),
    set: (key, value) => change("state", (state) => (value === null ? state.delete(key) : state.put(value, key))),
  };

  // Whose phone it was, their plan and what they had begun. What waits to be sent is not among it.
  async function forget() {
    await caches.delete(PRIVATE);
    await change("state", (state) => state.clear());
  }

  async function wipe() {
    await forget();
    await change("kept", (kept) => kept.clear());
    if (tabs) tabs.postMessage({ sent: [] });
  }

  // Nobody is signed in here any more, as after a sign-out from afar: the plan goes. Whose phone it was stays, and with
  // it what they had begun: nothing of that says who they are.
  async function empty() {
    if (!(await caches.has(PRIVATE))) return;
    const copies = await caches.open(PRIVATE);
    await Promise.all((await copies.keys()).map((each) => copies.delete(each)));
    await store.set("freshened", null);
  }

  // --- whose phone it is -----------------------------------------------------
  async function noteOwner() {
    const page = strip?.dataset;
    if (!page) return;
    if (page.signedIn !== "yes") {
      await empty();
      return;
    }
    const owner = page.keepsFor || null;
    // Where nobody's plan is kept it is wiped by every page: what the last one had begun to keep may come after it.
    const isKnown = owner && owner === (await store.get("owner")) && (await caches.has(PRIVATE));
    if (!isKnown) {
      await caches.delete(PRIVATE);
      await store.set("draft", null);
      await store.set("owner", owner);
    }
    if (!owner) return;
    await caches.open(PRIVATE);
    if (asServed) await keepPage(asServed);
    await freshen(owner);
  }

  // The numbers to call are the clinic's from now on, in the language that is read. The worker fetches them behind the
  // page, once a day: no visit waits or pays for it.
  async function freshen(owner) {
    const mark = { owner, language: document.documentElement.lang, day: new Date().toDateString() };
    if (!navigator.onLine || JSON.stringify(mark) === (await store.get("freshened"))) return;
    (await navigator.serviceWorker.ready).active.postMessage("freshen");
    await store.set("freshened", JSON.stringify(mark));
  }

  // The page that is open, not one fetched behind it: that would be noted as another reading of the record, and would
  // use up what is said once. A kept page that went on saying "sent" would be wrong.
  async function keepPage(page) {
    const line = page.querySelector("[data-saved]");
    if (line.dataset.saved) return; // it is itself the kept one
    const saved = new Date().toISOString();
    page.querySelectorAll(".messages").forEach((said) => said.remove());
    line.dataset.saved = saved;
    line.hidden = false;
    await navigator.serviceWorker.ready;
    const shown = await caches.match("/offline/");
    const policy = shown?.headers.get("Content-Security-Policy");
    // Signed out in the meantime: nothing may be left.
    if (!policy || !(await caches.has(PRIVATE))) return;
    const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "X-Saved": saved };
    const kept = new Response(`<!doctype html>\n${page.outerHTML}`, { headers });
    await (await caches.open(PRIVATE)).put(window.location.pathname, kept);
  }

  // --- what waits, and whether it went ---------------------------------------
  // What the server answered for since this page was opened, here or in another tab: by its key, where its result is.
  const arrived = new Map();
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("evenkeel-kept") : null;
  // Another tab that shows what waits learns what became of it. To be gone from the list alone says nothing of that.
  if (tabs) {
    tabs.onmessage = ({ data }) => {
      data.sent?.forEach(([key, url]) => arrived.set(key, url));
      showCount().catch(() => {});
    };
  }

  function say(word) {
    document.querySelectorAll("[data-says]").forEach((line) => {
      line.hidden = line.dataset.says !== word;
    });
  }

  async function showCount() {
    const all = await store.all();
    document.querySelectorAll("[data-unsent-count]").forEach((place) => {
      place.textContent = String(all.length);
    });
    document.querySelectorAll("[data-unsent]").forEach((place) => {
      place.hidden = all.length === 0;
    });
    document.dispatchEvent(new CustomEvent("evenkeel:counted", { detail: { kept: all.map((item) => item.key), sent: arrived } }));
    return all;
  }

  async function post(item, token) {
    const body = new URLSearchParams({
      key: item.key,
      owner: item.owner,
      taken_at: item.takenAt,
      phone_now: new Date().toISOString(),
      answers: JSON.stringify(item.answers),
      csrfmiddlewaretoken: token,
    });
    return fetch("/offline/check-ins/", { method: "POST", body, redirect: "manual", cache: "no-store" });
  }

  // Only what the server has answered for is called sent, and only then is it taken from the phone.
  async function settle(item, answer) {
    if (answer.status === 200 || answer.status === 201) {
      const told = await answer.json();
      if (!told.url) throw new Error("this was not our server");
      arrived.set(item.key, told.url);
      if (tabs) tabs.postMessage({ sent: [[item.key, told.url]] });
      await store.remove(item.key);
      return { word: "sent", url: told.url };
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) return { word: "sign-in" };
    if (answer.status === 422 || answer.status === 403) {
      await store.put({ ...item, refused: true });
      return { word: "refused" };
    }
    return { word: answer.status === 409 ? "other" : "failed" };
  }

  async function sendAll() {
    const waiting = await showCount();
    if (waiting.length === 0) return;
    let word = "offline";
    let url = "";
    try {
      const answer = await fetch("/offline/session/", { cache: "no-store" });
      if (!answer.ok) throw new Error("no session");
      const session = await answer.json();
      for (const item of waiting) {
        if (!session.owner) word = "sign-in";
        else if (item.owner !== session.owner) word = "other";
        else ({ word, url = url } = await settle(item, await post(item, session.token)));
        if (word === "sign-in") break;
      }
    } catch {
      word = navigator.onLine ? "failed" : "offline";
    }
    const left = await showCount();
    if (tabs) tabs.postMessage({ sent: [...arrived] });
    if (url) {
      document.querySelectorAll("[data-sent]").forEach((place) => {
        place.hidden = false;
        place.querySelector("a").href = url;
      });
    }
    if (left.length > 0) say(left.some((item) => item.refused) ? "refused" : word);
  }

  // One tab sends at a time; where there are no locks, the server knows the key of what it has.
  function send() {
    const locks = navigator.locks;
    const sent = locks ? locks.request("evenkeel-send", { ifAvailable: true }, (lock) => (lock ? sendAll() : null)) : sendAll();
    return Promise.resolve(sent).catch(() => say("failed"));
  }

  // --- signing out ------------------------------------------------------------
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (new URL(form.action, window.location.href).pathname !== "/logout/") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      store
        .all()
        .catch(() => [])
        .then((all) => {
          if (all.length > 0 && !("wipe" in form.dataset)) {
            window.location.assign("/offline/sign-out/");
            return null;
          }
          return wipe().catch(() => {}).then(() => form.submit());
        });
    },
    true,
  );

  // --- the kept plan, and of which day it is -----------------------------------
  const two = (number) => String(number).padStart(2, "0");
  const dayOf = (moment) => [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");

  function showAge() {
    const line = strip?.querySelector("[data-saved]");
    if (!line || line.hidden) return;
    const saved = new Date(line.dataset.saved);
    const language = document.documentElement.lang;
    const told = { weekday: "long", day: "numeric", month: "long" };
    line.querySelector("time").textContent = saved.toLocaleString(language, { ...told, hour: "2-digit", minute: "2-digit" });
    const of = document.querySelector("[data-plan-day]");
    const day = of?.querySelector("time");
    const words = day ? day.textContent : saved.toLocaleDateString(language, told);
    const old = line.querySelector("[data-old]");
    old.hidden = dayOf(new Date()) === (day ? day.dateTime : dayOf(saved));
    old.querySelectorAll("time").forEach((place) => {
      place.textContent = words;
    });
    if (!of || old.hidden) return;
    // Its heading says "Today", which another day is not.
    of.hidden = true;
    of.parentElement.querySelector("h2 span").textContent = words;
  }

  window.evenkeel = { store, send, showCount, wipe };
  showAge();
  // It may be open still when the next day has come.
  ["visibilitychange", "pageshow"].forEach((name) => window.addEventListener(name, showAge));
  window.setInterval(showAge, 60 * 1000);
  navigator.serviceWorker.register("/sw.js").catch(() => {});
  // Another version came while the page was open: the patient's own copies are of the last one.
  if (navigator.serviceWorker.controller && strip?.dataset.keepsFor) {
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      store.set("freshened", null).then(noteOwner).catch(() => {});
    });
  }
  window.addEventListener("online", send);
  document.querySelectorAll("[data-send]").forEach((button) => button.addEventListener("click", send));
  const ready = document.querySelector("[data-forget]") ? forget() : noteOwner();
  ready.catch(() => {}).then(send);
})();
