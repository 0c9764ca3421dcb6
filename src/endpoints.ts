// Every endpoint of the service.

import { change as changeUser } from './features/account/change.ts';
import { changePassword } from './features/account/change-password.ts';
import { deleteAccount } from './features/account/delete.ts';
import { exportAccount } from './features/account/export.ts';
import { register } from './features/account/register.ts';
import { show as showUser } from './features/account/show.ts';
import { changeUser as changeUserAsOperator } from './features/admin/change-user.ts';
import { deleteUser } from './features/admin/delete-user.ts';
import { disable } from './features/admin/disable.ts';
import { enable } from './features/admin/enable.ts';
import { endChosenSessions } from './features/admin/end-chosen-sessions.ts';
import { endSessions } from './features/admin/end-sessions.ts';
import { findUsers } from './features/admin/find-users.ts';
import { listAllEvents } from './features/admin/list-events.ts';
import { listMails } from './features/admin/list-mails.ts';
import { removeSecondFactors } from './features/admin/remove-second-factors.ts';
import { retryMail } from './features/admin/retry-mail.ts';
import { sendReset } from './features/admin/send-reset.ts';
import { showUser as showUserToOperator } from './features/admin/show-user.ts';
import { notifyApple } from './features/apple/notify.ts';
import { androidAppLinks } from './features/discovery/android-app-links.ts';
import { appleAppLinks } from './features/discovery/apple-app-links.ts';
import { keySet } from './features/discovery/key-set.ts';
import { oauthMetadata, openIdConfiguration } from './features/discovery/metadata.ts';
import { relatedOrigins } from './features/discovery/related-origins.ts';
import { ways } from './features/discovery/ways.ts';
import { anotherMailForm, anotherMailPage } from './features/email/another-mail-page.tsx';
import { changeEmail } from './features/email/change.ts';
import { forgot } from './features/email/forgot-password.ts';
import { resend } from './features/email/resend.ts';
import { resetForm, resetPage } from './features/email/reset-page.tsx';
import { reset } from './features/email/reset-password.ts';
import { startPage } from './features/email/start-page.tsx';
import { undo } from './features/email/undo-change.ts';
import { undoForm, undoPage } from './features/email/undo-page.tsx';
import { verificationForm, verificationPage } from './features/email/verification-page.tsx';
import { verify } from './features/email/verify.ts';
import { listEvents } from './features/events/list.ts';
import { confirm as confirmTotp } from './features/factors/confirm.ts';
import { enrol as enrolTotp } from './features/factors/enrol.ts';
import { remove as removeTotp } from './features/factors/remove.ts';
import { renewRecoveryCodes } from './features/factors/renew-recovery-codes.ts';
import { health, ready } from './features/health/check.ts';
import { addIdentity } from './features/identities/add.ts';
import { removeIdentity } from './features/identities/remove.ts';
import { oauthRevoke } from './features/oauth/revoke.ts';
import { oauthToken } from './features/oauth/token.ts';
import { listOutbox } from './features/outbox/list.ts';
import { createPasskey } from './features/passkeys/create.ts';
import { listPasskeys } from './features/passkeys/list.ts';
import { newPasskeyOptions } from './features/passkeys/options.ts';
import { removePasskey } from './features/passkeys/remove.ts';
import { renamePasskey } from './features/passkeys/rename.ts';
import { change as changePost } from './features/posts/change.ts';
import { create as createPost } from './features/posts/create.ts';
import { list as listPosts } from './features/posts/list.ts';
import { remove as removePost } from './features/posts/remove.ts';
import { show as showPost } from './features/posts/show.ts';
import { list as listSessions } from './features/sessions/list.ts';
import { logout } from './features/sessions/logout.ts';
import { logoutAll } from './features/sessions/logout-all.ts';
import { refresh } from './features/sessions/refresh.ts';
import { revoke as revokeSession } from './features/sessions/revoke.ts';
import { emailCode } from './features/sign-in/email-code.ts';
import { guest } from './features/sign-in/guest.ts';
import { login } from './features/sign-in/login.ts';
import { nonce } from './features/sign-in/nonce.ts';
import { passkey } from './features/sign-in/passkey.ts';
import { passkeyOptions } from './features/sign-in/passkey-options.ts';
import { loginProvider } from './features/sign-in/provider.ts';
import { reauthenticate } from './features/sign-in/reauthenticate.ts';
import { requestCode } from './features/sign-in/request-code.ts';
import { loginSecondFactor } from './features/sign-in/second-factor.ts';
import { statistics } from './features/statistics/show.ts';
import { statusLists } from './features/status/aggregation.ts';
import { statusList } from './features/status/list.ts';
import type { Endpoint } from './http/endpoint.ts';

/** In the order in which the router tries them. */
export const endpoints: readonly Endpoint[] = [
  ways,
  register,
  verify,
  resend,
  login,
  loginSecondFactor,
  emailCode,
  // Behind those that have a name of their own.
  loginProvider,
  passkeyOptions,
  passkey,
  guest,
  nonce,
  requestCode,
  reauthenticate,
  notifyApple,
  refresh,
  logout,
  logoutAll,
  listSessions,
  revokeSession,
  forgot,
  reset,
  undo,
  changePassword,
  showUser,
  changeUser,
  changeEmail,
  deleteAccount,
  exportAccount,
  enrolTotp,
  confirmTotp,
  removeTotp,
  renewRecoveryCodes,
  listEvents,
  newPasskeyOptions,
  createPasskey,
  listPasskeys,
  renamePasskey,
  removePasskey,
  addIdentity,
  removeIdentity,
  createPost,
  listPosts,
  showPost,
  changePost,
  removePost,
  findUsers,
  showUserToOperator,
  changeUserAsOperator,
  deleteUser,
  disable,
  enable,
  endSessions,
  sendReset,
  removeSecondFactors,
  endChosenSessions,
  listAllEvents,
  listMails,
  retryMail,
  statistics,
  listOutbox,
  oauthToken,
  oauthRevoke,
  health,
  ready,
  keySet,
  oauthMetadata,
  openIdConfiguration,
  statusLists,
  statusList,
  startPage,
  verificationPage,
  verificationForm,
  resetPage,
  resetForm,
  undoPage,
  undoForm,
  anotherMailPage,
  anotherMailForm,
  appleAppLinks,
  androidAppLinks,
  relatedOrigins,
];
