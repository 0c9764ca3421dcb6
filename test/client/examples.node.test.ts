import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// The examples in other languages are programs and not prose: each is compiled where its compiler is.

const examples = fileURLToPath(new URL('../../src/client/examples/', import.meta.url));

const isInstalled = (command: string) => spawnSync(command, ['-version']).error === undefined;

const compilers = {
  Kotlin: {
    isHere: isInstalled('kotlinc') && Boolean(process.env['KOTLIN_CLASSPATH']),
    missing:
      'kotlinc is not on the PATH, or KOTLIN_CLASSPATH does not name the jars of OkHttp, Okio, coroutines and org.json',
    command: [
      'kotlinc',
      '-Werror',
      '-cp',
      process.env['KOTLIN_CLASSPATH'] ?? '',
      join(examples, 'Latchkey.kt'),
      join(examples, 'DeviceKey.kt'),
      join(examples, 'Passkeys.kt'),
      join(examples, 'GoogleSignIn.kt'),
      // In place of Android's own.
      join(import.meta.dirname, 'android-keystore.kt'),
      join(import.meta.dirname, 'android-context.kt'),
      join(import.meta.dirname, 'android-bundle.kt'),
      join(import.meta.dirname, 'google-id.kt'),
      join(import.meta.dirname, 'credential-manager.kt'),
    ],
  },
  Swift: {
    isHere: isInstalled('swiftc'),
    missing: 'swiftc is not on the PATH',
    command: [
      'swiftc',
      '-typecheck',
      '-parse-as-library',
      join(examples, 'Latchkey.swift'),
      join(examples, 'DeviceKey.swift'),
      join(examples, 'Passkeys.swift'),
      join(examples, 'AppleSignIn.swift'),
    ],
  },
} as const;

test.for(Object.entries(compilers))(
  'the example in %s compiles',
  ([, { isHere, missing, command }], { skip, onTestFinished }) => {
    skip(!isHere, missing);
    // Where kotlinc leaves its classes.
    const cwd = mkdtempSync(join(tmpdir(), 'latchkey-examples-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const [compiler, ...args] = command;
    const { status, stderr } = spawnSync(compiler, args, { cwd, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  },
);
