// Pages for people without the app: one layout without scripts and requests, which its headers enforce; and problems
// as pages, for clients that ask for HTML.

import type { Context, MiddlewareHandler } from 'hono';
import type { Child } from 'hono/jsx';
import { base64, sha256 } from '../encoding.ts';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
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

export async function page(
  context: Context,
  config: Pick<Config, 'appOrigin'>,
  shown: Page,
  status: 200 | 404 = 200,
): Promise<Response> {
  const html = `<!doctype html>${<Layout {...shown} service={new URL(config.appOrigin).host} />}`;
  return context.html(html, status, {
    // The style by its hash, and no scripts. Clickjacking: no frames (CSP 3, sections 6.1 and 6.4).
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${base64(await sha256(pageStyle))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    // The URL holds the mailed secret: no referrer, no cache, no search engine.
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'X-Robots-Tag': 'noindex',
  });
}

/** Browsers ask for HTML when somebody follows a link; API clients do not. */
export function wantsPage(context: Context): boolean {
  return /\btext\/html\b/i.test(context.req.header('Accept') ?? '');
}

/** `404` for a person who followed a link. */
export function notFoundPage(context: Context, config: Pick<Config, 'appOrigin'>): Promise<Response> {
  return page(
    context,
    config,
    {
      isResult: true,
      hasFailed: true,
      heading: 'There is nothing here',
      content: (
        <>
          <p>The address may have been cut off or mistyped. If it is from a mail, copy the whole of it.</p>
          <p>
            <a href="/">What this service is</a>
          </p>
        </>
      ),
    },
    404,
  );
}

/** A link to the app, where that is another site. */
export function ToTheApp({ appOrigin, issuer }: Pick<Config, 'appOrigin' | 'issuer'>) {
  return appOrigin === issuer ? null : (
    <p>
      <a href={appOrigin}>Go to the app</a>
    </p>
  );
}

/**
 * Turns problem documents into pages, after they have been logged and mapped as everywhere: status and `Retry-After`
 * stay. A client that does not ask for `text/html` gets the problem document.
 */
export function problemsAsPages(
  config: Pick<Config, 'appOrigin'>,
  pageOf: (given: Given, problem: Problem) => Page,
): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (!context.error || !wantsPage(context)) return;
    const problem = context.error instanceof Problem ? context.error : new Problem('internal-error');
    const { status } = context.res;
    const { body, headers } = await page(context, config, pageOf(await formFields(context), problem));
    context.res = new Response(body, { status, headers });
  };
}

function Layout({ heading, content, hasFailed, isResult, service }: Page & { service: string }) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="robots" content="noindex" />
        {/* A screen reader says the title first. */}
        <title>{`${hasFailed ? 'Error: ' : ''}${heading} – ${service}`}</title>
        <style dangerouslySetInnerHTML={{ __html: pageStyle }} />
      </head>
      <body>
        <header>{service}</header>
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
