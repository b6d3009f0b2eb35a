import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** The sampler's own cost over the endpoint's ideal time, and that faults lose nothing. The server has a process of its own. */
export async function measure(): Promise<string[]> {
  const lines: string[] = [];
  const plans: [string, Record<Arm, number>][] = [
    ['one model, 16 in flight', { weak: inFlight, strong: 0 }],
    ['two models, 12 + 4 in flight', { weak: 12, strong: 4 }],
  ];
  for (const [name, concurrency] of plans) {
    const { wallMs, traces } = await draw(concurrency, 0);
    const ratio = wallMs / idealMs;
    const budget = ratio <= 1.05 ? 'ok' : 'OVER';
    lines.push(
      `sampling, ${name}: ${traces.length} samples in ${wallMs.toFixed(0)} ms, ${ratio.toFixed(3)} × ideal (budget 1.05: ${budget})`,
    );
  }
  const { wallMs, traces, attempts } = await draw({ weak: inFlight, strong: 0 }, 0.3);
  const doubled = traces.length - new Set(traces.map((trace) => trace.id)).size;
  const kinds = new Set(attempts.map((attempt) => attempt.reason)).size;
  lines.push(
    `sampling with 30 % faults: ${traces.length} of ${samples} drawn, ${doubled} doubled, ${attempts.length} failed attempts of ${kinds} kinds on record, ${(wallMs / 1000).toFixed(1)} s`,
  );
  return lines;
}

/** Samples a run of 400 from a fresh server; the time includes loading the `openai` package and the first connections. */
async function draw(concurrency: Record<Arm, number>, faultRate: number) {
  const server = await startProcess(faultRate);
  try {
    const perProblem = concurrency.strong > 0 ? { weak: 3, strong: 1 } : { weak: 1, strong: 0 };
    const problems = Array.from({ length: samples / (perProblem.weak + perProblem.strong) }, (_, index) => ({
      id: `bench/${index}`,
      text: `A baker fills ${index + 3} trays with 12 rolls each and sells a third of them. How many rolls are left?`,
    }));
    const texts = new Map(problems.map((problem) => [problem.id, problem]));
    const models = {
      weak: model('weak', server.url, concurrency.weak),
      strong: model('strong', server.url, concurrency.strong),
    };
    const traces: Trace[] = [];
    const attempts: FailedAttempt[] = [];
    const started = performance.now();
    const client = (settings: RunModel) =>
      openaiClient({ settings, apiKey: undefined, fetch: createNodeFetch(), idleTimeoutMs: 1_000 });
    const run = { seed: 1, models, grid: [perProblem] };
    await sampleRun({
      run,
      problem: (id) => texts.get(id) ?? { text: '' },
      missing: missingSamples(run, problems, new Set()),
      clients: { weak: client(models.weak), strong: client(models.strong) },
      sink: { append: async (trace) => void traces.push(trace), fail: async (attempt) => void attempts.push(attempt) },
      signal: new AbortController().signal,
    });
    return { wallMs: performance.now() - started, traces, attempts };
  } finally {
    server.stop();
  }
}

function model(name: string, baseUrl: string, concurrency: number): RunModel {
  return { name, baseUrl, model: name, api: 'chat', concurrency, prompt: { ...defaultPrompts.chat, fewShot: '' } };
}

async function startProcess(faultRate: number): Promise<{ url: string; stop(): void }> {
  const path = fileURLToPath(new URL('../fakes/openaiServer.ts', import.meta.url));
  const options = ['--latency-ms', String(latencyMs), '--fault-rate', String(faultRate), '--retry-after', '0'];
  const child = spawn(process.execPath, [path, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), stop: () => child.kill() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await measure()).join('\n'));
