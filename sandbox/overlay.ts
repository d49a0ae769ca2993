import { isRawJson } from './raw-json.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Changes to a JSON object: fields to lay over it, then paths to leave out. */
export interface Overlay {
  readonly set: JsonObject;
  readonly omit: readonly string[];
}

/** The object with an overlay. */
export function overlaid(base: JsonObject, { set, omit }: Overlay): JsonObject {
  return omit.map((path) => path.split('.')).reduce<JsonObject>(cut, laidOver(base, set));
}

/** Objects are merged; other values replace, null too. An object over a list changes its entries by index, or all by `*`. */
function laidOver(base: JsonObject, over: JsonObject): JsonObject {
  const laid = Object.entries(over).map(([name, value]) => [name, merged(base[name], value)] as const);
  return { ...base, ...Object.fromEntries(laid) };
}

function merged(below: unknown, over: unknown): unknown {
  if (!isObject(over) || isRawJson(over)) return over;
  if (isObject(below)) return laidOver(below, over);
  if (!Array.isArray(below)) return over;
  return below.map((entry: unknown, index) =>
    [over['*'], over[String(index)]].reduce(
      (last, each) => (each === undefined ? last : merged(last, each)),
      entry,
    ),
  );
}

function cut(body: JsonObject, path: readonly string[]): JsonObject {
  const [name = '', ...rest] = path;
  const { [name]: below, ...others } = body;
  return rest.length === 0 ? others : { ...body, ...(below !== undefined && { [name]: cutIn(below, rest) }) };
}

function cutIn(value: unknown, path: readonly string[]): unknown {
  if (isObject(value)) return cut(value, path);
  if (!Array.isArray(value)) return value;
  const [name, ...rest] = path;
  const isMeant = (index: number) => name === '*' || name === String(index);
  if (rest.length === 0) return value.filter((_entry, index) => !isMeant(index));
  return value.map((entry: unknown, index) => (isMeant(index) ? cutIn(entry, rest) : entry));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
