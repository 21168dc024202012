/* The outbox on a page: takes in what could not be sent, says what waits, sends it, puts it back where it must be looked at. */
(() => {
  "use strict";
  if (!window.indexedDB || !window.BroadcastChannel) return;
  const { put, drop, all, sendWaiting, channel } = self.outbox;
  const RETRY = 30000;
  const body = document.body;
  const who = () => (body.dataset.who ? `${body.dataset.who}:${body.dataset.as}` : "");
  const kind = () => document.querySelector("main")?.dataset.page;
  const later = (form) => (form?.matches?.("form[data-later]") ? form : null);
  const remembered = {
    get: () => { try { return sessionStorage.getItem("sw-outbox"); } catch { return null; } },
    set: (key) => { try { sessionStorage.setItem("sw-outbox", key); } catch { /* forbidden */ } },
    drop: () => { try { sessionStorage.removeItem("sw-outbox"); } catch { /* forbidden */ } },
  };

  /* One note at a time says how things stand. */
  function tell(name, { count = 0, url = "" } = {}) {
    document.querySelectorAll("[data-outbox]").forEach((note) => {
      note.hidden = note.dataset.outbox !== name;
      if (note.hidden) return;
      note.querySelectorAll("[data-count]").forEach((place) => { place.textContent = count; });
      note.querySelectorAll("a[data-there]").forEach((link) => { link.href = url; });
    });
    if (name) document.querySelectorAll("[data-offline]").forEach((note) => { note.hidden = true; });
  }
  async function look() {
    const forms = (await all()).filter((form) => !who() || form.who === who());
    const sent = forms.filter((form) => form.state === "sent");
    const waiting = forms.filter((form) => form.state === "waiting");
    const unclear = forms.find((form) => form.state === "look" && form.page !== here());
    if (sent.length && kind() !== "gate") await celebrate(sent);
    else if (!forms.length) tell("");
    else if (kind() === "gate") tell("login", { count: forms.length });
    else if (waiting.length) tell("waiting", { count: waiting.length });
    else if (unclear) tell("look", { url: unclear.page });
    return forms;
  }
  const here = () => location.pathname + location.search;

  /* Taking in. */
  async function keep(form, state, submitter) {
    const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && !(value instanceof File && !value.size));
    if (submitter?.name) fields.push([submitter.name, submitter.value]);
    const key = form.elements.once_key.value;
    remembered.drop(); // it has not been taken
    try {
      await put({ key, who: who(), page: here(), url: form.action, fields, state, at: Date.now() });
    } catch {
      tell("full"); // the form stays as it is, to be sent again
      return false;
    }
    return true;
  }
  async function keepForLater(form, submitter) {
    form.dataset.sent = "1";
    if (!(await keep(form, "waiting", submitter))) { delete form.dataset.sent; return; }
    form.hidden = true;
    form.removeAttribute("data-draft"); // it is in the outbox now
    form.removeAttribute("data-guard");
    await look();
    document.querySelector("[data-outbox=waiting]").scrollIntoView({ block: "center" });
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => {});
  }
  document.addEventListener("submit", (event) => {
    const form = later(event.target);
    if (!form || event.defaultPrevented) return;
    if (navigator.onLine) { remembered.set(form.elements.once_key.value); return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    keepForLater(form, event.submitter);
  }, true);
  const submitterOf = (detail) => detail.requestConfig?.triggeringEvent?.submitter;
  document.addEventListener("htmx:sendError", ({ target, detail }) => { if (later(target)) keepForLater(target, submitterOf(detail)); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const form = later(requestConfig.elt);
    if (!form) return;
    const login = new URL(xhr.responseURL, location).pathname.startsWith("/auth/");
    if (!login && (xhr.status < 400 || xhr.status === 422)) return;
    if (login) { event.detail.shouldSwap = false; event.preventDefault(); }
    keep(form, "look", submitterOf(event.detail)).then(() => { if (login) location.assign(xhr.responseURL); });
  });

  /* Putting back into its form what has to be looked at: after a log-in, or where something was wrong. */
  function fill(form, kept) {
    const bags = new Map();
    for (const field of form.elements) if (/radio|checkbox/.test(field.type)) field.checked = false;
    for (const [name, value] of kept.fields) {
      for (const field of [...form.elements].filter((one) => one.name === name)) {
        if (field.type === "file") bags.set(field, [...(bags.get(field) || []), value]);
        else if (/radio|checkbox/.test(field.type)) field.checked ||= field.value === value;
        else if (field.type !== "submit") field.value = value;
      }
    }
    for (const [field, files] of bags) {
      const bag = new DataTransfer();
      files.filter((file) => file instanceof File).forEach((file) => bag.items.add(file));
      field.files = bag.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    tell("back");
  }
  async function begin() {
    const form = document.querySelector("form[data-later]");
    const key = remembered.get();
    if (key && kind() === "page" && !(form && "kept" in form.dataset && form.elements.once_key.value === key)) { await drop(key); remembered.drop(); }
    const forms = await look();
    const kept = form && forms.find((one) => one.state === "look" && one.page === here());
    if (kept && kind() === "page") fill(form, kept);
    if (navigator.onLine) sendNow();
  }

  /* Sending: by this page, by another one, or by the worker while no page was open. */
  let leaving = false;
  async function celebrate(sent) {
    const form = document.querySelector("form[data-later][hidden]");
    const mine = form ? sent.find((one) => one.key === form.elements.once_key.value) : offlinePage() && sent[0];
    if (mine) {
      leaving = true;
      await drop(mine.key);
      location.assign(mine.url);
    } else if (!form) {
      tell("sent", { url: sent[0].url });
      for (const one of sent) await drop(one.key);
    }
  }
  const offlinePage = () => document.querySelector("[data-without]");
  async function sendNow() {
    const result = await sendWaiting().catch(() => null);
    if (result?.sent.length) await celebrate(result.sent);
    else if (result?.refused || result?.login) await look();
    return result;
  }
  channel.addEventListener("message", ({ data }) => (data.sent.length ? celebrate(data.sent) : look()));
  window.addEventListener("online", async () => {
    const result = await sendNow();
    if (offlinePage() && !leaving && !result?.offline) location.reload();
  });
  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-outbox-send]")) sendNow();
    if (event.target.closest("[data-outbox-drop]")) { await drop(document.querySelector("form[data-later]").elements.once_key.value); location.reload(); }
  });
  setInterval(() => { if (document.visibilityState === "visible" && document.querySelector("[data-outbox=waiting]:not([hidden])")) sendNow(); }, RETRY);
  document.addEventListener("htmx:afterSettle", () => begin());
  begin();
})();
