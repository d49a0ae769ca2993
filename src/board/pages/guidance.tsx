import { codes, type Code } from '../../domain/escalation/codes.ts';

/** What a reason or a finding means, and what to do about it. */
export function Guidance({ code }: { readonly code: Code }) {
  const { meaning, action } = codes[code];
  return (
    <small>
      {meaning} {action}
    </small>
  );
}
