import type { Figure, Tags } from './figures.ts';

/** A plot: its file's name without an ending, what it shows, and how (Vega-Lite 6). */
export interface Plot {
  readonly name: string;
  readonly caseName: string;
  readonly alt: string;
  readonly spec: object;
}

// A plate of its own below each plot, so that it reads on white and on dark pages alike.
const config = {
  background: '#ffffff',
  padding: 12,
  font: 'sans-serif',
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e6e6e6' },
  legend: { labelFontSize: 12, labelLimit: 240, titleFontSize: 12, titleFontWeight: 'normal' },
  header: { labelFontSize: 12, titleFontSize: 12 },
  title: { fontSize: 14, anchor: 'start', fontWeight: 'normal' },
  view: { stroke: null },
  range: { category: ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9'] },
};

// The same in every plot; colour-blind readers can distinguish them (Okabe and Ito).
const colours = {
  product: '#0072b2',
  bare: '#e69f00',
  minimal: '#009e73',
  textbook: '#cc79a7',
  'product, by its wait': '#56b4e9',
};
const order = Object.keys(colours);
const processes = {
  server: '#5f6b76',
  api: '#d55e00',
  worker: '#56b4e9',
  provider: '#f0e442',
  client: '#b8b8b8',
};

/** The plots of those figures that are there. */
export function plotsOf(figures: readonly Figure[]): Plot[] {
  const rows = rowsOf(figures);
  return builders.flatMap(({ measure, build, ...plot }) => {
    const own = rows.filter((row) => row.measure === measure);
    return own.length === 0 ? [] : [{ ...plot, spec: { config, data: { values: own }, ...build(own) } }];
  });
}

type Row = Tags & { readonly value: number; readonly low: number; readonly high: number };

function rowsOf(figures: readonly Figure[]): Row[] {
  return figures.flatMap(({ tags, value, spread }) =>
    tags ? [{ ...tags, value, low: spread?.min ?? value, high: spread?.max ?? value }] : [],
  );
}

interface Builder extends Omit<Plot, 'spec'> {
  readonly measure: string;
  build(rows: readonly Row[]): object;
}

function variantOf(rows: readonly Row[]): object {
  const shown = Object.entries(colours).filter(([name]) => rows.some(({ variant }) => variant === name));
  const scale = { domain: shown.map(([name]) => name), range: shown.map(([, colour]) => colour) };
  return { field: 'variant', type: 'nominal', title: null, scale };
}

/** Bars side by side with the least and the most of the rounds. */
function bars(
  rows: readonly Row[],
  x: { field: string; title: string | null },
  y: string,
  width = 90,
): object {
  const position = {
    x: { ...x, type: 'ordinal', axis: { labelAngle: 0, labelLimit: 260 } },
    xOffset: { field: 'variant', sort: order },
  };
  return {
    width: { step: width / 4 },
    height: 240,
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          ...position,
          y: { field: 'value', type: 'quantitative', title: y },
          color: variantOf(rows),
        },
      },
      {
        mark: { type: 'rule', color: '#333333', strokeWidth: 1.5 },
        encoding: { ...position, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
      },
    ],
  };
}

/** What each process has used, one on the other. */
function stacked(y: string): object {
  return {
    width: { step: 90 },
    height: 240,
    transform: [
      { calculate: `indexof(${JSON.stringify(Object.keys(processes))}, datum.process)`, as: 'rank' },
    ],
    mark: { type: 'bar' },
    encoding: {
      x: { field: 'variant', type: 'nominal', title: null, sort: order, axis: { labelAngle: 0 } },
      y: { field: 'value', type: 'quantitative', title: y, stack: 'zero' },
      color: {
        field: 'process',
        type: 'nominal',
        title: 'process',
        scale: { domain: Object.keys(processes), range: Object.values(processes) },
      },
      // The first of the legend stands at the bottom.
      order: { field: 'rank', type: 'ordinal' },
    },
  };
}

const builders: readonly Builder[] = [
  {
    name: 'acknowledgements',
    caseName: 'ack',
    measure: 'acknowledgements',
    alt: 'Acknowledged hooks a second by concurrency and variant, with the least and the most of the rounds',
    build: (rows) => bars(rows, { field: 'concurrency', title: 'calls at once' }, 'acknowledgements (1/s)'),
  },
  {
    name: 'open-loop',
    caseName: 'ack',
    measure: 'open loop',
    alt: 'Latency percentiles of acknowledgements on a fixed schedule, product and bare loop',
    build: (rows) =>
      bars(rows, { field: 'percentile', title: 'percentile' }, 'latency from the scheduled time (ms)'),
  },
  {
    name: 'hook-to-visible',
    caseName: 'visible',
    measure: 'hook to visible',
    alt: 'Time from a hook to the first read that shows the change, by variant',
    build: (rows) => bars(rows, { field: 'percentile', title: 'percentile' }, 'hook to visible (ms)'),
  },
  {
    name: 'payments',
    caseName: 'lifecycle',
    measure: 'payments',
    alt: 'Whole lives of payments a second, by pace and variant',
    build: (rows) => bars(rows, { field: 'pace', title: null }, 'payments (1/s)', 200),
  },
  {
    name: 'payment-cpu',
    caseName: 'lifecycle',
    measure: 'payment CPU',
    alt: 'CPU milliseconds of one payment by process, for each variant',
    build: () => stacked('CPU a payment (ms)'),
  },
  {
    name: 'footprint',
    caseName: 'footprint',
    measure: 'footprint',
    alt: 'History events, history size, billable actions and reads of one payment, by variant',
    build: (rows) => ({
      facet: { field: 'of', type: 'nominal', title: null },
      columns: 3,
      resolve: { scale: { y: 'independent' } },
      spec: {
        width: 130,
        height: 140,
        mark: { type: 'bar' },
        encoding: {
          x: { field: 'variant', type: 'nominal', sort: order, axis: null },
          y: { field: 'value', type: 'quantitative', title: 'of one payment' },
          color: variantOf(rows),
        },
      },
    }),
  },
  {
    name: 'growth',
    caseName: 'growth',
    measure: 'growth',
    alt: 'Payments a second with many open orders, of those with few, against the number',
    build: (rows) => ({
      width: 380,
      height: 240,
      encoding: {
        x: {
          field: 'open',
          type: 'quantitative',
          title: 'open orders',
          scale: { type: 'log' },
          axis: { values: rows.map(({ open }) => open), format: ',' },
        },
      },
      layer: [
        {
          mark: { type: 'line', point: { size: 60 } },
          encoding: {
            y: {
              field: 'value',
              type: 'quantitative',
              title: 'rate / rate with few open',
              scale: { zero: true },
            },
          },
        },
        {
          mark: { type: 'rule', strokeWidth: 1.5 },
          encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
        },
      ],
    }),
  },
];
