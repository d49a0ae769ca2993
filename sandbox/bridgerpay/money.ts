import { Refusal } from '../answers.ts';

const withoutMinorUnit = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ');
const withThousandths = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');

/** The number of decimals of a currency. The sandbox calculates in minor units and sends decimals in major units. */
function exponentOf(currency: string): number {
  if (withoutMinorUnit.includes(currency)) return 0;
  return withThousandths.includes(currency) ? 3 : 2;
}

/** `9995` EUR as `"99.95"`, `-500` as `"-5.00"`. */
export function decimalOf(minor: number, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  const text = exponent === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return minor < 0 ? `-${text}` : text;
}

/** `7090` EUR as `70.9`: in JSON numbers the trailing zeros are lost. */
export function majorOf(minor: number, currency: string): number {
  return Number(decimalOf(minor, currency));
}

/** `"99.95"` or `99.95` EUR as `9995`; undefined for more decimals than the currency has, and for other texts. */
export function minorOf(major: string | number, currency: string): number | undefined {
  const [, whole = '', fraction = ''] = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(String(major)) ?? [];
  const exponent = exponentOf(currency);
  const digits = fraction.replace(/0+$/, '');
  if (whole === '' || digits.length > exponent) return undefined;
  const minor = Number(whole + digits.padEnd(exponent, '0'));
  return Number.isSafeInteger(minor) ? minor : undefined;
}

/** The amount of a control: minor units as a number, or a decimal in major units as a string. */
export function givenAmount(given: string | number, currency: string): number {
  const minor = typeof given === 'number' ? given : minorOf(given, currency);
  if (minor === undefined)
    throw new Refusal(400, 'INVALID_DATA', `body.amount: ${given} is not an amount of ${currency}`);
  return minor;
}
