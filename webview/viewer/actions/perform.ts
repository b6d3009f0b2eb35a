import type { ViewerAction } from '../../../src/protocol/views.ts';
import { decisionOn, type State } from '../model/state.ts';
import type { Actions, Page } from './actions.ts';

/** Does what a key, a palette command or a menu asks for. `typed` is the number that was typed, 1-based. */
export function perform(
  state: State,
  actions: Actions,
  action: ViewerAction,
  typed: number | undefined,
  page: Page,
): void {
  const compared = state.comparison !== null;
  const table = compared ? besideEachOther(state, actions) : oneTrace(state, actions, page);
  table[action]?.(typed);
}

type Table = Partial<Record<ViewerAction, (typed?: number) => void>>;

function everywhere({ keysShown }: State, { annotator, showKeys }: Actions): Table {
  return {
    sound: () => annotator.say({ say: 'soundness', value: 'sound' }),
    unsound: () => annotator.say({ say: 'soundness', value: 'unsound' }),
    unsure: () => annotator.say({ say: 'soundness', value: 'unsure' }),
    badProblem: () => annotator.say({ say: 'badProblem' }),
    clear: () => annotator.say({ say: 'nothing' }),
    undo: () => void annotator.undo(),
    redo: () => void annotator.redo(),
    keys: () => showKeys(!keysShown),
  };
}

function oneTrace(state: State, actions: Actions, page: Page): Table {
  const { annotator, comparer, reader, openMenu } = actions;
  const steps = state.detail?.steps.length ?? 0;
  return {
    ...everywhere(state, actions),
    firstWrongStep(typed) {
      if (typed === undefined) openMenu('step');
      else if (typed >= 1 && typed <= steps) annotator.say({ say: 'firstWrongStep', value: typed - 1 });
    },
    errorType: () => openMenu('error'),
    effect: () => annotator.say({ say: 'effect', value: nextEffect(state) }),
    note: () => page.focus('note'),
    filter: () => page.focus('filter'),
    nextTrace: () => void reader.moveTrace(1),
    previousTrace: () => void reader.moveTrace(-1),
    nextProblem: () => void reader.moveProblem(1),
    previousProblem: () => void reader.moveProblem(-1),
    nextInQueue: () => void (page.ownsEnter() || reader.moveInQueue(1)),
    previousInQueue: () => void reader.moveInQueue(-1),
    raw: () => actions.toggleFold('raw'),
    compare: () => void comparer.compare(),
    back: () => closeTop(state, actions) || page.focus('answers'),
  };
}

function besideEachOther(state: State, actions: Actions): Table {
  const { comparer } = actions;
  return {
    ...everywhere(state, actions),
    firstWrongStep(typed) {
      if (typed === 1) comparer.judge('left');
      else if (typed === 2) comparer.judge('right');
    },
    nextDivergence: () => comparer.move(1),
    previousDivergence: () => comparer.move(-1),
    swap: () => comparer.swap(),
    back: () => closeTop(state, actions) || comparer.close(),
  };
}

/** Repaired, survives, not said, and round again. */
function nextEffect(state: State): 'repaired' | 'survives' | null {
  const effect = state.detail && decisionOn(state, state.detail)?.effect;
  if (effect === 'survives') return null;
  return effect === 'repaired' ? 'survives' : 'repaired';
}

/** Closes what lies on top of the view; false where nothing does. */
function closeTop(state: State, actions: Actions): boolean {
  if (!state.keysShown && state.menu === null) return false;
  actions.showKeys(false);
  return true;
}
