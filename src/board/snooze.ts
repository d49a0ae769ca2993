export const snoozeChoices = ['1h', '4h', 'tomorrow'] as const;

export type SnoozeChoice = (typeof snoozeChoices)[number];

export const snoozeNames: Readonly<Record<SnoozeChoice, string>> = {
  '1h': 'for 1 hour',
  '4h': 'for 4 hours',
  tomorrow: 'until tomorrow 08:00 UTC',
};

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * The end of a snooze, epoch milliseconds: the typed time (UTC, `2026-11-24T12:00`) where there is one, else the choice.
 * Undefined for a typed time that is malformed or past.
 */
export function snoozeUntil(choice: SnoozeChoice, typed: string, now: number): number | undefined {
  if (typed !== '') {
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(typed) ? Date.parse(`${typed}Z`) : Number.NaN;
    return at > now ? at : undefined;
  }
  // Rounded to the minute, so that a second click asks for the same end.
  const from = Math.ceil(now / minute) * minute;
  switch (choice) {
    case '1h':
      return from + hour;
    case '4h':
      return from + 4 * hour;
    case 'tomorrow':
      return Math.floor(now / day) * day + day + 8 * hour;
  }
}
