declare module '*.css';

/** The toolkit's prebuilt file has no types of its own. */
declare module '@vscode/webview-ui-toolkit/dist/toolkit.min.js' {
  export function provideVSCodeDesignSystem(): unknown;
}
