// form-js draws a select as a box and a list without saying what they are; this says it to
// those who hear the page: a combobox, whether it is open, its options, which one is meant.

let lists = 0;

export function tellSelects(container) {
  const tell = () => container.querySelectorAll(".fjs-form-field-select").forEach(tellOne);
  tell();
  const options = { childList: true, subtree: true, attributeFilter: ["class"] };
  new MutationObserver(tell).observe(container, options);
}

function tellOne(field) {
  const box = field.querySelector("input");
  if (!box) return;
  const list = field.querySelector(".fjs-dropdownlist");
  set(box, { role: "combobox", "aria-haspopup": "listbox", "aria-expanded": String(!!list) });
  if (!list) {
    box.removeAttribute("aria-activedescendant");
    box.removeAttribute("aria-controls");
    return;
  }
  list.id ||= `af-options-${++lists}`;
  set(list, { role: "listbox", "aria-label": field.querySelector("label")?.textContent ?? "" });
  set(box, { "aria-controls": list.id });
  list.querySelectorAll(".fjs-dropdownlist-item").forEach((item, number) => {
    item.id ||= `${list.id}-${number}`;
    const meant = item.classList.contains("focused");
    set(item, { role: "option", "aria-selected": String(meant) });
    if (meant) set(box, { "aria-activedescendant": item.id });
  });
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes))
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
