// What every mail must hold to in every language: in the runtime that sends them, whose Intl has to know all of them.

import { describe, expect, it, test } from 'vitest';
import { palettes } from '../../../src/brand.ts';
import { type Language, languages } from '../../../src/words/languages.ts';
import { code, inputs, kinds, link, mailIn, speechIn } from './spoken.ts';

/** Isolates, joiners and what pads a preview are there and not seen. */
const unseen = /[\u2066-\u2069]|\u034f|\u200c/g;
const unescaped = (html: string) =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
const visible = (html: string) =>
  unescaped(html.replace(/^.*<body[^>]*>/s, '').replace(/<[^>]*>/g, ' '))
    .replaceAll('&amp;', '&')
    .replace(unseen, '')
    .replace(/\s+/g, ' ');

describe.each(languages)('in %s', (language) => {
  const mails = kinds.map((kind) => ({ kind, ...mailIn(language, kind) }));

  it('a subject is one line, of the service, without a name and a code', () => {
    for (const { kind, subject } of mails) {
      expect(subject.length, kind).toBeLessThanOrEqual(78);
      expect(subject, kind).toContain('auth.example.com');
      expect(subject, kind).not.toMatch(/\n|Anna|048213|Pixel|Yubikey/);
    }
  });

  it('every sentence is filled in', () => {
    for (const { kind, subject, html, text } of mails) {
      const page = html.replace(/<style>.*?<\/style>/gs, '');
      for (const part of [subject, page, text]) expect(part, kind).not.toMatch(/[{}]|undefined|NaN|\[object/);
    }
  });

  it('a page says what its text says', () => {
    for (const { kind, html, text } of mails) {
      const page = visible(html).replaceAll(' ', '');
      for (const line of text.replace(unseen, '').replace('--\n', '').split('\n')) {
        expect(page, kind).toContain(line.replace(/\s/g, '').replace(/[:：]$/, ''));
      }
    }
  });

  it('an inbox shows a sentence and nothing after it: neither a name nor a code', () => {
    for (const { kind, html } of mails) {
      const preview = /<div style="display:none[^>]*>([^<]*)</.exec(html)?.[1] ?? '';
      expect(preview.replace(unseen, '').trim().length, kind).toBeGreaterThan(20);
      expect([...preview].length, kind).toBeGreaterThanOrEqual(160);
      expect(preview, kind).not.toMatch(/Anna|048213/);
    }
  });

  it('link and code are whole, on lines of their own, and nothing else is linked', () => {
    for (const { kind, html, text } of mails) {
      const lines = text.split('\n');
      if ('link' in inputs[kind]) expect(lines, kind).toContain(link);
      if ('code' in inputs[kind]) expect(lines, kind).toContain(`    ${code}`);
      const addresses = visible(html.replace(/ href="([^"]*)"/g, '>$1<a')).match(/https?:\/\/\S+/g) ?? [];
      expect(new Set(addresses), kind).toEqual(new Set('link' in inputs[kind] ? [link] : []));
    }
  });

  it('it is said how long a link or a code is good for', () => {
    for (const { kind, text } of mails) {
      const { validForSeconds } = inputs[kind] as { validForSeconds?: number };
      if (validForSeconds !== undefined)
        expect(text, kind).toContain(speechIn(language).duration(validForSeconds));
    }
  });

  it('it is said where to write, where there is an address, and answers go there', () => {
    for (const kind of kinds) {
      const { replyTo, text, html } = mailIn(language, kind, {}, { supportEmail: 'help@example.org' });
      expect(replyTo).toBe('help@example.org');
      expect(text, kind).toContain('help@example.org');
      expect(html, kind).toContain('href="mailto:help@example.org"');
    }
  });

  it('a page has that language and its direction, even where only the body is kept', () => {
    const { html, language: tag } = mailIn(language, 'verify-email');
    const direction = language === 'ar' ? 'rtl' : 'ltr';
    expect(tag).toBe(language);
    expect(html).toMatch(new RegExp(`^<!doctype html><html lang="${language}" dir="${direction}">`));
    expect(html).toContain(`<div lang="${language}" dir="${direction}">`);
    expect(html).toContain(`text-align:${direction === 'rtl' ? 'right' : 'left'}`);
    expect(html).toMatch(new RegExp(`dir="ltr"[^>]*>${code}<`));
    expect(html).toMatch(/<div dir="ltr" style="text-align:left"><a class="link"/);
  });
});

test('a mail has the brand’s name above its card and its colours, in light and in dark', () => {
  const { act, onAct, link: linkColor } = palettes('#ffd60a').light;
  const { html } = mailIn('en', 'verify-email', {}, { name: 'Acme', ...palettes('#ffd60a') });
  expect(html).toMatch(/<p class="ink beside"[^>]*>Acme<\/p>/);
  expect(html).toContain(`bgcolor="${act}"`);
  expect(html).toContain(`background:${act};color:${onAct}`);
  expect(html).toContain(`color:${linkColor};word-break:break-all`);
  expect(html).toContain('.act{background:#ffd60a!important}');
  expect(html).toContain('[data-ogsb] .act{background:#ffd60a!important}');
});

test.each([
  ['en', '24 November 2026 at 23:19 UTC', '1 second', '2 minutes', '15 minutes', '24 hours', '7 days'],
  ['de', '24. November 2026 um 23:19 UTC', '1 Sekunde', '2 Minuten', '15 Minuten', '24 Stunden', '7 Tage'],
  ['fr', '24 novembre 2026 à 23:19 UTC', '1 seconde', '2 minutes', '15 minutes', '24 heures', '7 jours'],
  [
    'es',
    '24 de noviembre de 2026 a las 23:19 UTC',
    '1 segundo',
    '2 minutos',
    '15 minutos',
    '24 horas',
    '7 días',
  ],
  [
    'pt-BR',
    '24 de novembro de 2026 às 23:19 UTC',
    '1 segundo',
    '2 minutos',
    '15 minutos',
    '24 horas',
    '7 dias',
  ],
  ['it', '24 novembre 2026 alle ore 23:19 UTC', '1 secondo', '2 minuti', '15 minuti', '24 ore', '7 giorni'],
  ['ja', '2026年11月24日 23:19 UTC', '1秒', '2分', '15分', '24時間', '7日'],
  ['zh-Hans', '2026年11月24日 UTC 23:19', '1秒钟', '2分钟', '15分钟', '24小时', '7天'],
  ['ar', '24 نوفمبر 2026 في 11:19 م UTC', 'ثانية', 'دقيقتان', '15 دقيقة', '24 ساعة', '7 أيام'],
] as const satisfies readonly (readonly [Language, ...string[]])[])(
  'a moment and durations in %s',
  (language, moment, ...durations) => {
    const speech = speechIn(language);
    const plain = (value: string) => value.replace(/[\u00a0\u202f]/g, ' ');
    expect(plain(speech.moment(new Date('2026-11-24T23:19:42.123Z')))).toBe(moment);
    expect([1, 120, 900, 86_400, 604_800].map((seconds) => plain(speech.duration(seconds)))).toEqual(
      durations,
    );
  },
);

test('what is not in Arabic is isolated, in a page and in a text', () => {
  const { html, text } = mailIn('ar', 'new-sign-in');
  expect(html).toContain('<bdi>2001:db8::7334</bdi>');
  expect(text).toContain('\u20682001:db8::7334\u2069');
  expect(text).toContain('\u2068Anna\u2069');
  expect(text).toContain('\u2068auth.example.com\u2069');
});
