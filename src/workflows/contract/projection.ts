import type { Order } from '../../domain/order/view.ts';
import { newestAttribute } from './search-attributes.ts';

// Memo, search attributes and details are one projection of the state; docs/adr/0012-projection-version.md says why it has a version.

/** Fields of the memo's order that came after version 1, and the version that each came with. */
export const laterFields: { readonly [Field in keyof Order]?: number } = {};

/** The version of the projection in this code: that of its newest search attribute or field of the memo. */
export const projectionVersion = Math.max(newestAttribute, ...Object.values(laterFields));

/** The build id of workers: the version of the projection that they show, and which workflow code they run. */
export function buildIdOf(code: string, projection = projectionVersion): string {
  return `${projection}-${code}`;
}

/** The version of the projection that a worker of this build id shows; 1 for a build id that names none. */
export function projectionOf(buildId: string | undefined): number {
  return Number(/^(\d+)-/.exec(buildId ?? '')?.[1] ?? 1);
}
