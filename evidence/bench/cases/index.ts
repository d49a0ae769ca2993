import { ack } from './ack.ts';
import { backlog } from './backlog.ts';
import type { Case } from './case.ts';
import { footprint } from './footprint.ts';
import { growth } from './growth.ts';
import { heap } from './heap.ts';
import { lifecycle } from './lifecycle.ts';
import { neighbour } from './neighbour.ts';
import { outage } from './outage.ts';
import { reads } from './reads.ts';
import { replay } from './replay.ts';
import { startup } from './startup.ts';
import { storm } from './storm.ts';
import { timers } from './timers.ts';
import { visible } from './visible.ts';

/** Every case, in the order of a full run: the long ones last. */
export const cases: readonly Case[] = [
  ack,
  visible,
  lifecycle,
  footprint,
  heap,
  replay,
  startup,
  reads,
  storm,
  neighbour,
  backlog,
  timers,
  outage,
  growth,
];
