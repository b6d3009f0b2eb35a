import { html, type TemplateResult } from 'lit';

export interface ArmTableOptions {
  label: string;
  /** What stands over the rows' names. */
  corner: TemplateResult | string;
  rows: { name: string; cells: readonly (string | TemplateResult)[]; strong?: boolean; small?: boolean }[];
}

/** A small table with a column for each arm: weak, then strong. */
export function armTable({ label, corner, rows }: ArmTableOptions): TemplateResult {
  return html`<table class="costs" aria-label=${label}>
    <thead>
      <tr><td>${corner}</td><th scope="col" class="n">weak</th><th scope="col" class="n">strong</th></tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ name, cells, strong, small }) => html`<tr class=${small ? 'small dim' : ''}>
          <th scope="row">${name}</th>
          ${cells.map((cell) => html`<td class=${strong ? 'n strong' : 'n'}>${cell}</td>`)}
        </tr>`,
      )}
    </tbody>
  </table>`;
}
