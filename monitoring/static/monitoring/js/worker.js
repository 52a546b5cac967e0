// The one script beside the pages: what to show without a network, and notes that say only that there is something.
// The server sets self.KEEPS: {version, help, spoken, own, files, plan} above this.
"use strict";

const KEEPS = self.KEEPS;
const SHELL = `evenkeel-shell-${KEEPS.version}`;
// It is there only while somebody is signed in on a phone of their own; the pages make it and take it away.
const PRIVATE = "evenkeel-private";
const PATIENCE = 3000; // milliseconds: in an emergency an old number is better than a page that loads
const OLDEST_PLAN = 7 * 24 * 3600 * 1000; // after a week a plan is no help any more
const PAGES = [...KEEPS.help, ...KEEPS.own];
const EVERY_PAGE = [...PAGES, ...KEEPS.spoken];
const PATIENTS = /^\/(?:me|messages|contact|offline|help|login|signed-out|k|care)\//;

self.addEventListener("install", (event) => {
  // As anybody gets them: what names a clinic is kept apart, and only while its patient is signed in here.
  const fresh = [...EVERY_PAGE, ...KEEPS.files].map((url) => new Request(url, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("evenkeel-shell-") && name !== SHELL;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// Those of whoever is signed in now, one after the other; what cannot be fetched stays as it is.
self.addEventListener("message", (event) => {
  if (event.data === "freshen") event.waitUntil(freshen());
});

async function freshen() {
  for (const path of PAGES) {
    try {
      await keep(path, await fetch(path, { cache: "reload" }));
    } catch {
      return;
    }
  }
}

// A copy that names the reader's clinic goes where the plan goes: a shared phone has no such place, and signing out
// empties it, so that the general copy is shown again.
async function keep(path, answer) {
  if (!answer.ok || answer.redirected) return;
  if (answer.headers.get("X-Copy") !== "own") await (await caches.open(SHELL)).put(path, answer);
  else if (await caches.has(PRIVATE)) await (await caches.open(PRIVATE)).put(path, answer);
}

async function keptCopy(path) {
  const own = (await caches.has(PRIVATE)) && (await (await caches.open(PRIVATE)).match(path));
  return own || (await caches.open(SHELL)).match(path);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && KEEPS.files.includes(url.pathname)) event.respondWith(file(request));
  else if (request.method === "GET" && currentOf(url.pathname)) event.respondWith(olderFile(request, currentOf(url.pathname)));
  else if (request.method === "GET" && PAGES.includes(url.pathname)) event.respondWith(kept(request, copyOf(url)));
  else if (request.method === "GET" && url.pathname === KEEPS.plan) event.respondWith(plan(request));
  else if (request.mode === "navigate" && PATIENTS.test(url.pathname)) event.respondWith(reached(request));
});

async function file(request) {
  const found = await (await caches.open(SHELL)).match(request, { ignoreSearch: true });
  return found || fetch(request);
}

// A page that was kept by the last version asks for its files by their old addresses: without its script a plan would
// not say how old it is.
const nameOf = (path) => path.replace(/\.[0-9a-f]{12}(\.\w+)$/, "$1");
const currentOf = (path) => KEEPS.files.find((each) => nameOf(each) === nameOf(path));

async function olderFile(request, current) {
  const answer = await fetch(request).catch(() => null);
  return answer?.ok ? answer : file(new Request(current));
}

// The copy in the language that the address asks for, else the one in the reader's own.
function copyOf(url) {
  return EVERY_PAGE.includes(url.pathname + url.search) ? url.pathname + url.search : url.pathname;
}

// The network first, so that numbers are today's; what was kept when it fails or takes too long.
async function kept(request, path) {
  const found = await keptCopy(path);
  const asked = fetch(request).then((answer) => {
    keep(path, answer.clone()).catch(() => {});
    return answer;
  });
  if (!found) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, found.clone()));
  return Promise.race([asked.catch(() => found), late]);
}

// The plan of whoever is signed in. The page itself keeps it, where it may be kept.
async function plan(request) {
  try {
    return await fetch(request);
  } catch {
    return (await keptPlan()) || offline();
  }
}

async function keptPlan() {
  if (!(await caches.has(PRIVATE))) return null;
  const found = await (await caches.open(PRIVATE)).match(KEEPS.plan);
  if (!found) return null;
  const age = Date.now() - Date.parse(found.headers.get("X-Saved"));
  return age < OLDEST_PLAN ? found : null;
}

// Nothing that was sent is ever kept here: a form that could not go says so, and the page behind it is still there.
async function reached(request) {
  try {
    return await fetch(request);
  } catch {
    return offline();
  }
}

async function offline() {
  return (await keptCopy("/offline/")) || Response.error();
}

self.addEventListener("push", (event) => {
  let note = { title: "Evenkeel", body: "There is something to read.", url: "/messages/", tag: "evenkeel" };
  try {
    note = { ...note, ...event.data.json() };
  } catch {
    // A note without readable words says what every note says.
  }
  event.waitUntil(
    self.registration.showNotification(note.title, { body: note.body, tag: note.tag, data: { url: note.url } }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/messages/", self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
