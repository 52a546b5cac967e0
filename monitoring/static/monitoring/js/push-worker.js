// Shows a note that says nothing but that there is something to read, and opens the page of messages.
"use strict";

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
