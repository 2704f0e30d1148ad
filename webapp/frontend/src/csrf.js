// A login in another tab changes the token that forms carry; the cookie has the new one.

const FIELD = "csrfmiddlewaretoken";

export function keepTokensFresh() {
  addEventListener("submit", (event) => freshen(event.target), { capture: true });
  addEventListener("htmx:configRequest", ({ detail }) => {
    const token = current();
    if (token) detail.headers["X-CSRFToken"] = token;
  });
}

export function freshen(form) {
  const field = form.elements?.[FIELD];
  const token = current();
  if (field && token) field.value = token;
}

function current() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}
