// @ts-check
// The language switch keeps the reader's place: anchors are the same in both languages.
(() => {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));

  // The hash of an explorer says what it shows, which is worth more than the place.
  const place = () => {
    if (location.hash.includes("=")) return location.hash;
    if (scrollY < 40) return "";
    let last = "";
    for (const element of main.querySelectorAll("[id]")) {
      if (element.closest("svg")) continue;
      if (element.getBoundingClientRect().top > innerHeight / 3) break;
      if (/^(H[1-6]|SECTION|FIGURE)$/.test(element.tagName)) last = element.id;
    }
    return last;
  };
  for (const link of document.querySelectorAll("a[data-keeps-place]")) {
    const anchor = /** @type {HTMLAnchorElement} */ (link);
    anchor.addEventListener("click", () => {
      anchor.hash = place();
    });
  }
})();
