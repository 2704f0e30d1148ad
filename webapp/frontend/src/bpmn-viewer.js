// A diagram and where a case stands in it. Contract: README.md, "A diagram".
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./bpmn-viewer.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import { followFingers } from "./touch.js";

const DIAGRAM = "[data-af-diagram]";
const STEP = 1.25;
const MARGIN = 0.96;
const READABLE = { wide: 1, narrow: 0.8 };
const NARROW = 600;
const EDGE = 40;
const LABEL_AT = { top: -14, left: -6 };

// A hidden canvas has no size and cannot be fitted: wait until it is seen.
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    show(target);
  }
});

document.querySelectorAll(DIAGRAM).forEach((container) => seen.observe(container));
addEventListener("htmx:load", (event) => {
  const root = event.target;
  if (root.matches?.(DIAGRAM)) seen.observe(root);
  root.querySelectorAll?.(DIAGRAM).forEach((container) => seen.observe(container));
});

async function show(container) {
  if (container.dataset.afReady !== undefined) return;
  const name = container.dataset.afDiagram;
  const viewer = new NavigatedViewer({
    container,
    moddleExtensions: { zeebe },
    bpmnRenderer: {
      defaultFillColor: "var(--af-diagram-fill, #fff)",
      defaultStrokeColor: "var(--af-diagram-stroke, #22242a)",
      defaultLabelColor: "var(--af-diagram-label, #22242a)",
    },
  });
  try {
    await viewer.importXML(read(`${name}-xml`) ?? (await fetched(container.dataset.xmlUrl)));
  } catch (error) {
    container.dataset.afFailed = error.message;
    throw error;
  }
  const states = read(`${name}-states`) ?? {};
  mark(viewer, states);
  followFingers(viewer.get("canvas"), container);
  steer(viewer.get("canvas"), container);
  approach(viewer.get("canvas"), standing(viewer.get("elementRegistry"), states));
  container.dataset.afReady = "";
}

function mark(viewer, states) {
  const [canvas, overlays, elements] = ["canvas", "overlays", "elementRegistry"].map((part) => viewer.get(part));
  for (const [id, given] of Object.entries(states)) {
    if (!elements.get(id)) continue;
    const { state, label } = typeof given === "string" ? { state: given } : given;
    canvas.addMarker(id, `af-${state}`);
    if (label) overlays.add(id, "label", { position: LABEL_AT, html: tag(`af-diagram-label af-${state}`, label) });
  }
}

function steer(canvas, container) {
  const fit = () => {
    canvas.zoom("fit-viewport", "auto");
    canvas.zoom(canvas.zoom() * MARGIN, "auto");
  };
  const frame = container.closest(".af-diagram-frame") ?? container.parentElement;
  const on = (name, act) => frame.querySelector(`[data-af-diagram-${name}]`)?.addEventListener("click", act);
  on("fit", fit);
  on("in", () => canvas.zoom(canvas.zoom() * STEP));
  on("out", () => canvas.zoom(canvas.zoom() / STEP));
  fit();
}

/** The shapes in which something stands; of a case that is over, where it ended. */
function standing(elements, states) {
  const drawn = (...wanted) =>
    Object.entries(states)
      .filter(([, given]) => wanted.includes(given.state ?? given))
      .map(([id]) => elements.get(id))
      .filter((shape) => shape?.width);
  const here = drawn("waiting", "incident");
  return here.length ? here : drawn("passed").filter((shape) => shape.type === "bpmn:EndEvent");
}

/** Open a diagram too large to be read where the case stands; "Fit" shows all of it. */
function approach(canvas, shapes) {
  const { inner, outer } = canvas.viewbox();
  const readable = outer.width < NARROW ? READABLE.narrow : READABLE.wide;
  if (!shapes.length || canvas.zoom() >= readable) return;
  const across = reach(shapes, "x", "width");
  const down = reach(shapes, "y", "height");
  const scale = Math.min(readable, outer.width / (across.size + 2 * EDGE), outer.height / (down.size + 2 * EDGE));
  if (scale <= canvas.zoom()) return;
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({
    x: within(across.middle - width / 2, inner.x, inner.width - width),
    y: within(down.middle - height / 2, inner.y, inner.height - height),
    width,
    height,
  });
}

function reach(shapes, at, size) {
  const first = Math.min(...shapes.map((shape) => shape[at]));
  const last = Math.max(...shapes.map((shape) => shape[at] + shape[size]));
  return { middle: (first + last) / 2, size: last - first };
}

/** No more of the emptiness around a diagram than an edge; a small one stands in the middle. */
function within(wanted, first, room) {
  if (room < 0) return first + room / 2;
  return Math.min(Math.max(wanted, first - EDGE), first + room + EDGE);
}

function tag(classes, text) {
  const element = document.createElement("div");
  element.className = classes;
  element.textContent = text;
  return element;
}

function read(id) {
  const script = document.getElementById(id);
  return script && JSON.parse(script.textContent);
}

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The diagram was answered with ${answer.status}`);
  return answer.text();
}
