/* Passkeys: hands the server's question to the device and the device's answer to the form. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  document.querySelectorAll("[data-needs-passkeys]").forEach((part) => { part.hidden = false; });
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  function question() {
    const asked = JSON.parse(form.dataset.options);
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    if (asked.excludeCredentials) asked.excludeCredentials = known(asked.excludeCredentials);
    if (asked.allowCredentials) asked.allowCredentials = known(asked.allowCredentials);
    return { publicKey: asked };
  }
  function answer(key) {
    const { response } = key;
    const parts = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      parts.attestationObject = text(response.attestationObject);
      parts.transports = response.getTransports ? response.getTransports() : [];
    } else {
      parts.authenticatorData = text(response.authenticatorData);
      parts.signature = text(response.signature);
      parts.userHandle = response.userHandle ? text(response.userHandle) : null;
    }
    const extensions = key.getClientExtensionResults();
    return JSON.stringify({
      id: key.id, rawId: text(key.rawId), type: key.type, response: parts, clientExtensionResults: extensions,
      authenticatorAttachment: key.authenticatorAttachment, extensions: JSON.stringify(extensions),
    });
  }
  function tell(name) {
    const notes = [...document.querySelectorAll("[data-passkey-error]")];
    const fitting = notes.find((note) => note.dataset.passkeyError === name) || notes.find((note) => !note.dataset.passkeyError);
    notes.forEach((note) => { note.hidden = note !== fitting; });
  }
  let busy = false;
  async function ask() {
    if (busy) return;
    busy = true;
    try {
      const key = await navigator.credentials[form.dataset.passkey === "create" ? "create" : "get"](question());
      form.querySelector("[name=credential]").value = answer(key);
      form.requestSubmit();
    } catch (error) {
      tell(error.name);
      busy = false;
    }
  }
  form.querySelector("[data-passkey-go]").addEventListener("click", ask);
  ask();
})();
