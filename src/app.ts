// The contents page: what every request passes, in order, and every endpoint.

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { change as changeUser } from './features/accounts/change.ts';
import { listEvents } from './features/accounts/list-events.ts';
import { register } from './features/accounts/register.ts';
import { show as showUser } from './features/accounts/show.ts';
import { androidAppLinks } from './features/app-links/android.ts';
import { appleAppLinks } from './features/app-links/apple.ts';
import { changeEmail } from './features/credentials/change-email.ts';
import { deleteAccount } from './features/credentials/delete-account.ts';
import { list as listSessions } from './features/devices/list.ts';
import { logoutAll } from './features/devices/logout-all.ts';
import { revoke as revokeSession } from './features/devices/revoke.ts';
import { verificationPage } from './features/email-verification/page.tsx';
import { resend } from './features/email-verification/resend.ts';
import { verify } from './features/email-verification/verify.ts';
import { exportAccount } from './features/export/export.ts';
import { check } from './features/health/check.ts';
import { metadata } from './features/keys/metadata.ts';
import { publish } from './features/keys/publish.ts';
import { login } from './features/login/login.ts';
import { deliverMails } from './features/mail-delivery/deliver.ts';
import { changePassword } from './features/password-change/change.ts';
import { forgot } from './features/password-reset/forgot.ts';
import { resetPage } from './features/password-reset/page.tsx';
import { reset } from './features/password-reset/reset.ts';
import { change as changePost } from './features/posts/change.ts';
import { create as createPost } from './features/posts/create.ts';
import { list as listPosts } from './features/posts/list.ts';
import { remove as removePost } from './features/posts/remove.ts';
import { show as showPost } from './features/posts/show.ts';
import { logout } from './features/sessions/logout.ts';
import { oauthRevoke } from './features/sessions/oauth-revoke.ts';
import { oauthToken } from './features/sessions/oauth-token.ts';
import { refresh } from './features/sessions/refresh.ts';
import { undoPage } from './features/undo-email-change/page.tsx';
import { undo } from './features/undo-email-change/undo.ts';
import { allowedMethods } from './http/allowed-methods.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { fileAt } from './http/files.ts';
import { observed } from './http/observe.ts';
import { nothingHere, wantsPage } from './http/page.tsx';
import { problemResponse } from './http/problem-response.ts';
import type { Dependencies, Endpoint, Router, Variables } from './http/router.ts';
import { clearTokenCookies } from './http/token-cookies.ts';
import { bodyBytes } from './lifetimes.ts';
import { Problem } from './problems.ts';

const endpoints: readonly Endpoint[] = [
  register,
  verify,
  resend,
  login,
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
  listEvents,
  createPost,
  listPosts,
  showPost,
  changePost,
  removePost,
  oauthToken,
  oauthRevoke,
  check,
  publish,
  metadata,
  verificationPage,
  resetPage,
  undoPage,
  appleAppLinks,
  androidAppLinks,
];

export function createApp(dependencies: Dependencies): Router {
  const app: Router = new Hono<{ Variables: Variables }>();

  app.onError((error, context) => {
    // Cookies beside a token that came otherwise are of another session, which may live.
    if (error instanceof Problem && error.discardCredentials && context.get('byCookie'))
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
      return nothingHere(context, dependencies.config);
    }
    throw new Problem('not-found');
  });

  app.use(observed(dependencies));
  app.use(async (context, next) => {
    await next();
    // The wait lets the answer go first; the mail then leaves at once rather than with the next run of the cron trigger.
    if (context.get('mailIsDue')) {
      context.executionCtx.waitUntil(scheduler.wait(0).then(() => deliverMails(dependencies)));
    }
  });
  // What today's browsers heed. The other five are for browsers that are gone, and each costs 2 µs of an answer's 110.
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

  for (const endpoint of endpoints) endpoint(app, dependencies);
  return app;
}
