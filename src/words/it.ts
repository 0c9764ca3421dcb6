// Every sentence that a person reads, in Italian.
//
// Address: “tu”, and nothing that gives the reader a gender: “Se eri tu”, not “Se sei stato tu”; devices are “disconnessi”, people are not.
// `{service}` follows “su” (an account), “per” (a password, an address) or “accedere a”, and `{support}` follows “scrivi a”, both without
// an article: that is why `supportTeam` begins with “chi”.
// Terms: accedere and accesso (sign-in), disconnettere (to sign a device out), registrarsi and registrazione (sign-up), sessione, account,
// password, dispositivo, pulsante (which one “preme”), link, codice, email (the message), indirizzo (where it goes), cambiare and modifica
// (change), reimpostare (to reset), annullare (to undo), passkey, verifica in due passaggi (two-step sign-in, as Google says, and the second
// factor), app di autenticazione, codice di recupero.

import type { Words } from './words.ts';

const nothingToDo =
  'Se eri tu, non devi fare nulla. Se non eri tu, agisci subito: questa email ti spiega come.';
const aboutSafety = 'Hai ricevuto questa email perché riguarda la sicurezza del tuo account su {service}.';
const undo = 'Non ero io: annulla';
const undoFactor =
  'Se eri tu, non devi fare nulla. Se non eri tu, qualcuno è entrato nel tuo account. Il pulsante annulla questa modifica e tutte quelle successive, disconnette tutti i dispositivi e ti permette di scegliere una nuova password. È valido per {duration}.';
const choosePassword = 'Scegli una nuova password';
const resetUnasked =
  'Se non l’hai chiesta tu, non devi fare nulla: la tua password resta com’è e nessuno può cambiarla senza questa email.';
const resetAsked =
  'Hai ricevuto questa email perché è stata chiesta una nuova password per l’account su {service} con questo indirizzo.';

export const it: Words = {
  supportTeam: 'chi gestisce {service}',
  questions: 'Hai domande? Scrivi a {support}.',

  mail: {
    greeting: 'Ciao {name},',
    greetingWithoutName: 'Ciao,',
    orCode: 'Oppure inserisci questo codice quando ti viene chiesto:',
    code: 'Inserisci questo codice:',
    linkOrCodeValidity:
      'Usa il link o il codice una sola volta, entro {duration}. Non comunicare il codice a nessuno, nemmeno a noi.',
    codeValidity: 'Usa il codice una sola volta, entro {duration}. Non comunicarlo a nessuno, nemmeno a noi.',
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
        'Grazie per la tua registrazione su {service}. Conferma che questo indirizzo è tuo e scegli una password.',
      action: 'Conferma il mio indirizzo',
      closing:
        'Se non hai chiesto tu la registrazione, qualcuno ha inserito il tuo indirizzo per errore. Non devi fare nulla: senza la tua conferma non viene creato nessun account.',
      reason:
        'Hai ricevuto questa email perché questo indirizzo è stato usato per una registrazione su {service}.',
    },
    'reset-password': {
      subject: 'Reimposta la tua password per {service}',
      preview:
        'Hai chiesto una nuova password per il tuo account su {service}. Sceglila con il link in questa email.',
      heading: choosePassword,
      opening:
        'Hai chiesto una nuova password per il tuo account su {service}. Quando la scegli, tutti i dispositivi vengono disconnessi.',
      action: choosePassword,
      closing: resetUnasked,
      reason: resetAsked,
    },
    'reset-password-by-operator': {
      subject: 'Reimposta la tua password per {service}',
      preview:
        'Chi gestisce {service} ti ha inviato un link per scegliere una nuova password. Lo trovi in questa email.',
      heading: choosePassword,
      opening:
        'Chi gestisce {service} ti ha inviato questo link per scegliere una nuova password per il tuo account. Quando la scegli, tutti i dispositivi vengono disconnessi.',
      action: choosePassword,
      closing:
        'Se non ti serve una nuova password, non devi fare nulla: la tua password resta com’è e nessuno può cambiarla senza questa email.',
      reason:
        'Hai ricevuto questa email perché chi gestisce {service} ha inviato un link per reimpostare la password a questo indirizzo.',
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
        'Qualcuno ha provato a registrarsi con il tuo indirizzo. Non è cambiato nulla e non è stato creato nessun nuovo account.',
      heading: 'Hai già un account',
      opening:
        'Qualcuno, forse tu, ha provato a registrarsi su {service} con questo indirizzo. È già associato a un account, quindi non ne è stato creato uno nuovo.',
      action: 'Accedi o reimposta la password',
      closing:
        'Se non eri tu, non devi fare nulla: tutto è rimasto com’era e chi ha provato non ha saputo che hai un account.',
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
        'Se eri tu, non devi fare nulla. Se non eri tu, qualcuno si è impossessato del tuo account. Il pulsante lo restituisce a questo indirizzo, disconnette tutti i dispositivi e ti permette di scegliere una nuova password. È valido per {duration}.',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: 'Una modifica al tuo account su {service} è stata annullata',
      preview:
        'Tutti i dispositivi sono stati disconnessi. Scegli una nuova password con il link in questa email.',
      heading: 'La modifica è stata annullata',
      opening:
        'Il tuo account su {service} è tornato com’era: l’indirizzo, la verifica in due passaggi e le passkey sono quelli di prima della modifica. Tutti i dispositivi sono stati disconnessi e la vecchia password non funziona più: scegline una nuova.',
      action: choosePassword,
      closing:
        'Quando questo link sarà scaduto, chiedine un altro su {service}, come se avessi dimenticato la password. Controlla che nessun altro possa leggere le tue email.',
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: 'Il tuo account su {service} è stato eliminato',
      preview:
        'Il tuo account su {service} e tutto ciò che ne faceva parte non esistono più. Questa email dice quando è successo.',
      heading: 'Il tuo account è stato eliminato',
      opening:
        'Il tuo account su {service} è stato eliminato, con tutto ciò che ne faceva parte. Non è possibile recuperare nulla.',
      closing:
        'Se non eri tu, qualcuno era entrato nel tuo account: scrivi a {support} e controlla che nessun altro possa leggere le tue email.',
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: '“Accedi con Apple” rimosso dal tuo account su {service}',
      preview:
        'Il tuo account Apple è stato eliminato. Il tuo account su {service} esiste ancora, con gli altri modi di accedere.',
      heading: '“Accedi con Apple” è stato rimosso',
      opening:
        'Apple ci ha comunicato che il tuo account Apple è stato eliminato. Per questo non puoi più usarlo per accedere a {service} e i tuoi dispositivi sono stati disconnessi.',
      closing: 'Il tuo account su {service} esiste ancora: accedi in uno degli altri modi che hai impostato.',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: 'Conferma il tuo nuovo indirizzo email per {service}',
      preview: 'Conferma che questo indirizzo è tuo e il tuo account su {service} inizierà a usarlo.',
      heading: 'Conferma il tuo nuovo indirizzo email',
      opening: 'Hai chiesto di usare questo indirizzo per il tuo account su {service}. Conferma che è tuo.',
      action: 'Conferma il mio nuovo indirizzo',
      closing:
        'Se non l’hai chiesto tu, qualcuno ha inserito il tuo indirizzo per errore. Non devi fare nulla: senza la tua conferma non viene usato.',
      reason:
        'Hai ricevuto questa email perché questo indirizzo è stato indicato per un account su {service}.',
    },
    'session-stopped': {
      subject: 'Un dispositivo è stato disconnesso da {service}',
      preview:
        'Qualcuno potrebbe averne copiato la sessione, quindi l’abbiamo terminata. Questa email ti spiega cosa fare ora.',
      heading: 'Abbiamo disconnesso un dispositivo',
      opening:
        'Una tua sessione su {service} è stata usata da due posti diversi, come succede quando qualcuno l’ha copiata. Per questo l’abbiamo terminata: quel dispositivo e chi ha copiato la sessione sono stati disconnessi.',
      closing:
        'Per continuare a usare quel dispositivo, accedi di nuovo da lì. Se non lo riconosci, o se potrebbe averlo usato qualcun altro, cambia anche la password.',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: 'Una sessione copiata è stata bloccata su {service}',
      preview:
        'Il tuo dispositivo resta connesso e nessun altro è entrato. Questa email ti spiega cosa è successo e cosa puoi fare.',
      heading: 'Abbiamo bloccato una sessione copiata',
      opening:
        'Qualcuno ha provato a usare una copia della tua sessione su {service} senza il dispositivo a cui appartiene. Abbiamo bloccato il tentativo. Il tuo dispositivo è ancora connesso.',
      closing:
        'Non devi fare nulla. Se quel dispositivo potrebbe essere stato in mano ad altri, o se non lo riconosci, disconnettilo dal tuo account e cambia la password.',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: 'Nuovo accesso al tuo account su {service}',
      preview: nothingToDo,
      heading: 'Nuovo accesso al tuo account',
      opening: 'È stato effettuato un accesso al tuo account su {service} da un dispositivo mai usato prima.',
      closing:
        'Se eri tu, non devi fare nulla. Se non eri tu, reimposta subito la password su {service}: così tutti i dispositivi vengono disconnessi. Controlla anche che nessun altro possa leggere le tue email.',
      reason: aboutSafety,
    },
    'totp-added': {
      subject: 'Verifica in due passaggi attivata su {service}',
      preview: nothingToDo,
      heading: 'La verifica in due passaggi è stata attivata',
      opening: 'D’ora in poi, per accedere a {service}, serve anche un codice di un’app di autenticazione.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: 'Verifica in due passaggi disattivata su {service}',
      preview: nothingToDo,
      heading: 'La verifica in due passaggi è stata disattivata',
      opening: 'Per accedere a {service} non serve più un codice di un’app di autenticazione.',
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
      subject: 'Una passkey è stata aggiunta su {service}',
      preview: nothingToDo,
      heading: 'Una passkey è stata aggiunta',
      opening: 'Ora è possibile accedere al tuo account su {service} con una nuova passkey.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: 'Una passkey è stata rimossa su {service}',
      preview: nothingToDo,
      heading: 'Una passkey è stata rimossa',
      opening: 'Non è più possibile accedere al tuo account su {service} con quella passkey.',
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
      opening:
        'Non è più possibile accedere al tuo account su {service} con quell’account di un altro servizio.',
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
        'Ora puoi accedere con il tuo indirizzo e la tua password. Questa pagina non serve più: puoi chiuderla.',
      confirmed: 'Il tuo indirizzo email è confermato',
      confirmedNext:
        'D’ora in poi il tuo account usa questo indirizzo. Questa pagina non serve più: puoi chiuderla.',
      ifUsed: 'Se hai già premuto il pulsante, il tuo indirizzo è confermato: ti basta accedere.',
    },
    reset: {
      heading: choosePassword,
      opening: 'Quando salvi la nuova password, tutti i dispositivi vengono disconnessi.',
      button: 'Salva la nuova password',
      changed: 'La tua password è stata cambiata',
      changedNext:
        'Tutti i dispositivi sono stati disconnessi. Accedi con la nuova password. Questa pagina non serve più: puoi chiuderla.',
      ifUsed: 'Se hai appena scelto una nuova password, è già valida: accedi con quella.',
    },
    undo: {
      heading: 'Annulla la modifica',
      opening:
        'Premi il pulsante e il tuo account torna com’era prima della modifica di cui parla l’email: l’indirizzo, la verifica in due passaggi, le passkey e gli account di altri servizi con cui si può accedere. Tutti i dispositivi vengono disconnessi e la password non funziona più: ti inviamo un’email per sceglierne una nuova.',
      button: 'Annulla la modifica',
      undone: 'La modifica è stata annullata',
      undoneNext:
        'Tutti i dispositivi sono stati disconnessi. Sta arrivando un’email con un link per scegliere una nuova password.',
      ifUsed:
        'Se hai già premuto il pulsante, la modifica è stata annullata: scegli una password con il link nell’email che hai ricevuto subito dopo.',
      otherwise: 'Se non l’hai premuto, scrivi a {support} e allega l’email che hai ricevuto.',
    },
    fields: {
      name: 'Il tuo nome',
      nameFault: 'Scrivi il tuo nome su una sola riga, con al massimo 100 caratteri.',
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
      signUpClosed: 'Qui non è più possibile creare account, o non con questo indirizzo.',
      tooManyRequests: 'Troppi tentativi. Aspetta un minuto, poi premi di nuovo il pulsante.',
      other:
        'Al momento non è possibile completare l’operazione. Aspetta qualche secondo, poi premi di nuovo il pulsante.',
    },
    brokenLink: {
      heading: 'Manca una parte del link',
      opening: 'Apri di nuovo il link dall’email, oppure copialo per intero nella barra degli indirizzi.',
      orCode: 'In alternativa, puoi inserire nell’app il codice della stessa email.',
    },
    uselessLink: {
      heading: 'Questo link non funziona più',
      opening:
        'È già stato usato, è stato inviato più di {duration} fa, oppure è stato usato il link di un’altra email.',
      otherwise: 'Altrimenti, chiedi una nuova email da dove hai chiesto questa.',
      anotherMail: 'Inviami un’altra email',
      sent: 'Controlla la tua email',
      sentNext:
        'Se c’è ancora qualcosa da confermare, sta arrivando una nuova email allo stesso indirizzo. Può volerci un minuto. Controlla anche nella posta indesiderata.',
    },
    notFound: {
      heading: 'Qui non c’è nulla',
      opening:
        'L’indirizzo potrebbe essere incompleto o contenere un errore. Se viene da un’email, copialo per intero.',
      start: 'Che cos’è questo servizio',
    },
    start: {
      opening: 'Questo è il servizio di accesso di {service}. In questa pagina non c’è nulla da vedere.',
      fromMail: 'Se arrivi da un’email, torna all’app: lì puoi accedere o chiedere una nuova password.',
      developers: 'Per chi sviluppa: l’API',
    },
  },

  passwords: {
    'too-short': 'Usa almeno {minimum} caratteri. Bastano alcune parole senza legami tra loro.',
    'too-long': 'Usa al massimo {maximum} caratteri.',
    repetitive: 'Questa password ripete una stessa breve sequenza. Usa alcune parole senza legami tra loro.',
    personal:
      'Questa password è formata quasi solo dal tuo nome, dal tuo indirizzo o dal nome di questo servizio. Aggiungi parole che non c’entrano.',
    sequential:
      'Questa password segue quasi solo l’ordine della tastiera, dell’alfabeto o delle cifre. Aggiungi parole senza legami tra loro.',
    common:
      'Questa password è tra le prime che si provano per indovinare. Usa alcune parole senza legami tra loro.',
    breached:
      'Questa password è in un elenco di password rubate da altri servizi. Usa alcune parole senza legami tra loro.',
  },

  problems: {
    'malformed-body': 'Il corpo non è un JSON valido.',
    'invalid-dpop-proof': 'La prova DPoP non è valida.',
    'use-dpop-nonce':
      'La prova DPoP richiede un nonce di questo servizio: l’ora che contiene non è la nostra.',
    'device-key-required': 'La sessione è legata a una chiave del dispositivo: invia una prova DPoP.',
    'device-key-mismatch': 'La sessione è legata a un’altra chiave del dispositivo.',
    'invalid-code': 'Il codice è errato.',
    'invalid-token': 'Questo link o codice è errato, già usato o scaduto.',
    'passkey-not-accepted': 'Questa passkey, o ciò che ha firmato, non è stata accettata.',
    'id-token-not-accepted': 'Questo ID token non è stato accettato.',
    'invalid-credentials': 'Indirizzo o password non corretti.',
    'invalid-access-token': 'L’access token manca o non è valido.',
    'invalid-refresh-token': 'Il refresh token non è valido.',
    'refresh-token-reused': 'Il refresh token era già stato usato: la sua sessione è stata terminata.',
    'recent-sign-in-required': 'Per farlo, accedi di nuovo: serve un accesso recente.',
    'session-ended': 'La sessione è terminata.',
    'email-not-verified': 'L’indirizzo email non è ancora confermato.',
    'second-factor-required': 'Per accedere serve anche la verifica in due passaggi.',
    'invalid-second-factor': 'Il codice della verifica in due passaggi è errato o è già stato usato.',
    'account-disabled': 'Questo account è stato disattivato.',
    'sign-up-closed': 'Qui non è possibile creare account, o non con questo indirizzo.',
    'admin-only': 'Può farlo solo chi amministra il servizio.',
    'user-is-admin': 'Gli account di amministrazione si modificano solo dalla riga di comando.',
    'account-is-guest':
      'Con un account ospite non è possibile: aggiungi prima un indirizzo o un modo per accedere.',
    'cross-site-request': 'I cookie sono accettati solo da pagine di questo servizio.',
    'not-the-author': 'Può farlo solo chi l’ha pubblicato.',
    'not-found': 'Qui non c’è nulla.',
    'way-not-enabled': 'Questo modo di accedere non è attivo.',
    'method-not-allowed': 'Questo percorso non ammette questo metodo.',
    'refresh-superseded': 'Il refresh token è stato usato da un’altra chiamata: rileggi l’archivio.',
    'no-address': 'L’account non ha un indirizzo a cui inviare un’email.',
    'identity-taken': 'Questo indirizzo o questa identità appartiene a un altro account.',
    'last-way-in': 'È l’ultimo modo per accedere: aggiungine prima un altro.',
    'too-many-passkeys': 'L’account ha già il numero massimo di passkey: rimuovine prima una.',
    'too-many-identities':
      'L’account ha già il numero massimo di identità di altri servizi: rimuovine prima una.',
    'title-taken': 'Un altro post ha già questo titolo.',
    'precondition-failed': 'È cambiato dopo la tua ultima lettura.',
    'body-too-large': 'Il corpo supera i 64 KiB.',
    'unsupported-media-type': 'Il corpo deve essere application/json.',
    'validation-failed': 'Alcuni campi non sono compilati correttamente.',
    'weak-password': 'La password è troppo facile da indovinare.',
    'too-many-requests': 'Troppe richieste.',
    'internal-error': 'Qualcosa è andato storto da parte nostra.',
    'service-unavailable': 'Al momento il servizio non può rispondere.',
  },
};
