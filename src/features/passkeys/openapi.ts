// Passkeys of the account, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import {
  describe,
  exampleId,
  exampleTime,
  type Feature,
  id,
  noted,
  said,
  time,
} from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { registrationCredential } from '../../http/passkey-fields.ts';
import { createPasskey } from './create.ts';
import { listPasskeys } from './list.ts';
import { newPasskeyOptions } from './options.ts';
import { removePasskey } from './remove.ts';
import { renamePasskey } from './rename.ts';
import type { ShownPasskey } from './statements.ts';

const base64url = (description: string) => noted(z.string(), { description: `${description} Base64url.` });

const Passkey: z.ZodMiniType<ShownPasskey> = z.object({
  id: id(),
  credential_id: base64url('As the authenticator names it.'),
  name: said('For its owner, to tell it from the others.'),
  created_at: time('When it was registered.'),
  last_used_at: z.nullable(time('When it last signed in, rounded down to the hour.')),
  backed_up: noted(z.boolean(), { description: 'It is not on one device alone, as it said last.' }),
  transports: noted(z.array(z.string()), {
    description: 'How it is reached: `internal`, `hybrid`, `usb`, `nfc`, …',
  }),
  aaguid: noted(z.string(), {
    format: 'uuid',
    description: 'The model of the authenticator, or the password manager; zeros where it does not say.',
  }),
});
const Passkeys = z.object({
  data: z.array(Passkey),
  all_accepted_credentials: noted(
    z.object({
      rpId: said('The domain that the passkeys are for.'),
      userId: base64url('The user handle.'),
      allAcceptedCredentialIds: z.array(z.string()),
    }),
    {
      description:
        'For `PublicKeyCredential.signalAllAcceptedCredentials`, as it is: then no device offers a passkey that was removed.',
    },
  ),
});
const credentialType = z.literal('public-key');
const PasskeyCreationOptions = noted(
  z.object({
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: base64url('The user handle.'), name: z.string(), displayName: z.string() }),
    challenge: base64url('Good for one answer, within five minutes, in this session.'),
    pubKeyCredParams: z.array(z.object({ type: credentialType, alg: z.int() })),
    timeout: z.int(),
    excludeCredentials: z.array(
      z.object({ type: credentialType, id: z.string(), transports: z.array(z.string()) }),
    ),
    authenticatorSelection: z.object({
      residentKey: z.string(),
      requireResidentKey: z.boolean(),
      userVerification: z.string(),
    }),
    attestation: z.string(),
    extensions: z.object({ credProps: z.boolean() }),
  }),
  { description: '`PublicKeyCredentialCreationOptionsJSON` (WebAuthn, Level 3, section 5.1.8).' },
);

noted(registrationCredential(), {
  description:
    'The `RegistrationResponseJSON` (`credential.toJSON()`), as it is. These members are read; those that are base64url may have ' +
    'padding.',
});

const passkey: ShownPasskey = {
  id: exampleId,
  credential_id: 'dGhlIGlkIG9mIGEgcGFzc2tleQ',
  name: 'Ada’s phone',
  created_at: exampleTime,
  last_used_at: null,
  backed_up: true,
  transports: ['hybrid', 'internal'],
  aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
};
const userId = 'AZqz8nweq0qdVT8MKp5rEA';
const rpId = 'example.com';
const one = (description: string) => ({
  description,
  headers: ['Cache-Control'],
  content: { schema: Passkey, examples: { passkey } },
});

export const passkeys: Feature = {
  tag: tags.passkeys,
  schemas: {
    Passkey,
    Passkeys,
    PasskeyCreationOptions,
    NewPasskey: createPasskey.body(),
    PasskeyName: renamePasskey.body(),
  },
  operations: [
    describe(newPasskeyOptions, {
      id: 'getPasskeyCreationOptions',
      summary: 'Begin to add a passkey',
      description:
        'Pass the answer on as it is: to `PublicKeyCredential.parseCreationOptionsFromJSON` in a browser, as `requestJson` on ' +
        'Android; on iOS its members. What the device makes goes to `POST /api/users/me/passkeys`.',
      answers: {
        200: {
          description: 'The options.',
          headers: ['Cache-Control'],
          content: {
            schema: PasskeyCreationOptions,
            examples: {
              options: {
                rp: { id: rpId, name: rpId },
                user: { id: userId, name: 'ada@example.com', displayName: 'Ada' },
                challenge: 'kq0BzWwfJ4jVqD1sZ0Y…',
                pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
                timeout: 300_000,
                excludeCredentials: [],
                authenticatorSelection: {
                  residentKey: 'required',
                  requireResidentKey: true,
                  userVerification: 'preferred',
                },
                attestation: 'none',
                extensions: { credProps: true },
              },
            },
          },
        },
      },
      problems: ['too-many-passkeys'],
    }),
    describe(createPasskey, {
      id: 'createPasskey',
      summary: 'Add a passkey',
      description:
        'With what the device made for the options, which were asked for in the same session. From then on it signs in ' +
        'without a password; with the screen lock (user verification) also without a second factor. The owner gets a mail, ' +
        'whose link undoes it. `detail` of `passkey-not-accepted` says what is wrong, for the developer of the app. Without ' +
        'a `name` it is called after the device, as the app named that at the login.',
      body: {
        examples: {
          credential: {
            credential: {
              id: passkey.credential_id,
              rawId: passkey.credential_id,
              type: 'public-key',
              response: {
                clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoi',
                attestationObject: 'o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVi',
                transports: passkey.transports,
              },
            },
            name: passkey.name,
          },
        },
      },
      answers: { 201: one('The passkey.') },
      problems: ['passkey-not-accepted', 'sign-up-closed', 'too-many-passkeys', 'recent-sign-in-required'],
    }),
    describe(listPasskeys, {
      id: 'listPasskeys',
      summary: 'Which passkeys do I have',
      description: 'Oldest first; 20 at most.',
      answers: {
        200: {
          description: 'The passkeys.',
          headers: ['Cache-Control'],
          content: {
            schema: Passkeys,
            examples: {
              one: {
                data: [passkey],
                all_accepted_credentials: {
                  rpId,
                  userId,
                  allAcceptedCredentialIds: [passkey.credential_id],
                },
              },
            },
          },
        },
      },
    }),
    describe(renamePasskey, {
      id: 'renamePasskey',
      summary: 'Name a passkey',
      description: 'Its owner alone sees the name.',
      body: { examples: { name: { name: 'Key on my key ring' } } },
      answers: { 200: one('The passkey as it is now.') },
      problems: ['not-found'],
    }),
    describe(removePasskey, {
      id: 'deletePasskey',
      summary: 'Remove a passkey',
      description:
        'It opens the account no more. The owner gets a mail, whose link undoes it. Ask for the list afterwards, and signal ' +
        'it to the device. The last way to sign in stays.',
      answers: { 204: { description: 'Gone.' } },
      problems: ['not-found', 'last-way-in'],
    }),
  ],
};
