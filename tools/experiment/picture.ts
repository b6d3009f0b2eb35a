import { type Box, curvesPanel } from './curves.ts';
import type { Figures } from './figures.ts';
import { kindsPanel } from './kinds.ts';
import { type Experiment, measureWords } from './result.ts';
import { colours, element, escapeText, letters, text } from './svg.ts';
import { pointsTable } from './tables.ts';
import { counted, countText, ratioText } from './words.ts';

export const pictureSize = { width: 1040, height: 812 };

/** The experiment as one SVG that stands alone: four small multiples, no script, no font and no request of its own. */
export function experimentPicture(experiment: Experiment): string {
  const { figures } = experiment.pair;
  const { width, height } = pictureSize;
  const [first, second, third, last] = boxes();
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': 'title desc',
      'font-family': fonts,
      fill: colours.text,
    },
    element('title', { id: 'title' }, escapeText(heading)),
    element('desc', { id: 'desc' }, escapeText(description(figures))),
    element('rect', {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 4,
      fill: colours.background,
      stroke: colours.line,
    }),
    text(margin, 42, heading, { 'font-size': letters.heading, 'font-weight': 600 }),
    text(margin, 64, subheading(figures), { 'font-size': letters.text, fill: colours.dim }),
    curvesPanel(figures.points, 'coverage', first),
    curvesPanel(figures.points, 'coverageBySound', second),
    curvesPanel(figures.points, 'diversity', third),
    kindsPanel(figures, last),
    text(margin, height - 20, footing(figures), { 'font-size': letters.small, fill: colours.dim }),
  )}\n`;
}

const heading = 'A weak and a strong model at the same compute';
const fonts = "system-ui, -apple-system, 'Segoe UI', Ubuntu, 'Noto Sans', 'DejaVu Sans', sans-serif";
const margin = 32;

function boxes(): [Box, Box, Box, Box] {
  const [width, height, top, gap] = [472, 332, 96, 32];
  const box = (column: number, row: number) => ({
    left: margin + column * (width + gap),
    top: top + row * (height + 16),
    width,
    height,
  });
  return [box(0, 0), box(1, 0), box(0, 1), box(1, 1)];
}

function subheading({ problems, seeds }: Figures): string {
  const parts = [
    counted(problems, 'test problem'),
    seeds.length === 1
      ? 'one training of each model'
      : `mean of ${seeds.length} trainings of each model (small dots: each of them)`,
    'bars and brackets: 95 % by problem',
  ];
  return parts.join('  ·  ');
}

function footing({ arms, points }: Figures): string {
  const spent = points.filter(({ matched }) => matched === 'compute').map(({ ratio }) => ratioText(ratio.realised));
  const size = (arm: 'weak' | 'strong') => `${arm} ${countText(arms[arm].activeParamsB * 1e9)}`;
  return `Parameters: ${size('weak')}, ${size('strong')}. FLOPs spent, weak over strong: ${spent.join(', ')}. Soundness by the exact checker. Made by npm run experiment.`;
}

/** What the picture shows, for whoever can't see it: the figures themselves. */
function description(figures: Figures): string {
  const lines = (['compute', 'number'] as const).flatMap((matched) => {
    const { head, rows } = pointsTable(figures, matched);
    let name = '';
    return rows.map(([first = '', ...cells]) => {
      name = first || name;
      return `${name}, ${head
        .slice(1)
        .map((column, i) => `${column} ${cells[i] ?? ''}`)
        .join(', ')}.`;
    });
  });
  return [`${measureWords.fpr.title} are ${measureWords.fpr.about}.`, ...lines].join(' ');
}
