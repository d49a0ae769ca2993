import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { queries } from '../../../../src/workflows/contract/messages.ts';
import { listen } from '../front.ts';
import { account } from '../routes.ts';
import { settingsFrom } from '../settings.ts';

// A front that reads the product's own orders by Query instead of describe.
const deadlineMs = 5_000;
Runtime.install({ shutdownSignals: [] });
const settings = settingsFrom(process.env);
const connection = await NativeConnection.connect({ address: settings.temporalAddress });
const client = new Client({ connection });
const refuse = () => Promise.reject(new Error('this front only reads'));

await listen(
  {
    register: refuse,
    takeHook: refuse,
    read: (session) =>
      client.withDeadline(Date.now() + deadlineMs, () =>
        client.workflow.getHandle(`${account}:${session}`).query<object>(queries.order),
      ),
  },
  settings,
);
