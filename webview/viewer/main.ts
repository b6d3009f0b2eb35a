import '../ui/look.css';
import './viewer.css';
import { render } from 'lit';
import type { ViewerHost, ViewerView } from '../../src/protocol/views.ts';
import { connectView, loadState, saveState } from '../ui/connect.ts';
import { defineMath } from '../ui/math.ts';
import { defineVirtualList } from '../ui/virtualList.ts';
import { type Actions, createActions, type Kept } from './actions/actions.ts';
import { createPage, keepTreeFocus, tellFocus } from './actions/page.ts';
import { perform } from './actions/perform.ts';
import { createStore } from './actions/store.ts';
import { viewer } from './parts/viewer.ts';

defineMath();
defineVirtualList();

const draw = keepTreeFocus(() => render(viewer(store.state, actions), document.body));
let drawing = false;
const store = createStore(() => {
  if (drawing) return;
  drawing = true;
  // A promise, not a frame: a hidden view gets no frames, and must be up to date when it is shown.
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
});

const view: ViewerView = {
  act: async (action, argument) => actions.act(action, argument),
  changed: async (state) => actions.changed(state),
  show: (place) => actions.show(place),
};
const host = connectView<ViewerHost, ViewerView>(view).remote;
const actions: Actions = createActions(store, host, createPage(saveState<Kept>), (all, action, argument, page) =>
  perform(store.state, all, action, argument, page),
);

tellFocus(host);
void actions.start(loadState<Kept>());
