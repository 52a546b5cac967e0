// A hospital's record in a browser, as the public CDS Hooks test client behaves: it signs each call with WebCrypto,
// is preflighted for its Authorization header, shows the cards, and tells what became of them.
"use strict";

const asked = new URLSearchParams(location.search);
const root = asked.get("root");
const RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";
const encode = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const text = (value) => encode(new TextEncoder().encode(JSON.stringify(value)));

async function token(audience) {
  const algorithm = { name: "ECDSA", namedCurve: "P-384" };
  const key = await crypto.subtle.importKey("jwk", window.ehrKey, algorithm, false, ["sign"]);
  const now = Math.round(Date.now() / 1000);
  const header = text({ alg: "ES384", typ: "JWT", kid: "key-1" });
  const payload = text({ iss: window.ehrIssuer, aud: audience, exp: now + 300, iat: now, jti: crypto.randomUUID() });
  const bytes = new TextEncoder().encode(`${header}.${payload}`);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-384" }, key, bytes);
  return `${header}.${payload}.${encode(new Uint8Array(signature))}`;
}

async function call(url, body) {
  const headers = { Accept: "application/json", Authorization: `Bearer ${await token(url)}` };
  const options = body ? { method: "POST", body: JSON.stringify(body) } : {};
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(url, { ...options, headers });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

function order(number, code, name) {
  return {
    resource: {
      resourceType: "MedicationRequest", id: `request-${number}`, status: "draft", intent: "order",
      subject: { reference: "Patient/maya" }, authoredOn: "2026-06-15",
      medicationCodeableConcept: { text: name, coding: [{ system: RXNORM, code, display: name }] },
      dosageInstruction: [{
        timing: { repeat: { frequency: 3, period: 1, periodUnit: "d" } },
        doseAndRate: [{ doseQuantity: { value: 1, system: "http://unitsofmeasure.org", code: "{pill}" } }],
      }],
    },
  };
}

// The test client leaves out the type of the bundle, and the keys that found nothing.
function request(service) {
  const drafts = [order(1, "197391", "Baclofen 10 MG Oral Tablet"),
    order(2, "856853", "Amitriptyline Hydrochloride 75 MG Oral Tablet")];
  const empty = { resourceType: "Bundle", type: "searchset", total: 0 };
  return {
    hook: service.hook, hookInstance: crypto.randomUUID(), fhirServer: "http://localhost/fhir",
    context: {
      userId: "Practitioner/alice", patientId: "maya", draftOrders: { resourceType: "Bundle", entry: drafts },
    },
    prefetch: {
      patient: { resourceType: "Patient", id: "maya", gender: "female", birthDate: "1957-03-14" },
      medicationRequests: empty,
    },
  };
}

function show(card, service) {
  const section = document.body.querySelector("#cards").appendChild(document.createElement("section"));
  section.appendChild(document.createElement("h2")).textContent = card.summary;
  // The test client renders HTML within the Markdown of a card; so does this one.
  section.appendChild(document.createElement("div")).innerHTML = card.detail;
  const items = [];
  for (const suggestion of card.suggestions || []) {
    items.push([suggestion.label, { outcome: "accepted", acceptedSuggestions: [{ id: suggestion.uuid }] }]);
  }
  for (const { code, system, display } of card.overrideReasons || []) {
    items.push([`Dismiss: ${display}`, { outcome: "overridden", overrideReason: { reason: { code, system } } }]);
  }
  for (const [label, told] of items) {
    const button = section.appendChild(document.createElement("button"));
    button.textContent = label;
    button.addEventListener("click", async () => {
      const item = { card: card.uuid, outcomeTimestamp: new Date().toISOString(), ...told };
      await call(`${root}/${service.id}/feedback`, { feedback: [item] });
      document.body.querySelector("#said").textContent = `Told: ${label}`;
    });
  }
}

document.body.querySelector("#sign").addEventListener("click", async () => {
  const said = document.body.querySelector("#said");
  try {
    const { services } = await call(root);
    const service = services.find((each) => each.hook === "order-sign");
    const { cards } = await call(`${root}/${service.id}`, request(service));
    cards.forEach((card) => show(card, service));
    said.textContent = `${cards.length} cards`;
  } catch (error) {
    said.textContent = `Failed: ${error.message}`;
  }
});
