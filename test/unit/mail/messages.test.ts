// What every mail must hold to, whatever kind it is and whatever a stranger wrote into it.

import { describe, expect, it } from 'vitest';
import { harmless } from '../../../src/mail/harmless.ts';
import type { MailKind } from '../../../src/mail/letters.ts';
import { inputs, kinds, link, mailIn, speechIn } from './spoken.ts';

const { duration, moment } = speechIn('en');
const linked = kinds.filter((kind) => 'link' in inputs[kind]);
const coded = kinds.filter((kind) => 'code' in inputs[kind]);

/** Whoever asked for these may be a stranger to whoever gets them. */
const unproven: readonly MailKind[] = ['verify-email', 'confirm-new-email', 'sign-in-code'];
const named = kinds.filter((kind) => !unproven.includes(kind));

const render = (kind: MailKind, changes: object = {}) => mailIn('en', kind, changes);

/** What a reader sees of HTML, and what a link leads to, with the five escapes undone. */
const unescaped = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
const visible = (html: string) =>
  unescaped(html.replace(/^.*<body[^>]*>/s, '').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ');

describe.each(kinds)('the mail %s', (kind) => {
  it('has a subject of a line, a page and a text, each of which names the service', () => {
    const { subject, html, text } = render(kind);
    expect(subject).toMatch(/^[\x20-\x7e]{10,70}$/);
    for (const part of [subject, html, text]) expect(part).toContain('auth.example.com');
  });

  it('says in its page everything that its text says', () => {
    const { html, text } = render(kind);
    const page = visible(html).replaceAll(' ', '');
    for (const line of text.replace('--\n', '').split('\n')) {
      expect(page).toContain(line.replaceAll(' ', '').replace(/:$/, ''));
    }
  });

  it('keeps the name and the code out of its subject', () => {
    const { subject } = render(kind, { name: 'Zacharias' });
    expect(subject).not.toMatch(/Zacharias|\d{6}|[0-9A-Z]{12}/);
  });

  it('fetches nothing, runs nothing and links nowhere but to its own link', () => {
    const { html } = render(kind);
    expect(html).not.toMatch(/<(script|img|link|iframe|object|form|base)\b|\bsrc=|url\(|@import|\son\w+=/i);
    const addresses = unescaped(html).match(/https?:\/\/[^\s"<]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set('link' in inputs[kind] ? [link] : []));
  });

  it('is a page in a language, for light and dark', () => {
    const { html } = render(kind);
    expect(html).toMatch(/^<!doctype html><html lang="en"/);
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>');
  });
});

describe.each(unproven)('the mail %s, to an address that nobody has proven', (kind) => {
  it('repeats no name that a stranger typed', () => {
    const { subject, html, text } = render(kind, { name: 'call +1 900 555 0199' });
    expect(subject + html + text).not.toContain('900');
    expect(text).toMatch(/^Hello,\n/);
  });
});

describe.each(named)('the name in %s', (kind) => {
  it('shows markup in a name as it was typed', () => {
    const { html, text } = render(kind, { name: `<script>alert("1")</script> & 'co'` });
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co&#39;');
    expect(text).toContain(`Hello <script>alert("1")</script> & 'co',`);
  });

  it('lets no name add a line, turn the writing around or become a link', () => {
    const { html, text } = render(kind, {
      name: 'Anna\r\n\r\nPay \u202eme\u2028 now\u0000: http://evil.example or me@evil.example',
    });
    expect(text).toContain('Hello Anna Pay me now : http evil. example or me at evil. example,');
    expect(html + text).not.toMatch(/[\u202e\u2028\0\r]|evil\.example/);
  });

  it('greets a person whose name has nothing visible', () => {
    expect(render(kind, { name: ' \u200b\u2066 ' }).text).toMatch(/^Hello,\n/);
  });
});

describe.each(linked)('the link of %s', (kind) => {
  it('is whole in the text, on a line of its own', () => {
    expect(render(kind).text.split('\n')).toContain(link);
  });

  it('is behind the button and written out, unchanged once its escapes are undone', () => {
    const { html } = render(kind);
    const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, target]) => unescaped(target ?? ''));
    expect(targets).toEqual([link, link]);
    expect(visible(html)).toContain(link);
  });
});

describe.each(coded)('the code of %s', (kind) => {
  it('is six digits in a row in both parts, so that it can be copied', () => {
    const { html, text } = render(kind);
    expect(html).toMatch(/>048213</);
    expect(text.split('\n')).toContain('    048213');
  });

  it('comes too late for the preview on a locked screen', () => {
    const { html, text } = render(kind, { name: '' });
    expect(visible(html).indexOf('048213')).toBeGreaterThan(200);
    expect(text.indexOf('048213')).toBeGreaterThan(150);
  });

  it('is said to work once, and for how long', () => {
    expect(render(kind).text).toContain('once, within 15 minutes');
  });

  it('may be a long one, and then has room on a narrow phone', () => {
    const { html, text } = render(kind, { code: 'K7PQ0M3TZX9B' });
    expect(html).toMatch(/letter-spacing:2px">K7PQ0M3TZX9B</);
    expect(text.split('\n')).toContain('    K7PQ0M3TZX9B');
  });
});

it('a change of address that was not its owner’s is undone by the link in its mail, within a week', () => {
  const { text } = render('email-changed');
  expect(text).toContain('This was not me, undo it');
  expect(text).toContain('for 7 days');
});

describe('the mails about a device', () => {
  it.each(['session-stopped', 'new-sign-in'] as const)('tell what is known of it: %s', (kind) => {
    expect(render(kind).text).toContain(
      'Device: Pixel 9\nWhen: 24 November 2026 at 23:19 UTC\nIP address: 2001:db8::7334\n',
    );
    expect(render(kind, { deviceName: '', ip: undefined }).text).toContain(
      'Device: unknown\nWhen: 24 November 2026 at 23:19 UTC\n\n',
    );
  });
});

describe('the words for a time', () => {
  it.each([
    [1, '1 second'],
    [90, '90 seconds'],
    [900, '15 minutes'],
    [3600, '60 minutes'],
    [8999, '2 hours'],
    [86_400, '24 hours'],
    [172_800, '2 days'],
  ])('never promise more than %i seconds', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it('are UTC, and say so', () => {
    expect(moment(new Date('2026-01-02T03:04:59.999Z'))).toBe('2 January 2026 at 03:04 UTC');
  });
});

describe('words of a stranger', () => {
  it.each([
    ['Dr. José Ñandú-O’Neill', 'Dr. José Ñandú-O’Neill'],
    ['نرم\u200cافزار', 'نرم\u200cافزار'],
    ['👩\u200d💻 Ada', '👩\u200d💻 Ada'],
    ['Chrome/142.0.0.0 (X11)', 'Chrome/142.0.0.0 (X11)'],
    ['J.R.R. Tolkien', 'J. R. R. Tolkien'],
    ['x'.repeat(61), `${'x'.repeat(59)}…`],
  ])('stay as they are where they can: %s', (words, shown) => {
    expect(harmless(words)).toBe(shown);
  });
});
