import { parseArgs } from 'node:util';
import type { GridPoint } from '../../src/core/budget/budget.ts';
import { UserError } from '../../src/core/userError.ts';

export interface Options {
  /** The folder that takes the page and the picture. */
  out: string;
  /** Only the first so many test problems; null: all. */
  problems: number | null;
  /** Training seeds; null: all that are there. */
  seeds: number[] | null;
  points: GridPoint[];
  /** The result as JSON instead of tables. */
  json: boolean;
  /** Also a PNG of the picture, by a Chromium. */
  png: boolean;
  /** A result that `--json` printed: nothing is sampled, page and picture are made anew. */
  from: string | null;
  help: boolean;
}

export const usage = `npm run experiment -- [options]

Samples the embedded weak and strong models on the test problems and compares them at matched compute.

  --out DIR        where experiment.md and experiment.svg go (default: media/readme)
  --png            experiment.png too, drawn by Chromium
  --problems N     only the first N test problems
  --seeds 0,1      only these training seeds (default: all that are there)
  --points S:W,…   samples per problem, strong : weak (default: 1:5,3:15,10:50)
  --json           the result as JSON on standard output
  --from FILE      takes such a JSON instead of sampling`;

/** Rejects what it can't use with a `UserError`. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parsed(args);
  return {
    out: values.out,
    problems: values.problems === undefined ? null : wholeNumber('--problems', values.problems, 1, 100_000),
    seeds:
      values.seeds === undefined
        ? null
        : list('--seeds', values.seeds).map((seed) => wholeNumber('--seeds', seed, 0, 2 ** 31 - 1)),
    points: pointsOf(values.points),
    json: values.json,
    png: values.png,
    from: values.from ?? null,
    help: values.help,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        out: { type: 'string', default: 'media/readme' },
        problems: { type: 'string' },
        seeds: { type: 'string' },
        points: { type: 'string', default: '1:5,3:15,10:50' },
        json: { type: 'boolean', default: false },
        png: { type: 'boolean', default: false },
        from: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message.split('. ')[0] : error}. See --help.`);
  }
}

function pointsOf(text: string): GridPoint[] {
  const points = list('--points', text).map((point) => {
    const [, strong, weak] = /^(\d+):(\d+)$/.exec(point) ?? [];
    if (strong === undefined || weak === undefined)
      throw new UserError(`--points ${text}: "${point}" is not of the form STRONG:WEAK, e.g. 3:15.`);
    return {
      strong: wholeNumber('--points', strong, 1, mostSamples),
      weak: wholeNumber('--points', weak, 1, mostSamples),
    };
  });
  const seen = points.map(({ strong }) => strong);
  const twice = seen.find((strong, i) => seen.indexOf(strong) !== i);
  if (twice !== undefined)
    throw new UserError(`--points ${text}: ${twice} strong samples stand there twice; give each once.`);
  return points.sort((a, b) => a.strong - b.strong);
}

const mostSamples = 10_000;

function list(option: string, text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === ''))
    throw new UserError(`${option} ${text}: there is an empty place between commas.`);
  if (new Set(items).size < items.length) throw new UserError(`${option} ${text}: each may stand there once.`);
  return items;
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UserError(`${option} ${text}: give a whole number from ${least} to ${most}.`);
}
