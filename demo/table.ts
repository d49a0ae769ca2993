import { formatMoney } from '../src/domain/money/money.ts';
import type { Order } from '../src/domain/order/view.ts';
import type { JourneyResult } from './play.ts';

/** The results as a table for a terminal. */
export function resultTable(results: readonly JourneyResult[]): string {
  const rows = [
    ['', 'order', 'status', 'captured', 'refunded', 'findings', 'escalation'],
    ...results.map(({ name, order, isAsExpected, problem }) => [
      isAsExpected ? '✓' : '✗',
      name,
      order?.status ?? problem ?? '',
      money(order, 'captured'),
      money(order, 'refunded'),
      order?.findings.map(({ code }) => code).join(', ') || 'none',
      order?.escalation ? `level ${order.escalation.level}: ${order.escalation.reasons.join(', ')}` : '',
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0], widths.map((width) => '─'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}

function money(order: Order | undefined, bucket: 'captured' | 'refunded'): string {
  const { currency, [bucket]: amount } = order?.amounts ?? {};
  return amount === undefined || currency === undefined ? '' : formatMoney({ amount, currency });
}
