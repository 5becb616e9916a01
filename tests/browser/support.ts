/** What the browser tests share: a browser, a folder served on loopback, and pages that record what goes wrong. */
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page,
} from "playwright-core";
import { fileResponse } from "../../tools/web/files.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * The browser to test with: the path in the variable CHROMIUM, or the first of Debian's and Google's names on the
 * path. Throws, with the remedy, when there is none: a browser test that cannot run must not pass.
 */
export async function browserPath(): Promise<string> {
  const given = Deno.env.get("CHROMIUM");
  if (given !== undefined && given !== "") return given;
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of NAMES) {
      const path = `${folder}/${name}`;
      if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
    }
  }
  throw new Error(
    `No browser found (${
      NAMES.join(", ")
    }): install the package chromium, or give a path in CHROMIUM`,
  );
}

/** Starts the browser without a window; close it with `browser.close()`. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return await chromium.launch({
    executablePath: await browserPath(),
    // Containers have no user namespaces for the sandbox and little shared memory; pages here are our own.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    ...options,
  });
}

/** A folder on loopback. */
export interface Site {
  /** Address of the folder, with its last slash. */
  url: string;
  close(): Promise<void>;
}

/** Serves a folder on a free port of this computer until closed. */
export function serveFolder(folder: string): Site {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => fileResponse(folder, request.url),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    close: () => server.shutdown(),
  };
}

/** A page, and what went wrong on it since it was opened. */
export interface WatchedPage {
  page: Page;
  /**
   * One line for each console error or warning, uncaught exception, failed request, answer of 400 and above, and
   * request to another computer; empty when all went well.
   */
  problems: string[];
  /** Closes the page and its context. */
  close(): Promise<void>;
}

/** Opens an empty page in a context of its own; pass `viewport`, `colorScheme` and so on as playwright has them. */
export async function watchedPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      problems.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // Leaving a page cuts off a worker that it is just starting from its own code: nothing went wrong.
    if (request.url().startsWith("blob:") && why === "net::ERR_ABORTED") return;
    problems.push(`failed: ${request.url()} ${why}`.trim());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    if (!isLocal(request.url())) problems.push(`request to elsewhere: ${request.url()}`);
  });
  return { page, problems, close: () => context.close() };
}

function isLocal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "data:" || protocol === "blob:" || protocol === "file:" ||
    hostname === "127.0.0.1" || hostname === "localhost";
}

/** How many pixels the page is wider than the window: 0 when it does not scroll sideways. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return await page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
}
