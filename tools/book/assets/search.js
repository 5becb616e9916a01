// @ts-check
// Search within the page. Nothing is sent anywhere.
(() => {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.search"));
  if (form === null) return;
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  const output = /** @type {HTMLOutputElement} */ (form.querySelector("output"));
  const buttons = /** @type {HTMLButtonElement[]} */ ([...form.querySelectorAll("button")]);
  const highlights = "highlights" in CSS && typeof Highlight === "function";
  form.hidden = false;

  /** @param {string} text Without accents and capitals, one character for each. */
  const fold = (text) =>
    [...text].map((char) => char.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()[0] ?? " ");

  const SKIPPED = "svg, script, style, .katex-mathml, .anchor, [hidden]";
  const BLOCKS = "p, li, td, th, caption, figcaption, pre, h1, h2, h3, h4, section, div, figure";

  /** The page's text, folded, and for each character its place. Made anew for each search: pages may change. */
  const readPage = () => {
    /** @type {string[]} */
    const chars = [];
    /** @type {{ node: Text, start: number, end: number }[]} */
    const places = [];
    /** @type {Element | null} */
    let block = null;
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = /** @type {Text} */ (node);
      const parent = text.parentElement;
      if (parent === null || parent.closest(SKIPPED)) continue;
      const own = parent.closest(BLOCKS);
      if (own !== block) {
        chars.push("\n");
        places.push({ node: text, start: 0, end: 0 });
        block = own;
      }
      let at = 0;
      for (const char of text.data) {
        const space = /\s/.test(char);
        // Runs of white space count as one, as they are drawn.
        if (!space || chars.at(-1) !== " ") {
          chars.push(space ? " " : fold(char)[0]);
          places.push({ node: text, start: at, end: at + char.length });
        }
        at += char.length;
      }
    }
    return { text: chars.map((char) => char[0]).join(""), places };
  };

  /** @param {string} words @returns {Range[]} */
  const find = (words) => {
    const wanted = fold(words.trim().replace(/\s+/g, " ")).join("");
    if (wanted === "") return [];
    const { text, places } = readPage();
    /** @type {Range[]} */
    const found = [];
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      const range = document.createRange();
      const [first, last] = [places[at], places[at + wanted.length - 1]];
      range.setStart(first.node, first.start);
      range.setEnd(last.node, last.end);
      found.push(range);
    }
    return found;
  };

  /** @type {Range[]} */
  let matches = [];
  let current = -1;

  const show = () => {
    const none = input.value.trim() === "" ? "" : output.dataset.none ?? "";
    output.value = matches.length === 0
      ? none
      : `${current + 1} ${output.dataset.of} ${matches.length}`;
    for (const button of buttons) button.disabled = matches.length === 0;
    if (highlights) {
      CSS.highlights.set("match", new Highlight(...matches));
      CSS.highlights.set("current-match", new Highlight(...matches.slice(current, current + 1)));
    }
    if (matches.length === 0) return;
    if (!highlights) {
      const selection = getSelection();
      selection?.removeAllRanges();
      selection?.addRange(matches[current]);
    }
    const element = matches[current].startContainer.parentElement;
    element?.scrollIntoView({ block: "center", inline: "nearest" });
  };

  const search = () => {
    matches = find(input.value);
    // Begin with the first match that is not above what the reader sees.
    const below = matches.findIndex((range) => range.getBoundingClientRect().bottom > 0);
    current = matches.length === 0 ? -1 : Math.max(below, 0);
    show();
  };

  /** @param {number} by */
  const step = (by) => {
    if (matches.length === 0) return;
    current = (current + by + matches.length) % matches.length;
    show();
  };

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" && input.value !== "") {
      event.preventDefault();
      input.value = "";
      search();
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of buttons) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
})();
