import { fileURLToPath } from 'node:url';

/** The root of this checkout. */
export const checkout = fileURLToPath(new URL('../../', import.meta.url));
