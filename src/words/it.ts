// Every sentence that a person reads, in Italian.
//
// Address: “tu”, and nothing that gives the reader a gender: “Se eri tu”, not “Se sei stato tu”; devices are “disconnessi”, people are not.
// `{service}` follows “su” (an account), “per” (a password, an address) or “accedere a”, without an article. `{support}` follows “contatta”,
// which fits an address and “il team”: “scrivi a” would need “al team”.
// Terms: accedere, accesso and metodo di accesso (sign-in), disconnettere (to sign a device out), registrarsi and registrazione (sign-up), sessione, account,
// password, dispositivo, pulsante (which one “preme”), link, codice, email (the message), indirizzo (where it goes), cambiare and modifica
// (change), reimpostare (to reset), annullare (to undo), passkey, verifica in due passaggi (two-step sign-in, as Google says, and the second
// factor), app di autenticazione, codice di recupero.

import type { Words } from './words.ts';

const nothingToDo =
  'Se eri tu, non devi fare nulla. Se non eri tu, agisci subito: questa email ti spiega come.';
const aboutSafety = 'Hai ricevuto questa email perché riguarda la sicurezza del tuo account su {service}.';
const undo = 'Non ero io, annulla la modifica';
const undoFactor =
  'Se eri tu, non devi fare nulla. Se non eri tu, qualcuno è entrato nel tuo account. Il pulsante annulla questa modifica e tutte quelle successive, disconnette tutti i dispositivi e ti permette di scegliere una nuova password. Il pulsante funziona per {duration}.';
const choosePassword = 'Scegli una nuova password';
const resetUnasked =
  'Se non l’hai chiesta tu, non devi fare nulla: la tua password resta com’è e nessuno può cambiarla senza questa email.';
const resetAsked =
  'Hai ricevuto questa email perché è stata chiesta una nuova password per l’account su {service} con questo indirizzo.';

export const it: Words = {
  supportTeam: 'il team di {service}',
  questions: 'Hai domande? Contatta {support}.',

  mail: {
    greeting: 'Ciao {name},',
    greetingWithoutName: 'Ciao,',
    orCode: 'Oppure inserisci questo codice quando ti viene chiesto:',
    code: 'Inserisci questo codice:',
    linkOrCodeValidity:
      'Il link e il codice sono validi per {duration}. Usa l’uno o l’altro, una sola volta. Non comunicare il codice a nessuno, nemmeno a noi.',
    codeValidity:
      'Il codice è valido per {duration} e funziona una sola volta. Non comunicarlo a nessuno, nemmeno a noi.',
    writtenOut: 'Se il pulsante non funziona, copia questo indirizzo nel browser:',
    label: '{label}:',
    device: 'Dispositivo',
    unknownDevice: 'sconosciuto',
    when: 'Data e ora',
    ip: 'Indirizzo IP',
    newAddress: 'Nuovo indirizzo',
    factorName: 'Nome',
    provider: 'Servizio',
  },

  mails: {
    'verify-email': {
      subject: 'Conferma il tuo indirizzo email per {service}',
      preview:
        'Manca solo un passaggio: conferma che questo indirizzo è tuo e il tuo account su {service} sarà pronto.',
      heading: 'Conferma il tuo indirizzo email',
      opening:
        'Grazie per la registrazione su {service}. Conferma che questo indirizzo è tuo e scegli una password.',
      action: 'Conferma il mio indirizzo',
      closing:
        'Se non hai chiesto tu la registrazione, qualcuno ha inserito il tuo indirizzo per errore. Non devi fare nulla: senza la tua conferma non verrà creato nessun account.',
      reason:
        'Hai ricevuto questa email perché questo indirizzo è stato usato per una registrazione su {service}.',
    },
    'reset-password': {
      subject: 'Reimposta la tua password per {service}',
      preview:
        'Hai chiesto una nuova password per il tuo account su {service}. Sceglila con il link in questa email.',
      heading: choosePassword,
      opening:
        'Hai chiesto una nuova password per il tuo account su {service}. Quando l’avrai scelta, tutti i dispositivi verranno disconnessi.',
      action: choosePassword,
      closing: resetUnasked,
      reason: resetAsked,
    },
    'reset-password-by-operator': {
      subject: 'Reimposta la tua password per {service}',
      preview:
        'Il team di {service} ti ha inviato un link per scegliere una nuova password. Lo trovi in questa email.',
      heading: choosePassword,
      opening:
        'Il team di {service} ti ha inviato questo link per scegliere una nuova password per il tuo account. Quando l’avrai scelta, tutti i dispositivi verranno disconnessi.',
      action: choosePassword,
      closing:
        'Se non ti serve una nuova password, non devi fare nulla: la tua password resta com’è e nessuno può cambiarla senza questa email.',
      reason:
        'Hai ricevuto questa email perché il team di {service} ha inviato a questo indirizzo un link per scegliere una nuova password.',
    },
    'sign-in-code': {
      subject: 'Il tuo codice per accedere a {service}',
      preview:
        'Hai chiesto di accedere a {service}. Il codice in questa email funziona solo dove l’hai chiesto.',
      heading: 'Il tuo codice per accedere',
      opening:
        'Hai chiesto di accedere a {service} con questo indirizzo. Il codice funziona solo sul dispositivo da cui l’hai chiesto: inseriscilo lì e da nessun’altra parte.',
      closing:
        'Se non l’hai chiesto tu, qualcuno ha inserito il tuo indirizzo. Non devi fare nulla: senza il codice nessuno può accedere.',
      reason:
        'Hai ricevuto questa email perché qualcuno ha chiesto di accedere a {service} con questo indirizzo.',
    },
    'address-taken': {
      subject: 'Hai già un account su {service}',
      preview:
        'Qualcuno ha provato a registrarsi con il tuo indirizzo. Non è cambiato nulla e non è stato creato un nuovo account.',
      heading: 'Hai già un account',
      opening:
        'Qualcuno, forse tu, ha provato a registrarsi su {service} con questo indirizzo. È già associato a un account, quindi non ne è stato creato uno nuovo.',
      action: 'Accedi o reimposta la password',
      closing:
        'Se non eri tu, non devi fare nulla: non è cambiato nulla e chi ci ha provato non sa che hai un account.',
      reason: 'Hai ricevuto questa email perché questo indirizzo appartiene a un account su {service}.',
    },
    'password-changed': {
      subject: 'La tua password per {service} è stata cambiata',
      preview: nothingToDo,
      heading: 'La tua password è stata cambiata',
      opening:
        'La password del tuo account su {service} è stata cambiata e gli altri tuoi dispositivi sono stati disconnessi.',
      closing:
        'Se eri tu, non devi fare nulla. Se non eri tu, reimposta subito la password su {service} e controlla che nessun altro possa leggere le tue email.',
      reason: aboutSafety,
    },
    'email-change-requested': {
      subject: 'Il tuo indirizzo email per {service} sta per cambiare',
      preview: nothingToDo,
      heading: 'Il tuo indirizzo email sta per cambiare',
      opening:
        'È stato chiesto, con la tua password, di cambiare l’indirizzo del tuo account su {service}. Il nuovo indirizzo prenderà il posto di questo non appena verrà confermato.',
      closing:
        'Se eri tu, qui non devi fare nulla. Se non eri tu, qualcuno conosce la tua password: reimpostala subito su {service}, finché il tuo account ha ancora questo indirizzo.',
      reason: aboutSafety,
    },
    'email-changed': {
      subject: 'Il tuo indirizzo email per {service} è stato cambiato',
      preview: nothingToDo,
      heading: 'Il tuo indirizzo email è stato cambiato',
      opening:
        'Il tuo account su {service} ora ha un altro indirizzo. D’ora in poi tutte le email che lo riguardano arrivano lì, anche quelle per reimpostare la password.',
      action: undo,
      closing:
        'Se eri tu, non devi fare nulla. Se non eri tu, qualcuno si è impossessato del tuo account. Il pulsante lo associa di nuovo a questo indirizzo, disconnette tutti i dispositivi e ti permette di scegliere una nuova password. Il pulsante funziona per {duration}.',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: 'Una modifica al tuo account su {service} è stata annullata',
      preview:
        'Tutti i dispositivi sono stati disconnessi. Scegli una nuova password con il link in questa email.',
      heading: 'La modifica è stata annullata',
      opening:
        'Il tuo account su {service} è tornato com’era: l’indirizzo, la verifica in due passaggi, le passkey e gli accessi con altri servizi sono quelli di prima della modifica. Tutti i dispositivi sono stati disconnessi e la vecchia password non funziona più: scegline una nuova.',
      action: choosePassword,
      closing:
        'Se questo link è scaduto, chiedine un altro su {service}, come se avessi dimenticato la password. Controlla anche che nessun altro possa leggere le tue email.',
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: 'Il tuo account su {service} è stato eliminato',
      preview:
        'È stato eliminato anche tutto ciò che il tuo account su {service} conteneva. In questa email trovi la data e l’ora.',
      heading: 'Il tuo account è stato eliminato',
      opening:
        'Il tuo account su {service} è stato eliminato, con tutto ciò che conteneva. Non è possibile recuperare nulla.',
      closing:
        'Se non eri tu, qualcuno era entrato nel tuo account: contatta {support} e controlla che nessun altro possa leggere le tue email.',
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: '“Accedi con Apple” rimosso dal tuo account su {service}',
      preview:
        'Il tuo Apple Account è stato eliminato. Il tuo account su {service} esiste ancora, con gli altri metodi di accesso.',
      heading: '“Accedi con Apple” è stato rimosso',
      opening:
        'Apple ci ha comunicato che il tuo Apple Account è stato eliminato. Per questo non puoi più usarlo per accedere a {service} e i tuoi dispositivi sono stati disconnessi.',
      closing: 'Il tuo account su {service} esiste ancora: usa uno dei tuoi altri metodi di accesso.',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: 'Conferma il tuo nuovo indirizzo email per {service}',
      preview: 'Conferma che questo indirizzo è tuo e il tuo account su {service} inizierà a usarlo.',
      heading: 'Conferma il tuo nuovo indirizzo email',
      opening: 'Hai chiesto di usare questo indirizzo per il tuo account su {service}. Conferma che è tuo.',
      action: 'Conferma il mio nuovo indirizzo',
      closing:
        'Se non l’hai chiesto tu, qualcuno ha inserito il tuo indirizzo per errore. Non devi fare nulla: senza la tua conferma non verrà usato.',
      reason:
        'Hai ricevuto questa email perché questo indirizzo è stato indicato per un account su {service}.',
    },
    'session-stopped': {
      subject: 'Dispositivo disconnesso dal tuo account su {service}',
      preview:
        'Qualcuno potrebbe averne copiato la sessione, quindi l’abbiamo chiusa. Questa email ti spiega cosa fare ora.',
      heading: 'Abbiamo disconnesso un dispositivo',
      opening:
        'Una delle tue sessioni su {service} è stata usata in due posti diversi, come succede quando qualcuno la copia. Per questo l’abbiamo chiusa: quel dispositivo è stato disconnesso e la copia non funziona più.',
      closing:
        'Per continuare a usare quel dispositivo, accedi di nuovo. Se non lo riconosci, o se potrebbe averlo usato qualcun altro, cambia anche la password.',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: 'Abbiamo bloccato una sessione copiata su {service}',
      preview:
        'Il tuo dispositivo resta connesso e nessun altro ha avuto accesso. Questa email ti spiega cosa è successo e cosa puoi fare.',
      heading: 'Abbiamo bloccato una sessione copiata',
      opening:
        'Qualcuno ha provato a usare una copia della tua sessione su {service} senza il dispositivo a cui appartiene. Abbiamo bloccato il tentativo. Il tuo dispositivo è ancora connesso.',
      closing:
        'Non devi fare nulla. Se il dispositivo potrebbe essere finito in mani altrui, o se non lo riconosci, disconnettilo dal tuo account e cambia la password.',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: 'Nuovo accesso al tuo account su {service}',
      preview: nothingToDo,
      heading: 'Nuovo accesso al tuo account',
      opening: 'È stato effettuato un accesso al tuo account su {service} da un nuovo dispositivo.',
      closing:
        'Se eri tu, non devi fare nulla. Se non eri tu, reimposta subito la password su {service}: così tutti i dispositivi verranno disconnessi. Controlla anche che nessun altro possa leggere le tue email.',
      reason: aboutSafety,
    },
    'totp-added': {
      subject: 'Verifica in due passaggi attivata su {service}',
      preview: nothingToDo,
      heading: 'La verifica in due passaggi è stata attivata',
      opening:
        'D’ora in poi, per accedere a {service}, serve anche un codice generato da un’app di autenticazione.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: 'Verifica in due passaggi disattivata su {service}',
      preview: nothingToDo,
      heading: 'La verifica in due passaggi è stata disattivata',
      opening: 'Per accedere a {service} non serve più un codice generato da un’app di autenticazione.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'recovery-codes-renewed': {
      subject: 'Nuovi codici di recupero creati su {service}',
      preview: nothingToDo,
      heading: 'Sono stati creati nuovi codici di recupero',
      opening: 'I codici di recupero che avevi prima non funzionano più su {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-added': {
      subject: 'Passkey aggiunta al tuo account su {service}',
      preview: nothingToDo,
      heading: 'È stata aggiunta una passkey',
      opening: 'Ora è possibile accedere al tuo account su {service} con una nuova passkey.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: 'Passkey rimossa dal tuo account su {service}',
      preview: nothingToDo,
      heading: 'È stata rimossa una passkey',
      opening: 'Una delle passkey non permette più di accedere al tuo account su {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-added': {
      subject: 'Accesso con un altro servizio aggiunto su {service}',
      preview: nothingToDo,
      heading: 'È stato aggiunto l’accesso con un altro servizio',
      opening: 'Ora è possibile accedere al tuo account su {service} con un account di un altro servizio.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-removed': {
      subject: 'Accesso con un altro servizio rimosso su {service}',
      preview: nothingToDo,
      heading: 'È stato rimosso l’accesso con un altro servizio',
      opening: 'Un account di un altro servizio non permette più di accedere al tuo account su {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
  },

  pages: {
    error: 'Errore: {heading}',
    toTheApp: 'Vai all’app',
    showPassword: 'Mostra la password',
    hidePassword: 'Nascondi la password',
    capsLock: 'Il blocco maiuscole è attivo.',
    waiting: 'Un momento…',
    confirm: {
      heading: 'Conferma il tuo indirizzo email',
      account:
        'L’email è arrivata al tuo indirizzo, quindi l’account è tuo. Scegli la password per accedere.',
      accountButton: 'Conferma e salva la password',
      change: 'Il tuo account userà questo indirizzo non appena lo avrai confermato.',
      changeButton: 'Conferma il mio indirizzo',
      registered: 'Il tuo account è pronto',
      registeredNext:
        'Ora puoi accedere con il tuo indirizzo e la tua password. Puoi chiudere questa pagina.',
      confirmed: 'Il tuo indirizzo email è confermato',
      confirmedNext: 'D’ora in poi il tuo account usa questo indirizzo. Puoi chiudere questa pagina.',
      ifUsed: 'Se hai già premuto il pulsante, il tuo indirizzo è confermato: ti basta accedere.',
    },
    reset: {
      heading: choosePassword,
      opening: 'Quando avrai salvato la nuova password, tutti i dispositivi verranno disconnessi.',
      button: 'Salva la nuova password',
      changed: 'La tua password è stata cambiata',
      changedNext:
        'Tutti i dispositivi sono stati disconnessi. Accedi con la nuova password. Puoi chiudere questa pagina.',
      ifUsed: 'Se hai appena scelto una nuova password, è già valida: accedi con quella.',
    },
    undo: {
      heading: 'Annulla la modifica',
      opening:
        'Quando premi il pulsante, il tuo account torna com’era prima della modifica di cui parla l’email: stesso indirizzo, stessa verifica in due passaggi, stesse passkey e stessi account di altri servizi con cui accedere. Tutti i dispositivi verranno disconnessi e la password non funzionerà più: ti invieremo un’email per sceglierne una nuova.',
      button: 'Annulla la modifica',
      undone: 'La modifica è stata annullata',
      undoneNext:
        'Tutti i dispositivi sono stati disconnessi. Sta arrivando un’email con un link per scegliere una nuova password.',
      ifUsed:
        'Se hai già premuto il pulsante, la modifica è stata annullata: scegli una password con il link nell’email che hai ricevuto subito dopo.',
      otherwise: 'Altrimenti, contatta {support} e allega l’email.',
    },
    fields: {
      name: 'Il tuo nome',
      nameFault: 'Scrivi il tuo nome su una sola riga, usando al massimo 100 caratteri.',
      password: 'Password',
      newPassword: 'Nuova password',
      passwordHint: 'Almeno {minimum} caratteri. Bastano alcune parole senza legami tra loro.',
      passwordFault: 'Scegli una password.',
      secondFactor: 'Codice dell’app di autenticazione',
      secondFactorHint: 'Sei cifre, oppure uno dei codici di recupero che hai conservato.',
      secondFactorFault: 'Inserisci le sei cifre dell’app o uno dei codici di recupero.',
    },
    faults: {
      secondFactorRequired: 'Serve anche il codice della verifica in due passaggi.',
      invalidSecondFactor: 'Il codice è errato o è già stato usato. Inseriscine uno nuovo.',
      signUpClosed: 'Qui non è più possibile creare un account, almeno non con questo indirizzo email.',
      tooManyRequests: 'Troppi tentativi. Aspetta un minuto, poi premi di nuovo il pulsante.',
      other:
        'Al momento non è possibile completare l’operazione. Aspetta qualche secondo, poi premi di nuovo il pulsante.',
    },
    brokenLink: {
      heading: 'Il link è incompleto',
      opening: 'Apri di nuovo il link dall’email, oppure copialo per intero nella barra degli indirizzi.',
      orCode: 'In alternativa, puoi inserire nell’app il codice della stessa email.',
    },
    uselessLink: {
      heading: 'Questo link non funziona più',
      opening:
        'È già stato usato, è stato inviato più di {duration} fa oppure, al suo posto, è stato usato il link di un’altra email.',
      anotherMail: 'Inviami un’altra email',
      sent: 'Controlla la posta',
      sentNext:
        'Se c’è ancora qualcosa da confermare, a breve arriverà una nuova email allo stesso indirizzo. Può volerci un minuto. Controlla anche nella posta indesiderata.',
    },
    notFound: {
      heading: 'Questa pagina non esiste',
      opening:
        'L’indirizzo potrebbe essere incompleto o contenere un errore. Se viene da un’email, copialo per intero.',
      start: 'Informazioni su questo servizio',
    },
    start: {
      opening: 'Questo è il servizio di accesso di {service}. In questa pagina non c’è altro da vedere.',
      fromMail: 'Se arrivi da un’email, torna all’app: lì puoi accedere o chiedere una nuova password.',
      developers: 'Documentazione dell’API',
    },
  },

  passwords: {
    'too-short': 'Usa almeno {minimum} caratteri. Bastano alcune parole senza legami tra loro.',
    'too-long': 'Usa al massimo {maximum} caratteri.',
    repetitive:
      'Questa password ripete sempre la stessa breve sequenza. Usa alcune parole senza legami tra loro.',
    personal:
      'Questa password è composta quasi solo dal tuo nome, dal tuo indirizzo o dal nome di questo servizio. Aggiungi parole che non c’entrano nulla.',
    sequential:
      'Questa password segue quasi solo l’ordine della tastiera, dell’alfabeto o delle cifre. Aggiungi parole senza legami tra loro.',
    common:
      'Questa password è tra le prime che si provano a indovinare. Usa alcune parole senza legami tra loro.',
    breached:
      'Questa password è in un elenco di password rubate da altri servizi. Usa alcune parole senza legami tra loro.',
  },

  problems: {
    'malformed-body': 'Il corpo della richiesta non è un JSON valido.',
    'invalid-dpop-proof': 'La prova DPoP non è valida.',
    'use-dpop-nonce':
      'La prova DPoP richiede un nonce di questo servizio: l’ora che contiene non è la nostra.',
    'device-key-required': 'La sessione è legata a una chiave del dispositivo: invia una prova DPoP.',
    'device-key-mismatch': 'La sessione è legata a un’altra chiave del dispositivo.',
    'invalid-code': 'Il codice è errato.',
    'invalid-token': 'Questo link o codice è errato, già usato o scaduto.',
    'passkey-not-accepted': 'Questa passkey, o ciò che ha firmato, non è stata accettata.',
    'id-token-not-accepted': 'Questo ID token non è stato accettato.',
    'invalid-credentials': 'Indirizzo email o password non corretti.',
    'invalid-access-token': 'L’access token manca o non è valido.',
    'invalid-refresh-token': 'Il refresh token non è valido.',
    'refresh-token-reused': 'Il refresh token era già stato usato: la sua sessione è stata chiusa.',
    'recent-sign-in-required': 'Per continuare, accedi di nuovo.',
    'session-ended': 'La sessione è chiusa.',
    'email-not-verified': 'L’indirizzo email non è ancora confermato.',
    'second-factor-required': 'Per accedere serve anche la verifica in due passaggi.',
    'invalid-second-factor': 'Il codice della verifica in due passaggi è errato o è già stato usato.',
    'account-disabled': 'Questo account è stato disattivato.',
    'sign-up-closed': 'Qui non è possibile creare un account, almeno non con questo indirizzo email.',
    'admin-only': 'Può farlo solo chi amministra il servizio.',
    'user-is-admin': 'Gli account di amministrazione si modificano solo dalla riga di comando.',
    'account-is-guest':
      'Con un account ospite non è possibile: aggiungi prima un indirizzo email o un metodo di accesso.',
    'cross-site-request': 'I cookie sono accettati solo da pagine di questo servizio.',
    'not-the-author': 'Può farlo solo chi l’ha pubblicato.',
    'not-found': 'Elemento non trovato.',
    'way-not-enabled': 'Questo metodo di accesso non è attivo.',
    'method-not-allowed': 'Questo percorso non ammette questo metodo.',
    'refresh-superseded': 'Il refresh token è stato usato da un’altra chiamata: rileggi i token salvati.',
    'no-address': 'L’account non ha un indirizzo a cui inviare un’email.',
    'identity-taken': 'Questo indirizzo o account di un altro servizio è già associato a un altro account.',
    'last-way-in': 'È l’ultimo metodo di accesso: aggiungine prima un altro.',
    'too-many-passkeys': 'L’account ha già il numero massimo di passkey: rimuovine prima una.',
    'too-many-identities':
      'L’account ha già il numero massimo di account di altri servizi: rimuovine prima uno.',
    'title-taken': 'Un altro post ha già questo titolo.',
    'precondition-failed': 'Il contenuto è cambiato da quando l’hai caricato.',
    'body-too-large': 'Il corpo della richiesta supera i 64 KiB.',
    'unsupported-media-type': 'Il corpo della richiesta deve essere di tipo application/json.',
    'validation-failed': 'Alcuni campi non sono compilati correttamente.',
    'weak-password': 'La password è troppo facile da indovinare.',
    'too-many-requests': 'Troppe richieste.',
    'internal-error': 'Si è verificato un problema da parte nostra.',
    'service-unavailable': 'Al momento il servizio non è disponibile.',
  },
};
