import { z } from 'zod';
import { Problem } from '../api/problems.ts';
import { verbs } from './act-form.ts';

/** The act that an address names. */
export const verbSchema = z.object({
  verb: z.enum(verbs).catch(() => {
    throw new Problem('not_found', 'there is no such act');
  }),
});
