/** The page that opens VS Code for the web on a folder, and the extension that gives VS Code the folder's files. */

/** How VS Code is opened. */
export interface OpenOptions {
  /** File in the folder. */
  readonly file: string;
  /** false: in Restricted Mode, as for a folder whose author the reader has not trusted. */
  readonly trusted: boolean;
  /** Name of a colour theme, as in VS Code's settings. */
  readonly theme: string;
}

/** VS Code trusts virtual folders of any scheme but this one, which it takes for a repository on the web. */
const ASKS_FOR_TRUST = "vscode-vfs";
const TRUSTED = "study";

/** Address of the folder within VS Code. */
const folderUri = (trusted: boolean) => ({
  scheme: trusted ? TRUSTED : ASKS_FOR_TRUST,
  authority: "study",
  path: "/",
});

/**
 * The page of the workbench. `host` is the name and port under which it is served: VS Code at /vscode, the extension at
 * /extension. Outputs come from a host of their own below it, as on VS Code's own sites.
 */
export function workbenchPage(host: string, { file, trusted, theme }: OpenOptions): string {
  const folder = folderUri(trusted);
  const options = {
    productConfiguration: {
      nameShort: "VS Code",
      nameLong: "VS Code",
      enableTelemetry: false,
      extensionEnabledApiProposals: {
        "vscode.ipynb": ["documentPaste", "diffContentOptions"],
      },
    },
    enableWorkspaceTrust: true,
    webviewEndpoint: `http://{{uuid}}.${host}/vscode/out/vs/workbench/contrib/webview/browser/pre/`,
    additionalBuiltinExtensions: [{ scheme: "http", authority: host, path: "/extension" }],
    configurationDefaults: {
      "security.workspace.trust.startupPrompt": "never",
      "telemetry.telemetryLevel": "off",
      "workbench.colorTheme": theme,
      "workbench.startupEditor": "none",
    },
  };
  const opened = [["openFile", `${folder.scheme}://${folder.authority}/${file}`]];
  const out = "/vscode/out/vs";
  return `<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<link rel="stylesheet" data-name="vs/workbench/workbench.web.main"
  href="${out}/workbench/workbench.web.main.css"></head><body></body>
<script src="${out}/loader.js"></script><script src="${out}/webPackagePaths.js"></script><script>
for (const name of Object.keys(webPackagePaths)) {
  webPackagePaths[name] = location.origin + "/vscode/node_modules/" + name + "/" + webPackagePaths[name];
}
require.config({
  baseUrl: location.origin + "/vscode/out",
  paths: webPackagePaths,
  trustedTypesPolicy: trustedTypes.createPolicy("amdLoader", { createScriptURL: (url) => url }),
});
</script>
<script src="${out}/workbench/workbench.web.main.nls.js"></script>
<script src="${out}/workbench/workbench.web.main.js"></script>
<script>require(["vs/workbench/workbench.web.main", "vs/base/common/uri"], (main, { URI }) => {
  const options = ${JSON.stringify(options)};
  main.create(document.body, {
    ...options,
    additionalBuiltinExtensions: options.additionalBuiltinExtensions.map((uri) => URI.revive(uri)),
    workspaceProvider: {
      workspace: { folderUri: URI.revive(${JSON.stringify(folder)}) },
      payload: ${JSON.stringify(opened)},
      trusted: ${trusted},
      open: async () => true,
    },
  });
});</script></html>`;
}

/** Files of the extension by name. It reads from /files; what is changed in VS Code is written nowhere. */
export const EXTENSION: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "study",
    publisher: "study",
    version: "1.0.0",
    engines: { vscode: "^1.60.0" },
    browser: "./extension.js",
    activationEvents: [TRUSTED, ASKS_FOR_TRUST].map((scheme) => `onFileSystem:${scheme}`),
    capabilities: { virtualWorkspaces: true, untrustedWorkspaces: { supported: true } },
  }),
  "package.nls.json": "{}",
  "extension.js": `
const vscode = require("vscode");
exports.activate = ({ extensionUri, subscriptions }) => {
  const read = async (uri) => {
    const answer = await fetch(new URL("/files" + uri.path, extensionUri.toString(true)));
    if (!answer.ok) throw vscode.FileSystemError.FileNotFound(uri);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const stat = async (uri) => uri.path === "/"
    ? { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 }
    : { type: vscode.FileType.File, ctime: 0, mtime: 0, size: (await read(uri)).length };
  const nothing = () => {};
  const files = {
    stat,
    readFile: read,
    readDirectory: () => [],
    onDidChangeFile: new vscode.EventEmitter().event,
    watch: () => ({ dispose: nothing }),
    writeFile: nothing,
    createDirectory: nothing,
    delete: nothing,
    rename: nothing,
  };
  for (const scheme of ${JSON.stringify([TRUSTED, ASKS_FOR_TRUST])}) {
    subscriptions.push(vscode.workspace.registerFileSystemProvider(scheme, files));
  }
};`,
};
