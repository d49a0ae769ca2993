import { z } from 'zod';
import type { Answer } from './answers.ts';
import { forMs, times } from './faults.ts';
import { type JsonObject, type Overlay, overlaid } from './overlay.ts';
import { hasOnlyJson } from './raw-json.ts';

/** The fields of an overlay, as controls take them. */
export const overlayFields = {
  /** Laid over the answer; `{"$raw": "…"}` stands in it exactly as the text says. */
  set: z.record(z.string(), z.unknown()).default({}).refine(hasOnlyJson, 'a $raw that is not JSON'),
  /** Paths to leave out, such as `data.captures.0.status`. */
  omit: z.array(z.string()).default([]),
};

/** The schema of a list of patches. `on` names the operation whose answer is changed, or `hook`. */
export function patchesSchemaOf<On extends z.ZodType<string>>(on: On) {
  return z.array(z.strictObject({ on, ...overlayFields, times: times.default('forever'), forMs }));
}

/** An answer as a patch changes it. Refusals stay as they are. */
export function patched(answer: Answer, patch: Overlay | undefined): Answer {
  const { status, body } = answer;
  if (patch === undefined || status >= 300 || typeof body !== 'object' || body === null) return answer;
  return { status, body: overlaid(body as JsonObject, patch), mayHoldRaw: true };
}
