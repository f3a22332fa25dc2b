// Passkeys and security keys. A form with data-passkey="get" or "create" asks the browser for a credential, puts it into
// its field `credential` and is sent. Its options stand in #passkey-options, or come from data-options-from.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

function text(buffer) {
  const signs = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const withId = (credential) => ({ ...credential, id: bytes(credential.id) });

function decoded({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.user) options.user = withId(options.user);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) options[list] = options[list].map(withId);
  }
  return options;
}

function encoded(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsFor(form) {
  if (!form.dataset.optionsFrom) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

async function credentialFor(form) {
  const { request_options, creation_options } = await optionsFor(form);
  if (form.dataset.passkey === "get") return navigator.credentials.get({ publicKey: decoded(request_options) });
  const publicKey = decoded(creation_options);
  const alone = form.elements.passwordless?.checked ?? false;
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone && { userVerification: "required" }),
  };
  return navigator.credentials.create({ publicKey });
}

async function onSubmit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(encoded(await credentialFor(form)));
    form.submit();
  } catch (fault) {
    // Browsers give keys to names alone, never to a number such as 127.0.0.1.
    const isUnnamed = fault.name === "SecurityError" && /^[\d.]+$|^\[/.test(location.hostname);
    problem.textContent = isUnnamed
      ? "Keys work only where the site is called by its name. On your own machine that is localhost."
      : "That did not work. Try again, or take another way.";
    problem.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", onSubmit);
    form.hidden = false;
  }
}
