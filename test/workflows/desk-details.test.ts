import { deskDetailsOf } from '../../src/workflows/desk-details.ts';

const since = Date.parse('2026-11-25T08:00:00Z');

test('a channel that is not reached is named, and how much it will not be told', () => {
  const failing = [
    { channel: 'chat', since },
    { channel: 'pager', since, dropped: 3 },
  ];
  expect(deskDetailsOf({ account: 'acme-se', incidents: [], failing })).toMatch(
    /\*\*Not reached:\*\* chat since [^;,]+; pager since [^;,]+, 3 alerts dropped\. It is tried again/,
  );
});
