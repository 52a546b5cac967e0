// Turns notes in this browser on and off. Without it the page still lists the browsers and takes them away.
(() => {
  "use strict";
  const section = document.querySelector("[data-push-key]");
  if (!section) return;
  const form = section.querySelector("form[data-push-on]");
  const say = (name) => {
    section.querySelectorAll("[data-push-says]").forEach((line) => {
      line.hidden = line.dataset.pushSays !== name;
    });
  };

  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    form.hidden = true;
    say("unable");
    return;
  }

  const bytes = (text) => {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(window.atob(base64 + "=".repeat((4 - (base64.length % 4)) % 4)), (c) => c.charCodeAt(0));
  };

  async function digest(text) {
    const hash = await window.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function current() {
    const worker = await navigator.serviceWorker.getRegistration("/");
    return worker ? worker.pushManager.getSubscription() : null;
  }

  async function markThisBrowser() {
    const subscription = await current();
    if (!subscription) return;
    const here = await digest(subscription.endpoint);
    const line = section.querySelector(`[data-push-digest="${here}"]`);
    if (!line) return;
    line.querySelector("[data-push-here]").hidden = false;
    form.hidden = true;
    line.querySelector("form").addEventListener("submit", () => {
      subscription.unsubscribe();
    });
  }

  async function turnOn() {
    if ((await window.Notification.requestPermission()) !== "granted") {
      say("refused");
      return;
    }
    await navigator.serviceWorker.register("/sw.js");
    const worker = await navigator.serviceWorker.ready;
    const old = await worker.pushManager.getSubscription();
    if (old) await old.unsubscribe();
    const made = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(section.dataset.pushKey),
    });
    const { endpoint, keys } = made.toJSON();
    form.elements.endpoint.value = endpoint;
    form.elements.p256dh.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    turnOn().catch(() => say("failed"));
  });
  markThisBrowser().catch(() => say("failed"));
})();
