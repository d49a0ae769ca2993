import { parseSync } from '@swc/core';
import type {
  ClassMember,
  Declaration,
  Expression,
  ModuleItem,
  TsMappedType,
  TsType,
  TsTypeAnnotation,
  TsTypeElement,
  VariableDeclaration,
} from '@swc/core';

/** What the files at hand say of each name; a name that two of them declare counts as both. */
interface Names {
  readonly types: Map<string, TypeBody[]>;
  readonly answers: Map<string, (TsType | undefined)[]>;
  /** Where a name comes from, when from a package. */
  readonly packages: Map<string, string>;
}

type TypeBody = TsType | readonly TsTypeElement[];
type Item = ModuleItem | Declaration;

interface Found {
  readonly start: number;
  readonly name: string;
}

/**
 * State at module level, as `path:line: name`: a `let` or `var`, and a constant, static field or default export that holds
 * an object, a collection or a regular expression that can change. One that is `as const`, frozen or of a read-only type,
 * in all of its parts, cannot.
 * Takes TypeScript by path; what a type or a function is, is known when one of the files declares it.
 */
export function moduleState(files: Readonly<Record<string, string>>): readonly string[] {
  const parsed = Object.entries(files).map(([path, text]) => ({ path, text, items: itemsOf(text) }));
  const names = namesIn(parsed.flatMap(({ items }) => items));
  return parsed.flatMap(({ path, text, items }) =>
    items
      .flatMap((item) => stateIn(item, names))
      .map(({ start, name }) => `${path}:${lineOf(text, start)}: ${name}`),
  );
}

function itemsOf(text: string): readonly Item[] {
  const { body } = parseSync(text, { syntax: 'typescript', target: 'es2023' });
  return body.map((item) => (item.type === 'ExportDeclaration' ? item.declaration : item));
}

/** The parser counts bytes, from 1. */
function lineOf(text: string, start: number): number {
  const before = Buffer.from(text).subarray(0, start - 1);
  return before.toString().split('\n').length;
}

function namesIn(items: readonly Item[]): Names {
  const names: Names = { types: new Map(), answers: new Map(), packages: new Map() };
  const add = <T>(map: Map<string, T[]>, name: string, value: T) =>
    map.set(name, [...(map.get(name) ?? []), value]);
  for (const item of items) {
    if (item.type === 'TsInterfaceDeclaration') add(names.types, item.id.value, item.body.body);
    if (item.type === 'TsTypeAliasDeclaration') add(names.types, item.id.value, item.typeAnnotation);
    if (item.type === 'FunctionDeclaration')
      add(names.answers, item.identifier.value, item.returnType?.typeAnnotation);
    if (item.type === 'VariableDeclaration')
      for (const { id, init } of item.declarations)
        if (id.type === 'Identifier' && init?.type === 'ArrowFunctionExpression')
          add(names.answers, id.value, init.returnType?.typeAnnotation);
    if (item.type === 'ImportDeclaration' && !item.source.value.startsWith('.'))
      for (const { local } of item.specifiers) names.packages.set(local.value, item.source.value);
  }
  return names;
}

function stateIn(item: Item, names: Names): readonly Found[] {
  if (item.type === 'ExportDefaultExpression')
    return isImmutable(item.expression, names) ? [] : [{ start: item.span.start, name: 'export default' }];
  if (item.type === 'ExportDefaultDeclaration' && item.decl.type === 'ClassExpression')
    return staticsIn(item.decl.body, 'the default class', names);
  if (item.type === 'ClassDeclaration') return staticsIn(item.body, item.identifier.value, names);
  if (item.type !== 'VariableDeclaration') return varsIn(item);
  return item.declarations.flatMap(({ id, init, span }) => {
    const name = id.type === 'Identifier' ? id.value : 'a pattern';
    if (item.kind !== 'const') return [{ start: item.span.start, name: `${item.kind} ${name}` }];
    const type = 'typeAnnotation' in id ? (id.typeAnnotation as TsTypeAnnotation | undefined) : undefined;
    return isConstant(init, type?.typeAnnotation, names) ? [] : [{ start: span.start, name }];
  });
}

/** A `var` in a block of the module, at any depth outside of functions and classes, is a variable of the module. */
function varsIn(node: unknown): readonly Found[] {
  if (Array.isArray(node)) return node.flatMap((one) => varsIn(one));
  if (typeof node !== 'object' || node === null) return [];
  const { type = '', kind, span } = node as Partial<VariableDeclaration>;
  if (/Function|Class|Method|Getter|Setter/.test(type)) return [];
  const inside = Object.values(node).flatMap((part) => varsIn(part));
  return type === 'VariableDeclaration' && kind === 'var'
    ? [{ start: span!.start, name: 'var in a block' }, ...inside]
    : inside;
}

function staticsIn(members: readonly ClassMember[], of: string, names: Names): readonly Found[] {
  return members
    .filter((member) => isStaticState(member, names))
    .map(({ span }) => ({ start: span.start, name: `static of ${of}` }));
}

function isStaticState(
  member: ClassMember,
  names: Names,
): member is ClassMember & { span: { start: number } } {
  if ((member.type !== 'ClassProperty' && member.type !== 'PrivateProperty') || !member.isStatic)
    return false;
  return !member.readonly || !isConstant(member.value, member.typeAnnotation?.typeAnnotation, names);
}

/** Whether a value cannot change, by itself or by its declared type. */
function isConstant(value: Expression | undefined, type: TsType | undefined, names: Names): boolean {
  if (value === undefined || isImmutable(value, names)) return true;
  if (type === undefined) return false;
  // The methods of another object could hide what changes.
  const isPlain = value.type === 'ObjectExpression' || value.type === 'ArrayExpression';
  return isReadonly(type) || (isPlain && isReadonly(type, names));
}

function isImmutable(value: Expression, names: Names, isFrozen = false): boolean {
  const of = (part: Expression) => isImmutable(part, names, isFrozen);
  switch (value.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'Identifier':
    case 'MemberExpression':
    case 'UnaryExpression':
    case 'TemplateLiteral':
      return true;
    case 'RegExpLiteral':
      // With these a match remembers where it ended.
      return !/[gy]/.test(value.flags);
    case 'BinaryExpression':
      return of(value.left) && of(value.right);
    case 'ConditionalExpression':
      return of(value.consequent) && of(value.alternate);
    case 'TsAsExpression':
      if (isMutable(value.typeAnnotation, names)) return false;
      return isReadonly(value.typeAnnotation, names) || of(value.expression);
    case 'ParenthesisExpression':
    case 'TsSatisfiesExpression':
    case 'TsNonNullExpression':
      return of(value.expression);
    case 'TsConstAssertion':
      return isImmutable(value.expression, names, true);
    case 'ArrayExpression':
      return isFrozen && value.elements.every((element) => element === undefined || of(element.expression));
    case 'ObjectExpression':
      return isFrozen && value.properties.every((one) => one.type !== 'KeyValueProperty' || of(one.value));
    case 'CallExpression': {
      const { callee, arguments: args } = value;
      if (callee.type === 'Identifier') return answersConstant(callee.value, names);
      if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
      if (callee.object.value === 'Math' || isOfSdk(callee.object.value, names)) return true;
      const isFreeze =
        callee.object.value === 'Object' &&
        callee.property.type === 'Identifier' &&
        callee.property.value === 'freeze';
      return isFreeze && args.every(({ expression }) => isImmutable(expression, names, true));
    }
    default:
      return false;
  }
}

/** The SDK's functions define things; one of our own must say that its answer is read-only. */
function answersConstant(name: string, names: Names): boolean {
  if (isOfSdk(name, names)) return true;
  const answers = names.answers.get(name) ?? [];
  return answers.length > 0 && answers.every((type) => type !== undefined && isReadonly(type, names));
}

function isOfSdk(name: string, names: Names): boolean {
  return names.packages.get(name)?.startsWith('@temporalio/') ?? false;
}

/** Whether a type lets nothing change; with the names at hand, those of packages and of interfaces of read-only fields too. */
function isReadonly(type: TsType, names?: Names): boolean {
  switch (type.type) {
    case 'TsKeywordType':
      return !['any', 'object', 'unknown'].includes(type.kind);
    case 'TsLiteralType':
    case 'TsFunctionType':
      return true;
    case 'TsTypeOperator':
      return type.op === 'readonly' && !isMutable(type, names);
    case 'TsParenthesizedType':
      return isReadonly(type.typeAnnotation, names);
    case 'TsMappedType':
      return isReadonlyMapping(type) && !isMutable(type, names);
    case 'TsIntersectionType':
    case 'TsUnionType':
      return type.types.every((one) => isReadonly(one, names));
    case 'TsTypeLiteral':
      return !areMutable(type.members, names);
    case 'TsTypeReference': {
      if (type.typeName.type !== 'Identifier') return false;
      const { value: name } = type.typeName;
      const bodies = names?.types.get(name);
      if (bodies) {
        const rest = without(name, names!);
        return bodies.every((body) => (isMembers(body) ? !areMutable(body, rest) : isReadonly(body, rest)));
      }
      if (/^Readonly(Array|Set|Map)?$/.test(name)) return !isMutable(type, names);
      return names?.packages.has(name) ?? false;
    }
    default:
      return false;
  }
}

function isMembers(body: TypeBody): body is readonly TsTypeElement[] {
  return Array.isArray(body);
}

/** Whether a type surely lets something change, in itself or in what it holds. Of a type that is not known, it is not sure. */
function isMutable(type: TsType, names: Names | undefined): boolean {
  switch (type.type) {
    case 'TsArrayType':
    case 'TsTupleType':
      return true;
    case 'TsTypeOperator':
      return type.op === 'readonly' && holdsMutable(type.typeAnnotation, names);
    case 'TsParenthesizedType':
      return isMutable(type.typeAnnotation, names);
    case 'TsMappedType':
      return (
        !isReadonlyMapping(type) || (type.typeAnnotation ? isMutable(type.typeAnnotation, names) : false)
      );
    case 'TsIntersectionType':
    case 'TsUnionType':
      return type.types.some((one) => isMutable(one, names));
    case 'TsTypeLiteral':
      return areMutable(type.members, names);
    case 'TsTypeReference': {
      if (type.typeName.type !== 'Identifier') return false;
      const { value: name } = type.typeName;
      const bodies = names?.types.get(name);
      if (bodies) {
        const rest = without(name, names!);
        return bodies.some((body) => (isMembers(body) ? areMutable(body, rest) : isMutable(body, rest)));
      }
      if (name === 'Readonly')
        return type.typeParams?.params.some((one) => holdsMutable(one, names)) ?? false;
      if (/^Readonly(Array|Set|Map)$/.test(name)) return holdsMutable(type, names);
      return /^(Array|Record|(Weak)?(Set|Map))$/.test(name);
    }
    default:
      return false;
  }
}

function areMutable(members: readonly TsTypeElement[], names: Names | undefined): boolean {
  return members.some((member) => {
    if (!('readonly' in member)) return false;
    const type = typeOf(member);
    return !member.readonly || (type ? isMutable(type, names) : false);
  });
}

/** Not `-readonly`, which takes it away. */
function isReadonlyMapping({ readonly: sign }: TsMappedType): boolean {
  return Boolean(sign) && sign !== '-';
}

/** Whether the elements, members or type arguments of a type surely let something change. */
function holdsMutable(type: TsType, names: Names | undefined): boolean {
  return partsOf(type).some((part) => isMutable(part, names));
}

function partsOf(type: TsType): readonly TsType[] {
  switch (type.type) {
    case 'TsArrayType':
      return [type.elemType];
    case 'TsTupleType':
      return type.elemTypes.map(({ ty }) => ty);
    case 'TsTypeLiteral':
      return type.members.flatMap((member) => typeOf(member) ?? []);
    case 'TsTypeReference':
      return type.typeParams?.params ?? [];
    default:
      return [];
  }
}

function typeOf(member: TsTypeElement): TsType | undefined {
  return 'typeAnnotation' in member ? member.typeAnnotation?.typeAnnotation : undefined;
}

/** So that a type that holds itself is looked into once. */
function without(name: string, names: Names): Names {
  return { ...names, types: new Map([...names.types].filter(([other]) => other !== name)) };
}
