import { z } from 'zod';
import { Refusal } from '../answers.ts';
import { productTypes } from './vocabulary.ts';

const productLine = z.looseObject({
  productType: z.enum(productTypes),
  reference: z.string().min(1).max(256),
  name: z.string().max(256),
  quantity: z.int().min(1),
  quantityUnit: z.string().max(10).optional(),
  unitPrice: z.int(),
  unitPriceIncVat: z.int().optional(),
  taxRate: z.int().min(0),
  discountPercentage: z.int().min(0).max(10_000).optional(),
  totalAmount: z.int(),
  totalVatAmount: z.int(),
});

/** The sales tax of the US: a line that has only an amount. */
const salesTaxLine = z.looseObject({ productType: z.literal('sales_tax'), totalTaxAmount: z.int() });

const lineSchema = z.discriminatedUnion('productType', [productLine, salesTaxLine]);
export type ProductLine = z.infer<typeof productLine>;
export type Line = z.infer<typeof lineSchema>;

/** An order's amounts: integers in minor units, `IncVat` as the shopper pays them. */
export const orderSchema = z.looseObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  amountIncVat: z.int().min(0),
  amountExVat: z.int().min(0),
  cart: z.array(lineSchema).min(1),
});
export type BriqpayOrder = z.infer<typeof orderSchema>;

/** Checks that the totals are the exact sums of the lines. */
export function checkTotals({ amountIncVat, amountExVat, cart }: BriqpayOrder): void {
  const incVat = cart.reduce((sum, line) => sum + incVatOf(line), 0);
  const exVat = cart.reduce((sum, line) => sum + exVatOf(line), 0);
  if (incVat !== amountIncVat || exVat !== amountExVat)
    throw new Refusal(
      400,
      'INVALID_DATA',
      `body.data.order: totals ${amountIncVat} / ${amountExVat} are not the sums of the lines ${incVat} / ${exVat}`,
    );
}

/** Checks a capture line, without VAT: `unitPrice x quantity = totalAmount - totalVatAmount`. */
export function checkCaptureLine(line: ProductLine): void {
  checkProduct(line, line.unitPrice, exVatOf(line));
}

/** Checks a refund line, with VAT: `unitPriceIncVat x quantity = totalAmount`. */
export function checkRefundLine(line: ProductLine): void {
  if (line.unitPriceIncVat !== undefined) checkProduct(line, line.unitPriceIncVat, line.totalAmount);
}

export function isProduct(line: Line): line is ProductLine {
  return line.productType !== 'sales_tax';
}

/** An order of one line at 25 % VAT. `amount` must be a multiple of `quantity`. */
export function plainOrder(amount: number, currency: string, quantity: number): BriqpayOrder {
  const unitPriceIncVat = amount / quantity;
  if (!Number.isInteger(unitPriceIncVat))
    throw new Refusal(400, 'INVALID_DATA', `body.amount: not a multiple of the quantity ${quantity}`);
  const unitPrice = Math.round(unitPriceIncVat / 1.25);
  const amountExVat = unitPrice * quantity;
  const line = {
    productType: 'physical',
    reference: 'SKU-1',
    name: 'Mug',
    quantity,
    quantityUnit: 'pc',
    unitPrice,
    unitPriceIncVat,
    taxRate: 2500,
    discountPercentage: 0,
    totalAmount: amount,
    totalVatAmount: amount - amountExVat,
  } as const;
  return { currency, amountIncVat: amount, amountExVat, cart: [line] };
}

/** The part of `amount` without VAT, in the proportion of the order. */
export function exVatShare(order: BriqpayOrder, amount: number): number {
  return order.amountIncVat === 0 ? amount : Math.round((order.amountExVat * amount) / order.amountIncVat);
}

function checkProduct(line: ProductLine, unitPrice: number, total: number) {
  const discount = line.discountPercentage ?? 0;
  const expected = (unitPrice * line.quantity * (10_000 - discount)) / 10_000;
  // Only a discount can leave a fraction of a minor unit.
  if (Math.abs(expected - total) > (discount === 0 ? 0 : 1))
    throw new Refusal(400, 'INVALID_DATA', `line ${line.reference}: ${expected} expected, ${total} sent`);
}

function incVatOf(line: Line) {
  return line.productType === 'sales_tax' ? line.totalTaxAmount : line.totalAmount;
}

function exVatOf(line: Line) {
  return line.productType === 'sales_tax' ? 0 : line.totalAmount - line.totalVatAmount;
}
