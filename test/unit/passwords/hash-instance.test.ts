// What src/passwords/hash computes with: Argon2id as RFC 9106 has it, in one instance per isolate that never grows.

import withoutSimd from 'argon2id/dist/no-simd.wasm';
import withSimd from 'argon2id/dist/simd.wasm';
import setupWasm from 'argon2id/lib/setup.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

describe('the computation', () => {
  it.each([
    ['with SIMD', withSimd],
    ['without SIMD', withoutSimd],
  ])('%s gives the test vector of RFC 9106 section 5.3', async (_, module) => {
    const load = (imports: WebAssembly.Imports) => ({
      module,
      instance: new WebAssembly.Instance(module, imports),
    });
    const argon2id = await setupWasm(load, load);
    const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);
    const tag = argon2id({
      password: filled(32, 1),
      salt: filled(16, 2),
      secret: filled(8, 3),
      ad: filled(12, 4),
      memorySize: 32,
      passes: 3,
      parallelism: 4,
      tagLength: 32,
    });
    const expected = '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659';
    expect([...tag].map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(expected);
  });
});

describe('an isolate', () => {
  const { Memory } = WebAssembly;
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  let made: WebAssembly.Memory[] = [];
  let failures = 0;

  beforeEach(() => {
    vi.resetModules();
    made = [];
    failures = 0;
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        if (failures-- > 0) throw new RangeError('could not allocate memory');
        super(descriptor);
        made.push(this);
      }
    };
  });

  afterEach(() => {
    WebAssembly.Memory = Memory;
  });

  it('makes one instance, on first use, even when several calls are first, and never lets it grow', async () => {
    const { createPasswordHasher } = await import('../../../src/passwords/hash.ts');
    const [one, other] = [createPasswordHasher({ randomBytes }), createPasswordHasher({ randomBytes })];
    expect(made).toHaveLength(0);
    await Promise.all([
      one.hash('mild otters'),
      other.verify('mild otters', other.decoy),
      other.hash('river'),
    ]);
    await one.verify('mild otters', one.decoy.replace('m=19456,t=2', 'm=65536,t=1'));
    expect(made.map((memory) => memory.buffer.byteLength)).toEqual([65 * 1024 * 1024]);
  });

  it('tries again after its memory was refused once', async () => {
    const { createPasswordHasher } = await import('../../../src/passwords/hash.ts');
    const hasher = createPasswordHasher({ randomBytes });
    failures = 1;
    await expect(hasher.hash('mild otters')).rejects.toThrow('could not allocate memory');
    expect(await hasher.verify('mild otters', await hasher.hash('mild otters'))).toMatchObject({
      matches: true,
    });
  });
});
