// Pages for people without the app: one layout without scripts and requests, which its headers enforce; and problems
// as pages, for clients that ask for HTML.

import type { Context, MiddlewareHandler } from 'hono';
import type { Child } from 'hono/jsx';
import type { Dependencies } from '../context.ts';
import { base64, sha256 } from '../encoding.ts';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import { languageAccepted } from '../words/languages.ts';
import { createSpeech, type Speech } from '../words/speech.ts';
import { formFields } from './form-body.ts';
import { pageStyle } from './page-style.ts';

export type Page = {
  readonly heading: string;
  readonly content: Child;
  readonly hasFailed?: boolean;
  /** The result of a form, without a field that could take the focus: a screen reader starts at the heading. */
  readonly isResult?: true;
};

/** The fields of a form as they were sent, to be shown again. Untrusted. */
export type Given = Readonly<Record<string, string | undefined>>;

/** The language that a mail's link asks for (`ui_locales`: OpenID Connect Core, section 3.1.2.1), then those that the browser does. */
export async function speechFor(
  context: Context,
  { config, readWords }: Pick<Dependencies, 'config' | 'readWords'>,
): Promise<Speech> {
  const asked = context.req.query('ui_locales')?.replaceAll(' ', ',');
  const accepted = context.req.header('Accept-Language');
  const language = languageAccepted([asked, accepted].filter(Boolean).join(','));
  return createSpeech({ ...(await readWords(language)), brand: config.brand });
}

export async function page(
  context: Context,
  speech: Speech,
  shown: Page,
  status: 200 | 404 = 200,
): Promise<Response> {
  const html = `<!doctype html>${<Layout {...shown} speech={speech} />}`;
  return context.html(html, status, {
    // The style by its hash, and no scripts. Clickjacking: no frames (CSP 3, sections 6.1 and 6.4).
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${base64(await sha256(pageStyle))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    // The URL holds the mailed secret: no referrer, no cache, no search engine.
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'Content-Language': speech.language,
    'X-Robots-Tag': 'noindex',
  });
}

/** Browsers ask for HTML when somebody follows a link; API clients do not. */
export function wantsPage(context: Context): boolean {
  return /\btext\/html\b/i.test(context.req.header('Accept') ?? '');
}

/** `404` for a person who followed a link. */
export async function notFoundPage(
  context: Context,
  dependencies: Pick<Dependencies, 'config' | 'readWords'>,
): Promise<Response> {
  const speech = await speechFor(context, dependencies);
  const { heading, opening, start } = speech.words.pages.notFound;
  const content = (
    <>
      <p>{opening}</p>
      <p>
        <a href="/">{start}</a>
      </p>
    </>
  );
  return page(context, speech, { isResult: true, hasFailed: true, heading, content }, 404);
}

/** A link to the app, where that is another site. */
export function ToTheApp({
  appOrigin,
  issuer,
  speech,
}: Pick<Config, 'appOrigin' | 'issuer'> & { readonly speech: Speech }) {
  return appOrigin === issuer ? null : (
    <p>
      <a href={appOrigin}>{speech.words.pages.toTheApp}</a>
    </p>
  );
}

/**
 * Turns problem documents into pages, after they have been logged and mapped as everywhere: status and `Retry-After`
 * stay. A client that does not ask for `text/html` gets the problem document.
 */
export function problemsAsPages(
  dependencies: Pick<Dependencies, 'config' | 'readWords'>,
  pageOf: (speech: Speech, config: Config) => (given: Given, problem: Problem) => Page,
): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (!context.error || !wantsPage(context)) return;
    const problem = context.error instanceof Problem ? context.error : new Problem('internal-error');
    const { status } = context.res;
    const speech = await speechFor(context, dependencies);
    const shown = pageOf(speech, dependencies.config)(await formFields(context), problem);
    const { body, headers } = await page(context, speech, shown);
    context.res = new Response(body, { status, headers });
  };
}

function Layout({ heading, content, hasFailed, isResult, speech }: Page & { speech: Speech }) {
  const { brand, language, direction, words } = speech;
  return (
    <html lang={language} dir={direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="robots" content="noindex" />
        {/* A screen reader says the title first. */}
        <title>{`${hasFailed ? speech.say(words.pages.error, { heading }) : heading} – ${brand.name}`}</title>
        <style dangerouslySetInnerHTML={{ __html: pageStyle }} />
      </head>
      <body>
        <header>{brand.name}</header>
        <main>
          <h1 tabindex={-1} autofocus={isResult}>
            {heading}
          </h1>
          {content}
        </main>
      </body>
    </html>
  );
}
