export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that must be set and is not; the message is that of the file. */
export class MissingVariable extends Error {}

/**
 * Fills in `$NAME`, `${NAME}`, `${NAME:-otherwise}`, `${NAME-otherwise}`, `${NAME:?message}` and `${NAME?message}` as Docker
 * Compose does; `$$` is a dollar sign. Unlike Compose, a variable without a default that is not set is an error.
 */
export function interpolate(text: string, environment: Environment): string {
  return text.replace(reference, (whole, escaped, bare, name, operator, rest: string = '') => {
    if (escaped !== undefined) return '$';
    const variable = (bare ?? name) as string | undefined;
    if (variable === undefined) throw new MissingVariable(`not a reference: ${whole}`);
    return valueOf(variable, operator as Operator | undefined, rest, environment);
  });
}

const reference = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?])([^}]*))?\}|\{[^}]*\}?)/g;

type Operator = ':-' | '-' | ':?' | '?';

function valueOf(name: string, operator: Operator | undefined, rest: string, env: Environment): string {
  const found = env[name];
  const isThere = operator?.startsWith(':') ? found !== undefined && found !== '' : found !== undefined;
  if (isThere) return found!;
  if (operator?.endsWith('-')) return rest;
  throw new MissingVariable(rest === '' ? `${name} is not set` : `${name} is not set: ${rest}`);
}
