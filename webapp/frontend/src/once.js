// A second click sends nothing. Contract: README.md, "Forms sent once".

const ONCE = "form[data-af-once]";

export function sendFormsOnce() {
  // Capturing: before htmx and before the browser sends.
  addEventListener("submit", refuseSecond, { capture: true });
  addEventListener("submit", markBusy);
  addEventListener("pageshow", () => document.querySelectorAll(ONCE).forEach(free));
  addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.(ONCE);
    if (form) free(form);
  });
}

function refuseSecond(event) {
  if (!event.target.matches(ONCE) || event.target.ariaBusy !== "true") return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function markBusy(event) {
  const form = event.target;
  if (!form.matches(ONCE)) return;
  form.ariaBusy = "true";
  // After this event, or the pressed button would be missing from what is sent.
  setTimeout(() => buttons(form).forEach((button) => (button.disabled = true)));
}

function free(form) {
  if (form.ariaBusy !== "true") return;
  form.ariaBusy = "false";
  buttons(form).forEach((button) => (button.disabled = false));
}

function buttons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}
