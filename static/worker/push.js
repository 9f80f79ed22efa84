/*
 * What a browser does with a message while no page is open: it shows a few words, and opens the page
 * they are about. It keeps nothing and stands in front of no request.
 */
self.addEventListener("push", (event) => {
  let told;
  try {
    told = event.data.json();
  } catch {
    return; // not from us
  }
  const { title, body, tag, url } = told;
  event.waitUntil(self.registration.showNotification(title, { body, tag, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.href);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(self.clients.openWindow(url.href));
});
