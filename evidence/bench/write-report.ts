import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { plotsOf, type Plot } from './plots.ts';
import { reportOf } from './report.ts';
import type { Results } from './results.ts';

/** Writes `report.md` and its plots beside the results. */
export async function writeReport(folder: string, results: Results): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const plots = plotsOf(Object.values(results.cases).flatMap(({ figures }) => figures));
  for (const plot of plots) writeFileSync(join(folder, `${plot.name}.svg`), await svgOf(plot));
  writeFileSync(join(folder, 'report.md'), reportOf(results, plots));
}

async function svgOf({ spec, alt }: Plot): Promise<string> {
  const { spec: compiled } = compile(spec as TopLevelSpec);
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  // Read out where the picture is opened by itself.
  return svg.replace(/^<svg /, `<svg role="img" aria-label="${alt}" `);
}
