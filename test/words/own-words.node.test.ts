// An operator's own words: what the build takes, and what it refuses before it is deployed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allWords } from '../../src/build/all-words.ts';
import { wordFiles } from '../../src/build/words.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'words-'));
});
afterEach(() => rm(folder, { recursive: true }));

const own = (language: string, words: unknown) =>
  writeFile(join(folder, `${language}.json`), typeof words === 'string' ? words : JSON.stringify(words));

test('without any, each language but English is a file of ours', async () => {
  const { en: _, ...others } = allWords;
  const files = await wordFiles(join(folder, 'none'));
  expect(Object.fromEntries(Object.entries(files).map(([path, json]) => [path, JSON.parse(json)]))).toEqual(
    Object.fromEntries(Object.entries(others).map(([language, words]) => [`words/${language}.json`, words])),
  );
});

test('a sentence takes the place of ours, and the rest stays', async () => {
  await own('de', {
    mails: { 'verify-email': { subject: 'Willkommen bei {service} – schreib an {support}' } },
  });
  await own('en', { pages: { toTheApp: 'Back to {service}' } });
  const files = await wordFiles(folder);
  const german = JSON.parse(files['words/de.json'] ?? '');
  expect(german.mails['verify-email']).toEqual({
    ...allWords.de.mails['verify-email'],
    subject: 'Willkommen bei {service} – schreib an {support}',
  });
  expect(JSON.parse(files['words/en.json'] ?? '').pages).toEqual({
    ...allWords.en.pages,
    toTheApp: 'Back to {service}',
  });
});

test.for([
  [{ mails: { welcome: { subject: 'Hello' } } }, 'de.mails.welcome is none of the sentences'],
  [{ mails: { 'verify-email': { subject: 'Hi {nam}' } } }, 'de.mails.verify-email.subject has {nam}'],
  [{ mails: { 'verify-email': { closing: '{duration' } } }, 'de.mails.verify-email.closing has {duration'],
  [{ mails: { 'verify-email': 'Hello' } }, 'de.mails.verify-email is a group of sentences'],
  [{ questions: { subject: 'Hello' } }, 'de.questions is a sentence'],
  [{ questions: 5 }, 'de.questions is a sentence'],
  [{ questions: null }, 'de.questions is a sentence'],
  [[], 'de is a group of sentences'],
  [{ constructor: 'Hello' }, 'de.constructor is none of the sentences'],
  ['{', 'is not JSON'],
] as const)('refuses %j and names it', async ([words, fault]) => {
  await own('de', words);
  await expect(wordFiles(folder)).rejects.toThrow(fault);
});
