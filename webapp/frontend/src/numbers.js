// form-js knows plain digits alone and answers anything else with "NaN". People type and paste
// full-width digits, 。 for the stop, grouped thousands and the currency's sign.

const NUMBER = ".fjs-form-field-number input";

export function readNumbers(container) {
  container.addEventListener("input", tidy, { capture: true });
  container.addEventListener("compositionend", ({ target }) => {
    if (target.matches(NUMBER)) target.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function tidy(event) {
  if (!event.target.matches(NUMBER)) return;
  if (event.isComposing) return event.stopPropagation();
  const plain = plainNumber(event.target.value);
  if (plain !== event.target.value) event.target.value = plain;
}

/** What was meant, as a number is written; nothing when it is none. */
function plainNumber(text) {
  const bare = text.normalize("NFKC").replaceAll("。", ".").replace(/[\s¥$€£元]|[A-Z]{3}/g, "");
  const plain = bare.replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, "");
  return plain === "-" || !Number.isNaN(Number(plain.replace(",", "."))) ? plain : "";
}
