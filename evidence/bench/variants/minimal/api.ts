import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { listen } from '../front.ts';
import { settingsFrom } from '../settings.ts';
import { minimalOrders } from './orders.ts';

// The runtime would take SIGTERM for itself.
Runtime.install({ shutdownSignals: [] });
const settings = settingsFrom(process.env);
const connection = await NativeConnection.connect({ address: settings.temporalAddress });
await listen(minimalOrders(new Client({ connection })), settings);
