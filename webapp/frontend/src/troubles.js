// When what was sent has no answer that can be shown: says why, where one stands. What was
// typed stays. Contract: README.md, "When an answer does not come".

const NOTE = "[data-af-trouble]";
const LOGGED_OUT = 401;

export function tellTroubles() {
  addEventListener("htmx:responseError", ({ detail }) => {
    const { status } = detail.xhr;
    if (status !== LOGGED_OUT && isByItself(detail)) return;
    tell(detail.elt, status, sentenceOf(detail.xhr.responseText));
  });
  addEventListener("htmx:sendError", ({ detail }) => isByItself(detail) || tell(detail.elt));
  addEventListener("htmx:beforeRequest", ({ detail }) => isByItself(detail) || clear());
}

/** Show the sentence in the form that was sent, or above the page. */
export function tell(element, status = 0, sentence = "") {
  clear();
  const note = document.getElementById("af-trouble").content.firstElementChild.cloneNode(true);
  const [words, login] = note.querySelectorAll("p");
  if (sentence) words.textContent = sentence;
  login.hidden = status !== LOGGED_OUT;
  (element.closest?.("form") ?? document.getElementById("messages"))?.prepend(note);
  note.focus({ preventScroll: true });
  note.scrollIntoView({ block: "center" });
}

function clear() {
  document.querySelectorAll(NOTE).forEach((note) => note.remove());
}

function isByItself({ requestConfig }) {
  return requestConfig?.triggeringEvent?.type === "af:changed";
}

export function sentenceOf(text) {
  try {
    return JSON.parse(text).error ?? "";
  } catch {
    return "";
  }
}
