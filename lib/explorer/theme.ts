/** Light or dark, as the place in which the explorer stands has it: JupyterLab, VS Code, a page with a theme, the system. */
export function themeOf(): "light" | "dark" {
  const { body, documentElement: root } = document;
  const jupyter = body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "false" ? "dark" : "light";
  if (body.classList.contains("vscode-dark") || body.classList.contains("vscode-high-contrast")) {
    return body.classList.contains("vscode-high-contrast-light") ? "light" : "dark";
  }
  if (body.classList.contains("vscode-light")) return "light";
  const own = root.dataset.theme ?? body.dataset.theme;
  if (own === "dark" || own === "light") return own;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Calls back with the theme, now and whenever it changes. */
export function followTheme(apply: (theme: "light" | "dark") => void): void {
  const update = () => apply(themeOf());
  update();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update);
  const observer = new MutationObserver(update);
  for (const node of [document.body, document.documentElement]) {
    observer.observe(node, {
      attributes: true,
      attributeFilter: ["class", "data-theme", "data-jp-theme-light"],
    });
  }
}
