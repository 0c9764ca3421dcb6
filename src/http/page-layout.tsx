// What every page has around its content, under the operator's brand; and the policy that holds it to that.

import type { Child } from 'hono/jsx';
import type { Brand } from '../brand.ts';
import { base64, sha256 } from '../encoding.ts';
import type { Speech } from '../words/speech.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

export type Page = {
  readonly heading: string;
  readonly content: Child;
  readonly hasFailed?: boolean;
  /** The result of a form, without a field that could take the focus: a screen reader starts at the heading. */
  readonly isResult?: true;
  /** What was to be done is done. */
  readonly isDone?: true;
};

type Look = { readonly style: string; readonly policy: string };

/** An isolate has one brand. Its hashes are computed at the first page. */
const looks = new WeakMap<Brand, Look>();

export async function lookOf(brand: Brand): Promise<Look> {
  const known = looks.get(brand);
  if (known) return known;
  const style = pageStyle(brand);
  const look = { style, policy: await policyOf(style, brand) };
  looks.set(brand, look);
  return look;
}

/**
 * The style and the script by their hashes, and of other hosts the logo alone. Clickjacking: no frames (CSP 3, sections 6.1 and
 * 6.4).
 */
async function policyOf(style: string, { logoUrl }: Brand): Promise<string> {
  const hashOf = async (text: string) => `'sha256-${base64(await sha256(text))}'`;
  const logo = logoUrl === undefined ? undefined : new URL(logoUrl);
  return [
    `default-src 'none'`,
    `style-src ${await hashOf(style)}`,
    `script-src ${await hashOf(pageScript)}`,
    // A source has no query (CSP 3, section 2.3.1).
    logo && `img-src ${logo.origin}${logo.pathname}`,
    `form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    `require-trusted-types-for 'script'; trusted-types 'none'`,
  ]
    .filter(Boolean)
    .join('; ');
}

export function Layout({
  heading,
  content,
  hasFailed,
  isResult,
  isDone,
  speech,
  style,
}: Page & { readonly speech: Speech; readonly style: string }) {
  const { brand, language, direction, words } = speech;
  return (
    <html lang={language} dir={direction}>
      <head>
        <meta charset="utf-8" />
        {/* Where a keyboard takes half of the screen, the page is as high as the rest. */}
        <meta
          name="viewport"
          content="width=device-width,initial-scale=1,interactive-widget=resizes-content"
        />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {/* A screen reader says the title first. */}
        <title>{`${hasFailed ? speech.say(words.pages.error, { heading }) : heading} – ${brand.name}`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <Masthead brand={brand} isSaid={heading === brand.name} />
        <main>
          {isDone && (
            <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
              <path d="m5 12.5 4.5 4.5L19 7.5" />
            </svg>
          )}
          <h1 tabindex={-1} autofocus={isResult}>
            {heading}
          </h1>
          {content}
        </main>
        <Support speech={speech} />
      </body>
    </html>
  );
}

function Masthead({ brand: { name, logoUrl }, isSaid }: { readonly brand: Brand; readonly isSaid: boolean }) {
  // Beside the name it is a picture of it, which nobody has to hear.
  if (logoUrl !== undefined) {
    return (
      <header>
        <img src={logoUrl} alt={isSaid ? '' : name} height="40" />
      </header>
    );
  }
  return isSaid ? null : (
    <header>
      <bdi>{name}</bdi>
    </header>
  );
}

/** Where people may write to, if there is such an address. */
function Support({ speech: { brand, words, support } }: { readonly speech: Speech }) {
  const { supportEmail } = brand;
  if (supportEmail === undefined) return null;
  const [before, after] = words.questions.split(support);
  const address = encodeURIComponent(supportEmail).replace('%40', '@');
  return (
    <footer>
      {before}
      {after !== undefined && (
        <a href={`mailto:${address}`}>
          <bdi>{supportEmail}</bdi>
        </a>
      )}
      {after}
    </footer>
  );
}
