/* The outbox: forms that could not be sent wait on this phone with their photos. For pages and the service worker.
   A form keeps the key that the page gave it, so that whoever sends it, and how often, makes one object of it. */
(() => {
  "use strict";
  const NAME = "storewise-outbox";
  const channel = new BroadcastChannel(NAME);
  const answered = (asked) => new Promise((done, failed) => { asked.onsuccess = () => done(asked.result); asked.onerror = () => failed(asked.error); });

  async function within(mode, work) {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("forms", { keyPath: "key" });
    const database = await answered(opening);
    try {
      const transaction = database.transaction("forms", mode);
      const ended = new Promise((done, failed) => { transaction.oncomplete = done; transaction.onabort = () => failed(transaction.error); });
      const [result] = await Promise.all([answered(work(transaction.objectStore("forms"))), ended]);
      return result;
    } finally {
      database.close();
    }
  }
  const put = (form) => within("readwrite", (forms) => forms.put(form));
  const drop = (key) => within("readwrite", (forms) => forms.delete(key));
  const all = async () => (await within("readonly", (forms) => forms.getAll())).sort((one, other) => one.at - other.at);

  /* Who is logged in now, with a token to send with; null for nobody. */
  async function ready() {
    const answer = await fetch("/outbox/ready", { cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return null;
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }
  async function send(form, token) {
    const body = new FormData();
    form.fields.forEach(([name, value]) => body.append(name, value));
    body.append("csrf_token", token);
    const answer = await fetch(form.url, { method: "POST", body });
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/auth/")) return "login";
    if (answer.ok) return answer.url;
    if (answer.status < 500 && ![408, 425, 429].includes(answer.status)) return "refused";
    throw new Error(`${answer.status}`);
  }
  /* Everything of who is logged in, in the order in which it was filled in. */
  async function sendAll() {
    const result = { sent: [], refused: 0, login: false, offline: false };
    const waiting = (await all()).filter((form) => form.state === "waiting");
    if (!waiting.length) return result;
    try {
      const me = await ready();
      result.login = me === null;
      for (const form of waiting.filter((one) => one.who === me?.who)) {
        const answer = await send(form, me.token);
        if (answer === "login") { result.login = true; break; }
        if (answer === "refused") { await put({ ...form, state: "look" }); result.refused += 1; continue; }
        const sent = { ...form, fields: [], state: "sent", url: answer }; // until somebody has been told
        await put(sent);
        result.sent.push(sent);
      }
    } catch {
      result.offline = true;
    }
    if (result.sent.length || result.refused) channel.postMessage(result);
    return result;
  }
  /* One at a time, however many pages are open. */
  const sendWaiting = () => (navigator.locks ? navigator.locks.request(NAME, sendAll) : sendAll());

  self.outbox = { put, drop, all, sendWaiting, channel };
})();
