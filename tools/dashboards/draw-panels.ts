import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

export interface DrawnPanel {
  readonly title: string;
  readonly unit?: string | undefined;
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly (readonly [at: number, value: number])[];
  }[];
}

const columns = 3;
// More lines would be indistinguishable.
const linesShown = 8;

/** The panels that have data, as one picture. */
export async function drawPanels(panels: readonly DrawnPanel[]): Promise<string> {
  const spec = {
    background: '#ffffff',
    padding: 12,
    config: {
      font: 'sans-serif',
      axis: { gridColor: '#e6e6e6', titleFontWeight: 'normal' },
      title: { fontSize: 13, anchor: 'start', fontWeight: 'normal' },
      view: { stroke: null },
      concat: { columns },
    },
    columns,
    concat: panels.filter(({ lines }) => lines.length > 0).map(specOf),
    resolve: { scale: { color: 'independent' } },
  };
  const view = new vega.View(vega.parse(compile(spec as TopLevelSpec).spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return svg.replace(/^<svg /, '<svg role="img" aria-label="Panels of the dashboard" ');
}

function specOf({ title, unit, lines }: DrawnPanel): object {
  const last = (points: DrawnPanel['lines'][number]['points']) => points.at(-1)?.[1] ?? 0;
  const shown = lines.toSorted((a, b) => last(b.points) - last(a.points)).slice(0, linesShown);
  const values = shown.flatMap(({ name, points }) =>
    points
      .filter(([, value]) => Number.isFinite(value))
      .map(([at, value]) => ({ name, at: at * 1_000, value })),
  );
  return {
    title,
    width: 250,
    height: 120,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.5 },
    encoding: {
      x: { field: 'at', type: 'temporal', title: null, axis: { tickCount: 4, format: '%H:%M' } },
      y: { field: 'value', type: 'quantitative', title: unit ?? null, axis: { tickCount: 4 } },
      color: {
        field: 'name',
        type: 'nominal',
        title: null,
        legend: { orient: 'bottom', columns: 2, labelLimit: 150, labelFontSize: 9, symbolType: 'stroke' },
      },
    },
  };
}
