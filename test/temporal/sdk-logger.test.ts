import { pino } from 'pino';
import { sdkLogger } from '../../src/temporal/sdk-logger.ts';

/** What the log of this level has of what the SDK says. */
function logged(level: string, say: (log: ReturnType<typeof sdkLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  say(sdkLogger(pino({ level }, { write: (line: string) => void lines.push(line) })));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test.each([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['error', ['error']],
  ['silent', []],
])('at %s it says what is that loud', (level, expected) => {
  const lines = logged(level, (log) => {
    log.debug('debug');
    log.info('info');
    log.warn('warn');
    log.error('error');
  });
  expect(lines.map(({ msg }) => msg)).toEqual(expected);
});

test('what is about an order has its id as the API has it, and what is about a desk has none', () => {
  const [order, desk] = logged('warn', (log) => {
    log.warn('failed', { workflowId: 'acme-se:1', workflowType: 'paymentOrder', error: new Error('why') });
    log.warn('failed', { workflowId: 'alert-desk/acme-se', workflowType: 'alertDesk' });
  });
  expect(order).toMatchObject({ order: 'acme-se:1', err: { message: 'why' }, msg: 'failed' });
  expect(desk).not.toHaveProperty('order');
});

test('that workers of ours miss what they are not meant to have is not said', () => {
  expect(logged('trace', (log) => log.warn('No activities registered, not polling'))).toEqual([]);
});
