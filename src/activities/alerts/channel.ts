import type { AlertMessage } from './message.ts';

/** A way to reach people. */
export interface Channel {
  /** Sends one alert, or throws. A repeat carries the same id. */
  send(message: AlertMessage, signal: AbortSignal): Promise<void>;
}
