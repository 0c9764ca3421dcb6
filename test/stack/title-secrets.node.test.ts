import { expect, test } from 'vitest';
import { secretTitles } from './title-secrets.ts';

test('a title that holds a secret is told by its place, and not by its words', () => {
  const part = 'abcdefghijklmnopqrstuvwx';
  const titles = ['a hash is read', `a hash is read: $2b$04$${part}`, 'a link is opened', `?token=${part}`];
  const found = secretTitles([
    { name: 'a.test.ts', titles },
    { name: 'b.test.ts', titles: ['bcrypt'] },
  ]);
  expect(found).toEqual([
    'the hash of a password in the title of test 2 of a.test.ts',
    'a link of a mail in the title of test 4 of a.test.ts',
  ]);
});
