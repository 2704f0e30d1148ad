// bpmn-js 18 does not answer fingers: one pans, two zoom.

const SMALLEST = 0.2;
const LARGEST = 4;

export function followFingers(canvas, container) {
  const fingers = new Map();
  let spread = 0;
  container.style.touchAction = "none";
  container.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    spread = 0;
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    container.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      spread = 0;
    });
  }
  container.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    if (fingers.size === 1) canvas.scroll({ dx: now[0] - before[0], dy: now[1] - before[1] });
    fingers.set(event.pointerId, now);
    if (fingers.size === 2) spread = pinch(canvas, container, [...fingers.values()], spread);
  });
}

function pinch(canvas, container, [a, b], before) {
  const spread = Math.hypot(a[0] - b[0], a[1] - b[1]);
  const { left, top } = container.getBoundingClientRect();
  const middle = { x: (a[0] + b[0]) / 2 - left, y: (a[1] + b[1]) / 2 - top };
  const wanted = before ? (canvas.zoom() * spread) / before : canvas.zoom();
  canvas.zoom(Math.min(LARGEST, Math.max(SMALLEST, wanted)), middle);
  return spread;
}
