import { inert } from './inert.ts';

/** Text that somebody else wrote: it stands for itself, whatever its direction, and does nothing. */
export function UntrustedText({ children }: { readonly children: string }) {
  return <bdi>{inert(children)}</bdi>;
}
