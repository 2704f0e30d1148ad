// A form that has no draft on the server keeps what is typed in this tab, until it is sent:
// another language, a reload or a step back lose nothing. Contract: README.md, `data-af-keep`.

const KEPT = "form[data-af-keep]";

export function keepTyped() {
  for (const form of document.querySelectorAll(KEPT)) restore(form);
  addEventListener("input", ({ target }) => target.form?.matches(KEPT) && save(target.form));
  addEventListener("htmx:afterRequest", ({ detail }) => {
    const done = detail.xhr?.getResponseHeader("HX-Redirect");
    if (done && detail.elt.matches(KEPT)) sessionStorage.removeItem(place(detail.elt));
  });
}

function place(form) {
  return `af-kept:${form.dataset.afKeep}:${location.pathname}`;
}

function fields(form) {
  return [...form.elements].filter(({ name, type }) => name && !["hidden", "file", "submit"].includes(type));
}

function save(form) {
  const typed = fields(form).map(({ name, type, value, checked }) =>
    type === "checkbox" || type === "radio" ? [name, value, checked] : [name, value],
  );
  sessionStorage.setItem(place(form), JSON.stringify(typed));
}

/** Not over a refused form: the server shows what was sent. */
function restore(form) {
  if (form.querySelector("[data-af-summary]")) return;
  const kept = JSON.parse(sessionStorage.getItem(place(form)) ?? "[]");
  // A quantity first: it proposes an amount, which may have been typed over.
  kept.sort(([a], [b]) => b.startsWith("qty-") - a.startsWith("qty-"));
  for (const [name, value, checked] of kept) {
    for (const field of fields(form).filter((one) => one.name === name && !one.disabled)) {
      if (checked === undefined) put(field, value);
      else if (field.value === value) field.checked = checked;
    }
  }
}

function put(field, value) {
  const chosen = field.tagName === "SELECT";
  if (field.value === value || (chosen && ![...field.options].some((one) => one.value === value))) return;
  field.value = value;
  if (chosen) field.dispatchEvent(new Event("change", { bubbles: true }));
}
