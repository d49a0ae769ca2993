/** An amount in ISO 4217 minor units: 30000 SEK is 300.00 kronor. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

// ISO 4217 list one, active codes; the exponent is 2 where the table below does not say otherwise.
const codes: ReadonlySet<string> = new Set(
  (
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF ' +
    'CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD ' +
    'HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD ' +
    'MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN ' +
    'PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD ' +
    'TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
  ).split(' '),
);

const exponents: Readonly<Record<string, number>> = {
  ...of(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...of(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...of(4, 'CLF UYW'),
};

/** The number of decimals of a currency, or undefined for a code that ISO 4217 does not list. */
export function exponentOf(currency: string): number | undefined {
  return codes.has(currency) ? (exponents[currency] ?? 2) : undefined;
}

/** Whether a number can be an amount in minor units: a whole number that doubles hold exactly. */
export function isMinorUnits(value: number): boolean {
  return Number.isSafeInteger(value);
}

/**
 * Converts a decimal amount in major units ("22.96", 22.96, -5) to minor units of the currency, without rounding.
 * Undefined for an unknown currency, too many decimals (19.999 EUR), a text that is no plain decimal, or an amount
 * beyond 2^53.
 */
export function parseDecimal(value: string | number, currency: string): number | undefined {
  const exponent = exponentOf(currency);
  // The shortest text of a JSON number is what the sender wrote, except for trailing zeros.
  const match = /^(-?)(\d{1,16})(?:\.(\d+))?$/.exec(String(value).trim());
  if (exponent === undefined || !match) return undefined;
  const [, sign, whole = '', decimals = ''] = match;
  // Beyond 15 digits a double does not hold what was written.
  if (typeof value === 'number' && decimals && whole.length + decimals.length > 15) return undefined;
  const significant = decimals.replace(/0+$/, '');
  if (significant.length > exponent) return undefined;
  const amount = Number(whole + significant.padEnd(exponent, '0'));
  if (!isMinorUnits(amount)) return undefined;
  return sign && amount !== 0 ? -amount : amount;
}

/** An amount for people: `formatMoney({ amount: 30000, currency: 'SEK' })` is "300.00 SEK". */
export function formatMoney({ amount, currency }: Money): string {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return `${amount} minor units of ${currency}`;
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const decimals = exponent ? `.${digits.slice(-exponent)}` : '';
  return `${amount < 0 ? '-' : ''}${whole}${decimals} ${currency}`;
}

function of(exponent: number, list: string): Record<string, number> {
  return Object.fromEntries(list.split(' ').map((code) => [code, exponent]));
}
