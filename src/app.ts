// The app: middleware in order, and every endpoint.

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { bodyBytes } from './bounds.ts';
import type { Dependencies, Variables } from './context.ts';
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
import { changeEmail } from './features/email/change.ts';
import { forgot } from './features/email/forgot-password.ts';
import { resend } from './features/email/resend.ts';
import { resetForm, resetPage } from './features/email/reset-page.tsx';
import { reset } from './features/email/reset-password.ts';
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
import { deliverMails } from './features/mail-delivery/deliver.ts';
import { oauthRevoke } from './features/oauth/revoke.ts';
import { oauthToken } from './features/oauth/token.ts';
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
import { makeProviderCalls } from './features/provider-calls/make.ts';
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
import { allowedMethods } from './http/allowed-methods.ts';
import { crossOrigin } from './http/cross-origin.ts';
import type { Endpoint, Router } from './http/endpoint.ts';
import { fileAt } from './http/files.ts';
import { observed } from './http/observe.ts';
import { notFoundPage, wantsPage } from './http/page.tsx';
import { problemResponse } from './http/problem-response.ts';
import { clearTokenCookies } from './http/token-cookies.ts';
import { Problem } from './problems.ts';

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
  oauthToken,
  oauthRevoke,
  health,
  ready,
  keySet,
  oauthMetadata,
  openIdConfiguration,
  statusLists,
  statusList,
  verificationPage,
  verificationForm,
  resetPage,
  resetForm,
  undoPage,
  undoForm,
  appleAppLinks,
  androidAppLinks,
  relatedOrigins,
];

export function createApp(dependencies: Dependencies): Router {
  const app: Router = new Hono<{ Variables: Variables }>();

  app.onError((error, context) => {
    // Where the token came in a header or body, the cookies are of another session, which may be active.
    if (error instanceof Problem && error.discardCredentials && context.get('cameByCookie'))
      clearTokenCookies(context);
    return problemResponse(error, context, dependencies);
  });
  app.notFound(async (context) => {
    const allowed = allowedMethods(app, context.req.path);
    if (allowed.length > 0)
      throw new Problem('method-not-allowed', { headers: { Allow: allowed.join(', ') } });
    const file = await fileAt(context.req, dependencies.config.files);
    if (file) return file;
    const isRead = context.req.method === 'GET' || context.req.method === 'HEAD';
    if (isRead && wantsPage(context)) {
      context.set('problem', 'not-found');
      return notFoundPage(context, dependencies.config);
    }
    throw new Problem('not-found');
  });

  app.use(observed(dependencies));
  app.use(async (context, next) => {
    await next();
    // What was queued leaves right after the answer, rather than with the next run of the cron trigger. The wait lets the
    // answer go first.
    const afterwards = (work: (parts: Dependencies) => Promise<unknown>) =>
      context.executionCtx.waitUntil(scheduler.wait(0).then(() => work(dependencies)));
    if (context.get('mailIsDue')) afterwards(deliverMails);
    if (context.get('providerCallIsDue')) afterwards(makeProviderCalls);
  });
  // The headers that current browsers use. The other five are for browsers that are gone; each costs 2 µs of an
  // answer's 110 µs.
  app.use(
    secureHeaders({
      xFrameOptions: 'DENY',
      originAgentCluster: false,
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
      xXssProtection: false,
    }),
  );
  app.use(crossOrigin(dependencies.config));
  app.use(
    bodyLimit({
      maxSize: bodyBytes,
      onError: () => {
        throw new Problem('body-too-large');
      },
    }),
  );

  for (const endpoint of endpoints) endpoint.mount(app, dependencies);
  return app;
}
