import { ApplicationFailure } from '@temporalio/activity';

const deadlineMs = 10_000;
const longestWaitMs = 15_000;

/**
 * Posts JSON, or throws an ApplicationFailure. The failure is kept in the workflow's history, so it names the status and
 * nothing of the address or the answer. Redirects are not followed.
 */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
  }).catch((error: unknown) => {
    const { name } = error as Error;
    throw ApplicationFailure.create({
      type: 'channel_down',
      message: name === 'TimeoutError' ? 'no answer in time' : 'no connection',
    });
  });
  await response.body?.cancel();
  if (response.ok) return;
  const seconds = Number(response.headers.get('retry-after'));
  throw ApplicationFailure.create({
    type: 'channel_refused',
    message: `status ${response.status}`,
    ...(seconds > 0 && { nextRetryDelay: Math.min(seconds * 1_000, longestWaitMs) }),
  });
}
