/*
 * As much of WebAssembly's binary format as the kernel needs, so that its program stands in the source and not in a blob.
 * Source: WebAssembly Core Specification 2.0, section 5 (binary format); the names of the instructions are the specification's.
 */

/** Bytes of instructions. An instruction with operands is written as a call: its operands' bytes come first, as the format has it. */
export type Code = readonly number[];

export interface WasmFunction {
  name: string;
  /** How many; all are of type i32. */
  parameters: number;
  /** Types of the locals that follow the parameters. */
  locals: readonly ValueType[];
  body: Code;
}

export type ValueType = 'i32' | 'f32' | 'v128';
const valueTypes: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** A parameter or local of a function. */
export interface Local {
  get: Code;
  set(value: Code): Code;
}

/**
 * A function without a result. `write` gives its body, and asks for further locals by `local`.
 * @param parameters their names; all are of type i32.
 */
export function wasmFunction<Name extends string>(
  name: string,
  parameters: readonly Name[],
  write: (parameters: Record<Name, Local>, local: (type: ValueType) => Local) => Code,
): WasmFunction {
  const locals: ValueType[] = [];
  const at = (index: number): Local => ({
    get: [0x20, ...unsigned(index)],
    set: (value) => [...value, 0x21, ...unsigned(index)],
  });
  const own = Object.fromEntries(parameters.map((parameter, index) => [parameter, at(index)])) as Record<Name, Local>;
  const body = write(own, (type) => at(parameters.length + locals.push(type) - 1));
  return { name, parameters: parameters.length, locals, body };
}

/** A module that exports the functions by their names and imports its memory as `env.memory`. */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...vector(Array.from({ length: parameters }, () => [valueTypes.i32])),
    0,
  ]);
  const memory = [...text('env'), ...text('memory'), 2, 0, 1];
  const exported = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const declared = vector(locals.map((type) => [1, valueTypes[type]]));
    return sized([...declared, ...body, end]);
  });
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [memory]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(7, exported),
    ...section(10, bodies),
  ]);
}

const end = 0x0b;
const empty = 0x40;
const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
const unary =
  (opcode: Code) =>
  (a: Code): Code => [...a, ...opcode];
const binary =
  (opcode: Code) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: binary([0x6a]),
  sub: binary([0x6b]),
  mul: binary([0x6c]),
  and: binary([0x71]),
  shl: binary([0x74]),
  shrU: binary([0x76]),
};

export const f32 = {
  const: (value: number): Code => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)],
  add: binary([0x92]),
  div: binary([0x95]),
  max: binary([0x97]),
};

export const v128 = {
  /** Of four floats at an address that need not be aligned. */
  load: (address: Code, offset = 0): Code => [...address, ...simd(0), 2, ...unsigned(offset)],
  /** Of one float, into all four lanes. */
  load32Splat: (address: Code, offset = 0): Code => [...address, ...simd(9), 2, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(11), 2, ...unsigned(offset)],
  and: binary(simd(0x4e)),
};

export const f32x4 = {
  splat: unary(simd(0x13)),
  const: (value: number): Code => [...f32.const(value), ...simd(0x13)],
  extractLane: (vector: Code, lane: number): Code => [...vector, ...simd(0x1f), lane],
  ge: binary(simd(0x46)),
  add: binary(simd(0xe4)),
  sub: binary(simd(0xe5)),
  mul: binary(simd(0xe6)),
  max: binary(simd(0xe9)),
};

export const i32x4 = {
  add: binary(simd(0xae)),
  shl: binary(simd(0xab)),
  splat: unary(simd(0x11)),
  truncSatF32x4: unary(simd(0xf8)),
};

/** Adds `value` to `to`, by the addition of their type. */
export function increase(to: Local, addition: (a: Code, b: Code) => Code, value: Code): Code {
  return to.set(addition(to.get, value));
}

/** Does `body` once for each step of `count` down to 0; never where it is 0. `count` is 0 afterwards. */
export function repeat(count: Local, body: Code): Code {
  const again = [...count.set(i32.sub(count.get, i32.const(1))), 0x0c, 0];
  const leave = [...count.get, 0x45, 0x0d, 1];
  return [0x02, empty, 0x03, empty, ...leave, ...body, ...again, end, end];
}

/** Does `body` unless `condition` is 0. */
export function when(condition: Local, body: Code): Code {
  return [0x02, empty, ...condition.get, 0x45, 0x0d, 0, ...body, end];
}

function section(id: number, items: readonly Code[]): Code {
  return [id, ...sized(vector(items))];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function sized(bytes: Code): Code {
  return [...unsigned(bytes.length), ...bytes];
}

function text(value: string): Code {
  return sized([...new TextEncoder().encode(value)]);
}

/** LEB128, unsigned. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128, signed, of 32 bits. */
function signed(value: number): Code {
  const rest = value >> 7;
  const last = (rest === 0 && !(value & 0x40)) || (rest === -1 && (value & 0x40) !== 0);
  return last ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(rest)];
}
