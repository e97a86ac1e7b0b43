// Asks the device for a passkey: a form says what for, its address + "/options" what exactly, and it is sent with what
// the device answered. Whatever goes wrong is said in the form, and can be tried again.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const hex = (list) => `0x${Array.from(list, (one) => one.toString(16).padStart(2, "0")).join("")}`;
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = async (address) => {
    const answer = await fetch(`${address}/options`, { method: "POST", headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.detail), { told: told.detail });
    return told;
  };

  const made = async (what, options) => {
    const publicKey = { ...options, challenge: bytes(options.challenge) };
    if (what === "create") {
      publicKey.user = { ...options.user, id: bytes(options.user.id) };
      publicKey.excludeCredentials = known(options.excludeCredentials);
    } else {
      publicKey.allowCredentials = known(options.allowCredentials);
    }
    const { id, rawId, type, response } = await navigator.credentials[what]({ publicKey });
    const parts = { clientDataJSON: text(response.clientDataJSON) };
    if (what === "create") {
      parts.attestationObject = text(response.attestationObject);
      parts.transports = response.getTransports?.() ?? [];
    } else {
      parts.authenticatorData = text(response.authenticatorData);
      parts.signature = text(response.signature);
    }
    return { id, rawId: text(rawId), type, response: parts };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const alert = form.querySelector("[data-passkey-told] > *");
    const button = form.querySelector("button");
    const say = (words) => {
      alert.querySelector("p").textContent = words;
      alert.hidden = !words;
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say("");
      if (!window.PublicKeyCredential) return say(form.dataset.missing);
      button.disabled = true;
      try {
        const options = await asked(form.action);
        const { digest, changed } = form.dataset; // what stands on the page is what is signed
        if (digest && hex(bytes(options.challenge)) !== digest) throw Object.assign(new Error(changed), { told: changed });
        const answer = await made(form.dataset.passkey, options);
        form.elements.answer.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        const reasons = { NotAllowedError: "refused", AbortError: "refused", InvalidStateError: "held" };
        say(error.told ?? form.dataset[reasons[error.name] ?? "broken"]);
        button.disabled = false;
      }
    });
  }
})();
