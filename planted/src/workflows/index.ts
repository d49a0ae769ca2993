export { alertDesk } from './alert-desk.ts';
export { paymentOrder } from './payment-order.ts';
export { driftReport, sweep } from './sweeps.ts';
