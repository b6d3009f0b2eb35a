// A second extension in the same extension host: all extensions share one main thread, so its event loop's delay is everybody's.
// It writes what it sees to PROBE_OUT twice a second; a line in PROBE_OUT.reset starts the count anew.
const { existsSync, rmSync, writeFileSync } = require('node:fs');
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');
const vscode = require('vscode');

exports.activate = async function activate() {
  const out = process.env.PROBE_OUT;
  if (!out) return;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let activationMs = null;
  const extension = vscode.extensions.getExtension('trace-loupe.trace-loupe');
  if (extension && !extension.isActive && process.env.PROBE_ACTIVATE) {
    const start = performance.now();
    await extension.activate();
    activationMs = performance.now() - start;
  }
  setInterval(() => {
    if (existsSync(`${out}.reset`)) {
      rmSync(`${out}.reset`);
      delay.reset();
      return;
    }
    const state = {
      activationMs,
      active: extension?.isActive,
      longestHoldMs: delay.max / 1e6,
      p99Ms: delay.percentile(99) / 1e6,
    };
    writeFileSync(out, JSON.stringify(state));
  }, 500);
};
