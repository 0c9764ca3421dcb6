// Every sentence that a person reads, in French.
// The reader is `vous`, never with a participle or an adjective that shows a gender. `{service}` stands without an article: `compte {service}`,
// `se connecter à {service}`, `sur {service}`; `{support}` after `à`. No-break spaces: narrow (U+202F) before `;` and `?`,
// U+00A0 before a colon, narrow in `mail.label`. Terms: compte, se connecter, déconnecter, méthode de connexion, appareil, mot de passe,
// clé d’identification (as Apple calls a passkey), bouton, lien, code, code de secours, application d’authentification, validation en deux
// étapes, e-mail. What is copied of a sign-in is a `session`.

import type { Words } from './words.ts';

const nothingToDo =
  'Si c’était bien vous, vous n’avez rien à faire. Sinon, agissez sans attendre : cet e-mail vous explique comment.';
const aboutSafety = 'Vous recevez cet e-mail car il concerne la sécurité de votre compte {service}.';
const undo = 'Ce n’était pas moi, annuler la modification';
const undoFactor =
  'Si c’était bien vous, vous n’avez rien à faire. Sinon, quelqu’un a accédé à votre compte. Le bouton de cet e-mail annule cette modification et toutes celles qui ont suivi, déconnecte tous les appareils et vous permet de choisir un nouveau mot de passe. Ce bouton fonctionne pendant {duration}.';
const choosePassword = 'Choisissez un nouveau mot de passe';
const choosePasswordButton = 'Choisir un nouveau mot de passe';

export const fr: Words = {
  supportTeam: 'l’équipe {service}',
  questions: 'Une question ? Écrivez à {support}.',

  mail: {
    greeting: 'Bonjour {name},',
    greetingWithoutName: 'Bonjour,',
    orCode: 'Ou saisissez ce code lorsqu’il vous sera demandé :',
    code: 'Saisissez ce code :',
    linkOrCodeValidity:
      'Le lien et le code sont valables {duration}. Utilisez l’un ou l’autre, une seule fois. Ne communiquez le code à personne, pas même à nous.',
    codeValidity:
      'Le code est valable {duration} et ne fonctionne qu’une seule fois. Ne le communiquez à personne, pas même à nous.',
    writtenOut: 'Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :',
    label: '{label} :',
    device: 'Appareil',
    unknownDevice: 'inconnu',
    when: 'Date et heure',
    ip: 'Adresse IP',
    newAddress: 'Nouvelle adresse',
    factorName: 'Nom',
    provider: 'Service',
  },

  mails: {
    'verify-email': {
      subject: 'Confirmez votre adresse e-mail pour {service}',
      preview:
        'Plus qu’une étape : confirmez que cette adresse est bien la vôtre, et votre compte {service} sera prêt.',
      heading: 'Confirmez votre adresse e-mail',
      opening:
        'Merci pour votre inscription sur {service}. Confirmez que cette adresse est bien la vôtre, puis choisissez un mot de passe.',
      action: 'Confirmer mon adresse',
      closing:
        'Si cette inscription ne vient pas de vous, quelqu’un a saisi votre adresse par erreur. Vous n’avez rien à faire : sans votre confirmation, aucun compte ne sera créé.',
      reason: 'Vous recevez cet e-mail car cette adresse a été utilisée pour une inscription sur {service}.',
    },
    'reset-password': {
      subject: 'Réinitialisez votre mot de passe {service}',
      preview:
        'Vous avez demandé un nouveau mot de passe pour votre compte {service}. Choisissez-le à l’aide du lien de cet e-mail.',
      heading: choosePassword,
      opening:
        'Vous avez demandé un nouveau mot de passe pour votre compte {service}. Dès que vous l’aurez choisi, tous les appareils seront déconnectés.',
      action: choosePasswordButton,
      closing:
        'Si vous n’êtes pas à l’origine de cette demande, vous n’avez rien à faire : votre mot de passe reste le même, et personne ne peut le modifier sans cet e-mail.',
      reason:
        'Vous recevez cet e-mail car un nouveau mot de passe {service} a été demandé avec cette adresse.',
    },
    'reset-password-by-operator': {
      subject: 'Réinitialisez votre mot de passe {service}',
      preview:
        'L’équipe {service} vous a envoyé un lien pour choisir un nouveau mot de passe. Il est dans cet e-mail.',
      heading: choosePassword,
      opening:
        'L’équipe {service} vous envoie ce lien pour que vous puissiez choisir un nouveau mot de passe. Dès que vous l’aurez choisi, tous les appareils seront déconnectés de votre compte.',
      action: choosePasswordButton,
      closing:
        'Si vous ne souhaitez pas de nouveau mot de passe, vous n’avez rien à faire : le vôtre reste le même, et personne ne peut le modifier sans cet e-mail.',
      reason:
        'Vous recevez cet e-mail car l’équipe {service} a envoyé à cette adresse un lien pour choisir un nouveau mot de passe.',
    },
    'sign-in-code': {
      subject: 'Votre code de connexion à {service}',
      preview:
        'Vous souhaitez vous connecter à {service}. Le code de cet e-mail ne fonctionne que là où vous l’avez demandé.',
      heading: 'Votre code de connexion',
      opening:
        'Vous souhaitez vous connecter à {service} avec cette adresse. Le code ne fonctionne que sur l’appareil où vous l’avez demandé : ne le saisissez nulle part ailleurs.',
      closing:
        'Si vous n’êtes pas à l’origine de cette demande, quelqu’un a saisi votre adresse. Vous n’avez rien à faire : sans le code, personne ne peut se connecter.',
      reason:
        'Vous recevez cet e-mail car un code de connexion à {service} a été demandé avec cette adresse.',
    },
    'address-taken': {
      subject: 'Vous avez déjà un compte {service}',
      preview:
        'Quelqu’un a essayé de s’inscrire avec votre adresse. Rien n’a changé et aucun nouveau compte n’a été créé.',
      heading: 'Vous avez déjà un compte',
      opening:
        'Quelqu’un, peut-être vous, a essayé de s’inscrire sur {service} avec cette adresse. Elle est déjà associée à un compte : aucun autre n’a donc été créé.',
      action: 'Me connecter ou réinitialiser mon mot de passe',
      closing:
        'Si ce n’était pas vous, vous n’avez rien à faire : rien n’a changé, et la personne qui a essayé ne sait pas que vous avez un compte.',
      reason: 'Vous recevez cet e-mail car cette adresse est associée à un compte {service}.',
    },
    'password-changed': {
      subject: 'Votre mot de passe {service} a été modifié',
      preview: nothingToDo,
      heading: 'Votre mot de passe a été modifié',
      opening:
        'Le mot de passe de votre compte {service} a été modifié, et vos autres appareils ont été déconnectés.',
      closing:
        'Si c’était bien vous, vous n’avez rien à faire. Sinon, réinitialisez immédiatement votre mot de passe sur {service} et vérifiez que personne d’autre ne peut lire vos e-mails.',
      reason: aboutSafety,
    },
    'email-change-requested': {
      subject: 'Changement d’adresse e-mail demandé sur {service}',
      preview: nothingToDo,
      heading: 'Un changement d’adresse e-mail a été demandé',
      opening:
        'Un changement d’adresse a été demandé pour votre compte {service}, avec votre mot de passe. Dès que la nouvelle adresse sera confirmée, elle remplacera celle-ci.',
      closing:
        'Si c’était bien vous, vous n’avez rien à faire ici. Sinon, quelqu’un connaît votre mot de passe : réinitialisez-le immédiatement sur {service}, tant que cette adresse est encore associée à votre compte.',
      reason: aboutSafety,
    },
    'email-changed': {
      subject: 'Votre adresse e-mail pour {service} a été modifiée',
      preview: nothingToDo,
      heading: 'Votre adresse e-mail a été modifiée',
      opening:
        'Votre compte {service} est désormais associé à une autre adresse. Tous les e-mails qui le concernent y seront envoyés, y compris ceux qui permettent de réinitialiser le mot de passe.',
      action: undo,
      closing:
        'Si c’était bien vous, vous n’avez rien à faire. Sinon, quelqu’un a pris le contrôle de votre compte. Le bouton de cet e-mail l’associe de nouveau à cette adresse, déconnecte tous les appareils et vous permet de choisir un nouveau mot de passe. Ce bouton fonctionne pendant {duration}.',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: 'Une modification de votre compte {service} a été annulée',
      preview:
        'Tous les appareils ont été déconnectés. Choisissez un nouveau mot de passe à l’aide du lien de cet e-mail.',
      heading: 'La modification a été annulée',
      opening:
        'Votre compte {service} est revenu à son état précédent : il a retrouvé cette adresse, ainsi que le second facteur, les clés d’identification et les connexions avec d’autres services qu’il avait alors. Tous les appareils ont été déconnectés, et l’ancien mot de passe ne fonctionne plus : choisissez-en un nouveau.',
      action: choosePasswordButton,
      closing:
        'Si ce lien a expiré, demandez-en un autre sur {service}, comme si vous aviez oublié votre mot de passe. Vérifiez aussi que personne d’autre ne peut lire vos e-mails.',
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: 'Votre compte {service} a été supprimé',
      preview:
        'Tout ce que contenait votre compte {service} a également été supprimé. La date et l’heure figurent dans cet e-mail.',
      heading: 'Votre compte a été supprimé',
      opening:
        'Votre compte {service} a été supprimé, avec tout ce qu’il contenait. Rien ne peut être récupéré.',
      closing:
        'Si ce n’était pas vous, quelqu’un était connecté à votre compte : écrivez à {support} et vérifiez que personne d’autre ne peut lire vos e-mails.',
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: 'Connexion avec Apple retirée de votre compte {service}',
      preview:
        'Votre compte Apple a été supprimé. Votre compte {service} existe toujours, avec vos autres méthodes de connexion.',
      heading: 'La connexion avec Apple a été retirée',
      opening:
        'Apple nous a signalé la suppression de votre compte Apple. Il ne permet donc plus de se connecter à votre compte {service}, et vos appareils ont été déconnectés.',
      closing: 'Votre compte {service} existe toujours : utilisez l’une de vos autres méthodes de connexion.',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: 'Confirmez votre nouvelle adresse e-mail pour {service}',
      preview: 'Confirmez que cette adresse est bien la vôtre : votre compte {service} l’utilisera ensuite.',
      heading: 'Confirmez votre nouvelle adresse e-mail',
      opening:
        'Vous souhaitez utiliser cette adresse pour votre compte {service}. Confirmez qu’elle est bien la vôtre.',
      action: 'Confirmer ma nouvelle adresse',
      closing:
        'Si vous n’êtes pas à l’origine de cette demande, quelqu’un a saisi votre adresse par erreur. Vous n’avez rien à faire : sans votre confirmation, elle ne sera pas utilisée.',
      reason: 'Vous recevez cet e-mail car cette adresse a été indiquée pour un compte {service}.',
    },
    'session-stopped': {
      subject: 'Un appareil a été déconnecté de votre compte {service}',
      preview:
        'Sa session a peut-être été copiée : nous y avons mis fin. Cet e-mail vous explique quoi faire maintenant.',
      heading: 'Nous avons déconnecté un appareil',
      opening:
        'L’une de vos sessions sur {service} a été utilisée en double, comme cela arrive lorsqu’elle a été copiée. Nous y avons donc mis fin : l’appareil concerné est déconnecté, et la copie ne fonctionne plus.',
      closing:
        'Pour continuer à utiliser cet appareil, connectez-vous de nouveau. Si vous ne le reconnaissez pas, ou si quelqu’un d’autre a pu s’en servir, modifiez aussi votre mot de passe.',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: 'Nous avons bloqué une session copiée sur {service}',
      preview:
        'Votre appareil reste connecté et personne d’autre n’a eu accès. Cet e-mail vous explique ce qui s’est passé et ce que vous pouvez faire.',
      heading: 'Nous avons bloqué une session copiée',
      opening:
        'Quelqu’un a essayé d’utiliser une copie de votre session sur {service}, sans l’appareil auquel elle est liée. Nous l’avons bloquée. Votre appareil est toujours connecté.',
      closing:
        'Vous n’avez rien à faire. Si quelqu’un d’autre a pu avoir cet appareil entre les mains, ou si vous ne le reconnaissez pas, déconnectez-le depuis votre compte et modifiez votre mot de passe.',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: 'Nouvelle connexion à votre compte {service}',
      preview: nothingToDo,
      heading: 'Nouvelle connexion à votre compte',
      opening: 'Une connexion à votre compte {service} a eu lieu depuis un nouvel appareil.',
      closing:
        'Si c’était bien vous, vous n’avez rien à faire. Sinon, réinitialisez immédiatement votre mot de passe sur {service} : tous les appareils seront alors déconnectés. Vérifiez aussi que personne d’autre ne peut lire vos e-mails.',
      reason: aboutSafety,
    },
    'totp-added': {
      subject: 'Validation en deux étapes activée sur {service}',
      preview: nothingToDo,
      heading: 'La validation en deux étapes a été activée',
      opening:
        'Pour se connecter à {service}, il faut désormais saisir aussi un code généré par une application d’authentification.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: 'Validation en deux étapes désactivée sur {service}',
      preview: nothingToDo,
      heading: 'La validation en deux étapes a été désactivée',
      opening:
        'Pour se connecter à {service}, il n’est plus nécessaire de saisir un code généré par une application d’authentification.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'recovery-codes-renewed': {
      subject: 'Nouveaux codes de secours pour votre compte {service}',
      preview: nothingToDo,
      heading: 'De nouveaux codes de secours ont été créés',
      opening: 'Les codes de secours que vous aviez auparavant ne fonctionnent plus sur {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-added': {
      subject: 'Clé d’identification ajoutée à votre compte {service}',
      preview: nothingToDo,
      heading: 'Une clé d’identification a été ajoutée',
      opening: 'Une nouvelle clé d’identification permet de se connecter à votre compte {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: 'Clé d’identification retirée de votre compte {service}',
      preview: nothingToDo,
      heading: 'Une clé d’identification a été retirée',
      opening: 'L’une des clés d’identification ne permet plus de se connecter à votre compte {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-added': {
      subject: 'Connexion avec un autre service ajoutée sur {service}',
      preview: nothingToDo,
      heading: 'La connexion avec un autre service a été ajoutée',
      opening:
        'Un compte ouvert auprès d’un autre service permet désormais de se connecter à votre compte {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-removed': {
      subject: 'Connexion avec un autre service retirée sur {service}',
      preview: nothingToDo,
      heading: 'La connexion avec un autre service a été retirée',
      opening:
        'Un compte ouvert auprès d’un autre service ne permet plus de se connecter à votre compte {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
  },

  pages: {
    error: 'Erreur : {heading}',
    toTheApp: 'Accéder à l’application',
    showPassword: 'Afficher le mot de passe',
    hidePassword: 'Masquer le mot de passe',
    capsLock: 'Le verrouillage des majuscules est activé.',
    waiting: 'Un instant…',
    confirm: {
      heading: 'Confirmez votre adresse e-mail',
      account:
        'Vous avez reçu notre e-mail : cette adresse est donc bien la vôtre. Choisissez maintenant le mot de passe de votre compte.',
      accountButton: 'Confirmer et enregistrer le mot de passe',
      change: 'Votre compte utilisera cette adresse dès que vous l’aurez confirmée.',
      changeButton: 'Confirmer mon adresse',
      registered: 'Votre compte est prêt',
      registeredNext:
        'Vous pouvez maintenant vous connecter avec votre adresse e-mail et votre mot de passe. Vous pouvez fermer cette page.',
      confirmed: 'Votre adresse e-mail est confirmée',
      confirmedNext: 'Votre compte l’utilise désormais. Vous pouvez fermer cette page.',
      ifUsed: 'Si vous avez déjà confirmé votre adresse, il ne vous reste plus qu’à vous connecter.',
    },
    reset: {
      heading: choosePassword,
      opening:
        'Dès que vous aurez enregistré le nouveau mot de passe, tous vos appareils seront déconnectés.',
      button: 'Enregistrer le nouveau mot de passe',
      changed: 'Votre mot de passe a été modifié',
      changedNext:
        'Tous vos appareils ont été déconnectés. Connectez-vous avec le nouveau mot de passe. Vous pouvez fermer cette page.',
      ifUsed:
        'Si vous venez de choisir un nouveau mot de passe, il est déjà valable : utilisez-le pour vous connecter.',
    },
    undo: {
      heading: 'Annuler la modification',
      opening:
        'Le bouton ci-dessous remet votre compte dans l’état où il était avant la modification dont parle l’e-mail : même adresse, même second facteur, mêmes clés d’identification et mêmes comptes d’autres services permettant de s’y connecter. Tous les appareils seront déconnectés, et le mot de passe ne fonctionnera plus : vous recevrez un e-mail pour en choisir un nouveau.',
      button: 'Annuler la modification',
      undone: 'La modification a été annulée',
      undoneNext:
        'Tous les appareils ont été déconnectés. Vous allez recevoir un e-mail avec un lien pour choisir un nouveau mot de passe.',
      ifUsed:
        'Si vous avez déjà annulé la modification, choisissez un mot de passe à l’aide du lien de l’e-mail que vous avez reçu ensuite.',
      otherwise: 'Sinon, écrivez à {support} en joignant l’e-mail.',
    },
    fields: {
      name: 'Votre nom',
      nameFault: 'Saisissez votre nom sur une seule ligne, en 100 caractères au maximum.',
      password: 'Mot de passe',
      newPassword: 'Nouveau mot de passe',
      passwordHint: 'Au moins {minimum} caractères. Quelques mots sans rapport entre eux suffisent.',
      passwordFault: 'Choisissez un mot de passe.',
      secondFactor: 'Code de votre application d’authentification',
      secondFactorHint: 'Six chiffres, ou l’un des codes de secours que vous avez notés.',
      secondFactorFault: 'Saisissez les six chiffres de l’application, ou l’un de vos codes de secours.',
    },
    faults: {
      secondFactorRequired: 'Votre second facteur est également nécessaire.',
      invalidSecondFactor: 'Ce code est incorrect ou a déjà été utilisé. Saisissez-en un autre.',
      signUpClosed: 'Il n’est plus possible de créer un compte ici, du moins pas avec cette adresse e-mail.',
      tooManyRequests: 'Trop de tentatives. Attendez une minute, puis réessayez.',
      other: 'Cette opération est impossible pour le moment. Attendez quelques secondes, puis réessayez.',
    },
    brokenLink: {
      heading: 'Le lien est incomplet',
      opening: 'Ouvrez de nouveau le lien depuis l’e-mail, ou copiez-le en entier dans la barre d’adresse.',
      orCode: 'Vous pouvez aussi saisir dans l’application le code indiqué dans le même e-mail.',
    },
    uselessLink: {
      heading: 'Ce lien ne fonctionne plus',
      opening:
        'Il a déjà été utilisé, il date de plus de {duration}, ou le lien d’un autre e-mail a été utilisé à sa place.',
      anotherMail: 'Recevoir un autre e-mail',
      sent: 'Consultez votre messagerie',
      sentNext:
        'S’il reste quelque chose à confirmer, un nouvel e-mail va arriver à la même adresse. Cela peut prendre une minute. Regardez aussi dans les courriers indésirables.',
    },
    notFound: {
      heading: 'Cette page n’existe pas',
      opening:
        'L’adresse est peut-être incomplète ou mal saisie. Si elle vient d’un e-mail, copiez-la en entier.',
      start: 'À propos de ce service',
    },
    start: {
      opening: 'C’est ici que se fait la connexion à {service}. Il n’y a rien d’autre à voir sur cette page.',
      fromMail:
        'Si vous venez d’un e-mail, retournez dans l’application : vous pourrez vous y connecter ou demander un nouveau mot de passe.',
      developers: 'Documentation de l’API',
    },
  },

  passwords: {
    'too-short': 'Utilisez au moins {minimum} caractères. Quelques mots sans rapport entre eux suffisent.',
    'too-long': 'Utilisez {maximum} caractères au maximum.',
    repetitive:
      'Ce mot de passe répète une même courte suite de caractères. Utilisez plutôt quelques mots sans rapport entre eux.',
    personal:
      'Ce mot de passe reprend surtout votre nom, votre adresse ou le nom de ce service. Ajoutez des mots sans aucun rapport.',
    sequential:
      'Ce mot de passe suit surtout l’ordre du clavier, de l’alphabet ou des chiffres. Ajoutez quelques mots sans rapport entre eux.',
    common:
      'Ce mot de passe fait partie des premiers que l’on essaie. Utilisez plutôt quelques mots sans rapport entre eux.',
    breached:
      'Ce mot de passe figure dans une liste de mots de passe volés à d’autres services. Utilisez plutôt quelques mots sans rapport entre eux.',
  },

  problems: {
    'malformed-body': 'Le corps de la requête n’est pas un JSON valide.',
    'invalid-dpop-proof': 'La preuve DPoP n’est pas valide.',
    'use-dpop-nonce':
      'La preuve DPoP doit contenir un nonce de ce service : son heure ne correspond pas à la nôtre.',
    'device-key-required': 'La session est liée à une clé d’appareil : envoyez une preuve DPoP.',
    'device-key-mismatch': 'La session est liée à une autre clé d’appareil.',
    'invalid-code': 'Ce code est incorrect.',
    'invalid-token': 'Ce lien ou ce code est incorrect, expiré ou déjà utilisé.',
    'passkey-not-accepted': 'Cette clé d’identification, ou sa signature, n’est pas acceptée.',
    'id-token-not-accepted': 'Ce jeton d’identité (ID token) n’est pas accepté.',
    'invalid-credentials': 'L’adresse e-mail ou le mot de passe est incorrect.',
    'invalid-access-token': 'Le jeton d’accès est absent ou n’est pas valide.',
    'invalid-refresh-token': 'Le jeton d’actualisation n’est pas valide.',
    'refresh-token-reused': 'Le jeton d’actualisation a déjà été utilisé ; sa session a été fermée.',
    'recent-sign-in-required': 'Pour continuer, connectez-vous de nouveau.',
    'session-ended': 'La session est fermée.',
    'email-not-verified': 'L’adresse e-mail n’est pas encore confirmée.',
    'second-factor-required': 'La connexion nécessite un second facteur.',
    'invalid-second-factor': 'Le second facteur est incorrect ou a déjà été utilisé.',
    'account-disabled': 'Ce compte a été désactivé.',
    'sign-up-closed': 'Il n’est pas possible de créer un compte ici, du moins pas avec cette adresse e-mail.',
    'admin-only': 'Cette action est réservée à l’administration du service.',
    'user-is-admin': 'Les comptes d’administration ne se modifient qu’en ligne de commande.',
    'account-is-guest':
      'Un compte invité ne le permet pas : ajoutez d’abord une adresse e-mail ou une méthode de connexion.',
    'cross-site-request': 'Les cookies ne sont acceptés que depuis les pages de ce service.',
    'not-the-author': 'Seul le compte qui a publié ce contenu peut le faire.',
    'not-found': 'Cet élément est introuvable.',
    'way-not-enabled': 'Cette méthode de connexion n’est pas activée.',
    'method-not-allowed': 'Cette méthode n’existe pas pour ce chemin.',
    'refresh-superseded':
      'Le jeton d’actualisation a été utilisé par un autre appel : relisez les jetons enregistrés.',
    'no-address': 'Ce compte n’a pas d’adresse e-mail à laquelle écrire.',
    'identity-taken': 'Cette adresse ou ce compte d’un autre service est déjà associé à un autre compte.',
    'last-way-in': 'C’est la dernière méthode de connexion : ajoutez-en d’abord une autre.',
    'too-many-passkeys': 'Le nombre maximal de clés d’identification est atteint : retirez-en d’abord une.',
    'too-many-identities':
      'Le nombre maximal de comptes d’autres services est atteint : retirez-en d’abord un.',
    'title-taken': 'Une autre publication porte déjà ce titre.',
    'precondition-failed': 'Le contenu a changé depuis que vous l’avez chargé.',
    'body-too-large': 'Le corps de la requête dépasse 64 Kio.',
    'unsupported-media-type': 'Le corps de la requête doit être de type application/json.',
    'validation-failed': 'Certains champs ne sont pas correctement remplis.',
    'weak-password': 'Le mot de passe est trop facile à deviner.',
    'too-many-requests': 'Trop de requêtes.',
    'internal-error': 'Un problème est survenu de notre côté.',
    'service-unavailable': 'Le service n’est pas disponible pour le moment.',
  },
};
