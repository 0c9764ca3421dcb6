// Tree-shakes Neon's driver down to its HTTP client, without the WebSocket client, the pool, and the copies of Node
// modules that only those need.
//
// The package is one file. esbuild cannot tree-shake it, as it assumes that every top-level call has side effects.
// Rollup accepts a list of pure functions. That list has minified names, so a release with other names is bundled
// whole. A release from which too much was removed fails in every test of the served bundle.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';

/** Pure functions, each with the start of its definition: another release may give the name to another function. */
const pureFunctions = {
  // The driver's own helpers, which name, wrap and list: `__name`, `__toESM`, `__export`.
  a: 'var a=(r,e)=>Ie(r,"name",',
  we: 'var we=(r,e,t)=>(t=r!=null?',
  se: ',se=(r,e)=>{',
  // Lazy loaders of parts of `pg`.
  ot: 'var ot=T((',
  Lt: 'var Lt=T((',
  Ir: 'var Ir=T((',
};

/** Stubs for copied modules. Each expression occurs exactly once in the driver. */
const stubs: readonly (readonly [copied: string, stub: string])[] = [
  // Buffer: only needed for `bytea`, which our statements do not use. One that did would fail with this message.
  [
    'oi().Buffer',
    '(class Buffer { static from() { throw new TypeError("bytea is left out of the thinned driver"); } })',
  ],
  // EventEmitter: the base class of the WebSocket client, of which only the settings are used.
  ['we(ve(),1)', '{ EventEmitter: Object }'],
  // MD5 and SHA-256: for the authentication of `pg`.
  ['Fu=(fr(),O(lr))', 'Fu={}'],
  // Parsers of Postgres' binary format: over HTTP, results are text.
  ['Su=ts()', 'Su={ init() {} }'],
];

const maximumBytes = 40_000;

/** `wholeBecause`: why the driver could not be thinned; absent if it was. */
export type Driver = { readonly code: string; readonly wholeBecause?: string };

/** The source of the installed driver. */
export const installedDriver = (): Promise<string> =>
  readFile(fileURLToPath(import.meta.resolve('@neondatabase/serverless')), 'utf8');

/** Never fails: a driver that cannot be thinned is returned whole, which is larger but works as well. */
export async function thinDriver(source: string): Promise<Driver> {
  try {
    const code = await thinned(source);
    if (code.length <= maximumBytes) return { code };
    return { code: source, wholeBecause: `${code.length} bytes were left, more than ${maximumBytes}` };
  } catch (error) {
    return { code: source, wholeBecause: error instanceof Error ? error.message : String(error) };
  }
}

async function thinned(source: string): Promise<string> {
  const driver = withStubs(source);
  const bundle = await rollup({
    input: 'worker',
    treeshake: {
      moduleSideEffects: false,
      propertyReadSideEffects: false,
      manualPureFunctions: Object.keys(pureFunctions),
    },
    plugins: [
      {
        name: 'what-the-worker-calls',
        resolveId: (id) => id,
        load: (id) => (id === 'worker' ? "export { neon, neonConfig, NeonDbError } from 'driver';" : driver),
      },
    ],
  });
  const { output } = await bundle.generate({});
  return output[0].code;
}

function withStubs(source: string): string {
  // The package wraps long lines with backslashes.
  let code = source.replaceAll('\\\n', '');
  for (const definition of Object.values(pureFunctions)) splitAtOnly(definition, code);
  for (const [copied, stub] of stubs) code = splitAtOnly(copied, code).join(stub);
  return code;
}

/** Splits the code around the only occurrence of a part. @throws Error if it does not occur exactly once. */
function splitAtOnly(part: string, code: string): readonly string[] {
  const parts = code.split(part);
  if (parts.length !== 2) throw new Error(`it holds ${part} ${parts.length - 1} times instead of once`);
  return parts;
}
