import { isSafeNumber, parse } from 'lossless-json';

// Sixteen digits in a row, or an exponent: the only numbers that a double may not hold.
const mayLose = /[\d.]{16}|\d[eE][+-]?\d/;
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/**
 * Parses JSON. A number that a double cannot hold exactly, such as an id of nineteen digits, becomes the text that was
 * sent; all others are numbers. Of a key that is given twice the last counts. Throws for what is no JSON.
 */
export function parseExactly(text: string): unknown {
  // Native, since it is fast and knows no depth; most answers have no such number.
  const value: unknown = JSON.parse(text);
  // An id in a string may look like such a number, and the exact parser knows a depth.
  if (!mayLose.test(text) || !mayLose.test(text.replace(strings, '""'))) return value;
  return parse(text, undefined, {
    parseNumber: (digits) => (isSafeNumber(digits) ? Number(digits) : digits),
    onDuplicateKey: ({ newValue }) => newValue,
  });
}
