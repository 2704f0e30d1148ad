// Judges submissions with form-js's own classes, without a browser: what it draws is
// replaced by nothing, what it decides is its own code.
//
// stdin: [[schema, data], …]; stdout: [{errors: {key: [sentence]}, data}, …].
// The version of form-js is the one that webapp/frontend bundles.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const frontend = new URL("../../../webapp/frontend/", import.meta.url);
const { buildSync } = createRequire(new URL("package.json", frontend))("esbuild");

// form-js touches the page while it is loaded; it may have one where nothing happens.
const nothing = new Proxy(function () {}, {
  get: (_target, name) => (name === Symbol.toPrimitive ? () => "" : nothing),
  set: () => true,
  apply: () => nothing,
  construct: () => nothing,
});
globalThis.window ??= globalThis;
globalThis.navigator ??= { userAgent: "", language: "en" };
globalThis.document ??= nothing;
for (const name of ["DOMParser", "Element", "HTMLElement", "Node", "DocumentFragment", "KeyboardEvent"]) {
  globalThis[name] ??= class {};
}

const bundle = buildSync({
  stdin: { contents: 'export { Form } from "@bpmn-io/form-js-viewer";', resolveDir: frontend.pathname },
  bundle: true,
  write: false,
  format: "cjs",
  platform: "browser",
  logLevel: "error",
});
const module = { exports: {} };
new Function("module", "exports", bundle.outputFiles[0].text)(module, module.exports);
const { Form } = module.exports;

const get = (data, path) => path.reduce((value, step) => value?.[step], data);

function put(data, path, value) {
  let at = data;
  path.slice(0, -1).forEach((step, i) => {
    at[step] ??= typeof path[i + 1] === "number" ? [] : {};
    at = at[step];
  });
  at[path.at(-1)] = value;
}

async function judge(schema, input) {
  const form = new Form({ additionalModules: [{ renderer: ["value", {}] }] });
  await form.importSchema(schema, input);
  const services = Object.fromEntries(
    ["pathRegistry", "formFields", "expressionLanguage", "validator", "conditionChecker"].map((n) => [n, form.get(n)]),
  );
  const all = form._getState().data;
  // As the page does: conditions see nothing of fields that are hidden.
  const seen = services.conditionChecker.applyConditions(all, all);
  const result = { errors: {}, data: {} };
  for (const field of form._getState().schema.components) {
    visit(field, {}, { data: seen, this: seen, parent: null, i: [] }, { ...services, all, result });
  }
  return result;
}

function visit(field, indexes, scope, form) {
  const { config } = form.formFields.get(field.type);
  const { data, ...special } = scope;
  const names = { ...special, ...data };
  const holds = (text) => form.expressionLanguage.evaluateUnaryTest(text, names) === true;
  if (field.conditional?.hide && holds(field.conditional.hide)) return;
  const path = form.pathRegistry.getValuePath(field, { indexes });
  if (config.keyed && !field.disabled) {
    const value = get(form.all, path);
    const errors = validate(form.validator, { id: field.id, expressionContextInfo: scope }, value);
    if (errors.length) form.result.errors[path.join(".")] = errors;
    put(form.result.data, path, value);
  }
  if (config.repeatable && field.isRepeating) {
    // form-js leaves a list without rows out; here it counts as an empty one.
    if (get(form.all, path)?.length === 0) put(form.result.data, path, []);
    (get(form.all, path) ?? []).forEach((row, i) => {
      const inner = { data, this: row, parent: scope.this, i: [...scope.i, i + 1] };
      for (const each of field.components ?? []) visit(each, { ...indexes, [field.id]: i }, inner, form);
    });
  } else {
    for (const each of field.components ?? []) visit(each, indexes, scope, form);
  }
}

function validate(validator, instance, value) {
  try {
    return validator.validateFieldInstance(instance, value);
  } catch (error) {
    return [String(error)]; // big.js has no Infinity
  }
}

const cases = JSON.parse(readFileSync(0, "utf8"));
const results = [];
for (const [schema, data] of cases) results.push(await judge(schema, data));
process.stdout.write(JSON.stringify(results));
