// The page of mails: each kind in each language, light and dark, at the widths of phones and of a desktop, as the renderer makes them at
// this moment: an edit shows on reload.
import type { Language } from '../words/languages.ts';
import { type DeveloperPages, developerPage, escaped, type Page } from './developer-page.ts';
import { loadPreviews } from './load-previews.ts';
import type { Previews } from './mail-previews.ts';
import type { SampleName } from './mail-samples.ts';

const themes = ['light', 'dark', 'both'] as const;
const widths = ['320', '375', '640'] as const;

type Choice = {
  readonly mail: SampleName;
  readonly language: Language | 'all';
  readonly theme: string;
  readonly width: string;
};

/** One mail by itself. */
export async function mailHtml(query: URLSearchParams, { bindings }: DeveloperPages): Promise<Page> {
  const previews = await loadPreviews(bindings);
  const choice = choiceOf(query, previews);
  const { html } = previews.preview(choice.mail, firstOf(choice));
  return { status: 200, type: 'text/html; charset=utf-8', text: html };
}

export async function mailsPage(query: URLSearchParams, pages: DeveloperPages): Promise<Page> {
  const previews = await loadPreviews(pages.bindings);
  const { names, languages } = previews;
  const choice = choiceOf(query, previews);
  const shown = choice.language === 'all' ? languages : [choice.language];
  const body = `<div class="mails">
<nav class="list" aria-label="mail">${names.map((mail) => listed(mail, choice, previews)).join('\n')}</nav>
<main>
<div class="choices">
${choices('language', [...languages, 'all'], choice)}
${choices('theme', themes, choice)}
${choices('width', widths, choice)}
</div>
${shown.map((language) => article({ ...choice, language }, previews)).join('\n')}
</main></div>`;
  return developerPage('Mails', { head: `<style>${style}</style>`, body }, pages);
}

function choiceOf(query: URLSearchParams, { names, languages }: Previews): Choice {
  const one = <Value extends string>(name: keyof Choice, values: readonly Value[], otherwise: Value) =>
    values.find((value) => value === query.get(name)) ?? otherwise;
  return {
    mail: one('mail', names, 'verify-email'),
    language: one('language', [...languages, 'all'], 'en'),
    theme: one('theme', themes, 'both'),
    width: one('width', widths, '375'),
  };
}

const firstOf = ({ language }: Choice): Language => (language === 'all' ? 'en' : language);

const addressOf = (choice: Choice, path = '/mails') =>
  `${path}?${escaped(String(new URLSearchParams(choice)))}`;

/** As an inbox lists it: the subject, and how the mail begins, shown or hidden. */
function listed(mail: SampleName, choice: Choice, { preview }: Previews): string {
  const language = firstOf(choice);
  const { subject, html, direction } = preview(mail, language);
  const current = mail === choice.mail ? ' aria-current="page"' : '';
  return `<a href="${addressOf({ ...choice, mail })}"${current}><code>${mail}</code>
<span lang="${language}" dir="${direction}">${escaped(subject)}</span> <small lang="${language}" dir="${direction}">${beginningOf(html)}</small></a>`;
}

/** HTML stays escaped, and is cut between two characters. */
function beginningOf(html: string): string {
  const body = html.replace(/^.*?<body[^>]*>/s, '').replace(/<!--.*?-->/gs, '');
  const text = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `${text.slice(0, 120).replace(/&[^;]*$/, '')}…`;
}

function choices(name: 'language' | 'theme' | 'width', values: readonly string[], choice: Choice): string {
  const links = values.map((value) => {
    const current = value === choice[name] ? ' aria-current="true"' : '';
    return `<a href="${addressOf({ ...choice, [name]: value })}"${current}>${value}</a>`;
  });
  return `<nav aria-label="${name}">${links.join('')}</nav>`;
}

function article(choice: Choice & { readonly language: Language }, { preview }: Previews): string {
  const { mail, language, theme, width } = choice;
  const { subject, html, text, direction } = preview(mail, language);
  const frames = themes
    .filter((one) => one !== 'both' && (theme === 'both' || one === theme))
    .map(
      (one) =>
        `<iframe title="${mail}, ${language}, ${one}" sandbox="allow-same-origin" srcdoc="${escaped(html)}" style="width:${width}px;color-scheme:${one}" onload="this.style.height = 0; this.style.height = this.contentDocument.documentElement.scrollHeight + 'px'"></iframe>`,
    );
  const size = (Buffer.byteLength(html) / 1024).toFixed(1);
  return `<article lang="${language}"><h1 dir="${direction}">${escaped(subject)}</h1>
<p class="beginning" dir="${direction}">${beginningOf(html)}</p>
<div class="frames">${frames.join('\n')}</div>
<details open lang="en"><summary>Plain text · ${size} KB of <a href="${addressOf(choice, '/mails/html')}">HTML</a></summary>
<pre lang="${language}" dir="${direction}">${escaped(text)}</pre></details></article>`;
}

const style = `
.mails { display: grid; grid-template-columns: 20rem 1fr }
.mails main { max-width: none; margin: 0; min-width: 0 }
.list { flex-direction: column; gap: 0; background: var(--card); border-inline-end: 1px solid var(--line) }
.list a { padding: .6rem 1.5rem; border-bottom: 1px solid var(--line); color: var(--ink); font-size: .875rem; line-height: 1.35 }
.list a > * { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.list code { color: var(--link); font-size: .75rem } .list small { color: var(--soft) }
.list [aria-current] { background: var(--page); box-shadow: inset 3px 0 var(--link) } .list [aria-current] span { font-weight: 600 }
.choices { display: flex; flex-wrap: wrap; gap: .75rem; margin-bottom: 1.5rem }
.choices nav { gap: 0; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; background: var(--card) }
.choices a { padding: .25rem .7rem; font-size: .875rem; color: var(--ink) }
.choices [aria-current] { background: #4f5de8; color: #fff }
article { margin-bottom: 2.5rem } .beginning { color: var(--soft); margin: 0 0 1rem; max-width: 48rem }
.frames { display: flex; flex-wrap: wrap; gap: 1rem }
iframe { box-sizing: content-box; border: 1px solid var(--line); border-radius: .5rem; height: 40rem }
details { margin-top: 1rem } summary { cursor: pointer; color: var(--soft); font-size: .875rem }
pre { max-width: 48rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere }
@media (max-width: 50rem) { .mails { display: block } .list { max-height: 16rem; overflow: auto } }
`;
