// A form-js form inside an ordinary form. Contract: README.md, "A form-js form".
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "./form.css";
import { createForm } from "@bpmn-io/form-js-viewer";
import { language, localised, translate } from "./formwords.js";
import { keepDraft } from "./draft.js";
import { readNumbers } from "./numbers.js";
import { tellSelects } from "./selects.js";

const FORM = "form[data-af-form]";

document.querySelectorAll(FORM).forEach(show);
addEventListener("htmx:load", (event) => {
  const root = event.target;
  if (root.matches?.(FORM)) show(root);
  root.querySelectorAll?.(FORM).forEach(show);
});

async function show(form) {
  if (form.dataset.afShown !== undefined) return;
  form.dataset.afShown = "";
  const name = form.dataset.afForm;
  const fields = await createForm({
    container: form.querySelector("[data-af-form-fields]"),
    schema: localised(read(`${name}-schema`), language()),
    data: read(`${name}-data`) ?? {},
    properties: { readOnly: form.dataset.afReadonly !== undefined },
    // Judged as it is typed: a mistake that only went when the field is left moves the button
    // away from under the click that leaves it.
    debounce: false,
    additionalModules: [{ translate: ["value", translate] }],
  });
  const refusal = showRefusal(form, fields, read(`${name}-errors`) ?? {});
  const sending = (event) => {
    refusal.clear();
    send(event, form, fields);
  };
  form.addEventListener("submit", sending, { capture: true });
  if (form.dataset.afDraftUrl) keepDraft(form, fields);
  tellSelects(form);
  readNumbers(form);
  form.dataset.afReady = "";
}

function send(event, form, fields) {
  const { data, errors } = fields.submit();
  if (Object.keys(errors).length) {
    event.preventDefault();
    event.stopImmediatePropagation();
    focusFirstMistake(form);
  } else {
    form.elements.payload.value = JSON.stringify(data);
  }
}

/** Let the server's sentences stand at their fields until the value changes or is sent again. */
function insist(fields, refusal) {
  const validator = fields.get("validator");
  const judge = validator.validateFieldInstance.bind(validator);
  const values = new Map();
  validator.validateFieldInstance = (instance, value) => {
    if (!values.has(instance.id)) values.set(instance.id, value);
    if (values.get(instance.id) !== value) refusal.delete(instance.id);
    return [...judge(instance, value), ...(refusal.get(instance.id) ?? [])];
  };
}

/** Put the server's sentences at their fields; what has no field goes above. */
function showRefusal(form, fields, said) {
  const refusal = new Map();
  const rest = [];
  for (const [path, sentences] of Object.entries(said)) {
    const field = fieldOf(fields, path);
    if (field) refusal.set(field.id, sentences);
    else rest.push(...sentences);
  }
  if (refusal.size) {
    insist(fields, refusal);
    fields.validate();
    focusFirstMistake(form);
  }
  const place = form.querySelector("[data-af-form-problems]");
  if (place && rest.length) {
    place.replaceChildren(...rest.map(paragraph));
    place.hidden = false;
  }
  return refusal;
}

function paragraph(sentence) {
  const element = document.createElement("p");
  element.textContent = sentence;
  return element;
}

function fieldOf(fields, path) {
  const wanted = path.split(".").filter((part) => !/^\d+$/.test(part)).join(".");
  const registry = fields.get("formFieldRegistry");
  const paths = fields.get("pathRegistry");
  return registry.getAll().find((field) => {
    if (!field.key) return false;
    return field.key === wanted || paths.getValuePath(field).join(".") === wanted;
  });
}

function focusFirstMistake(form) {
  requestAnimationFrame(() => {
    const wrong = form.querySelector(".fjs-has-errors");
    wrong?.querySelector("input, textarea, select, [tabindex]")?.focus();
    wrong?.scrollIntoView({ block: "center" });
  });
}

function read(id) {
  const script = document.getElementById(id);
  return script && JSON.parse(script.textContent);
}
