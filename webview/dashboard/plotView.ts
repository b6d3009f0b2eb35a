import { html, nothing, svg, type TemplateResult } from 'lit';
import { interval, number, unknown } from '../ui/format.ts';
import type { Curve, Figure } from './figures.ts';
import { layOut, type PlottedCurve } from './plot.ts';

/** The drawing of a figure, and the same as a table for who can't see it. `row`: the table's row whose guide is marked. */
export function plotView(figure: Figure, row: number, width: number, height = 260): TemplateResult {
  const plot = layOut(figure, width, height);
  const { inner } = plot;
  return html`<svg
      class="plot"
      id="plot-${figure.id}"
      viewBox="0 0 ${width} ${height}"
      width=${width}
      height=${height}
      role="img"
      aria-label=${sentence(figure)}
    >
      ${plot.rows.map(
        ({ y, label }) => svg`<path class="grid" d="M${inner.left} ${y}H${inner.right}"></path>
          <text x=${inner.left - 6} y=${y + 4} text-anchor="end">${label}</text>`,
      )}
      ${plot.curves.toReversed().map((curve) => svg`<path class="band ${curve.arm}" d=${curve.band}></path>`)}
      ${plot.guides.map(
        (guide) =>
          svg`<path class=${guide.row === row ? 'guide here' : 'guide'} d="M${guide.x.toFixed(1)} ${inner.top}V${inner.bottom}"></path>`,
      )}
      ${plot.curves.toReversed().map((curve) => svg`<path class="curve ${curve.arm}" d=${curve.line}></path>`)}
      ${plot.curves.toReversed().map((curve) => curveMarks(curve, figure))}
      ${plot.columns.map(({ x, label }) => svg`<text x=${x} y=${inner.bottom + 18} text-anchor="middle">${label}</text>`)}
      <text x=${(inner.left + inner.right) / 2} y=${inner.bottom + 32} text-anchor="middle">${figure.axis.title}</text>
      ${plot.curves.map((curve) => endLabel(curve, inner.right + 8))}
    </svg>
    ${asTable(figure)}`;
}

function curveMarks({ arm, marks }: PlottedCurve, figure: Figure): unknown {
  return marks.map(({ x, y, point }) => {
    const title = svg`<title>${arm}, ${number(point.k)} per problem: ${valueAndInterval(point, figure)}</title>`;
    return arm === 'weak'
      ? svg`<circle class="mark weak" cx=${x} cy=${y} r="4.5">${title}</circle>`
      : svg`<rect class="mark strong" x=${x - 4} y=${y - 4} width="8" height="8">${title}</rect>`;
  });
}

/** The name, and its value below; a thin line leads to it where it had to move away from its curve. */
function endLabel({ arm, label }: PlottedCurve, x: number): unknown {
  const far = Math.abs(label.y - label.from.y) > 8;
  return svg`${far ? svg`<path class="leader" d="M${label.from.x + 6} ${label.from.y}L${x - 3} ${label.y}"></path>` : nothing}
    <text class="end" x=${x} y=${label.y + 1}>${arm}</text><text x=${x} y=${label.y + 14}>${label.value}</text>`;
}

/** `Coverage against cost: weak 88.1 %, strong 83.0 % at 113 TFLOP per problem`. */
function sentence({ title, curves, axis }: Figure): string {
  const ends = curves.map((curve) => {
    const cost = (curve.points.at(-1)?.x ?? 0) * axis.scale;
    return `${curve.arm} ${curve.end} at ${number(cost, cost < 10 ? 1 : 0)} ${axis.title}`;
  });
  return `${title} against cost: ${ends.join(', ')}. A table with every point follows.`;
}

function asTable(figure: Figure): TemplateResult {
  return html`<div class="sr"><table>
    <caption>${figure.title}, ${figure.caption}</caption>
    <thead>
      <tr><th scope="col">arm</th><th scope="col">samples per problem</th><th scope="col">${figure.axis.title}</th><th scope="col">value</th></tr>
    </thead>
    <tbody>${figure.curves.map((curve) => curveRows(curve, figure))}</tbody>
  </table></div>`;
}

function curveRows(curve: Curve, figure: Figure): TemplateResult[] {
  return curve.points.map(
    (point) => html`<tr>
      <th scope="row">${curve.arm}</th><td>${number(point.k)}</td><td>${number(point.x * figure.axis.scale, 2)}</td>
      <td>${valueAndInterval(point, figure)}</td>
    </tr>`,
  );
}

/** `88.1 % (84.9–91.2)`. */
function valueAndInterval(point: Curve['points'][number], figure: Figure): string {
  const range = point.low === point.high ? '' : ` (${interval(point) || unknown})`;
  return `${number(point.y, 1)}${figure.percent ? '\u00a0%' : ''}${range}`;
}
