// What is read by people and by app stores' machinery, as the document describes it.

import * as z from 'zod/mini';
import { Reset } from '../../features/email/reset-password.ts';
import { Undo } from '../../features/email/undo-change.ts';
import { Verification } from '../../features/email/verify.ts';
import { type Feature, noted, said } from './describe.ts';

const Html = noted(z.string(), { description: 'A page.' });
const html = (description: string, headers: readonly string[] = ['Cache-Control']) => ({
  description,
  headers,
  content: { mediaType: 'text/html', schema: Html, examples: { page: '<!doctype html>…' } },
});

/** The link's own query. */
const Link = z.object({
  token: z.optional(said('As the mail has it. Without it the page says that the link is broken.')),
});

const form = 'application/x-www-form-urlencoded';
const byLink = { token: 'b3BhcXVlLXJhbmRvbS10b2tlbi1mcm9tLXRoZS1saW5r' };
const forBrowsers = 'For people without the app: what the page’s button sends. An app posts JSON to';

const AppleAppSiteAssociation = z.object({
  applinks: z.object({ details: z.array(z.looseObject({ appIDs: z.array(z.string()) })) }),
  webcredentials: z.object({ apps: z.array(z.string()) }),
});
const AssetLinks = z.array(
  z.object({
    relation: z.array(z.string()),
    target: z.object({
      namespace: z.string(),
      package_name: z.string(),
      sha256_cert_fingerprints: z.array(z.string()),
    }),
  }),
);
const OpenApi = noted(z.looseObject({ openapi: z.string() }), { description: 'This document.' });

const fileHeaders = ['ETag', 'Cache-Control'];
const notModified = { description: 'The copy at hand is still good.', headers: fileHeaders };

const apple = {
  applinks: {
    details: [
      {
        appIDs: ['ABCDE12345.com.example.app'],
        components: [{ '/': '/verify-email', '?': { token: '?*' } }],
      },
    ],
  },
  webcredentials: { apps: ['ABCDE12345.com.example.app'] },
};
const android = [
  {
    relation: ['delegate_permission/common.handle_all_urls'],
    target: {
      namespace: 'android_app',
      package_name: 'com.example.app',
      sha256_cert_fingerprints: ['14:6D:E9:…'],
    },
  },
];

export const pages: Feature = {
  tag: {
    name: 'Pages',
    description:
      'What mails link to, what opens those links in an app, and the documentation. Nothing here is for an app to call.',
  },
  schemas: { AppleAppSiteAssociation, AssetLinks, OpenApi },
  operations: {
    'GET /verify-email': {
      id: 'verificationPage',
      summary: 'The page that a verification links to',
      description: 'Shows a button, and changes nothing: mail scanners open links.',
      access: 'anybody',
      query: Link,
      answers: { 200: html('The page.') },
      isPage: true,
    },
    'POST /verify-email': {
      id: 'verifyEmailOnPage',
      summary: 'Verify on the page',
      description: `${forBrowsers} \`/api/auth/verify-email\`.`,
      access: 'anybody',
      body: {
        mediaType: form,
        schema: Verification,
        examples: { byLink: { ...byLink, name: 'Ada', password: 'velvet sparrow tunnel mint' } },
      },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'invalid-code', 'weak-password', 'too-many-requests'],
      isPage: true,
    },
    'GET /reset-password': {
      id: 'resetPage',
      summary: 'The page that a password reset links to',
      description: 'Shows a form, and changes nothing: mail scanners open links.',
      access: 'anybody',
      query: Link,
      answers: { 200: html('The page.') },
      isPage: true,
    },
    'POST /reset-password': {
      id: 'resetPasswordOnPage',
      summary: 'Reset on the page',
      description: `${forBrowsers} \`/api/auth/reset-password\`.`,
      access: 'anybody',
      body: {
        mediaType: form,
        schema: Reset,
        examples: { byLink: { ...byLink, password: 'velvet sparrow tunnel mint' } },
      },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'invalid-code', 'weak-password', 'too-many-requests'],
      isPage: true,
    },
    'GET /undo-email-change': {
      id: 'undoPage',
      summary: 'The page that takes a change of address back',
      description: 'Shows a button, and changes nothing: mail scanners open links.',
      access: 'anybody',
      query: Link,
      answers: { 200: html('The page.') },
      isPage: true,
    },
    'POST /undo-email-change': {
      id: 'undoEmailChangeOnPage',
      summary: 'Undo on the page',
      description: `${forBrowsers} \`/api/auth/undo-email-change\`.`,
      access: 'anybody',
      body: { mediaType: form, schema: Undo, examples: { byLink } },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'too-many-requests'],
      isPage: true,
    },
    'GET /.well-known/apple-app-site-association': {
      id: 'getAppleAppSiteAssociation',
      summary: 'Opens mailed links in the iOS app',
      description: 'There only where the operator has named an app.',
      access: 'anybody',
      answers: {
        200: {
          description: 'The association.',
          headers: ['Cache-Control'],
          content: { schema: AppleAppSiteAssociation, examples: { apple } },
        },
      },
      problems: ['not-found'],
    },
    'GET /.well-known/assetlinks.json': {
      id: 'getAssetLinks',
      summary: 'Opens mailed links in the Android app',
      description: 'There only where the operator has named an app.',
      access: 'anybody',
      answers: {
        200: {
          description: 'The statements.',
          headers: ['Cache-Control'],
          content: { schema: AssetLinks, examples: { android } },
        },
      },
      problems: ['not-found'],
    },
    'GET /openapi.json': {
      id: 'getOpenApi',
      summary: 'This document',
      description: 'OpenAPI 3.1. Any origin may read it.',
      access: 'anybody',
      parameters: ['If-None-Match'],
      answers: {
        200: {
          description: 'The document.',
          headers: fileHeaders,
          content: { schema: OpenApi, examples: { start: { openapi: '3.1.0' } } },
        },
        304: notModified,
      },
      // What the Worker says where the files were not deployed with it.
      problems: ['not-found'],
      isFile: true,
    },
    'GET /docs': {
      id: 'getDocs',
      summary: 'Read it and try it',
      description:
        'A page to read this document, to log in and to try every call. It contacts no other host.',
      access: 'anybody',
      parameters: ['If-None-Match'],
      answers: { 200: html('The page.', fileHeaders), 304: notModified },
      // What the Worker says where the files were not deployed with it.
      problems: ['not-found'],
      isFile: true,
    },
  },
};
