// oxlint-disable unicorn/prefer-add-event-listener, unicorn/require-post-message-target-origin -- these channels are no windows
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';
import { answerCalls } from '../../kit/calls.ts';

// Preloaded by `--expose-gc --import` into a worker process and, with it, into each of its threads: the SDK runs workflows
// in a thread of its own, whose heap cannot be measured from outside.

/** What one thread holds after all that can be collected is gone. */
export interface ThreadHeap {
  readonly threadId: number;
  readonly usedBytes: number;
  readonly limitBytes: number;
}

const question = new BroadcastChannel('heap-question');
const answers = new BroadcastChannel('heap-answers');
const heaps: ThreadHeap[] = [];
// Threads have no list of themselves, so those that answer soon after the first are those that there are.
const firstAnswerWithinMs = 60_000;
const othersWithinMs = 500;

if (isMainThread) {
  answers.onmessage = (message) => heaps.push((message as { data: ThreadHeap }).data);
  answerCalls({
    async heaps() {
      heaps.length = 0;
      heaps.push(look());
      question.postMessage('look');
      const deadline = AbortSignal.timeout(firstAnswerWithinMs);
      while (heaps.length < 2 && !deadline.aborted) await delay(10);
      await delay(othersWithinMs);
      return [...heaps];
    },
  });
  // The probe is to keep nothing up.
  process.channel?.unref();
} else {
  question.onmessage = () => answers.postMessage(look());
}
question.unref();
answers.unref();

function look(): ThreadHeap {
  if (!globalThis.gc) throw new Error('the probe needs --expose-gc');
  // The second collection takes what the first has only untied.
  globalThis.gc();
  globalThis.gc();
  const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = getHeapStatistics();
  return { threadId, usedBytes, limitBytes };
}
