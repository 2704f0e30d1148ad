// Tells the page that something changed. Contract: README.md, "Live updates".
//
// One stream per visible page; without a stream the page is told every ten seconds, with one
// every thirty: who had to tell may have died. What changed is not said: the page asks the
// server, which knows what this person may see. How the page is told: telling.js.

import { teller } from "./telling.js";

const WITHOUT_STREAM = 10_000;
const WITH_STREAM = 30_000; // what is told there may be lost: it is a hint, not a record
const PATIENCE = 5000;
const BY_ITSELF = { "X-Af-By-Itself": "1" }; // no person did it: the server counts idle time

export function watch(body) {
  if (body.dataset.afLive === undefined) return;
  const tell = teller(body);
  const polling = poll(tell);
  body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.triggeringEvent?.type === "af:changed") Object.assign(detail.headers, BY_ITSELF);
  });
  let stream = null;

  async function open({ renewed = false } = {}) {
    const { afEvents: address, afLive: token } = body.dataset;
    if (!address || !token || document.hidden) return polling.start();
    const opened = (stream = new EventSource(`${address}?token=${encodeURIComponent(token)}`));
    const late = setTimeout(polling.start, PATIENCE);
    let before = renewed;
    opened.addEventListener("changed", tell);
    opened.onopen = () => {
      clearTimeout(late);
      polling.stop();
      if (before) tell(); // what happened while nobody listened
      before = true;
    };
    opened.onerror = async () => {
      polling.start();
      if (opened.readyState !== EventSource.CLOSED || stream !== opened) return;
      clearTimeout(late);
      // Refused: the token is too old. Once renewed it must work, else we go on polling.
      if (!renewed && (await renew(body))) open({ renewed: true });
      else if (renewed) setTimeout(() => stream === opened && open(), 6 * WITHOUT_STREAM);
    };
  }

  function close() {
    stream?.close();
    stream = null;
  }

  document.addEventListener("visibilitychange", () => {
    close();
    polling.stop();
    if (document.hidden) return;
    tell();
    open();
  });
  setInterval(() => document.hidden || tell(), WITH_STREAM);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}

async function renew(body) {
  const { afLiveRenew: address, afLive: token } = body.dataset;
  if (!address) return false;
  try {
    const asked = `${address}?token=${encodeURIComponent(token)}`;
    const answer = await fetch(asked, { headers: BY_ITSELF });
    if (!answer.ok) return false;
    body.dataset.afLive = (await answer.json()).token;
    return true;
  } catch {
    return false;
  }
}

function poll(tell) {
  let timer = null;
  return {
    start() {
      timer ??= setInterval(() => document.hidden || tell(), WITHOUT_STREAM);
    },
    stop() {
      clearInterval(timer);
      timer = null;
    },
  };
}
