import { html, nothing, type TemplateResult } from 'lit';
import type { BadRow, FieldMapping } from '../../src/core/problem/problem.ts';
import type { SidebarHost, SidebarState } from '../../src/protocol/views.ts';
import { button, checkbox, iconButton, link } from '../ui/controls.ts';
import { count, number, unknown } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import type { PaneOptions } from './pane.ts';

type File = SidebarState['files'][number];
type Asks = Pick<SidebarHost, 'setFileChosen' | 'addFiles' | 'showBadRows' | 'mapFields'>;

export function problemsPane(files: readonly File[], host: Asks): PaneOptions {
  const chosen = files.filter((file) => file.chosen && !file.error);
  const problems = chosen.reduce((sum, file) => sum + file.problems, 0);
  return {
    id: 'problems',
    title: 'Problems',
    aside: files.length ? `${number(problems)} in ${count(chosen.length, 'file')}` : '',
    tools: iconButton({ label: 'Add problem files', icon: 'add', onClick: () => host.addFiles() }),
    body: files.length
      ? html`<ul class="files" aria-label="Problem files">
          ${files.map((file) => fileRow(file, nameOf(file, files), host))}
        </ul>`
      : noFiles(host),
  };
}

function noFiles(host: Asks): TemplateResult {
  return html`<div class="body">
    <p class="dim">Problems come from JSONL, JSON, CSV, YAML or Markdown files with a question and its answer.</p>
    <div class="actions">
      ${button({ label: 'Choose problem files…', icon: 'file', wide: true, onClick: () => host.addFiles() })}
    </div>
  </div>`;
}

function fileRow(file: File, name: string, host: Asks): TemplateResult {
  const { path, error, chosen } = file;
  return html`<li class=${chosen && !error ? 'file' : 'file off'} title=${error?.message ?? readAs(file)}>
      ${checkbox({
        label: name,
        checked: chosen && !error,
        disabled: error !== undefined,
        onChange: (next) => host.setFileChosen(path, next),
      })}
      <span class="fill"></span>
      ${
        error?.kind === 'unreadable' || file.sample
          ? nothing
          : iconButton({ label: `Map the fields of ${name}`, icon: 'map', onClick: () => host.mapFields(path) })
      }
      ${file.badRows.length > 0 || error?.kind === 'unreadable' ? warning : nothing}
      <span class=${error ? 'dim small cut' : 'dim small'}>${kindOf(file)}</span>
      <span class="n">${error ? unknown : number(file.problems)}</span>
    </li>
    ${why(file, host)}`;
}

function kindOf({ error, sample, format }: File): string | null {
  if (error?.kind === 'notProblems') return 'not a problem file';
  return sample ? 'sample' : format;
}

const warning = html`<span class="state warn">${icon('warning')}</span>`;

/** What is wrong with a file, below its row. */
function why({ error, badRows, path }: File, host: Asks): TemplateResult | typeof nothing {
  if (error) {
    return html`<li class="why small">
      <p class="dim">${error.message} ${link({ label: 'Take it off the list', onClick: () => host.setFileChosen(path, false) })}</p>
    </li>`;
  }
  if (badRows.length === 0) return nothing;
  return html`<li class="why small line">
    ${link({ label: count(badRows.length, 'bad row'), onClick: () => host.showBadRows(path) })}
    <span class="dim fill cut" title=${badRows[0]?.message ?? ''}>${firstReason(badRows)}</span>
  </li>`;
}

/** `17 and 31: no answer field`: the lines that share the first row's reason. */
export function firstReason(badRows: readonly BadRow[]): string {
  const message = badRows[0]?.message ?? '';
  const lines = badRows.filter((row) => row.message === message).map((row) => number(row.line));
  const named = lines.length > 3 ? [...lines.slice(0, 2), `${lines.length - 2} more`] : lines;
  const last = named.at(-1) ?? '';
  return `${named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${last}` : last}: ${message}`;
}

/** The file's own name, or its path where another file is called the same. Files in the box are marked as such beside it. */
function nameOf(file: File, files: readonly File[]): string {
  if (file.sample) return file.file.slice(file.file.indexOf(':') + 1);
  const base = lastPart(file.file);
  return files.some((other) => other !== file && lastPart(other.file) === base) ? file.file : base;
}

function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The tooltip: where it is and how its fields were understood. */
function readAs({ file, mapping, sample }: File): string {
  if (sample) return 'In the box: the embedded models were trained on problems of these kinds';
  const roles = Object.entries(mapping).flatMap(([role, field]) =>
    field ? [`${roleNames[role as keyof FieldMapping] ?? role}: ${field}`] : [],
  );
  return [file, ...roles].join('\n');
}

const roleNames: Partial<Record<keyof FieldMapping, string>> = { text: 'problem' };
