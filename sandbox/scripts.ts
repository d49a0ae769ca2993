import { z } from 'zod';

/** The schema of a script: actions that run by themselves, `afterMs` after the start of the script. */
export function scriptSchemaOf<A extends object>(schema: z.ZodType<A>) {
  return z
    .array(z.looseObject({ afterMs: z.int().min(0).max(2_147_483_647) }))
    .max(1000)
    .transform((steps, context) =>
      steps.flatMap(({ afterMs, ...rest }, index) => {
        const step = schema.safeParse(rest);
        if (step.success) return [{ afterMs, ...step.data }];
        for (const { path, message } of step.error.issues)
          context.addIssue({ code: 'custom', path: [index, ...path], message });
        return [];
      }),
    );
}
