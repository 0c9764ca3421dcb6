// The groups that the document shows its endpoints in, in this order.

import { refreshing } from './refreshing.ts';

export const tags = {
  account: {
    name: 'Account',
    description:
      'Registering, and the account of the user who calls. A session that was ended answers `401` at once.',
  },
  mails: {
    name: 'Mails and passwords',
    description:
      'Verifying an address, and choosing another password. Links open a page of this service for people without the ' +
      'app; an app that handles the link takes `token` out of it and posts it here. A `GET` of a link changes nothing.',
  },
  sessions: {
    name: 'Sessions',
    description: `Logging in, refreshing and logging out.\n${refreshing}`,
  },
  devices: { name: 'Devices', description: 'Where the user is signed in, and signing out elsewhere.' },
  factors: {
    name: 'Second factors',
    description:
      'A code of an authenticator app beside the password, and recovery codes for who has lost the phone.',
  },
  passkeys: {
    name: 'Passkeys',
    description:
      'Signing in by fingerprint, face or a security key (WebAuthn, Level 3): in browsers, and in apps on Android and iOS.',
  },
  providers: {
    name: 'Identity providers',
    description:
      'Signing in with Apple, Google or any OpenID issuer that the operator has named, by the ID token that its SDK gives to ' +
      'the app.',
  },
  posts: {
    name: 'Posts',
    description:
      'The resource that shows how an application hangs its own tables on the service. Everybody who is signed in may read.',
  },
  operators: {
    name: 'Operators',
    description: 'For admins, whose sign-in has a second factor (`aal2`).',
  },
  oauth: {
    name: 'OAuth',
    description:
      'Refreshing and revoking for ready-made clients, such as AppAuth; see `/.well-known/oauth-authorization-server`.',
  },
  service: {
    name: 'Service',
    description: 'For monitors, for services that check access tokens, and for developers.',
  },
  pages: {
    name: 'Pages',
    description:
      'What mails link to, what opens those links in an app, and the documentation. Nothing here is for an app to call.',
  },
} as const;
