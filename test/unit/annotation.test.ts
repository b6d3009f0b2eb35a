import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AnnotationLine, Decision } from '../../src/core/annotation/annotation.ts';
import {
  addLine,
  currentDecision,
  currentDecisions,
  emptyHistory,
  fold,
  nextRedo,
  nextUndo,
} from '../../src/core/annotation/fold.ts';

const about = { at: '2026-11-21T18:40:00.000Z', annotator: 'ada' };
const decide = (id: string, trace: string, decision: Decision): AnnotationLine => {
  return { ...about, id, kind: 'decision', run: 'r', trace, decision };
};
const undo = (id: string, of: string): AnnotationLine => ({ ...about, id, kind: 'undo', of });
const redo = (id: string, of: string): AnnotationLine => ({ ...about, id, kind: 'redo', of });
const sound: Decision = { soundness: 'sound' };
const unsound: Decision = { soundness: 'unsound' };

const cases: [string, AnnotationLine[], Decision | null, string | undefined, string | undefined][] = [
  ['nothing', [], null, undefined, undefined],
  ['one decision', [decide('1', 't', sound)], sound, '1', undefined],
  [
    'the later decision replaces the earlier',
    [decide('1', 't', sound), decide('2', 't', unsound)],
    unsound,
    '2',
    undefined,
  ],
  [
    'undo brings the earlier back',
    [decide('1', 't', sound), decide('2', 't', unsound), undo('3', '2')],
    sound,
    '1',
    '2',
  ],
  ['undo of the only one leaves nothing', [decide('1', 't', sound), undo('2', '1')], null, undefined, '1'],
  ['redo', [decide('1', 't', sound), undo('2', '1'), redo('3', '1')], sound, '1', undefined],
  [
    'a new decision ends what could be redone',
    [decide('1', 't', sound), undo('2', '1'), decide('3', 't', unsound)],
    unsound,
    '3',
    undefined,
  ],
  ['a cleared trace says nothing', [decide('1', 't', sound), decide('2', 't', {})], null, '2', undefined],
  ['an undo of nothing is passed over', [decide('1', 't', sound), undo('2', '9')], sound, '1', undefined],
  ['an undo twice counts once', [decide('1', 't', sound), undo('2', '1'), undo('3', '1')], null, undefined, '1'],
  [
    'a line twice counts once',
    [decide('1', 't', sound), decide('2', 't', unsound), decide('1', 't', sound)],
    unsound,
    '2',
    undefined,
  ],
  [
    'an undo below the top (another window) takes back that one only',
    [decide('1', 'x', sound), decide('2', 't', unsound), undo('3', '1')],
    unsound,
    '2',
    '1',
  ],
];

for (const [name, lines, decision, canUndo, canRedo] of cases) {
  test(`annotations: ${name}`, () => {
    const history = fold(lines);
    assert.deepEqual(currentDecision(history, 't'), decision);
    assert.equal(nextUndo(history)?.id, canUndo);
    assert.equal(nextRedo(history)?.id, canRedo);
  });
}

test('a line tells the trace that it changed', () => {
  const history = emptyHistory();
  assert.equal(addLine(history, decide('1', 't', sound)), 't');
  assert.equal(addLine(history, undo('2', '1')), 't');
  assert.equal(addLine(history, undo('3', '1')), null);
});

/** The same by the book: two stacks, and the last decision done wins. */
function byTheBook(actions: readonly Action[]) {
  const done: { trace: string; decision: Decision }[] = [];
  let undone: typeof done = [];
  for (const action of actions) {
    if (action.kind === 'decide') {
      done.push(action);
      undone = [];
    } else if (action.kind === 'undo') undone.push(...done.splice(-1));
    else done.push(...undone.splice(-1));
  }
  return new Map(done.map(({ trace, decision }) => [trace, decision]));
}

type Action = { kind: 'decide'; trace: string; decision: Decision } | { kind: 'undo' } | { kind: 'redo' };

test('any sequence of decisions, undos and redos is what two stacks give', () => {
  const action: fc.Arbitrary<Action> = fc.oneof(
    fc.record({
      kind: fc.constant('decide' as const),
      trace: fc.constantFrom('a', 'b', 'c'),
      decision: fc.constantFrom<Decision>(sound, unsound, { soundness: 'unsure', note: 'n' }),
    }),
    fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const history = emptyHistory();
      actions.forEach((step, i) => {
        if (step.kind === 'decide') addLine(history, decide(`${i}`, step.trace, step.decision));
        else {
          const of = step.kind === 'undo' ? nextUndo(history) : nextRedo(history);
          if (of) addLine(history, { ...about, id: `${i}`, kind: step.kind, of: of.id });
        }
      });
      assert.deepEqual(new Map(currentDecisions(history)), byTheBook(actions));
    }),
  );
});
