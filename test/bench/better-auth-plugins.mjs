// Access tokens, and the two plugins of second factors. The passkey plugin is a package of its own.
import { passkey } from '@better-auth/passkey';
import { jwt } from 'better-auth/plugins/jwt';
import { twoFactor } from 'better-auth/plugins/two-factor';

export const plugins = [jwt(), twoFactor(), passkey()];
