import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Decision } from '../../src/core/annotation/annotation.ts';
import type { WrongReason } from '../../src/core/soundness/keys.ts';
import type { AnswerClass, AnswerPath, Comparison, SampleCell, TraceRow } from '../../src/protocol/engine.ts';
import { rowAt, visibleRows } from '../../webview/ui/rowWindow.ts';
import {
  branchesTo,
  counterpart,
  firstOpen,
  firstToRead,
  treeRows,
  treeSummary,
} from '../../webview/viewer/model/answerTree.ts';
import { decide, decisionWords, judgementsMissing, type Say } from '../../webview/viewer/model/decide.ts';
import { divergences, divergenceWords, nextDivergence, swapped } from '../../webview/viewer/model/divergence.ts';
import {
  isQuoting,
  quadrantOf,
  settle,
  splitTerms,
  toBar,
  toFilter,
  toggleQuadrant,
} from '../../webview/viewer/model/filterTerms.ts';
import { referenceWords, wrongSteps } from '../../webview/viewer/model/reference.ts';
import { cellAt, orderCells, stripSentence, stripShapes } from '../../webview/viewer/model/strip.ts';

// ---- the filter bar

test('terms with a field become chips, words stay in the input', () => {
  assert.deepEqual(toBar('verdict:correct orchard steps>8 "half as many" x=5'), {
    chips: ['verdict:correct', 'steps>8'],
    draft: 'orchard "half as many" x=5',
  });
});

test('a quoted stretch holds together, closed or not', () => {
  assert.deepEqual(splitTerms('model:"a b" "c \\" d" "e f'), ['model:"a b"', '"c \\" d"', '"e f']);
});

test('a term becomes a chip at a space, inside quotes only at Enter', () => {
  const typed = (draft: string) => ({ chips: [], draft });
  assert.deepEqual(settle(typed('arm:weak'), false).chips, []);
  assert.deepEqual(settle(typed('arm:weak '), false).chips, ['arm:weak']);
  assert.deepEqual(settle(typed('model:"gemma '), false).chips, []);
  assert.equal(isQuoting(typed('model:"gemma ')), true);
  assert.deepEqual(settle(typed('plum arm:weak'), true), { chips: ['arm:weak'], draft: 'plum ' });
});

test('the bar and the filter are the same text', () => {
  const term = fc.constantFrom('arm:weak', 'steps>8', 'plum', '"a b"', 'model:"x y"');
  fc.assert(
    fc.property(fc.array(term), (terms) => {
      const filter = toFilter(toBar(terms.join(' ')));
      assert.deepEqual(splitTerms(filter).sort(), [...terms].sort());
      assert.equal(toFilter(toBar(filter)), filter);
    }),
  );
});

test('the matrix toggles both of its dimensions and keeps the rest', () => {
  const chosen = toggleQuadrant('verdict:incorrect arm:weak plum', 'correct', 'none');
  assert.equal(chosen, 'verdict:correct soundness:none arm:weak plum');
  assert.deepEqual(quadrantOf(chosen), { answer: 'correct', reasoning: 'none' });
  assert.equal(toggleQuadrant(chosen, 'correct', 'none'), 'arm:weak plum');
  assert.equal(quadrantOf('verdict:correct'), null);
});

// ---- strips

const cell = (trace: string, state: SampleCell['state'], soundness: SampleCell['soundness'] = null): SampleCell => ({
  trace,
  state,
  soundness,
});
const cells = [
  cell('a', 'incorrect'),
  cell('b', 'correct', 'sound'),
  cell('c', 'flagged', 'unsound'),
  cell('d', 'correct'),
];

test('a strip puts the states together and keeps the samples in order', () => {
  assert.deepEqual(
    orderCells(cells).map(({ trace }) => trace),
    ['b', 'd', 'c', 'a'],
  );
});

test('a strip is read as a sentence', () => {
  assert.equal(stripSentence('weak', cells), 'weak: 3 of 4 correct, 1 flagged, 2 judged');
  assert.equal(stripSentence('strong', []), 'strong: no samples yet');
});

test('each state and mark has a shape of its own, and the open trace a frame', () => {
  const shapes = stripShapes(orderCells(cells), 'c');
  assert.equal(shapes.width, 36);
  assert.match(shapes.current, /^M17\.5/);
  const drawn = [shapes.correct, shapes.flagged, shapes.incorrect, shapes.sound, shapes.unsound].map(
    (path) => path !== '',
  );
  assert.deepEqual(drawn, [true, true, true, true, true]);
  assert.equal(shapes.ungradable, '');
});

test('a point of the strip belongs to a cell, the ends included', () => {
  const at = (share: number) => cellAt(cells, share)?.trace;
  assert.deepEqual([at(0), at(0.3), at(0.99), at(1), at(-1)], ['a', 'b', 'd', 'd', 'a']);
  assert.equal(cellAt([], 0.5), undefined);
});

// ---- the tree of answers

const trace = (id: string, more: Partial<TraceRow> = {}): TraceRow => ({
  id,
  arm: 'weak',
  sample: 0,
  completionTokens: 10,
  verdict: 'correct',
  flags: [],
  reference: null,
  decision: null,
  ...more,
});
const path = (traces: TraceRow[]): AnswerPath => ({
  equations: [],
  flaggedEquations: [],
  counts: { weak: 0, strong: 0 },
  traces,
});
const answer = (text: string | null, gold: boolean, paths: AnswerPath[]): AnswerClass => ({
  answer: text,
  gold,
  verdict: gold ? 'correct' : 'incorrect',
  counts: { weak: 0, strong: 0 },
  paths,
});
const classes = [
  answer('792', true, [path([trace('w1'), trace('s1', { arm: 'strong' })]), path([trace('w2', { flags: ['x'] })])]),
  answer('528', false, [path([trace('w3', { verdict: 'incorrect' })])]),
];

test('closed branches hide what they hold', () => {
  assert.deepEqual(
    treeRows(classes, new Set(['0', '0.1'])).map(({ key }) => key),
    ['0', '0.0', '0.1', 'w2', '1'],
  );
});

test('a problem opens with the gold class, its flagged path and the way to the open trace', () => {
  assert.deepEqual([...firstOpen(classes, 'w3')].sort(), ['0', '0.1', '1', '1.0']);
  assert.deepEqual(branchesTo(classes, 'nowhere'), []);
});

test('a flagged correct trace that nobody judged is read first', () => {
  assert.equal(firstToRead(classes)?.id, 'w2');
  assert.equal(firstToRead([])?.id, undefined);
});

test('the counterpart of a flagged trace is a clean one by another path, of the other arm', () => {
  assert.equal(counterpart(classes, 'w2')?.id, 's1');
  assert.equal(counterpart(classes, 's1')?.id, 'w2');
  assert.equal(counterpart([answer('1', true, [path([trace('only')])])], 'only'), undefined);
});

test('the summary counts what is correct', () => {
  assert.equal(treeSummary(classes), '3 correct · 2 distinct paths · 1 duplicate · 1 flagged');
});

// ---- reference soundness

/** Three shown steps of ten characters each, checked in sentences. */
const checkedTrace = (...checked: [start: number, wrong: WrongReason | 'carried' | null][]) => ({
  steps: [0, 10, 20].map((start, index) => ({ index, start, end: start + 10 })),
  reference: {
    soundness: checked.some(([, wrong]) => wrong) ? ('unsound' as const) : ('sound' as const),
    steps: checked.map(([start, wrong]) => ({ start, end: start + 1, wrong })),
    reason: checked.map(([, wrong]) => wrong).find((wrong) => wrong !== null && wrong !== 'carried') ?? null,
  },
});

test('a step that the exact check finds wrong belongs to the shown step that it begins in', () => {
  const two = checkedTrace([0, null], [4, 'operands'], [10, 'carried'], [19, 'label'], [30, 'final']);
  const found = [...wrongSteps(two)].map(([step, all]) => [step, all.map(({ wrong }) => wrong)]);
  assert.deepEqual(found, [
    [0, ['operands']],
    [1, ['carried', 'label']],
    [2, ['final']],
  ]);
  assert.equal(wrongSteps({ ...two, steps: [] }).size, 0, 'a trace without text');
  assert.equal(wrongSteps({ ...two, reference: null }).size, 0);
});

test('reference soundness in a few words, with the first reason and its step', () => {
  assert.equal(referenceWords(checkedTrace([0, null], [10, null])), 'sound');
  assert.equal(referenceWords(checkedTrace([0, null], [10, 'operands'], [20, 'label'])), 'unsound · step 2: operands');
  assert.equal(referenceWords({ ...checkedTrace([0, 'form']), steps: [] }), 'unsound · form');
  assert.equal(referenceWords({ steps: [], reference: null }), '');
});

// ---- decisions

const said: [string, Decision | null, Say, Decision][] = [
  [
    'sound drops the error and keeps the note',
    { soundness: 'unsound', firstWrongStep: 2, note: 'n' },
    { say: 'soundness', value: 'sound' },
    { soundness: 'sound', note: 'n' },
  ],
  [
    'unsound keeps the error',
    { soundness: 'unsure', errorType: 'jump' },
    { say: 'soundness', value: 'unsound' },
    { soundness: 'unsound', errorType: 'jump' },
  ],
  [
    'a wrong step makes a trace unsound',
    null,
    { say: 'firstWrongStep', value: 0 },
    { soundness: 'unsound', firstWrongStep: 0 },
  ],
  [
    'a wrong step is taken back alone',
    { soundness: 'unsound', firstWrongStep: 0 },
    { say: 'firstWrongStep', value: null },
    { soundness: 'unsound' },
  ],
  [
    'an error takes back that the problem is bad',
    { badProblem: true },
    { say: 'effect', value: 'survives' },
    { soundness: 'unsound', effect: 'survives' },
  ],
  [
    'a bad problem keeps the note alone',
    { soundness: 'sound', note: 'n' },
    { say: 'badProblem' },
    { badProblem: true, note: 'n' },
  ],
  ['an empty note is none', { soundness: 'sound', note: 'n' }, { say: 'note', value: '  ' }, { soundness: 'sound' }],
  ['clearing says nothing', { soundness: 'sound', note: 'n' }, { say: 'nothing' }, {}],
];
for (const [name, before, say, after] of said) {
  test(name, () => assert.deepEqual(decide(before, say), after));
}

test('a decision in a few words', () => {
  assert.equal(decisionWords({ soundness: 'unsound', firstWrongStep: 2 }), 'unsound at 3');
  assert.equal(decisionWords({ badProblem: true }), 'bad problem');
  assert.equal(decisionWords({ note: 'n' }), '');
});

test('judgements missing follow the square of the interval', () => {
  assert.equal(judgementsMissing({ value: 0.1, low: 0.04, high: 0.16, n: 100 }), 300);
  assert.equal(judgementsMissing({ value: 0.1, low: 0.08, high: 0.12, n: 100 }), 0);
  assert.equal(judgementsMissing({ value: 0.1, n: 100 }), null);
  assert.equal(judgementsMissing({ value: 0.1, low: 0, high: 1, n: 3 }), null);
});

// ---- comparison

const side = (step: number, ...texts: [string, boolean][]) => ({
  step,
  parts: texts.map(([text, changed]) => ({ text, changed })),
});
const compared = {
  rows: [
    { sign: '=', left: side(0, ['a', false]), right: side(0, ['a', false]) },
    { sign: '≠', left: side(2, ['48/2 = ', false], ['26', true]), right: side(2, ['only ', true], ['24', true]) },
    { sign: '+', left: null, right: side(3, ['b', false]) },
  ],
  left: 'L',
  right: 'R',
  firstDivergence: 1,
} as unknown as Comparison;

test('divergences are the rows that differ in substance', () => {
  assert.deepEqual(divergences(compared), [1, 2]);
  assert.equal(nextDivergence([1, 2], 1, 1), 2);
  assert.equal(nextDivergence([1, 2], 2, 1), 2);
  assert.equal(nextDivergence([1, 2], 2, -1), 1);
  assert.equal(nextDivergence([], 0, 1), -1);
});

test('a divergence is told by its numbers', () => {
  assert.deepEqual(compared.rows.slice(1).map(divergenceWords), [
    'step 3 of both: 26 against 24',
    'step 4 on the right alone',
  ]);
});

test('swapping sides twice changes nothing', () => {
  assert.deepEqual(swapped(swapped(compared)), compared);
  assert.equal(swapped(compared).rows[2]?.sign, '−');
});

// ---- the virtual list

const viewports = fc.record({
  total: fc.integer({ min: 1, max: 3_000_000 }),
  rowHeight: fc.integer({ min: 20, max: 80 }),
  height: fc.integer({ min: 100, max: 1000 }),
});

test('every row of any list can be scrolled into view, and no list is taller than a page can be', () => {
  fc.assert(
    fc.property(
      viewports,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (viewport, from, to) => {
        const { total, rowHeight, height } = viewport;
        const extent = visibleRows({ ...viewport, scrollTop: 0 }).extent;
        assert.ok(extent <= 33_554_428);
        const range = Math.max(0, extent - height);
        const index = Math.min(total - 1, Math.floor(to * total));
        const scrollTop = rowAt({ ...viewport, scrollTop: from * range }, index) ?? from * range;
        assert.ok(scrollTop >= -1 && scrollTop <= range + 1);
        const shown = visibleRows({ ...viewport, scrollTop: Math.min(range, Math.max(0, scrollTop)) });
        assert.ok(shown.from <= index && index < shown.to);
        const top = shown.offset + (index - shown.from) * rowHeight - scrollTop;
        assert.ok(top > -rowHeight && top < height, `row ${index} is drawn at ${top}`);
      },
    ),
  );
});

test('a row in view asks for no scrolling', () => {
  assert.equal(rowAt({ total: 100, rowHeight: 20, height: 200, scrollTop: 100 }, 7), null);
  assert.equal(rowAt({ total: 100, rowHeight: 20, height: 200, scrollTop: 100 }, 2), 40);
});
