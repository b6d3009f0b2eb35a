import { firstState, type State } from '../model/state.ts';

/** The one place that holds the state. Actions read and replace parts of it; a change is drawn once per frame. */
export interface Store {
  readonly state: State;
  update(patch: Partial<State>): void;
}

export function createStore(onChange: (state: State) => void): Store {
  let state = firstState();
  return {
    get state() {
      return state;
    },
    update(patch) {
      state = { ...state, ...patch };
      onChange(state);
    },
  };
}

/** Numbers the calls of a kind, so that an answer which was overtaken can be told and dropped. */
export function latest(): { next(): () => boolean } {
  let newest = 0;
  return {
    next() {
      const mine = ++newest;
      return () => mine === newest;
    },
  };
}

/** An error as one sentence to show. */
export function sentence(error: unknown): string {
  return error instanceof Error && error.message !== ''
    ? error.message
    : 'Something went wrong; the log holds the details.';
}
