// @ts-check
// Runs before the page is drawn: the theme a reader chose, else the system's.
(() => {
  const KEY = "book-theme";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /** @returns {string | null} "light", "dark" or nothing; storage may be forbidden, as for some local files. */
  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };

  /** @param {string | null} theme */
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(stored());

  addEventListener("storage", (event) => {
    if (event.key === KEY) apply(event.newValue);
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("button.theme")) {
      button.removeAttribute("hidden");
      button.addEventListener("click", () => {
        const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
        const next = now === "dark" ? "light" : "dark";
        apply(next);
        try {
          localStorage.setItem(KEY, next);
        } catch {
          // The choice lasts as long as the page.
        }
      });
    }
  });
})();
