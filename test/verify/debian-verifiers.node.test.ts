import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { expected, tokensAndForgeries } from './forgeries.ts';
import { newKey } from './new-key.ts';

// The same tokens in other languages, by the libraries that Debian packages. Where an interpreter or its library is not
// there, the test says that it was skipped, and which package brings it.

const folder = join(import.meta.dirname, 'verifiers');
/** Debian's interpreters, not one that a version manager put before them: the libraries belong to these. */
const debian = (name: string) => `/usr/bin/${name}`;
const goPath = '/usr/share/gocode';
/** Debian's Go libraries lie in a GOPATH, and need no module. */
const goEnvironment = { GOPATH: goPath, GO111MODULE: 'off', GOFLAGS: '-buildvcs=false' };

type Verifier = {
  readonly packages: string;
  readonly command: readonly [string, ...string[]];
  readonly present: () => boolean;
  readonly env?: Record<string, string>;
};

const runs = (command: string, ...args: string[]) => spawnSync(debian(command), args).status === 0;

const verifiers: Record<string, Verifier> = {
  PyJWT: {
    packages: 'python3-jwt python3-cryptography',
    command: [debian('python3'), join(folder, 'pyjwt.py')],
    present: () => runs('python3', '-c', 'import jwt, cryptography'),
  },
  'ruby-jwt': {
    packages: 'ruby-jwt',
    command: [debian('ruby'), join(folder, 'ruby_jwt.rb')],
    present: () => runs('ruby', '-e', 'require "jwt"'),
  },
  'golang-jwt': {
    packages: 'golang-go golang-github-golang-jwt-jwt-dev',
    command: [debian('go'), 'run', join(folder, 'golang/main.go')],
    present: () => existsSync(debian('go')) && existsSync(join(goPath, 'src/github.com/golang-jwt/jwt')),
    env: goEnvironment,
  },
  'Crypt::JWT (Perl)': {
    packages: 'libcrypt-jwt-perl',
    command: [debian('perl'), join(folder, 'crypt_jwt.pl')],
    present: () => runs('perl', '-MCrypt::JWT', '-e', '1'),
  },
};

const signing = await newKey();
const { publicKeys } = await importKeySet([signing, await newKey()]);
const cases = await tokensAndForgeries(signing, Math.floor(Date.now() / 1000));

test.for(Object.entries(verifiers))(
  '%s accepts what the service signs and refuses every forgery',
  ([, { packages, command, present, env }], { skip }) => {
    skip(!present(), `not installed here: apt-get install ${packages}`);
    const [program, ...args] = command;
    const run = spawnSync(program, args, {
      input: JSON.stringify({
        jwks: { keys: publicKeys },
        ...expected,
        tokens: Object.fromEntries(cases.map(({ name, token }) => [name, token])),
      }),
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual(Object.fromEntries(cases.map(({ name, good }) => [name, good])));
  },
);
