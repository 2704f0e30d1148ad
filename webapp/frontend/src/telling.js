// Tells the page `af:changed` so that it is heard: never before htmx listens, never while a
// request is under way (its answer may be older, and the part that would ask may be replaced
// by it), and again when the page's own question was not answered.

const AT_MOST_EVERY = 1000;
const SETTLED = 100; // htmx lets new parts listen 20 ms after it put them in
const AGAIN = 3000;
const PATIENCE = 20_000;

/** Return `tell()`: the page asks once for all that was told since it last asked. */
export function teller(body) {
  let owed = false;
  let listening = false;
  let last = -Infinity;
  let timer = null;
  const flying = new Set();

  function plan(pause = 0) {
    if (!owed || !listening || flying.size || timer !== null) return;
    const rest = last + AT_MOST_EVERY - performance.now();
    timer = setTimeout(deliver, Math.max(pause, rest, 0));
  }

  function deliver() {
    timer = null;
    if (flying.size) return; // it plans when it has landed
    owed = false;
    last = performance.now();
    body.dispatchEvent(new CustomEvent("af:changed", { bubbles: true }));
  }

  body.addEventListener("htmx:load", () => {
    listening = true;
    plan();
  });

  body.addEventListener("htmx:beforeSend", ({ detail: { xhr, requestConfig } }) => {
    const asks = requestConfig.triggeringEvent?.type === "af:changed";
    if (asks) xhr.timeout = PATIENCE;
    // Somebody's own answer may replace the part for which the page asks.
    if ([...flying].some((other) => other.asks !== asks)) owed = true;
    const one = { asks };
    flying.add(one);
    xhr.addEventListener("loadend", () => {
      flying.delete(one);
      const failed = asks && (xhr.status === 0 || xhr.status >= 500);
      if (failed) owed = true;
      plan(failed ? AGAIN : SETTLED);
    });
  });

  return () => {
    owed = true;
    plan();
  };
}
