// Leaves of Neon's driver what the Worker calls: its HTTP client, without the WebSocket client and the pool beside it, and
// without the copies of Node's modules that only those need.
//
// The package is one file that esbuild cannot thin: it holds every top-level call to have effects. Rollup can be told which
// have none. They are told by the names of minified functions, so a release of other names stays whole; one that was cut too
// far fails in every test of the served bundle.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';

/** What has no effects, and how its definition begins: a release may give the name to something else. */
const pureFunctions = {
  // The driver's own helpers, which name, wrap and list: `__name`, `__toESM`, `__export`.
  a: 'var a=(r,e)=>Ie(r,"name",',
  we: 'var we=(r,e,t)=>(t=r!=null?',
  se: ',se=(r,e)=>{',
  // What loads parts of `pg`.
  ot: 'var ot=T((',
  Lt: 'var Lt=T((',
  Ir: 'var Ir=T((',
};

/** What stands in the place of a copied module. Each is in the driver once. */
const standIns: readonly (readonly [copied: string, standIn: string])[] = [
  // Buffer: for `bytea` alone, which no statement of ours sends or reads. One that did would fail by name.
  [
    'oi().Buffer',
    '(class Buffer { static from() { throw new TypeError("bytea is left out of the thinned driver"); } })',
  ],
  // EventEmitter: the parent of the WebSocket client, of which only the settings are used.
  ['we(ve(),1)', '{ EventEmitter: Object }'],
  // MD5 and SHA-256: for `pg` to sign in with.
  ['Fu=(fr(),O(lr))', 'Fu={}'],
  // The parsers of Postgres' binary format: answers come as text.
  ['Su=ts()', 'Su={ init() {} }'],
];

const mostBytes = 40_000;

/** `wholeBecause` says why the driver is not thinned; absent where it is. */
export type Driver = { readonly code: string; readonly wholeBecause?: string };

/** The text of the driver that is installed. */
export const installedDriver = (): Promise<string> =>
  readFile(fileURLToPath(import.meta.resolve('@neondatabase/serverless')), 'utf8');

/** A driver that cannot be thinned is returned as it is: larger, and as good. */
export async function thinDriver(source: string): Promise<Driver> {
  try {
    const code = await thinned(source);
    if (code.length <= mostBytes) return { code };
    return { code: source, wholeBecause: `${code.length} bytes were left, more than ${mostBytes}` };
  } catch (error) {
    return { code: source, wholeBecause: error instanceof Error ? error.message : String(error) };
  }
}

async function thinned(source: string): Promise<string> {
  const driver = withStandIns(source);
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

function withStandIns(source: string): string {
  // The package breaks its lines wherever they are long.
  let code = source.replaceAll('\\\n', '');
  for (const definition of Object.values(pureFunctions)) around(definition, code);
  for (const [copied, standIn] of standIns) code = around(copied, code).join(standIn);
  return code;
}

function around(part: string, code: string): readonly string[] {
  const parts = code.split(part);
  if (parts.length !== 2) throw new Error(`it holds ${part} ${parts.length - 1} times instead of once`);
  return parts;
}
