const tenYearsMs = 3_652.5 * 86_400_000;
// As seconds this is the year 5138, as milliseconds 1973: no payment is so far from either.
const firstMilliseconds = 1e11;

const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:(?:T|\s+)(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)?$/i;

/**
 * The epoch milliseconds that a provider's date means; undefined for what is no date, or one more than ten years from
 * `now`. A date without a zone is UTC.
 */
export function parseDate(value: unknown, now: number): number | undefined {
  const time = parseTime(value);
  return time !== undefined && Math.abs(time - now) <= tenYearsMs ? time : undefined;
}

/** Like `parseDate`, however far away it is: ISO 8601 or `2020-08-04 10:31:20`, or seconds or milliseconds since 1970. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return ofNumber(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return /^-?\d{1,16}(\.\d{1,9})?$/.test(text) ? ofNumber(Number(text)) : ofText(text);
}

function ofNumber(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  return Math.round(Math.abs(value) < firstMilliseconds ? value * 1_000 : value);
}

function ofText(text: string): number | undefined {
  const match = dateTime.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const [fraction = '', zone = 'Z'] = match.slice(7);
  const midnight = new Date(Date.UTC(year, month - 1, day));
  // The calendar has no 30th of February; JavaScript makes it a day in March.
  const isInCalendar = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  if (!isInCalendar || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  return midnight.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1_000 + milliseconds;
}

function offsetMinutes(zone: string): number | undefined {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (!match) return 0;
  const [, sign, hours, minutes = '0'] = match;
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
