// Every sentence that a person reads, in English. The other languages have the same shape. `{service}` and `{support}` may stand in any of
// them: the service's name, and where its people are written to (`supportTeam`, where no address is bound).

const nothingToDo = 'If it was you, there is nothing to do. If it was not, act now: this mail says how.';
const aboutSafety = 'You get this mail because it concerns the safety of your account at {service}.';
const undo = 'This was not me, undo it';
const undoFactor =
  'If it was you, there is nothing to do. If it was not, somebody has got into your account. The button takes back this change and whatever came after it, signs out every device and lets you choose a new password, for {duration}.';
const choosePassword = 'Choose a new password';
const resetUnasked =
  'If you did not ask for this, you need not do anything: your password stays as it is, and nobody can change it without this mail.';

export const en = {
  supportTeam: 'the people behind {service}',
  /** Below mails and pages, where an address is bound. */
  questions: 'Questions? Write to {support}.',

  mail: {
    greeting: 'Hello {name},',
    /** To whom nobody has given a name. */
    greetingWithoutName: 'Hello,',
    /** Before a code, where there is a link as well; and where there is none. */
    orCode: 'Or enter this code when asked:',
    code: 'Enter this code:',
    linkOrCodeValidity:
      'Use the link or the code, once, within {duration}. Do not tell the code to anybody, not even to us.',
    codeValidity: 'Use the code, once, within {duration}. Do not tell it to anybody, not even to us.',
    writtenOut: 'If the button does not work, copy this address into your browser:',
    /** How a fact is written: its label, here with a colon. The value follows. */
    label: '{label}:',
    device: 'Device',
    unknownDevice: 'unknown',
    when: 'When',
    ip: 'IP address',
    newAddress: 'New address',
    factorName: 'Name',
    provider: 'Account with',
  },

  /** The mails. A subject holds neither a name nor a code: it is shown on locked screens. `preview` is what an inbox shows beside it. */
  mails: {
    'verify-email': {
      subject: 'Confirm your email address for {service}',
      preview: 'One more step: confirm that this address is yours, and your account at {service} is ready.',
      heading: 'Confirm your email address',
      opening:
        'Thank you for signing up at {service}. Please confirm that this address is yours, and choose a password.',
      action: 'Confirm my address',
      closing:
        'If you did not sign up, somebody typed your address by mistake. You need not do anything: without your confirmation there is no account.',
      reason: 'You get this mail because this address was used to sign up at {service}.',
    },
    'reset-password': {
      subject: 'Reset your password for {service}',
      preview:
        'You asked for a new password for your account at {service}. Choose it with the link in this mail.',
      heading: choosePassword,
      opening:
        'You asked for a new password for your account at {service}. Choosing one signs out every device.',
      action: choosePassword,
      closing: resetUnasked,
      reason: 'You get this mail because a password reset was asked for at {service} with this address.',
    },
    /** The same, where an operator sends it. */
    'reset-password-by-operator': {
      subject: 'Reset your password for {service}',
      preview:
        'The people who run {service} have sent you a link to choose a new password. It is in this mail.',
      heading: choosePassword,
      opening:
        'The people who run {service} have sent you this link to choose a new password for your account. Choosing one signs out every device.',
      action: choosePassword,
      closing:
        'If you do not want a new one, you need not do anything: your password stays as it is, and nobody can change it without this mail.',
      reason: 'You get this mail because the people who run {service} sent a password reset to this address.',
    },
    'sign-in-code': {
      subject: 'Your code to sign in at {service}',
      preview: 'You asked to sign in at {service}. The code in this mail works only where you asked for it.',
      heading: 'Your code to sign in',
      opening:
        'You asked to sign in at {service} with this address. The code works only on the device where you asked for it: enter it there, and nowhere else.',
      closing:
        'If you did not ask for this, somebody typed your address. You need not do anything: without the code nobody is signed in.',
      reason: 'You get this mail because somebody asked to sign in at {service} with this address.',
    },
    'address-taken': {
      subject: 'You already have an account at {service}',
      preview:
        'Somebody tried to sign up with your address. Nothing has changed, and no new account was made.',
      heading: 'You already have an account',
      opening:
        'Somebody tried to sign up at {service} with this address, perhaps you. It already has an account, so no new one was made.',
      action: 'Sign in or reset my password',
      closing:
        'If it was not you, you need not do anything: nothing has changed, and whoever tried was not told that you have an account.',
      reason: 'You get this mail because this address belongs to an account at {service}.',
    },
    'password-changed': {
      subject: 'Your password for {service} was changed',
      preview: nothingToDo,
      heading: 'Your password was changed',
      opening:
        'The password of your account at {service} was changed, and your other devices were signed out.',
      closing:
        'If it was you, there is nothing to do. If it was not, reset your password at {service} at once, and check that nobody else can read your mail.',
      reason: aboutSafety,
    },
    'email-change-requested': {
      subject: 'Your email address for {service} is about to change',
      preview: nothingToDo,
      heading: 'Your email address is about to change',
      opening:
        'Another address was asked for, with your password, for your account at {service}. It replaces this one as soon as it is confirmed.',
      closing:
        'If it was you, there is nothing to do here. If it was not, somebody knows your password: reset it at {service} at once, while this address still belongs to your account.',
      reason: aboutSafety,
    },
    'email-changed': {
      subject: 'Your email address for {service} was changed',
      preview: nothingToDo,
      heading: 'Your email address was changed',
      opening:
        'Your account at {service} has another address now. From here on every mail about it goes there, a reset of the password as well.',
      action: undo,
      closing:
        'If it was you, there is nothing to do. If it was not, somebody has taken your account. The button gives it back to this address, signs out every device and lets you choose a new password, for {duration}.',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: 'A change of your account at {service} was undone',
      preview: 'Every device is signed out. Choose a new password with the link in this mail.',
      heading: 'The change was undone',
      opening:
        'Your account at {service} is as it was before: with this address, and with the second factor, the passkeys and the accounts elsewhere that it had then. Every device is signed out, and the old password does not work any more: choose a new one.',
      action: choosePassword,
      closing:
        'When this link has expired, ask for another one at {service}, as if you had forgotten the password. Check that nobody else can read your mail.',
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: 'Your account at {service} was deleted',
      preview:
        'Your account at {service} and all that belonged to it are gone. This mail says when it happened.',
      heading: 'Your account was deleted',
      opening:
        'Your account at {service} was deleted, with all that belonged to it. Nothing of it can be brought back.',
      closing:
        'If it was not you, somebody was signed in as you: write to {support}, and check that nobody else can read your mail.',
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: 'Sign in with Apple was removed from your account at {service}',
      preview:
        'Your Apple Account was deleted. Your account at {service} is still there, with its other ways in.',
      heading: 'Sign in with Apple was removed',
      opening:
        'Apple has told us that your Apple Account was deleted. So it does not open your account at {service} any more, and your devices were signed out.',
      closing: 'Your account at {service} is still there: sign in by one of your other ways.',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: 'Confirm your new email address for {service}',
      preview: 'Confirm that this address is yours, and your account at {service} uses it from then on.',
      heading: 'Confirm your new email address',
      opening:
        'You asked to use this address for your account at {service}. Please confirm that it is yours.',
      action: 'Confirm my new address',
      closing:
        'If you did not ask for this, somebody typed your address by mistake. You need not do anything: without your confirmation it is not used.',
      reason: 'You get this mail because this address was given for an account at {service}.',
    },
    'session-stopped': {
      subject: 'We signed a device out of your account at {service}',
      preview: 'Somebody may have copied its sign-in, so we ended it. This mail says what to do now.',
      heading: 'We signed a device out',
      opening:
        'A sign-in of yours at {service} was used twice, as it happens when somebody has copied it. So we ended it: that device, and whoever copied it, is signed out.',
      closing:
        'To go on using that device, sign in on it again. If you do not know it, or if somebody else may have used it, change your password as well.',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: 'A copied sign-in was refused at {service}',
      preview:
        'Your device stays signed in, and nobody else got in. This mail says what happened and what you can do.',
      heading: 'We refused a copied sign-in',
      opening:
        'Somebody tried to use a copy of your sign-in at {service}, without the device that it belongs to. We refused it. Your device is still signed in.',
      closing:
        'You do not have to do anything. If that device may have been in other hands, or you do not know it, sign it out in your account and change your password.',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: 'New sign-in to your account at {service}',
      preview: nothingToDo,
      heading: 'New sign-in to your account',
      opening: 'There was a sign-in to your account at {service} on a device that had not signed in before.',
      closing:
        'If it was you, there is nothing to do. If it was not, reset your password at {service} at once: that signs out every device. Check that nobody else can read your mail.',
      reason: aboutSafety,
    },
    'totp-added': {
      subject: 'Two-step sign-in was turned on at {service}',
      preview: nothingToDo,
      heading: 'Two-step sign-in was turned on',
      opening: 'From now on a code from an authenticator app is asked for when you sign in at {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: 'Two-step sign-in was turned off at {service}',
      preview: nothingToDo,
      heading: 'Two-step sign-in was turned off',
      opening: 'No code from an authenticator app is asked for any more when you sign in at {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'recovery-codes-renewed': {
      subject: 'New recovery codes were made at {service}',
      preview: nothingToDo,
      heading: 'New recovery codes were made',
      opening: 'The recovery codes that you had before do not work any more at {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-added': {
      subject: 'A passkey was added at {service}',
      preview: nothingToDo,
      heading: 'A passkey was added',
      opening: 'A new passkey opens your account at {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: 'A passkey was removed at {service}',
      preview: nothingToDo,
      heading: 'A passkey was removed',
      opening: 'A passkey does not open your account any more at {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-added': {
      subject: 'A sign-in by another service was added at {service}',
      preview: nothingToDo,
      heading: 'A sign-in by another service was added',
      opening: 'An account at another service now opens your account at {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-removed': {
      subject: 'A sign-in by another service was removed at {service}',
      preview: nothingToDo,
      heading: 'A sign-in by another service was removed',
      opening: 'An account at another service does not open your account at {service} any more.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
  },

  /** The pages that mails link to, and what every page may say. */
  pages: {
    /** The title of a page that says that something went wrong. */
    error: 'Error: {heading}',
    toTheApp: 'Go to the app',
    showPassword: 'Show the password',
    hidePassword: 'Hide the password',
    capsLock: 'Caps lock is on.',
    waiting: 'One moment…',
    confirm: {
      heading: 'Confirm your email address',
      account: 'The mail went to your address, so the account is yours. Choose the password that opens it.',
      accountButton: 'Confirm and save the password',
      change: 'Your account uses this address as soon as you have confirmed it.',
      changeButton: 'Confirm my address',
      registered: 'Your account is ready',
      registeredNext:
        'You can sign in with your address and password now. This page is done and can be closed.',
      confirmed: 'Your email address is confirmed',
      confirmedNext: 'Your account uses it from now on. This page is done and can be closed.',
      ifUsed: 'If you pressed the button before, your address is confirmed already: just sign in.',
    },
    reset: {
      heading: choosePassword,
      opening: 'The new password signs you out on every device.',
      button: 'Save the new password',
      changed: 'Your password is changed',
      changedNext:
        'You are signed out on every device. Sign in with the new password; this page is done and can be closed.',
      ifUsed: 'If you have just chosen a new password, it holds: sign in with it.',
    },
    undo: {
      heading: 'Undo the change',
      opening:
        'Press the button, and your account is as it was before the change that the mail is about: its address, its second factor, its passkeys and the accounts elsewhere that open it. Every device is then signed out, and the password does not work any more: we send a mail with which you choose a new one.',
      button: 'Undo the change',
      undone: 'The change is undone',
      undoneNext: 'Every device is signed out. A mail with a link for a new password is on its way to you.',
      ifUsed:
        'If you pressed the button before, the change is undone: choose a password with the link in the mail that followed.',
      otherwise: 'If not, write to {support}, and show them the mail.',
    },
    /** Labels, hints, and what is said beside a field that is missing or malformed. */
    fields: {
      name: 'Your name',
      nameFault: 'Type your name, on one line and with at most 100 characters.',
      password: 'Password',
      newPassword: 'New password',
      passwordHint: 'At least {minimum} characters. A few unrelated words will do.',
      passwordFault: 'Choose a password.',
      secondFactor: 'Code of your authenticator app',
      secondFactorHint: 'Six digits; or one of the recovery codes that you have written down.',
      secondFactorFault: 'Type the six digits of the app, or one of the recovery codes.',
    },
    /** What went wrong, where it is of no field. */
    faults: {
      secondFactorRequired: 'Your second factor is needed as well.',
      invalidSecondFactor: 'That code is wrong, or was used before. Type a new one.',
      signUpClosed: 'New accounts are not taken here any more, at least not with this address.',
      tooManyRequests: 'That was too often. Wait a minute, then press the button again.',
      other: 'We cannot do this at the moment. Wait a few seconds, then press the button again.',
    },
    brokenLink: {
      heading: 'Part of the link is missing',
      opening: 'Open the link from the mail once more, or copy the whole of it into the address bar.',
      orCode: 'In the app you can type the code from the same mail instead.',
    },
    uselessLink: {
      heading: 'This link does not work any more',
      opening: 'It has been used, it is older than {duration}, or the link of another mail was used instead.',
      anotherMail: 'Send me another mail',
      sent: 'Check your email',
      sentNext:
        'If there is still something to confirm, a new mail is on its way to the same address. It may take a minute; look into the spam folder as well.',
    },
    notFound: {
      heading: 'There is nothing here',
      opening: 'The address may have been cut off or mistyped. If it is from a mail, copy the whole of it.',
      start: 'What this service is',
    },
    start: {
      opening: 'This is where {service} signs people in. There is nothing to see here by itself.',
      fromMail:
        'If you came here from a mail, go back to the app: there you can sign in, or ask for a new password.',
      developers: 'For developers: the API',
    },
  },

  /** Why a password is refused. */
  passwords: {
    'too-short': 'Use at least {minimum} characters. A few unrelated words will do.',
    'too-long': 'Use at most {maximum} characters.',
    repetitive: 'This repeats one short piece. Use a few unrelated words instead.',
    personal: 'Most of this is your name, your address or the name of this service. Add unrelated words.',
    sequential: 'Most of this follows the keyboard, the alphabet or the digits. Add unrelated words.',
    common: 'This is among the passwords that are guessed first. Use a few unrelated words instead.',
    breached:
      'This password is in a list of passwords that were stolen from other services. Use a few unrelated words instead.',
  },

  /** Titles of problem documents (RFC 9457). */
  problems: {
    'malformed-body': 'The body is not valid JSON.',
    'invalid-dpop-proof': 'The DPoP proof is not valid.',
    'use-dpop-nonce': 'The DPoP proof needs a nonce of this service: the time in it is not ours.',
    'device-key-required': 'The session is bound to a device key: send a DPoP proof.',
    'device-key-mismatch': 'The session is bound to another device key.',
    'invalid-code': 'This code is wrong.',
    'invalid-token': 'This link or code is wrong, used or too old.',
    'passkey-not-accepted': 'This passkey, or what it signed, is not accepted.',
    'id-token-not-accepted': 'This ID token is not accepted.',
    'invalid-credentials': 'The address or the password is wrong.',
    'invalid-access-token': 'The access token is missing or not valid.',
    'invalid-refresh-token': 'The refresh token is not valid.',
    'refresh-token-reused': 'The refresh token was used before; its session has been ended.',
    'recent-sign-in-required': 'Sign in again to do this.',
    'session-ended': 'The session has ended.',
    'email-not-verified': 'The email address is not confirmed yet.',
    'second-factor-required': 'The sign-in needs a second factor.',
    'invalid-second-factor': 'The second factor is wrong, or was used before.',
    'account-disabled': 'This account has been disabled.',
    'sign-up-closed': 'New accounts are not taken here, at least not with this address.',
    'admin-only': 'Only an operator may do this.',
    'user-is-admin': 'Operators are changed by the command line alone.',
    'account-is-guest': 'A guest cannot do this: add an address or a way to sign in first.',
    'cross-site-request': 'Cookies are accepted from pages of this service alone.',
    'not-the-author': 'Only its author may do this.',
    'not-found': 'There is nothing here.',
    'way-not-enabled': 'This way to sign in is not switched on.',
    'method-not-allowed': 'The path does not have this method.',
    'refresh-superseded': 'The refresh token was spent by another call: read the store again.',
    'no-address': 'The account has no address to which a mail could go.',
    'identity-taken': 'This address or identity belongs to another account.',
    'last-way-in': 'This is the last way to sign in: add another one first.',
    'too-many-passkeys': 'The account has as many passkeys as it can have: remove one first.',
    'too-many-identities':
      'The account has as many identities of providers as it can have: remove one first.',
    'title-taken': 'Another post has this title.',
    'precondition-failed': 'It has changed since you read it.',
    'body-too-large': 'The body is larger than 64 KiB.',
    'unsupported-media-type': 'The body must be application/json.',
    'validation-failed': 'Some fields are not as they should be.',
    'weak-password': 'The password is too easy to guess.',
    'too-many-requests': 'Too many requests.',
    'internal-error': 'Something went wrong on our side.',
    'service-unavailable': 'The service cannot answer at the moment.',
  },
} as const;
