import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Channel, connect, type Methods } from '../protocol/channel.ts';

/** Names of the bundles in `dist/webview`. */
export type ViewName = 'sidebar' | 'viewer' | 'dashboard';

/** Loads a view into its webview and connects it. `data` is left on the body as `data-…` attributes; `run` is what a restored panel is known by. */
export function loadView<View extends Methods<View>, Host extends Methods<Host>>(
  webview: vscode.Webview,
  page: { extension: vscode.Uri; name: ViewName; title: string; data?: Record<string, string> },
  host: Host,
): Channel<View> {
  const folder = vscode.Uri.joinPath(page.extension, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const channel = connect<View, Host>(webviewPort(webview), host);
  webview.html = viewHtml({
    language: vscode.env.language,
    title: page.title,
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    script: webview.asWebviewUri(vscode.Uri.joinPath(folder, `${page.name}.js`)).toString(),
    style: webview.asWebviewUri(vscode.Uri.joinPath(folder, `${page.name}.css`)).toString(),
    data: { view: page.name, ...page.data },
  });
  return channel;
}

/** A tab's icon is a picture, which knows nothing of the theme's colours. */
export function tabIcon(extension: vscode.Uri): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (theme: string) => vscode.Uri.joinPath(extension, 'media', `tab-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}

function webviewPort(webview: vscode.Webview) {
  return {
    post: (message: unknown) => void webview.postMessage(message),
    onMessage: (listener: (message: unknown) => void) => void webview.onDidReceiveMessage(listener),
  };
}

/** The page around a view: nothing may run, load or connect but our own bundle. */
function viewHtml(page: {
  language: string;
  title: string;
  cspSource: string;
  nonce: string;
  script: string;
  style: string;
  data: Record<string, string>;
}): string {
  const { cspSource, nonce } = page;
  // The bundle's chunks are imported from a script with the nonce; `cspSource` lets them, and nothing else, follow.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${cspSource}`,
    `style-src 'nonce-${nonce}' ${cspSource}`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
  ].join('; ');
  const data = Object.entries(page.data).map(([name, value]) => ` data-${name}="${escapeText(value)}"`);
  return `<!DOCTYPE html>
<html lang="${escapeText(page.language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta property="csp-nonce" content="${nonce}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escapeText(page.title)}</title>
  <link rel="stylesheet" href="${page.style}">
</head>
<body class="trace-loupe-${escapeText(page.data.view ?? '')}"${data.join('')}>
  <script nonce="${nonce}">${keepRun}</script>
  <script type="module" nonce="${nonce}" src="${page.script}"></script>
</body>
</html>`;
}

/**
 * A panel that survives a reload of the window is handed back with the state that its page kept, and nothing else: so the run
 * goes into whatever the view keeps. A constant text; it reads the run from the body.
 */
const keepRun = `{
    const api = acquireVsCodeApi();
    const setState = (state) => api.setState({ ...state, run: document.body.dataset.run });
    setState(api.getState());
    globalThis.acquireVsCodeApi = () => ({ ...api, setState });
  }`;

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
