// Small comforts of our pages: keys in the inbox, filters that send themselves, pickers.

const ROW = "[data-af-row]";

export function deskKeys() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "j" || event.key === "k") move(event, event.key === "j" ? 1 : -1);
    if (event.key === "c") document.querySelector("[data-af-claim]")?.click();
  });
  addEventListener("change", (event) => event.target.closest("form[data-af-autosend]")?.requestSubmit());
  addEventListener("change", showMost);
  addEventListener("click", fillLogin);
  addEventListener("click", closeMenus);
  keepFocus();
  tellZone();
}

/** Whoever is elsewhere is told whose clock the pages go by. */
function tellZone() {
  const note = document.querySelector("[data-af-zone]");
  if (note) note.hidden = Number(note.dataset.afZone) === -new Date().getTimezoneOffset();
}

function isTyping(target) {
  return target.matches?.("input, textarea, select, [contenteditable]");
}

function move(event, by) {
  const rows = [...document.querySelectorAll(ROW)];
  const open = document.querySelector(`.af-row-open ${ROW}`);
  const here = rows.indexOf(rows.includes(document.activeElement) ? document.activeElement : open);
  const next = rows[Math.max(0, Math.min(rows.length - 1, here + by))];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  event.preventDefault();
}

/** A refreshed list keeps the focus where it was; an opened task takes it. */
function keepFocus() {
  let focused = null;
  addEventListener("htmx:beforeSwap", (event) => {
    focused = event.target.id === "rows" ? document.activeElement?.getAttribute("href") : null;
  });
  addEventListener("htmx:afterSwap", (event) => {
    if (focused) document.querySelector(`${ROW}[href="${CSS.escape(focused)}"]`)?.focus();
    if (event.target.id === "pane") markOpen(event.target);
    event.target.querySelector("[data-af-summary]")?.focus({ preventScroll: true });
  });
}

function markOpen(pane) {
  for (const row of document.querySelectorAll(".af-row")) {
    const link = row.querySelector(ROW);
    row.classList.toggle("af-row-open", link !== null && link.pathname === location.pathname);
  }
  pane.scrollTop = 0;
  if (matchMedia("(max-width: 991.98px)").matches) scrollTo(0, 0);
}

/** Another quantity has another most; an amount that was the most stays it. */
function showMost(event) {
  const select = event.target.closest("select[data-af-qty]");
  if (!select) return;
  const number = select.dataset.afQty;
  const { most, plain } = select.selectedOptions[0].dataset;
  const amount = document.getElementById(`amount-${number}`);
  const known = [...select.options].map((option) => option.dataset.plain);
  document.querySelector(`[data-af-most="${CSS.escape(number)}"]`).textContent = most;
  if (!amount.value || known.includes(amount.value)) amount.value = plain;
}

/** The people of a demo fill in the login form. */
function fillLogin(event) {
  const person = event.target.closest("[data-login]");
  if (!person) return;
  document.getElementById("id_username").value = person.dataset.login;
  document.getElementById("id_password").value = person.dataset.password;
  document.getElementById("id_password").form.requestSubmit();
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.af-me[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}
