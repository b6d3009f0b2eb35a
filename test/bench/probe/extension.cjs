// A second extension in the same extension host: all extensions share one main thread, so its event loop's delay is everybody's.
// It writes what it sees to PROBE_OUT a few times a second. PROBE_OUT.reset begins anew (and with it a CPU profile where PROBE_PROFILE
// is set); PROBE_OUT.stop writes the profile.
const { existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const Module = require('node:module');
const { performance } = require('node:perf_hooks');
const vscode = require('vscode');

exports.activate = async function activate() {
  const out = process.env.PROBE_OUT;
  if (!out) return;
  const extension = vscode.extensions.getExtension('trace-loupe.trace-loupe');
  const activation = timeActivation();
  if (extension && !extension.isActive) await extension.activate();
  const watch = watchThread();
  const profiler = process.env.PROBE_PROFILE ? createProfiler() : null;
  // An id tells the reader that what it reads was written after its reset.
  let reset = '';
  setInterval(() => {
    if (existsSync(`${out}.stop`)) {
      profiler?.stop(readFileSync(`${out}.stop`, 'utf8'));
      rmSync(`${out}.stop`);
    }
    if (existsSync(`${out}.reset`)) {
      reset = readFileSync(`${out}.reset`, 'utf8');
      rmSync(`${out}.reset`);
      profiler?.start();
      watch.reset();
    }
    const rssMB = process.memoryUsage.rss() / 1e6;
    writeFileSync(out, JSON.stringify({ reset, ...activation, rssMB, ...watch.state() }));
  }, 200);
};

/** Times the loading of our entry and its `activate`; what the editor does around them takes turns with everything else that starts. */
function timeActivation() {
  const times = { loadMs: null, activateMs: null };
  const load = Module._load;
  Module._load = function (request, ...rest) {
    const start = performance.now();
    const loaded = load.call(this, request, ...rest);
    if (!/dist.extension\.cjs$/.test(request)) return loaded;
    times.loadMs = performance.now() - start;
    const activate = (context) => {
      const begin = performance.now();
      loaded.activate(context);
      times.activateMs = performance.now() - begin;
    };
    return { ...loaded, activate };
  };
  return times;
}

const floorMs = 8;

/**
 * Notes how long the thread did not come back to its event loop, and how much processor time it took meanwhile: on a shared machine
 * it also waits for its turn, which is no extension's doing. Linux tells that time of the main thread (proc(5), schedstat).
 */
function watchThread() {
  let holds = [];
  let since = performance.now();
  let last = { at: since, ranMs: ranMs() };
  setInterval(() => {
    const now = { at: performance.now(), ranMs: ranMs() };
    const ms = now.at - last.at;
    if (ms > floorMs) holds.push({ ms, ranMs: now.ranMs - last.ranMs, at: last.at - since });
    last = now;
  }, 1);
  const longest = (key) =>
    holds.reduce((most, hold) => (hold[key] > most[key] ? hold : most), { ms: 0, ranMs: 0, at: 0 });
  return {
    reset: () => {
      holds = [];
      since = performance.now();
    },
    state: () => ({
      seconds: (performance.now() - since) / 1000,
      longest: longest('ms'),
      longestRan: longest('ranMs'),
      over16: holds.filter((hold) => hold.ms > 16).length,
      over16Ran: holds.filter((hold) => hold.ranMs > 16).length,
    }),
  };
}

function ranMs() {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ', 1)[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

function createProfiler() {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 500 });
  return {
    start: () => session.post('Profiler.start'),
    stop: (path) => session.post('Profiler.stop', (_, result) => writeFileSync(path, JSON.stringify(result?.profile))),
  };
}
