/* Storewise in the browser. Every page works without this file; it saves taps, text and waiting. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const fresh = (selector) => all(selector).filter((part) => !("awake" in part.dataset) && (part.dataset.awake = "1"));
  const store = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
    keys: () => { try { return Object.keys(localStorage); } catch { return []; } },
  };

  /* One tap is enough: the second does nothing until the page comes back. */
  const SENT = 15000;
  function free(form) {
    delete form.dataset.sent;
    all("[aria-disabled='true']", form).forEach((button) => button.removeAttribute("aria-disabled"));
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (form.method === "get" || "again" in form.dataset) return; // what makes nothing may be sent again, as after a download
    if (event.submitter?.hasAttribute("data-forget")) forgetDrafts();
    form.dataset.sent = "1";
    if (form.dataset.draft) sessionStorage.setItem("sw-sent", draftKey(form));
    setTimeout(() => all("button:not([type=button])", form).forEach((button) => button.setAttribute("aria-disabled", "true")));
    setTimeout(() => free(form), SENT);
  }, true);
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(free));

  /* Drafts: what was typed stays on this device until it was taken. */
  const draftKey = (form) => `sw-draft:${document.body.dataset.who}:${form.dataset.draft}`;
  const draftable = (field) => field.name && !/^(hidden|password|file|submit|button)$/.test(field.type) && !/csrf_token|once_key/.test(field.name);
  function readFields(form) {
    return [...form.elements].filter(draftable).map((f) => [f.name, f.value, /radio|checkbox/.test(f.type) ? f.checked : null]);
  }
  function fill(form, kept) {
    for (const [name, value, checked] of kept) {
      for (const field of [...form.elements].filter((f) => f.name === name && draftable(f))) {
        if (checked === null) { if (kept.filter((k) => k[0] === name).length === 1) field.value = value; }
        else if (field.value === value) field.checked = checked;
      }
    }
  }
  function forgetDrafts() { store.keys().filter((key) => key.startsWith("sw-draft:")).forEach(store.drop); }
  function startDrafts() {
    const sent = sessionStorage.getItem("sw-sent");
    const here = fresh("form[data-draft]");
    if (sent && document.querySelector("main")?.dataset.page === "page") {
      if (!here.some((form) => draftKey(form) === sent && "kept" in form.dataset)) store.drop(sent);
      sessionStorage.removeItem("sw-sent");
    }
    for (const form of here) {
      const kept = store.get(draftKey(form));
      if (kept && !("kept" in form.dataset)) { fill(form, kept); form.dispatchEvent(new CustomEvent("sw:restored", { bubbles: true })); }
    }
  }
  let saving = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form) return;
    form.dataset.dirty = "1";
    if (!form.dataset.draft) return;
    clearTimeout(saving);
    saving = setTimeout(() => store.set(draftKey(form), readFields(form)), 300);
  });
  window.addEventListener("pagehide", () => all("form[data-draft][data-dirty]:not([data-sent])").forEach((form) => store.set(draftKey(form), readFields(form))));
  window.addEventListener("beforeunload", (event) => {
    if (all("form[data-guard][data-dirty]:not([data-sent])").length) event.preventDefault();
  });

  /* Photos and files: choose again adds, the list shows them, each can leave. */
  function size(bytes) { return bytes < 1e5 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`; }
  function setFiles(input, files) {
    const bag = new DataTransfer();
    files.forEach((file) => bag.items.add(file));
    input.files = bag.files;
    show(input);
  }
  const chosen = new WeakMap();
  function show(input) {
    const box = input.closest("[data-chosen]");
    if (!box) return;
    const files = [...input.files];
    chosen.set(input, files);
    all(".sw-chosen", box).forEach((old) => { all("img", old).forEach((img) => URL.revokeObjectURL(img.src)); old.remove(); });
    files.forEach((file, index) => {
      const item = document.createElement("div");
      item.className = "sw-chosen";
      if (file.type.startsWith("image/")) {
        const picture = item.appendChild(document.createElement("img"));
        picture.src = URL.createObjectURL(file);
        picture.alt = file.name;
      }
      item.appendChild(document.createElement("span")).textContent = `${file.type.startsWith("image/") ? "" : file.name + " "}${size(file.size)}`;
      const away = item.appendChild(document.createElement("button"));
      away.type = "button";
      away.textContent = "×";
      away.setAttribute("aria-label", `${box.dataset.chosen} ${file.name}`);
      away.addEventListener("click", () => { setFiles(input, files.filter((_, other) => other !== index)); input.focus(); });
      box.appendChild(item);
    });
  }
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches("[data-chosen] input[type=file]")) {
      const before = input.multiple ? chosen.get(input) || [] : [];
      const fresh = [...input.files].filter((file) => !before.some((old) => old.name === file.name && old.size === file.size && old.lastModified === file.lastModified));
      setFiles(input, input.multiple ? [...before, ...fresh] : [...input.files]);
    }
    if (input.matches("[data-all]")) all("tbody input[type=checkbox]", input.closest("table")).forEach((box) => { box.checked = input.checked; });
    if (input.matches("table input[type=checkbox]")) countChosen(input);
  });
  function countChosen(input) {
    const bar = (input.form || document).querySelector("[data-bulk]");
    if (bar) bar.querySelector("[data-count]").textContent = `${all("tbody input[type=checkbox]:checked", input.closest("table")).length} ${bar.dataset.bulk}`;
    all("tbody tr", input.closest("table")).forEach((row) => row.classList.toggle("is-on", !!row.querySelector("input[type=checkbox]:checked")));
  }

  /* Copy, menus, links of an error summary. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      const source = document.querySelector(button.dataset.copy);
      source.select?.();
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      if (button.dataset.done) (button.querySelector("span") || button).textContent = button.dataset.done;
    }
    const target = event.target.closest(".sw-summary a") && document.querySelector(event.target.closest("a").hash);
    if (target) { event.preventDefault(); (target.matches("fieldset") ? target.querySelector("input") : target)?.focus(); target.scrollIntoView({ block: "center" }); }
    all("details.sw-menu[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details.sw-menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  /* Connection and htmx. */
  function connection() { all("[data-offline]").forEach((note) => { note.hidden = navigator.onLine; }); }
  window.addEventListener("online", connection);
  window.addEventListener("offline", connection);
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
    if (detail.boosted) delete detail.headers["HX-Request"];
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = detail.requestConfig.elt.closest?.("form[data-files]");
    if (!form) return;
    if (detail.xhr.status === 422) { detail.target = document.querySelector("#main"); detail.selectOverride = "#main"; detail.swapOverride = "outerHTML"; detail.isError = false; }
    else if (detail.xhr.status >= 400) { detail.shouldSwap = true; }
  });
  document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
    all("[data-upload]", target).forEach((bar) => { bar.hidden = false; bar.value = detail.total ? (100 * detail.loaded) / detail.total : 0; });
  });
  document.addEventListener("htmx:sendError", ({ target }) => { connection(); all("[data-offline]").forEach((note) => { note.hidden = false; note.scrollIntoView(); }); free(target); });
  document.addEventListener("htmx:afterSettle", () => wake());

  function wake() {
    all("[data-copy][hidden], [data-all][hidden]").forEach((part) => { part.hidden = false; });
    all("[data-chosen] input[type=file]").filter((input) => input.files.length && !chosen.has(input)).forEach(show);
    fresh(".sw-summary").forEach((summary) => summary.focus());
    fresh(".sw-side nav").forEach((strip) => { strip.scrollLeft = (strip.querySelector("[aria-current]")?.offsetLeft ?? 0) - 48; });
    connection();
    startDrafts();
  }
  wake();
  if (root.dataset.worker) navigator.serviceWorker?.register(root.dataset.worker, { updateViaCache: "all" });
})();
