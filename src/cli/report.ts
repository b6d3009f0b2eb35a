import type { GridPoint } from '../core/budget/budget.ts';
import { hasReference } from '../core/metrics/reference.ts';
import type { ArmPoint, ArmReport, Estimate, GridRow, ReferenceReport, RunReport } from '../core/metrics/report.ts';
import { arms } from '../core/trace/trace.ts';
import { UserError } from '../core/userError.ts';
import { reportOn } from '../services/engine/outcomes.ts';
import type { Call, Command } from './command.ts';
import { readRun } from './runs.ts';
import { count, dollars, percent, si, table } from './table.ts';
import { match, text } from './values.ts';

export const reportCommand: Command = {
  name: 'report',
  usage: 'RUN [--at WEAK/STRONG,…] [--match flops|price|count]',
  summary: 'Coverage, diversity and false positives of both arms, with intervals, spend and match.',
  about: [
    'Shares and means with 95 % intervals by problem. "by sound traces" counts what no person called unsound, and',
    'what a rule flagged only where a person called it sound. FPR rests on people alone. Runs of the built-in problems',
    'also have figures by reference: by an exact check of every step, which other problems can’t have.',
  ],
  example: 'report runs/first --at 3/1,9/3',
  options: {
    at: {
      type: 'string',
      value: 'WEAK/STRONG,…',
      help: 'samples per problem of both arms, e.g. 3/1,9/3 (default: the plan’s grid)',
    },
    match: { type: 'string', value: 'BY', help: 'flops, price or count (default: the plan’s)' },
    json: { type: 'boolean', help: 'JSON instead of tables' },
  },
  async run(call) {
    await using read = await readRun(call);
    const { run } = read;
    const by = text(call, 'match') === undefined ? run.run.match : match(call);
    const grid = gridOf(call) ?? run.run.grid;
    const report = await reportOn({ ...run, run: { ...run.run, grid }, ask: run.ask }, by);
    if (call.values.json) await call.terminal.result(JSON.stringify(report));
    else for (const line of reportLines(report)) await call.terminal.result(line);
    return 0;
  },
};

function gridOf(call: Call): GridPoint[] | undefined {
  const said = text(call, 'at');
  return said?.split(',').map((point) => {
    const found = /^\s*(\d+)\/(\d+)\s*$/.exec(point);
    if (!found) throw new UserError(`--at ${said}: "${point}" is not of the form WEAK/STRONG, e.g. 3/1.`);
    return { weak: Number(found[1]), strong: Number(found[2]) };
  });
}

function reportLines(report: RunReport): string[] {
  const cells = (value: (arm: ArmReport) => string) =>
    arms.map((arm) => (report.arms[arm] ? value(report.arms[arm]) : '–'));
  const ratio = report.match.ratio === null ? 'unknown' : `${report.match.ratio.toFixed(3)}×`;
  return [
    `${report.name}: ${count(report.problems)} problems, ${report.match.matched ? 'matched' : 'unmatched'} by ${report.match.match} (weak over strong ${ratio})`,
    '',
    ...table(
      ['', 'weak', 'strong'],
      [
        ['model', ...cells(({ model }) => model)],
        ['traces', ...cells(({ traces }) => count(traces))],
        ['correct', ...cells(({ correct }) => count(correct))],
        ['incorrect', ...cells(({ incorrect }) => count(incorrect))],
        ['ungradable', ...cells(({ ungradable }) => count(ungradable))],
        ['correct and flagged', ...cells(({ flaggedCorrect }) => count(flaggedCorrect))],
        ['generated tokens', ...cells(({ spend }) => count(spend.completionTokens))],
        ['FLOPs', ...cells(({ spend }) => si(spend.flops))],
        ['price', ...cells(({ spend }) => dollars(spend.usd))],
        ['FPR', ...cells(({ fpr }) => (fpr.n ? `${share(fpr)} of ${fpr.n} judged` : 'not judged yet'))],
        ...(hasReference(report) ? referenceRows(cells) : []),
      ],
    ),
    '',
    ...table(
      ['system', 'arm', 'traces', 'correct', 'incorrect', 'ungradable'],
      report.systems.map((system) => [
        system.name,
        system.arm,
        ...[system.traces, system.correct, system.incorrect, system.ungradable].map(count),
      ]),
      'llrrrr',
    ),
    '',
    ...table(
      ['weak/strong', 'match', 'arm', ...pointHeads(report)],
      report.table.flatMap((row) => pointRows(row, hasReference(report))),
      'lllrrrr',
    ),
    ...(report.notes.length ? ['', ...report.notes] : []),
  ];
}

/** A point of the grid: a row for each arm. */
function pointRows({ grid, match: { matched, ratio }, ...points }: GridRow, referenced: boolean): string[][] {
  const at = `${matched ? 'matched' : 'unmatched'}${ratio === null ? '' : ` ${ratio.toFixed(2)}×`}`;
  return arms.map((arm, index) => [
    ...(index === 0 ? [`${grid.weak}/${grid.strong}`, at] : ['', '']),
    arm,
    ...pointCells(points[arm], referenced),
  ]);
}

const pointHeads = (report: RunReport): string[] => [
  'coverage',
  'by sound traces',
  ...(hasReference(report) ? ['by reference'] : []),
  'distinct paths',
];

const pointCells = (point: ArmPoint | null, referenced: boolean): string[] => [
  share(point?.coverage),
  share(point?.coverageBySound),
  ...(referenced ? [share(point?.coverageByReference)] : []),
  plain(point?.diversity),
];

/** By the exact check: how many correct traces are unsound, and how well flags find them. */
function referenceRows(cells: (value: (arm: ArmReport) => string) => string[]): string[][] {
  const row = (name: string, figure: keyof ReferenceReport, of: string) => [
    name,
    ...cells(({ reference }) => {
      if (!reference) return '–';
      return reference[figure].n ? `${share(reference[figure])} of ${count(reference[figure].n)} ${of}` : `none ${of}`;
    }),
  ];
  return [
    row('FPR by reference', 'fpr', 'correct'),
    row('flags: precision', 'flagPrecision', 'flagged'),
    row('flags: recall', 'flagRecall', 'unsound'),
  ];
}

const none: Estimate = { value: null, n: 0 };

const share = (estimate: Estimate | null | undefined): string => {
  const { value, low, high } = estimate ?? none;
  return low === undefined || high === undefined
    ? percent(value)
    : `${percent(value)} [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`;
};

const plain = ({ value, low, high }: Estimate = none): string =>
  value === null
    ? '–'
    : low === undefined || high === undefined
      ? value.toFixed(2)
      : `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
