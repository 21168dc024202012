/* Shows a page of ours where the browser would say that there is no connection, and sends later what could not be sent.
   It keeps style, script and that page; never a page about anybody. KEPT comes from portal/offline/views.py. */
"use strict";
importScripts(KEPT.outbox);
const CACHE = `storewise-shell-${KEPT.shell.join(" ").match(/[0-9a-f]{8}(?=\/)/g)?.join("") || "dev"}`;
const LANGUAGE = "/offline/language";

async function keepShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.shell);
  for (const page of Object.values(KEPT.pages)) {
    await cache.put(page, await fetch(page, { cache: "reload", credentials: "omit" }));
  }
}
async function dropOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("storewise-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

let language = "";
async function noteLanguage(tag) {
  if (!tag || tag === language || !(tag in KEPT.pages)) return;
  language = tag;
  await (await caches.open(CACHE)).put(LANGUAGE, new Response(tag));
}
async function offlinePage() {
  const tag = language || (await (await caches.match(LANGUAGE))?.text()) || KEPT.tag;
  return (await caches.match(KEPT.pages[tag])) || Response.error();
}
async function fromNetwork(event) {
  try {
    const answer = (await event.preloadResponse) || (await fetch(event.request));
    event.waitUntil(noteLanguage(answer.headers.get("Content-Language")));
    return answer;
  } catch {
    return offlinePage();
  }
}

self.addEventListener("install", (event) => event.waitUntil(keepShell().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOldShells()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fromNetwork(event));
  else if (KEPT.shell.includes(new URL(request.url).pathname)) event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
});
self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(self.outbox.sendWaiting().then(({ offline }) => { if (offline) throw new Error("still offline"); }));
});
