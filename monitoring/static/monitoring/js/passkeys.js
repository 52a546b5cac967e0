// Makes a passkey, or signs in with one. Without it the password does as before.
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const button = form.querySelector("[data-passkey-go]");
  const say = (name) => {
    form.querySelectorAll("[data-passkey-says]").forEach((line) => {
      line.hidden = line.dataset.passkeySays !== name;
    });
  };

  if (!window.PublicKeyCredential || !navigator.credentials) {
    say("unable");
    return;
  }
  form.hidden = false;
  button.hidden = false;
  say("");

  const bytes = (text) => {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(window.atob(base64 + "=".repeat((4 - (base64.length % 4)) % 4)), (c) => c.charCodeAt(0));
  };
  const text = (buffer) =>
    window.btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function options() {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const answer = await fetch(form.dataset.passkeyOptions, { method: "POST", body });
    if (!answer.ok) throw new Error(String(answer.status));
    const publicKey = await answer.json();
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    ["excludeCredentials", "allowCredentials"].forEach((list) => {
      (publicKey[list] || []).forEach((one) => { one.id = bytes(one.id); });
    });
    return publicKey;
  }

  function send(credential) {
    const said = credential.response;
    const response = { clientDataJSON: text(said.clientDataJSON) };
    if (form.dataset.passkey === "create") {
      response.attestationObject = text(said.attestationObject);
      response.transports = said.getTransports ? said.getTransports() : [];
    } else {
      response.authenticatorData = text(said.authenticatorData);
      response.signature = text(said.signature);
      if (said.userHandle) response.userHandle = text(said.userHandle);
    }
    form.elements.answer.value = JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: {},
    });
    // The tick beside the password holds for this way in, too.
    const shared = document.querySelector("input[name='not_mine']:checked");
    if (shared) form.append(shared.cloneNode());
    form.submit();
  }

  let waiting = null;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (waiting) waiting.abort();
    waiting = null;
    button.disabled = true;
    say("");
    try {
      const publicKey = await options();
      send(await navigator.credentials[form.dataset.passkey]({ publicKey }));
    } catch {
      button.disabled = false;
      say("stopped");
    }
  });

  // Passkeys among what the browser offers in the email field. A question stands for five minutes: ask anew before.
  async function offer() {
    if (document.hidden) return;
    const able = window.PublicKeyCredential.isConditionalMediationAvailable;
    if (!able || !(await able.call(window.PublicKeyCredential))) return;
    if (waiting) waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    window.setTimeout(() => { if (!signal.aborted) offer(); }, 4 * 60 * 1000);
    try {
      send(await navigator.credentials.get({ publicKey: await options(), mediation: "conditional", signal }));
    } catch {
      // The person typed a password instead, or another question took its place.
    }
  }
  const field = document.querySelector("input[autocomplete~='webauthn']");
  if (field && form.dataset.passkey === "get") field.addEventListener("pointerdown", offer, { once: true });
})();
