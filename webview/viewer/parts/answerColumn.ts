import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Arm } from '../../../src/core/trace/trace.ts';
import type { AnswerClass, AnswerPath, TraceRow } from '../../../src/protocol/engine.ts';
import { armTag } from '../../ui/controls.ts';
import { count, number, unknown } from '../../ui/format.ts';
import { icon } from '../../ui/icons.ts';
import { drawPlain } from '../../ui/text.ts';
import type { Actions } from '../actions/actions.ts';
import { isFlagged, type TreeRow, treeRows, treeSummary } from '../model/answerTree.ts';
import { decisionWords } from '../model/decide.ts';
import { firstLayout, type State } from '../model/state.ts';
import { referenceMark } from './reference.ts';
import { splitter } from './splitter.ts';
import { ruleWords } from './words.ts';

/** The problem's traces: classes of equal answers, in them the distinct paths, in them the traces. */
export function answerColumn(state: State, actions: Actions): TemplateResult {
  const { classes } = state;
  const samples = (arm: Arm) => (classes ?? []).reduce((sum, answer) => sum + answer.counts[arm], 0);
  const [weak, strong] = [samples('weak'), samples('strong')];
  return html`<section class="column answers" aria-label="Answers">
    <div class="head">
      <h2>Answers</h2>
      <span class="fill small dim">${classes ? `${number(classes.length)} in ${count(weak + strong, 'sample')}` : ''}</span>
      <span class="count">
        <span><span class="state">${armTag('weak')}${number(weak)}</span></span>
        <span><span class="state">${armTag('strong')}${number(strong)}</span></span>
      </span>
    </div>
    <div class="scroll">${classes === null ? nothing : tree(state, classes, actions)}</div>
    ${classes && classes.length > 0 ? html`<p class="sum small dim">${treeSummary(classes)}</p>` : nothing}
    ${splitter({
      label: 'Width of the answers',
      width: state.layout.answers,
      least: 240,
      most: 640,
      usual: firstLayout.answers,
      onResize: (answers) => actions.layOut({ answers }),
    })}
  </section>`;
}

function tree(state: State, classes: readonly AnswerClass[], actions: Actions): TemplateResult {
  if (classes.length === 0) return html`<p class="nothing dim">No trace of this problem passes the filter.</p>`;
  const rows = treeRows(classes, state.open);
  const focused = rows.some((row) => row.key === state.focused) ? state.focused : (rows[0]?.key ?? null);
  return html`<ul
    id="answers"
    class="tree"
    role="tree"
    aria-label="Answers of this problem"
    @keydown=${(event: KeyboardEvent) => onKey(event, rows, focused, actions)}
  >
    ${repeat(
      rows,
      (row) => row.key,
      (row) => treeItem(row, row.key === focused, state, actions),
    )}
  </ul>`;
}

function treeItem(row: TreeRow, focused: boolean, state: State, actions: Actions): TemplateResult {
  const level = row.kind === 'class' ? 1 : row.kind === 'path' ? 2 : 3;
  const selected = row.kind === 'trace' && row.key === state.trace;
  const choose = (event: MouseEvent) => {
    if (row.kind !== 'trace') actions.toggleBranch(row.key);
    else if (event.ctrlKey || event.metaKey) void actions.comparer.compare(row.key);
    else void actions.reader.openTrace(row.key);
  };
  return html`<li
    class=${row.kind}
    role="treeitem"
    data-key=${row.key}
    tabindex=${focused ? 0 : -1}
    aria-level=${level}
    aria-posinset=${row.position}
    aria-setsize=${row.siblings}
    aria-expanded=${row.kind === 'trace' ? nothing : String(row.open)}
    aria-selected=${row.kind === 'trace' ? String(selected) : nothing}
    @click=${choose}
  >
    ${row.kind === 'trace' ? leaf(row.trace) : branch(row)}
  </li>`;
}

function branch(row: Exclude<TreeRow, { kind: 'trace' }>): TemplateResult {
  const twistie = icon(row.open ? 'chevronDown' : 'chevronRight');
  return row.kind === 'class'
    ? html`${twistie}${classHead(row.answer)}${counts(row.answer.counts)}`
    : html`${twistie}${pathHead(row.path)}${counts(row.path.counts)}`;
}

function classHead(answer: AnswerClass): TemplateResult {
  const paths = count(answer.paths.length, 'path');
  if (answer.answer === null)
    return html`<span class="dim state">${icon('dash')}</span><span class="answer">no answer found</span
      ><span class="fill dim small cut">ungradable</span>`;
  const good = answer.verdict === 'correct';
  const sign = good ? 'check' : answer.verdict === 'incorrect' ? 'cross' : 'dash';
  return html`<span class=${good ? 'good state' : 'dim state'}>${icon(sign)}</span
    ><span class="answer cut">${drawPlain(answer.answer)}</span
    ><span class="fill dim small cut">${answer.gold ? `gold · ${paths}` : good ? `equals gold · ${paths}` : paths}</span>`;
}

function pathHead(path: AnswerPath): TemplateResult {
  const wavy = new Set(path.flaggedEquations);
  const equations = path.equations.map(
    (equation, index) =>
      html`${index > 0 ? ' · ' : nothing}<span class=${wavy.has(index) ? 'wavy' : nothing}>${drawPlain(equation)}</span>`,
  );
  return html`<span class="fill cut">${equations.length > 0 ? equations : 'no equations'}</span
    >${isFlagged(path) ? html`<span class="warn state" title="flagged">${icon('flag')}<span class="sr">flagged</span></span>` : nothing}`;
}

function leaf(trace: TraceRow): TemplateResult {
  const words = decisionWords(trace.decision);
  const flags = [...new Set(trace.flags)].map(ruleWords);
  return html`${armTag(trace.arm)}<span>#${trace.sample + 1}</span
    ><span class="fill small dim cut">${[count(trace.completionTokens, 'token'), ...flags].join(' · ')}</span
    >${trace.reference === null ? nothing : referenceMark(trace.reference, true)}<span class=${words === '' ? 'small dim' : 'small'}>${words === '' ? 'not judged' : words}</span>`;
}

function counts(of: Record<Arm, number>): TemplateResult {
  const cell = (arm: Arm) =>
    html`<span><span class="sr">${arm} </span>${of[arm] === 0 ? html`<span class="dim">${unknown}</span>` : number(of[arm])}</span>`;
  return html`<span class="count">${cell('weak')}${cell('strong')}</span>`;
}

/** As in any of the editor's trees; the choice follows the focus, so that traces can be read by arrow. */
function onKey(event: KeyboardEvent, rows: readonly TreeRow[], focused: string | null, actions: Actions): void {
  const at = rows.findIndex((row) => row.key === focused);
  const row = rows[at];
  if (!row || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && row.kind === 'trace')
    void actions.comparer.compare(row.key);
  else if (event.ctrlKey || event.metaKey) return;
  else if (event.key === 'ArrowDown') go(rows[at + 1], event, actions);
  else if (event.key === 'ArrowUp') go(rows[at - 1], event, actions);
  else if (event.key === 'Home') go(rows[0], event, actions);
  else if (event.key === 'End') go(rows.at(-1), event, actions);
  else if (event.key === 'ArrowRight' && row.kind !== 'trace')
    row.open ? go(rows[at + 1], event, actions) : actions.toggleBranch(row.key);
  else if (event.key === 'ArrowLeft') {
    if (row.kind !== 'trace' && row.open) actions.toggleBranch(row.key);
    else
      go(
        rows.find((other) => other.key === row.parent),
        event,
        actions,
      );
  } else if ((event.key === 'Enter' || event.key === ' ') && row.kind !== 'trace') actions.toggleBranch(row.key);
  else return;
  event.preventDefault();
}

function go(row: TreeRow | undefined, event: KeyboardEvent, actions: Actions): void {
  if (!row) return;
  const item = (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-key="${CSS.escape(row.key)}"]`);
  item?.focus();
  if (row.kind === 'trace') void actions.reader.openTrace(row.key);
  else actions.focusRow(row.key);
}
