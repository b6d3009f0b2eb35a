import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import type { RunModel } from '../../src/core/trace/run.ts';
import type { Arm, FailedAttempt, Trace } from '../../src/core/trace/trace.ts';
import { createNodeFetch } from '../../src/services/models/nodeFetch.ts';
import { openaiClient } from '../../src/services/models/openai.ts';
import { missingSamples } from '../../src/services/sampling/order.ts';
import { defaultPrompts } from '../../src/services/sampling/prompt.ts';
import { sampleRun } from '../../src/services/sampling/sampler.ts';

const samples = 400;
const latencyMs = 50;
const inFlight = 16;
const idealMs = (samples * latencyMs) / inFlight;
const budget = 1.05;
const repetitions = 7;

/**
 * The sampler's own cost over the endpoint's ideal time, and that faults lose nothing.
 *
 * The server has a process of its own. Each repetition makes new connections; the median counts, because the processors
 * of a shared machine are taken away now and then. The first run, which also loads the `openai` package (from its many
 * files; the built program has it in one) and compiles everything, stands beside it, and so does a loop that only sends the
 * same requests over `node:http`: what this machine can do at best.
 */
export async function measure(): Promise<string[]> {
  const lines: string[] = [];
  const server = await startProcess(0);
  try {
    await bareLoop(server.url);
    const first = await draw(server.url, { weak: inFlight, strong: 0 });
    lines.push(`sampling, first run of a process: ${ratioOf(first.wallMs)} × ideal`);
    const runs: [string, () => Promise<{ wallMs: number }>][] = [
      ['one model, 16 in flight', () => draw(server.url, { weak: inFlight, strong: 0 })],
      ['two models, 12 + 4 in flight', () => draw(server.url, { weak: 12, strong: 4 })],
      ['the machine’s floor (bare HTTP loop)', () => bareLoop(server.url)],
    ];
    const times = runs.map((): number[] => []);
    // In turns, so that a busy moment of the machine hits all of them.
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const [index, [, run]] of runs.entries()) times[index]?.push((await run()).wallMs);
    }
    runs.forEach(([name], index) => {
      lines.push(describe(name, times[index] ?? [], index < 2));
    });
  } finally {
    server.stop();
  }
  return [...lines, await measureFaults()];
}

function describe(name: string, times: number[], hasBudget: boolean): string {
  const sorted = times.toSorted((a, b) => a - b);
  const [best = 0, median = 0] = [sorted[0], sorted[sorted.length >> 1]];
  const verdict = median / idealMs <= budget ? 'ok' : 'OVER';
  return `sampling, ${name}: ${samples} samples in ${median.toFixed(0)} ms, ${ratioOf(median)} × ideal (best ${ratioOf(best)})${hasBudget ? `, budget ${budget}: ${verdict}` : ''}`;
}

function ratioOf(wallMs: number): string {
  return (wallMs / idealMs).toFixed(3);
}

async function measureFaults(): Promise<string> {
  const server = await startProcess(0.3);
  try {
    const { wallMs, traces, attempts } = await draw(server.url, { weak: inFlight, strong: 0 });
    const doubled = traces.length - new Set(traces.map((trace) => trace.id)).size;
    const kinds = new Set(attempts.map((attempt) => attempt.reason)).size;
    return `sampling with 30 % faults: ${traces.length} of ${samples} drawn, ${doubled} doubled, ${attempts.length} failed attempts of ${kinds} kinds on record, ${(wallMs / 1000).toFixed(1)} s`;
  } finally {
    server.stop();
  }
}

/** Samples a run of 400 over new connections. */
async function draw(url: string, concurrency: Record<Arm, number>) {
  const perProblem = concurrency.strong > 0 ? { weak: 3, strong: 1 } : { weak: 1, strong: 0 };
  const problems = Array.from({ length: samples / (perProblem.weak + perProblem.strong) }, (_, index) =>
    problem(index),
  );
  const texts = new Map(problems.map((one) => [one.id, one]));
  const models = { weak: model('weak', url, concurrency.weak), strong: model('strong', url, concurrency.strong) };
  const traces: Trace[] = [];
  const attempts: FailedAttempt[] = [];
  const fetch = createNodeFetch();
  const client = (settings: RunModel) => openaiClient({ settings, apiKey: undefined, fetch, idleTimeoutMs: 500 });
  const run = { seed: 1, models, grid: [perProblem] };
  const started = performance.now();
  await sampleRun({
    run,
    problem: (id) => texts.get(id) ?? { text: '' },
    missing: missingSamples(run, problems, new Set()),
    clients: { weak: client(models.weak), strong: client(models.strong) },
    sink: { append: async (trace) => void traces.push(trace), fail: async (attempt) => void attempts.push(attempt) },
    signal: new AbortController().signal,
  });
  return { wallMs: performance.now() - started, traces, attempts };
}

function problem(index: number) {
  const text = `A baker fills ${index + 3} trays with 12 rolls each and sells a third of them. How many rolls are left?`;
  return { id: `bench/${index}`, text };
}

function model(name: string, baseUrl: string, concurrency: number): RunModel {
  return { name, baseUrl, model: name, api: 'chat', concurrency, prompt: { ...defaultPrompts.chat, fewShot: '' } };
}

/** The same requests without a sampler: 16 at a time, replies thrown away. */
async function bareLoop(url: string): Promise<{ wallMs: number }> {
  const agent = new http.Agent({ keepAlive: true });
  const started = performance.now();
  let next = 0;
  const slot = async () => {
    while (next < samples) await bareRequest(`${url}/chat/completions`, agent, next++);
  };
  await Promise.all(Array.from({ length: inFlight }, slot));
  agent.destroy();
  return { wallMs: performance.now() - started };
}

function bareRequest(url: string, agent: http.Agent, seed: number): Promise<void> {
  const messages = [{ role: 'user', content: problem(seed).text }];
  const body = JSON.stringify({ model: 'weak', messages, seed, stream: true, stream_options: { include_usage: true } });
  return new Promise((resolve, reject) => {
    const options = { agent, method: 'POST', headers: { 'content-type': 'application/json' } };
    http
      .request(url, options, (response) => response.resume().once('end', resolve))
      .once('error', reject)
      .end(body);
  });
}

async function startProcess(faultRate: number): Promise<{ url: string; stop(): void }> {
  const path = fileURLToPath(new URL('../fakes/openaiServer.ts', import.meta.url));
  const options = ['--latency-ms', String(latencyMs), '--fault-rate', String(faultRate), '--retry-after', '0'];
  const child = spawn(process.execPath, [path, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), stop: () => child.kill() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await measure()).join('\n'));
