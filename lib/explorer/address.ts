/**
 * Whether the page's address is the explorer's to write: not inside a notebook. JupyterLab's address is its own, and
 * VS Code, on a desktop and on the web, shows outputs in a frame whose address nobody sees.
 */
export function ownsAddress(root: Element): boolean {
  const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
  const inJupyter = jpThemeLight !== undefined ||
    root.closest(".jp-OutputArea, .jp-Notebook") !== null;
  const inVsCode = vscodeThemeKind !== undefined || location.protocol === "vscode-webview:";
  return !inJupyter && !inVsCode;
}

/** The page's address with another hash: whole, since a page may say that its relative addresses begin elsewhere. */
export function addressWith(hash: string): string {
  const address = new URL(location.href);
  address.hash = hash;
  return address.href;
}

/**
 * Puts a hash into the page's address, in place of the one that is there. Where the browser refuses (a sandboxed frame;
 * Safari, when a slider has changed it a hundred times in half a minute) the address stays behind the view.
 */
export function replaceHash(hash: string): void {
  if (hash === location.hash) return;
  try {
    globalThis.history.replaceState(null, "", addressWith(hash));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
