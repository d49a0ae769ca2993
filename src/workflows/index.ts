export { paymentOrder } from './payment-order.ts';
