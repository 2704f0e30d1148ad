// Keeps what is typed on the server while it is typed. Contract: README.md, `data-af-draft-url`.
import { freshen } from "./csrf.js";

const REST = 1500;
const PATIENCE = 8000;

export function keepDraft(form, fields) {
  let timer = null;
  let underWay = null;
  const start = () => {
    const kept = Promise.resolve(underWay).then(() => keep(form, fields));
    underWay = kept;
    kept.then(() => underWay === kept && (underWay = null));
  };
  fields.on("changed", () => {
    clearTimeout(timer);
    timer = setTimeout(start, REST);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  // A draft on its way makes the form older than its task: send when its answer is here.
  form.addEventListener("htmx:confirm", (event) => {
    if (event.target !== form || !underWay) return;
    event.preventDefault();
    underWay.then(() => event.detail.issueRequest(true));
  });
}

async function keep(form, fields) {
  freshen(form);
  const body = new URLSearchParams();
  for (const { type, name, value } of form.elements) if (type === "hidden" && name) body.set(name, value);
  body.set("payload", JSON.stringify(fields._getSubmitData()));
  const headers = { Accept: "application/json" };
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    const answer = await fetch(form.dataset.afDraftUrl, { method: "POST", body, headers, signal });
    if (!answer.ok) return;
    const { revision } = await answer.json();
    if (revision !== undefined && form.elements.revision) form.elements.revision.value = revision;
    form.dispatchEvent(new CustomEvent("af:draft-kept", { bubbles: true }));
  } catch {
    // Not kept this time; the next change tries again, and nothing typed is lost.
  }
}
