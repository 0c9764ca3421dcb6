// The pages that mails link to, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import { describe, type Feature, noted, said } from '../../build/openapi/describe.ts';
import { html } from '../../build/openapi/html.ts';
import { tags } from '../../build/openapi/tags.ts';
import { pageDefinitions } from './page-definitions.ts';
import { eitherCode } from './undo-change.ts';

/** The link's own query. */
const Link = z.object({
  token: z.optional(said('As the mail has it. Without it the page says that the link is broken.')),
});

const byLink = { token: 'b3BhcXVlLXJhbmRvbS10b2tlbi1mcm9tLXRoZS1saW5r' };
const forBrowsers = 'For people without the app: what the page’s button sends. An app posts JSON to';

noted(eitherCode(), {
  type: 'string',
  description: 'Six digits of the authenticator app, or a recovery code.',
});

export const pages: Feature = {
  tag: tags.pages,
  schemas: {},
  operations: [
    describe(pageDefinitions.verificationPage, {
      query: Link,
      id: 'verificationPage',
      summary: 'The page that a verification links to',
      description: 'Shows a button, and changes nothing: mail scanners open links.',
      answers: { 200: html('The page.') },
    }),
    describe(pageDefinitions.verificationForm, {
      id: 'verifyEmailOnPage',
      summary: 'Verify on the page',
      description: `${forBrowsers} \`/api/auth/verify-email\`.`,
      body: {
        examples: { byLink: { ...byLink, name: 'Ada', password: 'velvet sparrow tunnel mint' } },
      },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'invalid-code', 'sign-up-closed', 'weak-password', 'too-many-requests'],
    }),
    describe(pageDefinitions.resetPage, {
      query: Link,
      id: 'resetPage',
      summary: 'The page that a password reset links to',
      description: 'Shows a form, and changes nothing: mail scanners open links.',
      answers: { 200: html('The page.') },
    }),
    describe(pageDefinitions.resetForm, {
      id: 'resetPasswordOnPage',
      summary: 'Reset on the page',
      description: `${forBrowsers} \`/api/auth/reset-password\`.`,
      body: {
        examples: { byLink: { ...byLink, password: 'velvet sparrow tunnel mint' } },
      },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'invalid-code', 'weak-password', 'too-many-requests'],
    }),
    describe(pageDefinitions.undoPage, {
      query: Link,
      id: 'undoPage',
      summary: 'The page that takes a change of the address or of a factor back',
      description: 'Shows a button, and changes nothing: mail scanners open links.',
      answers: { 200: html('The page.') },
    }),
    describe(pageDefinitions.undoForm, {
      id: 'undoEmailChangeOnPage',
      summary: 'Undo on the page',
      description: `${forBrowsers} \`/api/auth/undo-email-change\`.`,
      body: { examples: { byLink, secondFactor: { ...byLink, second_factor: '492039' } } },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'second-factor-required', 'invalid-second-factor', 'too-many-requests'],
    }),
  ],
};
