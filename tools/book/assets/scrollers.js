// @ts-check
// What scrolls sideways can be reached by keyboard; what does not is no stop on the way.
(() => {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));

  const markScrollers = () => {
    for (const element of main.querySelectorAll(".scroll, pre, .katex-display")) {
      if (element.scrollWidth > element.clientWidth + 1) element.setAttribute("tabindex", "0");
      else element.removeAttribute("tabindex");
    }
  };
  addEventListener("load", markScrollers);
  addEventListener("resize", markScrollers);
})();
