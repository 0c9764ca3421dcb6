// How mails look: the colours of pages in light and dark, and letters for each script.

import type { Language } from '../words/languages.ts';
import type { Speech } from '../words/speech.ts';

type Colors = Speech['brand']['light'] & Readonly<Record<'page' | 'card' | 'ink' | 'soft' | 'line', string>>;

/** What is written into elements, as most programs ask for it. */
export type Look = { readonly colors: Colors; readonly font: string; readonly start: 'left' | 'right' };

const light = { page: '#f7f7f8', card: '#ffffff', ink: '#16181d', soft: '#5b6170', line: '#e3e5ea' } as const;
const dark = { page: '#0f1115', card: '#171a20', ink: '#e8eaef', soft: '#a3aab8', line: '#2a2f39' } as const;

/** Where the system's font may lack a script, or has it as another language writes it. */
const scripts: Partial<Record<Language, string>> = {
  ja: 'Hiragino Sans,Yu Gothic UI,Meiryo,Noto Sans JP,Noto Sans CJK JP,',
  'zh-Hans': 'PingFang SC,Microsoft YaHei,Noto Sans SC,Noto Sans CJK SC,',
};

export function lookOf({ brand, language, direction }: Speech): Look {
  return {
    colors: { ...light, ...brand.light },
    font: `font-family:-apple-system,Segoe UI,Roboto,${scripts[language] ?? ''}Helvetica,Arial,sans-serif`,
    start: direction === 'rtl' ? 'right' : 'left',
  };
}

/** On a phone: long words of a heading in one piece, and facts as lines. */
export const narrowStyle =
  '@media (max-width:480px){.card{padding:28px 20px 12px!important}.beside{padding-left:21px!important;padding-right:21px!important}.card h1{font-size:20px!important;line-height:28px!important}.fact{display:block!important;padding:3px 16px!important}.fact td{display:inline!important;padding:0!important}}';

/**
 * For programs that follow `prefers-color-scheme`, and for Outlook.com, which marks the elements that it has darkened. Others darken by
 * themselves, and inline colours survive that. Apple Mail makes links of dates, and they stay what they are.
 */
export function darkStyle({ brand }: Speech): string {
  const { page, card, ink, soft, line, act, edge, onAct, link }: Colors = { ...dark, ...brand.dark };
  const backgrounds = { page, card, well: page, act };
  const letters = { page: ink, card: ink, well: ink, ink, soft, link, on: onAct };
  const followed =
    rules('', 'background', backgrounds) +
    rules('', 'color', letters) +
    rules('', 'border-color', { card: line, rule: line, on: edge });
  const marked = rules('[data-ogsb] ', 'background', backgrounds) + rules('[data-ogsc] ', 'color', letters);
  return `:root{color-scheme:light dark}a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}@media (prefers-color-scheme:dark){${followed}}${marked}`;
}

function rules(place: string, property: string, colors: Readonly<Record<string, string>>): string {
  return Object.entries(colors)
    .map(([name, color]) => `${place}.${name}{${property}:${color}!important}`)
    .join('');
}
