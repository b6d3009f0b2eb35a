import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { shareSequence } from '../../src/core/metrics/confidenceSequence.ts';
import type { FprDifference, FprEstimate, FprStudy } from '../../src/core/metrics/fprEstimate.ts';
import { fprDifference, fprEstimate } from '../../src/core/metrics/fprEstimate.ts';
import { clusteredShare } from '../../src/core/metrics/interval.ts';
import { rateDifference } from '../../src/core/metrics/rate.ts';
import type { Estimate } from '../../src/core/metrics/report.ts';
import { calibrate, roganGladenRate } from '../../src/core/metrics/roganGladen.ts';
import { seededUniform } from '../../src/core/metrics/seeded.ts';
import type { Judge, PopulationProblem } from '../fakes/simulatedStudies.ts';
import { drawStudies, goodJudge, publishedJudge, trueShare, verdictOf } from '../fakes/simulatedStudies.ts';

const seed = 20231102;
const sizes = [25, 50, 200];
const runs = 600;
/** Correct traces of a simulated run for each labelled one. */
const judgedPerLabel = 20;
const coin: Judge = { sensitivity: 0.5, specificity: 0.5 };

/** By simulation on labelled traces: how often 95 % intervals hold the truth, how long they are, and what is refused. */
export async function measure(dataFolder: string): Promise<string[]> {
  const file = join(dataFolder, 'traces.labelled.jsonl.gz');
  if (!existsSync(file)) return [`intervals: ${file} is absent`];
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(Boolean);
  const rows = lines.map((line) => JSON.parse(line) as Row).filter(isRight);
  const report = [
    `intervals: ${runs} simulated runs a line, seed ${seed}; held by the truth: weak, strong, difference`,
  ];
  for (const [name, people] of populations(rows)) {
    const truths = [trueShare(people, 0), trueShare(people, 1)].map(percent).join(' and ');
    report.push(`${name}: ${people.length} problems, ${truths} unsound`);
    for (const labels of sizes) report.push(...sizeLines(people, labels));
    report.push(coinLine(people), sharedLine(people), peekingLine(people));
  }
  return report;
}

interface Row {
  dataset: string;
  subset: string;
  problem_key: string;
  model: string | null;
  final_answer_correct: boolean | null;
  reasoning_error: boolean | null;
}

function isRight(row: Row): boolean {
  return row.final_answer_correct === true && row.reasoning_error !== null;
}

/** Two arms of different problems, of the same, and of so few unsound traces that labels hardly see any. */
function populations(rows: readonly Row[]): [string, PopulationProblem[]][] {
  const small = /1\.5B|7B|8B/;
  const bySize = (row: Row) => (row.dataset === 'processbench' ? Number(!small.test(row.model ?? '')) : null);
  return [
    ['different problems (ProcessBench math)', arms(rows, (row) => (row.subset === 'math' ? bySize(row) : null))],
    [
      'the same problems (MR-Ben)',
      arms(rows, (row) => (row.dataset === 'mr_ben' ? Number(row.model === 'Claude2') : null)),
    ],
    ['rarely unsound (ProcessBench gsm8k)', arms(rows, (row) => (row.subset === 'gsm8k' ? bySize(row) : null))],
  ];
}

function arms(rows: readonly Row[], armOf: (row: Row) => number | null): PopulationProblem[] {
  const problems = new Map<string, [boolean[], boolean[]]>();
  for (const row of rows) {
    const arm = armOf(row);
    if (arm === null) continue;
    const problem = problems.get(row.problem_key) ?? [[], []];
    problems.set(row.problem_key, problem);
    problem[arm === 0 ? 0 : 1].push(row.reasoning_error === true);
  }
  return [...problems.values()];
}

const judgePairs: [string, Judge, Judge][] = [
  ['.71/.85', publishedJudge, publishedJudge],
  ['.9/.95', goodJudge, goodJudge],
  ['.71/.85 and .9/.95', publishedJudge, goodJudge],
];

function sizeLines(people: readonly PopulationProblem[], labels: number): string[] {
  const truths = [trueShare(people, 0), trueShare(people, 1)] as const;
  const targets = [...truths, truths[0] - truths[1]];
  const alone = targets.map(newMeter);
  const lines: string[] = [];
  for (const [index, [name, ...judges]] of judgePairs.entries()) {
    const random = seededUniform(seed + labels);
    const powered = targets.map(newMeter);
    const corrected = targets.map(newMeter);
    for (let run = 0; run < runs; run++) {
      const [weak, strong] = study(people, labels, judges, random);
      if (index === 0) add(alone, figures({ ...weak, helper: null }, { ...strong, helper: null }));
      add(powered, figures(weak, strong));
      add(corrected, figures({ ...weak, sample: 'picked' }, { ...strong, sample: 'picked' }));
    }
    if (index === 0) lines.push(`  ${labels} labels alone: ${held(alone)}`);
    const ratios = powered.map((meter, i) =>
      (meter.length / meter.reported / ((alone[i]?.length ?? 0) / runs)).toFixed(3),
    );
    const theory = truths.map((truth, i) => inTheory(truth, judges[i] ?? coin));
    lines.push(
      `  ${labels} labels, judge ${name}: powered ${held(powered)}; length over labels alone ${ratios.join(' ')}, √(1−ρ²) ${theory.join(' ')}`,
      `    corrected ${held(corrected)}; refused ${corrected.map((meter) => percent(1 - meter.reported / runs)).join(' ')}`,
    );
  }
  return lines;
}

function study(
  people: readonly PopulationProblem[],
  labels: number,
  [weakJudge, strongJudge]: readonly [Judge, Judge],
  random: () => number,
): [FprStudy<'weak'>, FprStudy<'strong'>] {
  const traces = Math.min(...([0, 1] as const).map((arm) => people.flatMap((problem) => problem[arm]).length));
  const problems = Math.ceil((judgedPerLabel * labels * people.length) / traces);
  const signals = [verdictOf(weakJudge, random), verdictOf(strongJudge, random)] as const;
  const [weak, strong] = drawStudies(people, { labels, problems, signals }, random);
  const how = { sample: 'random', helper: 'verdict' } as const;
  return [
    { arm: 'weak', problems: weak, ...how },
    { arm: 'strong', problems: strong, ...how },
  ];
}

function figures(weak: FprStudy<'weak'>, strong: FprStudy<'strong'>): (FprEstimate | FprDifference)[] {
  return [fprEstimate(weak), fprEstimate(strong), fprDifference(weak, strong)];
}

interface Meter {
  truth: number;
  reported: number;
  held: number;
  length: number;
}

function newMeter(truth: number): Meter {
  return { truth, reported: 0, held: 0, length: 0 };
}

function add(meters: readonly Meter[], found: readonly (FprEstimate | FprDifference)[]): void {
  for (const [i, meter] of meters.entries()) {
    const figure = found[i];
    if (figure?.kind === 'reported') addInterval(meter, figure.estimate);
  }
}

function addInterval(meter: Meter, { low = -1, high = 1 }: Estimate): void {
  meter.reported++;
  meter.held += Number(low <= meter.truth && meter.truth <= high);
  meter.length += high - low;
}

function held(meters: readonly Meter[]): string {
  return meters.map(({ held: hits, reported }) => (reported === 0 ? '–' : percent(hits / reported))).join(' ');
}

/** √(1 − ρ²) for the correlation of the judge's verdict with the truth; and for a run of finite size, √(1 − ρ²(1 − n/N)). */
function inTheory(share: number, { sensitivity, specificity }: Judge): string {
  const called = share * sensitivity + (1 - share) * (1 - specificity);
  const explained = ((sensitivity + specificity - 1) ** 2 * share * (1 - share)) / (called * (1 - called));
  const finite = Math.sqrt(1 - explained * (1 - 1 / judgedPerLabel));
  return `${Math.sqrt(1 - explained).toFixed(3)} (${finite.toFixed(3)} of ${judgedPerLabel} traces a label)`;
}

/** A judge that tosses coins must not be corrected, however many labels there are. */
function coinLine(people: readonly PopulationProblem[]): string {
  const random = seededUniform(seed);
  let refused = 0;
  for (let run = 0; run < runs; run++) {
    const [weak] = study(people, 100, [coin, coin], random);
    refused += Number(fprEstimate({ ...weak, sample: 'picked' }).kind === 'refused') / runs;
  }
  return `  100 labels, judge .5/.5: correction refused ${percent(refused)}`;
}

/** Why no calibration serves two arms. */
function sharedLine(people: readonly PopulationProblem[]): string {
  const random = seededUniform(seed);
  const truth = trueShare(people, 0) - trueShare(people, 1);
  const [own, shared] = [newMeter(truth), newMeter(truth)];
  for (let run = 0; run < runs / 2; run++) {
    const [weak, strong] = study(people, 200, [publishedJudge, goodJudge], random);
    const calibration = calibrate(weak);
    const first = roganGladenRate(weak, calibration);
    addInterval(own, rateDifference(first, roganGladenRate(strong, calibrate(strong))));
    // Possible only by calling the strong arm weak.
    addInterval(shared, rateDifference(first, roganGladenRate({ ...strong, arm: 'weak' }, calibration)));
  }
  return `  200 labels, judge .71/.85 and .9/.95: difference with a calibration per arm held ${held([own])}, with the weak arm's for both ${held([shared])}`;
}

/** A look after every ten problems, up to 300. */
function peekingLine(people: readonly PopulationProblem[]): string {
  const random = seededUniform(seed);
  const all = people.map(([weak]) => ({ hits: weak.filter(Boolean).length, n: weak.length })).filter(({ n }) => n > 0);
  const most = Math.max(...all.map(({ n }) => n));
  const truth = trueShare(people, 0);
  const looks = Array.from({ length: 29 }, (_, i) => 20 + 10 * i);
  const times = 300;
  const missed = { ordinary: 0, sequence: 0 };
  const lengths = { ordinary: 0, sequence: 0 };
  for (let run = 0; run < times; run++) {
    const drawn = Array.from({ length: 300 }, () => all[Math.floor(random() * all.length)] ?? { hits: 0, n: 0 });
    const intervals = {
      ordinary: looks.map((n) => clusteredShare(drawn.slice(0, n))),
      sequence: looks.map((n) => shareSequence(drawn.slice(0, n), most)),
    };
    for (const name of ['ordinary', 'sequence'] as const) {
      missed[name] += Number(intervals[name].some(({ low = 0, high = 1 }) => truth < low || truth > high)) / times;
      const { low = 0, high = 1 } = intervals[name].at(-1) ?? {};
      lengths[name] += (high - low) / times;
    }
  }
  return `  looked at ${looks.length} times: missed at some look ${percent(missed.ordinary)} (sequence ${percent(missed.sequence)}); length at 300 problems ${lengths.ordinary.toFixed(3)} (sequence ${lengths.sequence.toFixed(3)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

if (import.meta.main) {
  const folder = process.env.TRACE_LOUPE_DATA ?? '../shared/data';
  console.log((await measure(folder)).join('\n'));
}
