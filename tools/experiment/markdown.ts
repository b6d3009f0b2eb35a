import { basename } from 'node:path';
import type { Experiment, TrainedPair } from './result.ts';
import { findings, setupSentence, spendSentence } from './sentences.ts';
import { armsTable, kindsTable, pointsTable, seedsTable, type Table, weightsTable } from './tables.ts';

/** The experiment as a page; every number in it comes from the figures. `picture`: the file's name, beside the page. */
export function markdownPage(experiment: Experiment, picture: string): string {
  const { pair, longer } = experiment;
  return [
    '# A weak and a strong model at the same compute',
    `The first experiment of [Bansal et al., arXiv 2408.16737](https://arxiv.org/abs/2408.16737) on the two models in the box. ${setupSentence(experiment)} \`npm run experiment\` made this page and its picture; every number in it comes from that run.`,
    `![Coverage, coverage by sound traces, diversity and false positives of both models, with 95 % intervals](${basename(picture)})`,
    '## What it shows',
    bullets(findings(pair.figures)),
    tableText(armsTable(pair.figures)),
    '## At matched compute',
    spendSentence(pair.figures),
    tableText(pointsTable(pair.figures, 'compute')),
    '## At equal numbers of samples',
    'The baseline that the paper holds its matching against: there the weak model spends the less.',
    tableText(pointsTable(pair.figures, 'number')),
    '## Wrong reasoning among right answers',
    'By the first wrong step that the exact checker finds, in percent of all right answers.',
    tableText(kindsTable(pair.figures)),
    '## Each training',
    ...(pair.weights.length > 1 ? [tableText(seedsTable(pair.figures))] : []),
    tableText(weightsTable(pair)),
    '## With a weak model trained for longer',
    ...longerParts(longer),
    '## How to read it',
    bullets(readingNotes(experiment)),
  ]
    .join('\n\n')
    .concat('\n');
}

function longerParts(longer: TrainedPair | null): string[] {
  if (!longer) return ['There are no weights of a weak model that was trained for longer.'];
  const { seeds } = longer.figures;
  return [
    `Above, both models saw equal amounts of data. Here the weak one was trained for more steps on more of it (training seed${seeds.length === 1 ? '' : 's'} ${seeds.join(', ')}, both columns *steps* below); the strong one is the one above.`,
    tableText(pointsTable(longer.figures, 'compute')),
    tableText(kindsTable(longer.figures)),
    tableText(weightsTable(longer)),
  ];
}

function readingNotes({ samplingSeed, pair }: Experiment): string[] {
  const one = pair.figures.seeds.length === 1;
  return [
    'Figures are means over the training seeds. Brackets hold 95 % intervals **by problem**: how far the figure may lie from that of all problems of this kind, for just these trainings. The differences are paired by problem.',
    one
      ? 'With one training seed nothing can be said of other trainings.'
      : '**By problem and seed** adds how far other trainings may lie (Student’s interval of the mean over the seeds), in quadrature. With few seeds it is wide.',
    'Coverage@k and diversity@k are unbiased: pass@k, and the expected number of distinct correct paths (ordered equations) among k of the samples drawn. Soundness is the exact checker’s, not a person’s or a judge’s. False positives are a share of right answers and the same for any number of samples.',
    'The problems are templates, and the sizes and stopping points of the pair were chosen on other problems of the same templates for a regime like the paper’s. The figures show what the tool measures and how; they are no evidence for other models.',
    `Texts depend on the weights and on the sampling seed (${samplingSeed}) alone, so every machine gets the same figures.`,
  ];
}

function tableText({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = `|${head.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');

const escapeCell = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ');
