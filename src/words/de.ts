// Every sentence that a person reads, in German.
// The reader is `du`, in lower case. An opening begins in lower case, as it follows `Hallo Anna,`. `{service}` stands after `bei` or `für`,
// without an article; `{support}` after `an`. Terms: Konto, anmelden, abmelden, Anmeldemethode, Gerät, Passwort, Passkey, Button, Link, Code,
// Wiederherstellungscode, Authenticator-App, Zwei-Faktor-Authentifizierung, E-Mail. What is copied of a sign-in is a Sitzung: one ends it
// („Sitzung beenden“), while `Anmeldung` is what somebody does.

import type { Words } from './words.ts';

const nothingToDo =
  'Wenn du das warst, musst du nichts tun. Falls nicht, handle sofort: In dieser E-Mail steht, was zu tun ist.';
const aboutSafety = 'Du erhältst diese E-Mail, weil es um die Sicherheit deines Kontos bei {service} geht.';
const undo = 'Das war ich nicht – rückgängig machen';
const undoFactor =
  'Wenn du das warst, musst du nichts tun. Falls nicht, hat jemand Zugriff auf dein Konto. Über den Button machst du diese und alle späteren Änderungen rückgängig, meldest alle Geräte ab und wählst dann ein neues Passwort. Der Button funktioniert {duration} lang.';
const choosePassword = 'Wähle ein neues Passwort';
const choosePasswordButton = 'Neues Passwort wählen';

export const de: Words = {
  supportTeam: 'das Team von {service}',
  questions: 'Fragen? Schreib an {support}.',

  mail: {
    greeting: 'Hallo {name},',
    greetingWithoutName: 'Hallo,',
    orCode: 'Oder gib diesen Code ein, wenn du danach gefragt wirst:',
    code: 'Gib diesen Code ein:',
    linkOrCodeValidity:
      'Link und Code sind {duration} lang gültig. Sobald du einen davon verwendet hast, verfallen beide. Gib den Code an niemanden weiter, auch nicht an uns.',
    codeValidity:
      'Der Code ist {duration} lang gültig und funktioniert nur einmal. Gib ihn an niemanden weiter, auch nicht an uns.',
    writtenOut: 'Falls der Button nicht funktioniert, kopiere diese Adresse in deinen Browser:',
    label: '{label}:',
    device: 'Gerät',
    unknownDevice: 'unbekannt',
    when: 'Zeitpunkt',
    ip: 'IP-Adresse',
    newAddress: 'Neue Adresse',
    factorName: 'Name',
    provider: 'Dienst',
  },

  mails: {
    'verify-email': {
      subject: 'Bestätige deine E-Mail-Adresse für {service}',
      preview:
        'Nur noch ein Schritt: Bestätige, dass diese Adresse dir gehört. Dann ist dein Konto bei {service} eingerichtet.',
      heading: 'Bestätige deine E-Mail-Adresse',
      opening:
        'danke für deine Registrierung bei {service}. Bestätige bitte, dass diese Adresse dir gehört, und wähle ein Passwort.',
      action: 'Adresse bestätigen',
      closing:
        'Falls du dich nicht registriert hast, hat jemand versehentlich deine Adresse eingegeben. Du musst nichts tun: Ohne deine Bestätigung wird kein Konto erstellt.',
      reason:
        'Du erhältst diese E-Mail, weil sich jemand mit dieser Adresse bei {service} registrieren wollte.',
    },
    'reset-password': {
      subject: 'Passwort für {service} zurücksetzen',
      preview:
        'Du hast ein neues Passwort für dein Konto bei {service} angefordert. Über den Link in dieser E-Mail kannst du es wählen.',
      heading: choosePassword,
      opening:
        'du hast ein neues Passwort für dein Konto bei {service} angefordert. Sobald du es gewählt hast, werden alle Geräte abgemeldet.',
      action: choosePasswordButton,
      closing:
        'Falls du das nicht angefordert hast, musst du nichts tun: Dein Passwort bleibt, wie es ist, und ohne diese E-Mail kann es niemand ändern.',
      reason:
        'Du erhältst diese E-Mail, weil mit dieser Adresse ein neues Passwort für {service} angefordert wurde.',
    },
    'reset-password-by-operator': {
      subject: 'Passwort für {service} zurücksetzen',
      preview:
        'Das Team von {service} hat dir einen Link geschickt, über den du ein neues Passwort wählen kannst.',
      heading: choosePassword,
      opening:
        'das Team von {service} hat dir diesen Link geschickt, damit du ein neues Passwort für dein Konto wählen kannst. Sobald du es gewählt hast, werden alle Geräte abgemeldet.',
      action: choosePasswordButton,
      closing:
        'Wenn du kein neues Passwort möchtest, musst du nichts tun: Dein Passwort bleibt, wie es ist, und ohne diese E-Mail kann es niemand ändern.',
      reason:
        'Du erhältst diese E-Mail, weil das Team von {service} dir einen Link für ein neues Passwort geschickt hat.',
    },
    'sign-in-code': {
      subject: 'Dein Anmeldecode für {service}',
      preview:
        'Du möchtest dich bei {service} anmelden. Der Code in dieser E-Mail funktioniert nur dort, wo du ihn angefordert hast.',
      heading: 'Dein Anmeldecode',
      opening:
        'du möchtest dich mit dieser Adresse bei {service} anmelden. Der Code funktioniert nur auf dem Gerät, auf dem du ihn angefordert hast. Gib ihn nur dort ein.',
      closing:
        'Falls du keinen Code angefordert hast, hat jemand anders deine Adresse eingegeben. Du musst nichts tun: Ohne den Code kann sich niemand anmelden.',
      reason:
        'Du erhältst diese E-Mail, weil mit dieser Adresse ein Anmeldecode für {service} angefordert wurde.',
    },
    'address-taken': {
      subject: 'Du hast bereits ein Konto bei {service}',
      preview:
        'Jemand wollte sich mit deiner Adresse registrieren. Es hat sich nichts geändert, und es wurde kein neues Konto erstellt.',
      heading: 'Du hast bereits ein Konto',
      opening:
        'jemand, vielleicht du selbst, wollte sich mit dieser Adresse bei {service} registrieren. Zu ihr gehört bereits ein Konto, deshalb wurde kein neues erstellt.',
      action: 'Anmelden oder Passwort zurücksetzen',
      closing:
        'Falls du das nicht warst, musst du nichts tun: Es hat sich nichts geändert, und die andere Person hat nicht erfahren, dass du ein Konto hast.',
      reason: 'Du erhältst diese E-Mail, weil zu dieser Adresse ein Konto bei {service} gehört.',
    },
    'password-changed': {
      subject: 'Dein Passwort für {service} wurde geändert',
      preview: nothingToDo,
      heading: 'Dein Passwort wurde geändert',
      opening:
        'das Passwort deines Kontos bei {service} wurde geändert, und deine anderen Geräte wurden abgemeldet.',
      closing:
        'Wenn du das warst, musst du nichts tun. Falls nicht, setze dein Passwort bei {service} sofort zurück und prüfe, ob jemand anders deine E-Mails lesen kann.',
      reason: aboutSafety,
    },
    'email-change-requested': {
      subject: 'Deine E-Mail-Adresse für {service} soll geändert werden',
      preview: nothingToDo,
      heading: 'Deine E-Mail-Adresse soll geändert werden',
      opening:
        'die Adresse deines Kontos bei {service} soll geändert werden. Das wurde mit deinem Passwort angefordert. Sobald die neue Adresse bestätigt ist, ersetzt sie deine bisherige.',
      closing:
        'Wenn du das warst, musst du hier nichts tun. Falls nicht, kennt jemand dein Passwort: Setze es bei {service} sofort zurück, solange diese Adresse noch zu deinem Konto gehört.',
      reason: aboutSafety,
    },
    'email-changed': {
      subject: 'Deine E-Mail-Adresse für {service} wurde geändert',
      preview: nothingToDo,
      heading: 'Deine E-Mail-Adresse wurde geändert',
      opening:
        'dein Konto bei {service} hat jetzt eine andere Adresse. Alle E-Mails zu deinem Konto gehen ab sofort dorthin, auch die zum Zurücksetzen des Passworts.',
      action: undo,
      closing:
        'Wenn du das warst, musst du nichts tun. Falls nicht, hat jemand dein Konto übernommen. Über den Button verbindest du es wieder mit dieser Adresse, meldest alle Geräte ab und wählst dann ein neues Passwort. Der Button funktioniert {duration} lang.',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: 'Änderung an deinem Konto bei {service} rückgängig gemacht',
      preview: 'Alle Geräte wurden abgemeldet. Wähle über den Link in dieser E-Mail ein neues Passwort.',
      heading: 'Die Änderung wurde rückgängig gemacht',
      opening:
        'dein Konto bei {service} ist wieder wie zuvor: mit dieser Adresse sowie dem zweiten Faktor, den Passkeys und den Anmeldungen über andere Dienste von damals. Alle Geräte wurden abgemeldet, und das alte Passwort gilt nicht mehr. Wähle jetzt ein neues.',
      action: choosePasswordButton,
      closing:
        'Falls dieser Link abgelaufen ist, fordere bei {service} einen neuen an, so als hättest du dein Passwort vergessen. Prüfe auch, ob jemand anders deine E-Mails lesen kann.',
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: 'Dein Konto bei {service} wurde gelöscht',
      preview:
        'Auch alles, was zu deinem Konto bei {service} gehörte, ist gelöscht. Wann das war, steht in dieser E-Mail.',
      heading: 'Dein Konto wurde gelöscht',
      opening:
        'dein Konto bei {service} wurde mit allem, was dazugehörte, gelöscht. Nichts davon lässt sich wiederherstellen.',
      closing:
        'Falls du das nicht warst, war jemand in deinem Konto angemeldet: Schreib an {support} und prüfe, ob jemand anders deine E-Mails lesen kann.',
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: '„Mit Apple anmelden“ für {service} wurde entfernt',
      preview:
        'Dein Apple Account wurde gelöscht. Dein Konto bei {service} besteht weiter, mit deinen anderen Anmeldemethoden.',
      heading: '„Mit Apple anmelden“ wurde entfernt',
      opening:
        'Apple hat uns mitgeteilt, dass dein Apple Account gelöscht wurde. Du kannst dich damit nicht mehr bei {service} anmelden, und deine Geräte wurden abgemeldet.',
      closing:
        'Dein Konto bei {service} besteht weiter: Verwende einfach eine deiner anderen Anmeldemethoden.',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: 'Bestätige deine neue E-Mail-Adresse für {service}',
      preview:
        'Bestätige, dass diese Adresse dir gehört. Danach wird sie für dein Konto bei {service} verwendet.',
      heading: 'Bestätige deine neue E-Mail-Adresse',
      opening:
        'du möchtest diese Adresse für dein Konto bei {service} verwenden. Bestätige bitte, dass sie dir gehört.',
      action: 'Neue Adresse bestätigen',
      closing:
        'Falls du das nicht angefordert hast, hat jemand versehentlich deine Adresse eingegeben. Du musst nichts tun: Ohne deine Bestätigung wird sie nicht verwendet.',
      reason: 'Du erhältst diese E-Mail, weil diese Adresse für ein Konto bei {service} angegeben wurde.',
    },
    'session-stopped': {
      subject: 'Ein Gerät wurde von deinem Konto bei {service} abgemeldet',
      preview:
        'Vielleicht hat jemand die Sitzung kopiert, deshalb haben wir sie beendet. In dieser E-Mail steht, was du jetzt tun kannst.',
      heading: 'Wir haben ein Gerät abgemeldet',
      opening:
        'eine deiner Sitzungen bei {service} wurde an zwei Stellen verwendet. Das kommt vor, wenn jemand sie kopiert hat. Deshalb haben wir sie beendet: Das betroffene Gerät ist abgemeldet, und auch die Kopie funktioniert nicht mehr.',
      closing:
        'Wenn du das Gerät weiter verwenden möchtest, melde dich dort wieder an. Falls du es nicht kennst oder jemand anders es benutzt haben könnte, ändere auch dein Passwort.',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: 'Kopierte Sitzung bei {service} blockiert',
      preview:
        'Dein Gerät bleibt angemeldet, und niemand sonst hatte Zugriff. In dieser E-Mail steht, was passiert ist und was du tun kannst.',
      heading: 'Wir haben eine kopierte Sitzung blockiert',
      opening:
        'jemand wollte eine Kopie deiner Sitzung bei {service} verwenden, ohne das Gerät, zu dem sie gehört. Wir haben das verhindert. Dein Gerät ist weiterhin angemeldet.',
      closing:
        'Du musst nichts tun. Falls das Gerät in fremden Händen gewesen sein könnte oder du es nicht kennst, melde es in deinem Konto ab und ändere dein Passwort.',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: 'Neue Anmeldung in deinem Konto bei {service}',
      preview: nothingToDo,
      heading: 'Neue Anmeldung in deinem Konto',
      opening: 'in deinem Konto bei {service} gab es eine Anmeldung auf einem neuen Gerät.',
      closing:
        'Wenn du das warst, musst du nichts tun. Falls nicht, setze dein Passwort bei {service} sofort zurück: Dabei werden alle Geräte abgemeldet. Prüfe auch, ob jemand anders deine E-Mails lesen kann.',
      reason: aboutSafety,
    },
    'totp-added': {
      subject: 'Zwei-Faktor-Authentifizierung für {service} aktiviert',
      preview: nothingToDo,
      heading: 'Zwei-Faktor-Authentifizierung aktiviert',
      opening:
        'wenn du dich bei {service} anmeldest, brauchst du ab jetzt auch einen Code aus einer Authenticator-App.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: 'Zwei-Faktor-Authentifizierung für {service} deaktiviert',
      preview: nothingToDo,
      heading: 'Zwei-Faktor-Authentifizierung deaktiviert',
      opening:
        'wenn du dich bei {service} anmeldest, brauchst du keinen Code aus einer Authenticator-App mehr.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'recovery-codes-renewed': {
      subject: 'Neue Wiederherstellungscodes für {service} erstellt',
      preview: nothingToDo,
      heading: 'Neue Wiederherstellungscodes erstellt',
      opening: 'deine bisherigen Wiederherstellungscodes für {service} funktionieren nicht mehr.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-added': {
      subject: 'Passkey für {service} hinzugefügt',
      preview: nothingToDo,
      heading: 'Ein Passkey wurde hinzugefügt',
      opening: 'mit einem neuen Passkey kann man sich ab jetzt in deinem Konto bei {service} anmelden.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: 'Passkey für {service} entfernt',
      preview: nothingToDo,
      heading: 'Ein Passkey wurde entfernt',
      opening: 'mit einem der Passkeys kann man sich nicht mehr in deinem Konto bei {service} anmelden.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-added': {
      subject: 'Anmeldung bei {service} über einen anderen Dienst hinzugefügt',
      preview: nothingToDo,
      heading: 'Anmeldung über einen anderen Dienst hinzugefügt',
      opening:
        'mit einem Konto bei einem anderen Dienst kann man sich ab jetzt in deinem Konto bei {service} anmelden.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-removed': {
      subject: 'Anmeldung bei {service} über einen anderen Dienst entfernt',
      preview: nothingToDo,
      heading: 'Anmeldung über einen anderen Dienst entfernt',
      opening:
        'ein Konto bei einem anderen Dienst lässt sich nicht mehr für die Anmeldung in deinem Konto bei {service} verwenden.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
  },

  pages: {
    error: 'Fehler: {heading}',
    toTheApp: 'Zur App',
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort ausblenden',
    capsLock: 'Die Feststelltaste ist aktiviert.',
    waiting: 'Einen Moment …',
    confirm: {
      heading: 'Bestätige deine E-Mail-Adresse',
      account:
        'Du hast unsere E-Mail erhalten, also gehört die Adresse dir. Wähle jetzt ein Passwort für dein Konto.',
      accountButton: 'Bestätigen und Passwort speichern',
      change: 'Sobald du diese Adresse bestätigt hast, wird sie für dein Konto verwendet.',
      changeButton: 'Adresse bestätigen',
      registered: 'Dein Konto ist eingerichtet',
      registeredNext:
        'Du kannst dich jetzt mit deiner E-Mail-Adresse und deinem Passwort anmelden. Diese Seite kannst du schließen.',
      confirmed: 'Deine E-Mail-Adresse ist bestätigt',
      confirmedNext: 'Sie wird ab jetzt für dein Konto verwendet. Diese Seite kannst du schließen.',
      ifUsed: 'Falls du deine Adresse schon bestätigt hast, ist alles erledigt: Melde dich einfach an.',
    },
    reset: {
      heading: choosePassword,
      opening: 'Sobald du das neue Passwort gespeichert hast, werden alle deine Geräte abgemeldet.',
      button: 'Neues Passwort speichern',
      changed: 'Dein Passwort wurde geändert',
      changedNext:
        'Alle deine Geräte wurden abgemeldet. Melde dich mit dem neuen Passwort an. Diese Seite kannst du schließen.',
      ifUsed: 'Falls du gerade ein neues Passwort gewählt hast, gilt es bereits: Melde dich damit an.',
    },
    undo: {
      heading: 'Änderung rückgängig machen',
      opening:
        'Über den Button stellst du dein Konto so wieder her, wie es vor der in der E-Mail genannten Änderung war: mit Adresse, zweitem Faktor, Passkeys und verknüpften Konten bei anderen Diensten. Alle Geräte werden abgemeldet, und das Passwort gilt nicht mehr. Du bekommst dann eine E-Mail, über die du ein neues wählst.',
      button: 'Änderung rückgängig machen',
      undone: 'Die Änderung wurde rückgängig gemacht',
      undoneNext:
        'Alle Geräte wurden abgemeldet. Eine E-Mail mit einem Link für ein neues Passwort ist unterwegs zu dir.',
      ifUsed:
        'Falls du die Änderung schon rückgängig gemacht hast, wähle ein Passwort über den Link in der E-Mail, die du danach bekommen hast.',
      otherwise: 'Falls nicht, schreib an {support} und füge die E-Mail bei.',
    },
    fields: {
      name: 'Dein Name',
      nameFault: 'Gib deinen Namen in einer Zeile und mit höchstens 100 Zeichen ein.',
      password: 'Passwort',
      newPassword: 'Neues Passwort',
      passwordHint: 'Mindestens {minimum} Zeichen. Ein paar Wörter ohne Zusammenhang genügen.',
      passwordFault: 'Wähle ein Passwort.',
      secondFactor: 'Code aus deiner Authenticator-App',
      secondFactorHint: 'Sechs Ziffern oder einer der Wiederherstellungscodes, die du dir notiert hast.',
      secondFactorFault: 'Gib die sechs Ziffern aus der App oder einen deiner Wiederherstellungscodes ein.',
    },
    faults: {
      secondFactorRequired: 'Dafür ist auch dein zweiter Faktor nötig.',
      invalidSecondFactor: 'Dieser Code ist falsch oder wurde schon verwendet. Gib einen neuen ein.',
      signUpClosed:
        'Hier können keine neuen Konten mehr erstellt werden, zumindest nicht mit dieser E-Mail-Adresse.',
      tooManyRequests: 'Das waren zu viele Versuche. Warte eine Minute und versuche es dann noch einmal.',
      other: 'Das ist gerade nicht möglich. Warte ein paar Sekunden und versuche es dann noch einmal.',
    },
    brokenLink: {
      heading: 'Der Link ist unvollständig',
      opening: 'Öffne den Link in der E-Mail noch einmal oder kopiere ihn vollständig in die Adresszeile.',
      orCode: 'Oder gib in der App den Code aus derselben E-Mail ein.',
    },
    uselessLink: {
      heading: 'Dieser Link funktioniert nicht mehr',
      opening:
        'Er wurde schon verwendet, er ist älter als {duration}, oder es wurde inzwischen der Link aus einer anderen E-Mail verwendet.',
      anotherMail: 'Neue E-Mail senden',
      sent: 'Sieh in deinem Postfach nach',
      sentNext:
        'Falls noch etwas zu bestätigen ist, kommt gleich eine neue E-Mail an dieselbe Adresse. Das kann eine Minute dauern. Sieh auch im Spam-Ordner nach.',
    },
    notFound: {
      heading: 'Diese Seite gibt es nicht',
      opening:
        'Vielleicht ist die Adresse unvollständig oder enthält einen Tippfehler. Wenn sie aus einer E-Mail stammt, kopiere sie vollständig.',
      start: 'Über diesen Dienst',
    },
    start: {
      opening: 'Hier läuft die Anmeldung für {service}. Mehr gibt es auf dieser Seite nicht zu sehen.',
      fromMail:
        'Falls du über eine E-Mail hierhergekommen bist, geh zurück zur App: Dort kannst du dich anmelden oder ein neues Passwort anfordern.',
      developers: 'API-Dokumentation',
    },
  },

  passwords: {
    'too-short': 'Verwende mindestens {minimum} Zeichen. Ein paar Wörter ohne Zusammenhang genügen.',
    'too-long': 'Verwende höchstens {maximum} Zeichen.',
    repetitive:
      'Hier wiederholt sich nur ein kurzes Stück. Verwende stattdessen ein paar Wörter ohne Zusammenhang.',
    personal:
      'Dieses Passwort besteht größtenteils aus deinem Namen, deiner Adresse oder dem Namen dieses Dienstes. Ergänze Wörter, die nichts damit zu tun haben.',
    sequential:
      'Dieses Passwort folgt größtenteils der Tastatur, dem Alphabet oder der Zahlenreihe. Ergänze ein paar Wörter ohne Zusammenhang.',
    common:
      'Dieses Passwort gehört zu denen, die beim Erraten zuerst ausprobiert werden. Verwende stattdessen ein paar Wörter ohne Zusammenhang.',
    breached:
      'Dieses Passwort steht auf einer Liste von Passwörtern, die bei anderen Diensten gestohlen wurden. Verwende stattdessen ein paar Wörter ohne Zusammenhang.',
  },

  problems: {
    'malformed-body': 'Der Body ist kein gültiges JSON.',
    'invalid-dpop-proof': 'Der DPoP-Proof ist ungültig.',
    'use-dpop-nonce':
      'Der DPoP-Proof braucht eine Nonce dieses Dienstes: Die Zeit darin weicht von unserer ab.',
    'device-key-required': 'Die Sitzung ist an einen Geräteschlüssel gebunden: Sende einen DPoP-Proof.',
    'device-key-mismatch': 'Die Sitzung ist an einen anderen Geräteschlüssel gebunden.',
    'invalid-code': 'Dieser Code ist falsch.',
    'invalid-token': 'Dieser Link oder Code ist falsch, abgelaufen oder wurde schon verwendet.',
    'passkey-not-accepted': 'Dieser Passkey oder seine Signatur wird nicht akzeptiert.',
    'id-token-not-accepted': 'Dieses ID-Token wird nicht akzeptiert.',
    'invalid-credentials': 'Die E-Mail-Adresse oder das Passwort ist falsch.',
    'invalid-access-token': 'Das Access-Token fehlt oder ist ungültig.',
    'invalid-refresh-token': 'Das Refresh-Token ist ungültig.',
    'refresh-token-reused': 'Das Refresh-Token wurde schon verwendet; seine Sitzung wurde beendet.',
    'recent-sign-in-required': 'Melde dich dafür bitte noch einmal an.',
    'session-ended': 'Die Sitzung ist beendet.',
    'email-not-verified': 'Die E-Mail-Adresse ist noch nicht bestätigt.',
    'second-factor-required': 'Für die Anmeldung ist ein zweiter Faktor nötig.',
    'invalid-second-factor': 'Der zweite Faktor ist falsch oder wurde schon verwendet.',
    'account-disabled': 'Dieses Konto wurde deaktiviert.',
    'sign-up-closed':
      'Hier können keine neuen Konten erstellt werden, zumindest nicht mit dieser E-Mail-Adresse.',
    'admin-only': 'Dafür sind Administratorrechte nötig.',
    'user-is-admin': 'Administratorkonten lassen sich nur über die Befehlszeile ändern.',
    'account-is-guest':
      'Als Gast ist das nicht möglich: Füge zuerst eine E-Mail-Adresse oder eine Anmeldemethode hinzu.',
    'cross-site-request': 'Cookies werden nur von Seiten dieses Dienstes akzeptiert.',
    'not-the-author': 'Das ist nur mit dem Konto möglich, das diesen Beitrag erstellt hat.',
    'not-found': 'Das wurde nicht gefunden.',
    'way-not-enabled': 'Diese Anmeldemethode ist nicht aktiviert.',
    'method-not-allowed': 'Dieser Pfad unterstützt diese Methode nicht.',
    'refresh-superseded':
      'Das Refresh-Token wurde schon von einem anderen Aufruf verwendet: Lies die gespeicherten Tokens neu ein.',
    'no-address': 'Das Konto hat keine E-Mail-Adresse, an die wir schreiben könnten.',
    'identity-taken':
      'Diese Adresse oder dieses Konto eines anderen Dienstes ist schon mit einem anderen Konto verknüpft.',
    'last-way-in': 'Das ist die letzte Anmeldemethode: Füge zuerst eine andere hinzu.',
    'too-many-passkeys': 'Mehr Passkeys sind für dieses Konto nicht möglich: Entferne zuerst einen.',
    'too-many-identities':
      'Mehr Konten bei anderen Diensten lassen sich nicht verknüpfen: Entferne zuerst eines.',
    'title-taken': 'Ein anderer Beitrag hat bereits diesen Titel.',
    'precondition-failed': 'Der Inhalt hat sich geändert, seit du ihn geladen hast.',
    'body-too-large': 'Der Body ist größer als 64 KiB.',
    'unsupported-media-type': 'Der Body muss vom Typ application/json sein.',
    'validation-failed': 'Einige Angaben fehlen oder stimmen nicht.',
    'weak-password': 'Das Passwort ist zu leicht zu erraten.',
    'too-many-requests': 'Zu viele Anfragen.',
    'internal-error': 'Bei uns ist etwas schiefgegangen.',
    'service-unavailable': 'Der Dienst ist im Moment nicht verfügbar.',
  },
};
