// Evaluates FEEL with bpmn.io's feelin, in the version that webapp/frontend locks for form-js.
//
// stdin: [[text, context], …]; stdout: [{value} | {error: sentence}, …]. A temporal value is
// {"@": its text}, a range {"range": [start, end, start included, end included]}.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const frontend = new URL("../../../webapp/frontend/", import.meta.url);
const { evaluate } = createRequire(new URL("package.json", frontend))("@bpmn-io/feelin");

const temporal = new Set(["DateTime", "Duration"]);

function plain(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object") return typeof value === "function" ? { function: true } : value;
  if (Array.isArray(value)) return value.map(plain);
  const kind = value.constructor?.name;
  if (temporal.has(kind)) return { "@": evaluate("string(v)", { v: value }).value };
  if (kind === "Range") {
    return { range: [plain(value.start), plain(value.end), value["start included"], value["end included"]] };
  }
  if (kind === "FunctionWrapper") return { function: true };
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

function answer([text, context]) {
  try {
    return { value: plain(evaluate(text, context).value) };
  } catch (error) {
    return { error: `${error.constructor.name}: ${error.message}` };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(answer)));
