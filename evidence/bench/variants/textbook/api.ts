import { Client, Connection } from '@temporalio/client';
import { listen } from '../front.ts';
import { settingsFrom } from '../settings.ts';
import { textbookOrders } from './orders.ts';

const settings = settingsFrom(process.env);
const connection = await Connection.connect({ address: settings.temporalAddress });
await listen(textbookOrders(new Client({ connection })), settings);
