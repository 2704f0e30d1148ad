// Runs before the first paint: "auto" follows the device, and changes with it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const wanted = root.dataset.theme;
  const show = () => {
    const theme = wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted;
    root.dataset.bsTheme = theme;
  };
  show();
  addEventListener("beforeprint", () => (root.dataset.bsTheme = "light"));
  addEventListener("afterprint", show);
  if (wanted === "auto") dark.addEventListener("change", show);
})();
