// Keeps what is typed on the server while it is typed. Contract: README.md, `data-af-draft-url`.

const REST = 1500;

export function keepDraft(form, fields) {
  let timer = null;
  fields.on("changed", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(form, fields), REST);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}

async function keep(form, fields) {
  const body = new URLSearchParams();
  for (const { type, name, value } of form.elements) if (type === "hidden" && name) body.set(name, value);
  body.set("payload", JSON.stringify(fields._getSubmitData()));
  try {
    const answer = await fetch(form.dataset.afDraftUrl, { method: "POST", body });
    if (!answer.ok) return;
    const { revision } = await answer.json();
    if (revision !== undefined && form.elements.revision) form.elements.revision.value = revision;
    form.dispatchEvent(new CustomEvent("af:draft-kept", { bubbles: true }));
  } catch {
    // Not kept this time; the next change tries again, and nothing typed is lost.
  }
}
