import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// The soak (test/soak/soak.ts), short: every kind of fault once or twice. Its seed is in what it prints.

test('under load and faults nothing that was acknowledged is lost, and nobody is signed out', async () => {
  const soak = fileURLToPath(new URL('../soak/soak.ts', import.meta.url));
  const child = spawn(process.execPath, [soak, '--minutes', '0.3', '--people', '8']);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, printed).toBe(0);
  expect(printed).toContain('Every invariant held.');
});
