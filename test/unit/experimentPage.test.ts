import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figure } from '../../tools/experiment/compare.ts';
import { markdownPage } from '../../tools/experiment/markdown.ts';
import { experimentPicture } from '../../tools/experiment/picture.ts';
import { findings } from '../../tools/experiment/sentences.ts';
import { element, escapeText, text } from '../../tools/experiment/svg.ts';
import { kindsTable, pointsTable, seedsTable, terminalTables } from '../../tools/experiment/tables.ts';
import { differenceText, figureText, gainText, valueText } from '../../tools/experiment/words.ts';
import { experiment } from '../fakes/experiment.ts';

const found = experiment();
const page = markdownPage(found, 'experiment.svg');
const picture = experimentPicture(found);

/** Fails where tags are not nested, attributes not quoted, or text not escaped; gives the names of all elements. */
function wellFormed(svg: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const part = /<(\/?)([a-z]+)((?:\s[a-zA-Z:-]+="[^"<]*")*)(\/?)>|([^<>]+)/gy;
  let at = 0;
  for (const match of svg.matchAll(part)) {
    const [whole, closes, name = '', attributes = '', empty, content = ''] = match;
    assert.equal(match.index, at, `not well-formed at ${at}: ${svg.slice(at, at + 60)}`);
    assert.doesNotMatch(attributes + content, /&(?!(?:amp|lt|gt|quot);)/);
    at += whole.length;
    if (closes) assert.equal(open.pop(), name);
    else if (name) names.push(name);
    if (name && !closes && !empty) open.push(name);
  }
  assert.equal(at, svg.length);
  assert.deepEqual(open, []);
  return names;
}

/** Values of all attributes of this name. */
const attributes = (svg: string, name: string) =>
  [...svg.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

test('the picture is well-formed, stands alone and runs nothing', () => {
  const names = new Set(wellFormed(picture));
  assert.deepEqual([...names].sort(), ['circle', 'desc', 'g', 'path', 'rect', 'svg', 'text', 'title']);
  assert.doesNotMatch(picture, /script|href|url\(|\bon[a-z]+=|style=|@import|NaN|undefined|Infinity/);
  assert.deepEqual(attributes(picture, 'aria-labelledby'), ['title desc']);
  assert.deepEqual(attributes(picture, 'id'), ['title', 'desc']);
});

test('the picture holds every figure of the tables, apart from its description too', () => {
  for (const matched of ['compute', 'number'] as const)
    for (const row of pointsTable(found.pair.figures, matched).rows)
      for (const cell of row) assert.ok(picture.includes(escapeText(cell)), `${cell} of ${row}`);
  const drawn = picture.replace(/<desc.*?<\/desc>/s, '');
  for (const { grid, matched, ...point } of found.pair.figures.points)
    for (const measure of ['coverage', 'coverageBySound', 'diversity'] as const) {
      const { weak, strong, difference } = point[measure];
      const share = measure !== 'diversity';
      assert.ok(drawn.includes(figureText(weak, share)), `weak ${measure} at ${grid.weak}`);
      if (matched === 'number') continue;
      assert.ok(drawn.includes(figureText(strong, share)), `strong ${measure} at ${grid.strong}`);
      assert.ok(drawn.includes(differenceText(difference, share)), `difference of ${measure} at ${grid.strong}`);
    }
  for (const row of kindsTable(found.pair.figures).rows)
    for (const cell of row.slice(0, 4)) assert.ok(drawn.includes(cell), cell);
});

test('everything in the picture lies inside it', () => {
  const [width = 0, height = 0] = (attributes(picture, 'viewBox')[0] ?? '').split(' ').slice(2).map(Number);
  const panels = picture.replace(/<text [^>]*>Parameters:.*?<\/text>/, '');
  for (const [, left, top, inside = ''] of panels.matchAll(
    /<g transform="translate\((\S+) (\S+)\)">(.*?)(?=<g transform|$)/gs,
  )) {
    const [xs, ys] = [
      ['x', 'cx'],
      ['y', 'cy'],
    ].map((names) => names.flatMap((name) => attributes(inside, name)).map(Number));
    assert.ok(
      (xs ?? []).every((x) => x >= 0 && x + Number(left) <= width),
      `x in the panel at ${left}`,
    );
    assert.ok(
      (ys ?? []).every((y) => y >= 0 && y + Number(top) <= height),
      `y in the panel at ${top}`,
    );
  }
});

test('both arms differ by shape, the points of equal numbers by hollow marks on a dashed line', () => {
  const weak = attributes(picture, 'stroke-dasharray').filter((dashes) => dashes === '4 4');
  assert.equal(weak.length, 3, 'one dashed line in each of three panels');
  const hollow = [...picture.matchAll(/<circle [^>]*fill="#ffffff"/g)];
  assert.equal(hollow.length, 3 * 2);
});

test('one training, one point or no right answer draw a picture all the same', () => {
  const { figures } = found.pair;
  const onePoint = { ...figures, points: figures.points.slice(0, 1) };
  const nothingRight = { ...figures, fpr: null, kinds: [] };
  for (const odd of [experiment(1).pair.figures, onePoint, nothingRight]) {
    const svg = experimentPicture({ ...found, pair: { ...found.pair, figures: odd } });
    wellFormed(svg);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  }
});

test('text is data: it can’t end an element or an attribute', () => {
  const hostile = '</text><script>alert("1")</script>&\u0000';
  wellFormed(element('svg', { 'aria-label': hostile }, text(1, 2, hostile)));
  assert.equal(text(1, 2, '<&>"'), '<text x="1" y="2">&lt;&amp;&gt;&quot;</text>');
});

test('the page has the picture and every table, with as many cells in each row as in its head', () => {
  assert.match(page, /!\[[^\]]+\]\(experiment\.svg\)/);
  const tables = [...page.matchAll(/(?:^\|.*\|\n?)+/gm)].map(([whole]) => whole.trim().split('\n'));
  assert.equal(tables.length, 9);
  for (const [head = '', rule = '', ...rows] of tables) {
    assert.match(rule, /^\|---(\|---:)+\|$/);
    assert.ok(rows.length > 0, head);
    for (const row of rows) assert.equal(row.split('|').length, head.split('|').length, row);
  }
  const { figures } = found.pair;
  for (const { head, rows } of [pointsTable(figures, 'compute'), kindsTable(figures), seedsTable(figures)])
    for (const row of [head, ...rows]) assert.ok(page.includes(`| ${row.join(' | ')} |`), row.join());
  assert.doesNotMatch(page, /NaN|undefined|null|Infinity/);
});

test('the same result gives the same page and picture', () => {
  const again = JSON.parse(JSON.stringify(found));
  assert.equal(markdownPage(again, 'experiment.svg'), page);
  assert.equal(experimentPicture(again), picture);
});

test('without weights that were trained for longer the page says so', () => {
  assert.match(markdownPage({ ...found, longer: null }, 'experiment.svg'), /There are no weights of a weak model/);
  assert.ok(!terminalTables({ ...found, longer: null }).includes('With a weak model trained for longer'));
});

test('the terminal shows the same tables, aligned', () => {
  const lines = terminalTables(found);
  for (const row of pointsTable(found.pair.figures, 'compute').rows)
    assert.ok(
      lines.some((line) => row.every((cell) => line.includes(cell))),
      row.join(),
    );
});

test('a difference is only called one where its intervals leave out 0', () => {
  const figure = (low: number, high: number, overall?: [number, number]): Figure => ({
    value: (low + high) / 2,
    n: 9,
    low,
    high,
    seeds: [],
    ...(overall && { overall: { low: overall[0], high: overall[1] } }),
  });
  const { figures } = found.pair;
  const told = (difference: Figure) =>
    findings({ ...figures, fpr: { weak: difference, strong: difference, difference } }).at(-1);
  assert.match(told(figure(0.01, 0.03)) ?? '', /points \(weak above strong\)/);
  assert.match(told(figure(-0.03, -0.01, [-0.04, -0.005])) ?? '', /\(weak below strong\)/);
  assert.match(told(figure(0.01, 0.03, [-0.01, 0.05])) ?? '', /\(weak above strong for these trainings\)/);
  assert.match(told(figure(-0.01, 0.03, [-0.02, 0.04])) ?? '', /\(not told apart\)/);
});

test('figures are written with their unit, sign and interval', () => {
  const figure = { value: 0.0634, low: 0.0321, high: 0.095, n: 5, seeds: [] };
  assert.equal(figureText(figure, true), '6.3 % [3.2, 9.5]');
  assert.equal(differenceText(figure, true), '+6.3 [3.2, 9.5]');
  assert.equal(differenceText({ ...figure, value: -0.0634, low: -0.1 }, false), '−0.06 [−0.10, 0.10]');
  assert.equal(gainText({ value: -0.0001 }, true), '0.0');
  assert.equal(gainText({ value: 0.0001 }, true), '0.0');
  assert.equal(valueText({ value: null }, true), '–');
});
