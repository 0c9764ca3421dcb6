// Every sentence that a person reads, in Spanish.
// The reader is `tú`, without a form that shows a gender; words that Spain and Latin America share (`escribe` and neither `introduce` nor
// `ingresa`), and what happened in the simple past. `{service}` stands without an article: `cuenta de {service}`, `iniciar sesión en {service}`, `dirección para {service}`;
// `{support}` after `con`, as `a el equipo` would be wrong. Terms: cuenta, iniciar sesión, cerrar la sesión, método de inicio de sesión,
// dispositivo, contraseña, llave de acceso (passkey), botón, enlace, código, código de recuperación, app de autenticación, verificación en dos
// pasos, correo, dirección de correo.

import type { Words } from './words.ts';

const nothingToDo =
  'Si fuiste tú, no tienes que hacer nada. Si no, actúa de inmediato: en este correo te explicamos cómo.';
const aboutSafety = 'Recibes este correo porque está relacionado con la seguridad de tu cuenta de {service}.';
const undo = 'No fui yo, deshacer el cambio';
const undoFactor =
  'Si fuiste tú, no tienes que hacer nada. Si no, alguien entró en tu cuenta. El botón deshace este cambio y todos los posteriores, cierra la sesión en todos los dispositivos y te permite elegir una contraseña nueva. El botón funciona durante {duration}.';
const choosePassword = 'Elige una contraseña nueva';
const choosePasswordButton = 'Elegir una contraseña nueva';

export const es: Words = {
  supportTeam: 'el equipo de {service}',
  questions: '¿Tienes alguna pregunta? Ponte en contacto con {support}.',

  mail: {
    greeting: 'Hola, {name}:',
    greetingWithoutName: 'Hola:',
    orCode: 'O escribe este código cuando te lo pidamos:',
    code: 'Escribe este código:',
    linkOrCodeValidity:
      'El enlace y el código son válidos durante {duration}. Usa uno de los dos, una sola vez. No compartas el código con nadie, ni siquiera con nuestro equipo.',
    codeValidity:
      'El código es válido durante {duration} y funciona una sola vez. No lo compartas con nadie, ni siquiera con nuestro equipo.',
    writtenOut: 'Si el botón no funciona, copia esta dirección en tu navegador:',
    label: '{label}:',
    device: 'Dispositivo',
    unknownDevice: 'desconocido',
    when: 'Fecha y hora',
    ip: 'Dirección IP',
    newAddress: 'Dirección nueva',
    factorName: 'Nombre',
    provider: 'Servicio',
  },

  mails: {
    'verify-email': {
      subject: 'Confirma tu dirección de correo para {service}',
      preview:
        'Solo falta un paso: confirma que esta dirección es tuya y tu cuenta de {service} estará lista.',
      heading: 'Confirma tu dirección de correo',
      opening:
        'Gracias por registrarte en {service}. Confirma que esta dirección es tuya y elige una contraseña.',
      action: 'Confirmar mi dirección',
      closing:
        'Si no te registraste, alguien escribió tu dirección por error. No tienes que hacer nada: sin tu confirmación no se creará ninguna cuenta.',
      reason: 'Recibes este correo porque esta dirección se usó para registrarse en {service}.',
    },
    'reset-password': {
      subject: 'Restablece tu contraseña de {service}',
      preview:
        'Pediste una contraseña nueva para tu cuenta de {service}. Elígela con el enlace de este correo.',
      heading: choosePassword,
      opening:
        'Pediste una contraseña nueva para tu cuenta de {service}. En cuanto la elijas, se cerrará la sesión en todos los dispositivos.',
      action: choosePasswordButton,
      closing:
        'Si no lo pediste, no tienes que hacer nada: tu contraseña sigue siendo la misma y nadie puede cambiarla sin este correo.',
      reason: 'Recibes este correo porque con esta dirección se pidió una contraseña nueva para {service}.',
    },
    'reset-password-by-operator': {
      subject: 'Restablece tu contraseña de {service}',
      preview:
        'El equipo de {service} te envió un enlace para elegir una contraseña nueva. Está en este correo.',
      heading: choosePassword,
      opening:
        'El equipo de {service} te envía este enlace para que elijas una contraseña nueva. En cuanto la elijas, se cerrará la sesión de tu cuenta en todos los dispositivos.',
      action: choosePasswordButton,
      closing:
        'Si no quieres una contraseña nueva, no tienes que hacer nada: la tuya sigue siendo la misma y nadie puede cambiarla sin este correo.',
      reason:
        'Recibes este correo porque el equipo de {service} envió a esta dirección un enlace para elegir una contraseña nueva.',
    },
    'sign-in-code': {
      subject: 'Tu código para iniciar sesión en {service}',
      preview:
        'Pediste iniciar sesión en {service}. El código de este correo solo funciona donde lo pediste.',
      heading: 'Tu código para iniciar sesión',
      opening:
        'Pediste iniciar sesión en {service} con esta dirección. El código solo funciona en el dispositivo donde lo pediste: escríbelo ahí y en ningún otro lugar.',
      closing:
        'Si no lo pediste, alguien escribió tu dirección. No tienes que hacer nada: sin el código nadie puede iniciar sesión.',
      reason: 'Recibes este correo porque alguien pidió iniciar sesión en {service} con esta dirección.',
    },
    'address-taken': {
      subject: 'Ya tienes una cuenta de {service}',
      preview:
        'Alguien intentó registrarse con tu dirección. No cambió nada y no se creó ninguna cuenta nueva.',
      heading: 'Ya tienes una cuenta',
      opening:
        'Alguien, quizá tú, intentó registrarse en {service} con esta dirección. La dirección ya pertenece a una cuenta, así que no se creó ninguna nueva.',
      action: 'Iniciar sesión o restablecer mi contraseña',
      closing:
        'Si no fuiste tú, no tienes que hacer nada: no cambió nada, y quien lo intentó no sabe que tienes una cuenta.',
      reason: 'Recibes este correo porque esta dirección pertenece a una cuenta de {service}.',
    },
    'password-changed': {
      subject: 'Se cambió tu contraseña de {service}',
      preview: nothingToDo,
      heading: 'Se cambió tu contraseña',
      opening:
        'Se cambió la contraseña de tu cuenta de {service} y se cerró la sesión en tus demás dispositivos.',
      closing:
        'Si fuiste tú, no tienes que hacer nada. Si no, restablece de inmediato tu contraseña en {service} y comprueba que nadie más pueda leer tus correos.',
      reason: aboutSafety,
    },
    'email-change-requested': {
      subject: 'Se pidió cambiar tu dirección de correo en {service}',
      preview: nothingToDo,
      heading: 'Se pidió cambiar tu dirección de correo',
      opening:
        'Se pidió, con tu contraseña, cambiar la dirección de tu cuenta de {service}. En cuanto se confirme la nueva, reemplazará a esta.',
      closing:
        'Si fuiste tú, no tienes que hacer nada aquí. Si no, alguien conoce tu contraseña: restablécela de inmediato en {service}, mientras esta dirección siga siendo la de tu cuenta.',
      reason: aboutSafety,
    },
    'email-changed': {
      subject: 'Se cambió tu dirección de correo en {service}',
      preview: nothingToDo,
      heading: 'Se cambió tu dirección de correo',
      opening:
        'Tu cuenta de {service} tiene ahora otra dirección. Todos los correos sobre tu cuenta se enviarán a esa dirección, también los que permiten restablecer la contraseña.',
      action: undo,
      closing:
        'Si fuiste tú, no tienes que hacer nada. Si no, alguien se apoderó de tu cuenta. El botón vuelve a asociarla a esta dirección, cierra la sesión en todos los dispositivos y te permite elegir una contraseña nueva. El botón funciona durante {duration}.',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: 'Se deshizo un cambio en tu cuenta de {service}',
      preview:
        'Se cerró la sesión en todos los dispositivos. Elige una contraseña nueva con el enlace de este correo.',
      heading: 'Se deshizo el cambio',
      opening:
        'Tu cuenta de {service} vuelve a estar como antes: con esta dirección y con el segundo factor, las llaves de acceso y los servicios vinculados que tenía entonces. Se cerró la sesión en todos los dispositivos y la contraseña anterior ya no funciona. Elige una nueva.',
      action: choosePasswordButton,
      closing:
        'Si este enlace ya no funciona, pide otro en {service}, como si hubieras olvidado la contraseña. Comprueba también que nadie más pueda leer tus correos.',
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: 'Se eliminó tu cuenta de {service}',
      preview:
        'También se eliminó todo lo que había en tu cuenta de {service}. En este correo verás cuándo ocurrió.',
      heading: 'Se eliminó tu cuenta',
      opening: 'Se eliminó tu cuenta de {service} con todo lo que había en ella. No se puede recuperar nada.',
      closing:
        'Si no fuiste tú, alguien entró en tu cuenta: ponte en contacto con {support} y comprueba que nadie más pueda leer tus correos.',
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: 'Se quitó “Iniciar sesión con Apple” de tu cuenta de {service}',
      preview:
        'Se eliminó tu cuenta de Apple. Tu cuenta de {service} sigue existiendo, con tus otros métodos de inicio de sesión.',
      heading: 'Se quitó “Iniciar sesión con Apple”',
      opening:
        'Apple nos comunicó que se eliminó tu cuenta de Apple. Por eso ya no sirve para iniciar sesión en {service}, y se cerró la sesión en tus dispositivos.',
      closing:
        'Tu cuenta de {service} sigue existiendo: usa cualquiera de tus otros métodos de inicio de sesión.',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: 'Confirma tu nueva dirección de correo para {service}',
      preview:
        'Confirma que esta dirección es tuya. A partir de entonces, será la de tu cuenta de {service}.',
      heading: 'Confirma tu nueva dirección de correo',
      opening: 'Pediste usar esta dirección para tu cuenta de {service}. Confirma que es tuya.',
      action: 'Confirmar mi nueva dirección',
      closing:
        'Si no lo pediste, alguien escribió tu dirección por error. No tienes que hacer nada: sin tu confirmación no se usará.',
      reason: 'Recibes este correo porque se indicó esta dirección para una cuenta de {service}.',
    },
    'session-stopped': {
      subject: 'Cerramos la sesión de un dispositivo en {service}',
      preview:
        'Es posible que alguien haya copiado la sesión, así que la cerramos. En este correo te explicamos qué hacer ahora.',
      heading: 'Cerramos la sesión de un dispositivo',
      opening:
        'Una de tus sesiones de {service} se usó por duplicado, como sucede cuando alguien la copia. Por eso la cerramos: ya no está abierta en ese dispositivo, y la copia tampoco funciona.',
      closing:
        'Para seguir usando ese dispositivo, vuelve a iniciar sesión en él. Si no lo reconoces, o si alguien más pudo haberlo usado, cambia también tu contraseña.',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: 'Bloqueamos una sesión copiada en {service}',
      preview:
        'Tu dispositivo mantiene la sesión abierta y nadie más entró en tu cuenta. En este correo te explicamos qué pasó y qué puedes hacer.',
      heading: 'Bloqueamos una sesión copiada',
      opening:
        'Alguien intentó usar una copia de tu sesión de {service} sin el dispositivo al que pertenece. La bloqueamos. Tu dispositivo mantiene la sesión abierta.',
      closing:
        'No tienes que hacer nada. Si el dispositivo pudo haber estado en otras manos, o si no lo reconoces, cierra la sesión de ese dispositivo desde tu cuenta y cambia tu contraseña.',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: 'Nuevo inicio de sesión en tu cuenta de {service}',
      preview: nothingToDo,
      heading: 'Nuevo inicio de sesión en tu cuenta',
      opening: 'Se inició sesión en tu cuenta de {service} desde un dispositivo nuevo.',
      closing:
        'Si fuiste tú, no tienes que hacer nada. Si no, restablece de inmediato tu contraseña en {service}: así se cerrará la sesión en todos los dispositivos. Comprueba también que nadie más pueda leer tus correos.',
      reason: aboutSafety,
    },
    'totp-added': {
      subject: 'Se activó la verificación en dos pasos en {service}',
      preview: nothingToDo,
      heading: 'Se activó la verificación en dos pasos',
      opening:
        'A partir de ahora, para iniciar sesión en {service} también hace falta un código de una app de autenticación.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: 'Se desactivó la verificación en dos pasos en {service}',
      preview: nothingToDo,
      heading: 'Se desactivó la verificación en dos pasos',
      opening: 'Para iniciar sesión en {service} ya no hace falta un código de una app de autenticación.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'recovery-codes-renewed': {
      subject: 'Se crearon códigos de recuperación nuevos en {service}',
      preview: nothingToDo,
      heading: 'Se crearon códigos de recuperación nuevos',
      opening: 'Los códigos de recuperación que tenías antes ya no funcionan en {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-added': {
      subject: 'Se añadió una llave de acceso a tu cuenta de {service}',
      preview: nothingToDo,
      heading: 'Se añadió una llave de acceso',
      opening: 'Una llave de acceso nueva permite iniciar sesión en tu cuenta de {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: 'Se quitó una llave de acceso de tu cuenta de {service}',
      preview: nothingToDo,
      heading: 'Se quitó una llave de acceso',
      opening: 'Una de las llaves de acceso ya no permite iniciar sesión en tu cuenta de {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-added': {
      subject: 'Se vinculó otro servicio a tu cuenta de {service}',
      preview: nothingToDo,
      heading: 'Se vinculó otro servicio a tu cuenta',
      opening: 'Una cuenta de otro servicio permite ahora iniciar sesión en tu cuenta de {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-removed': {
      subject: 'Se desvinculó un servicio de tu cuenta de {service}',
      preview: nothingToDo,
      heading: 'Se desvinculó un servicio de tu cuenta',
      opening: 'Una cuenta de otro servicio ya no permite iniciar sesión en tu cuenta de {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
  },

  pages: {
    error: 'Error: {heading}',
    toTheApp: 'Ir a la app',
    showPassword: 'Mostrar la contraseña',
    hidePassword: 'Ocultar la contraseña',
    capsLock: 'El bloqueo de mayúsculas está activado.',
    waiting: 'Un momento…',
    confirm: {
      heading: 'Confirma tu dirección de correo',
      account:
        'Recibiste nuestro correo, así que la dirección es tuya. Ahora elige la contraseña de tu cuenta.',
      accountButton: 'Confirmar y guardar la contraseña',
      change: 'En cuanto confirmes esta dirección, será la de tu cuenta.',
      changeButton: 'Confirmar mi dirección',
      registered: 'Tu cuenta está lista',
      registeredNext:
        'Ya puedes iniciar sesión con tu dirección de correo y tu contraseña. Puedes cerrar esta página.',
      confirmed: 'Tu dirección de correo está confirmada',
      confirmedNext: 'A partir de ahora es la de tu cuenta. Puedes cerrar esta página.',
      ifUsed: 'Si ya confirmaste tu dirección, solo tienes que iniciar sesión.',
    },
    reset: {
      heading: choosePassword,
      opening: 'En cuanto guardes la contraseña nueva, se cerrará la sesión en todos tus dispositivos.',
      button: 'Guardar la contraseña nueva',
      changed: 'Se cambió tu contraseña',
      changedNext:
        'Se cerró la sesión en todos tus dispositivos. Inicia sesión con la contraseña nueva. Puedes cerrar esta página.',
      ifUsed: 'Si acabas de elegir una contraseña nueva, ya es válida: inicia sesión con ella.',
    },
    undo: {
      heading: 'Deshacer el cambio',
      opening:
        'Con el botón, tu cuenta volverá a estar como antes del cambio que se indica en el correo: con la dirección, el segundo factor, las llaves de acceso y las cuentas vinculadas de otros servicios que tenía entonces. Se cerrará la sesión en todos los dispositivos y la contraseña dejará de funcionar. Te enviaremos un correo para que elijas una nueva.',
      button: 'Deshacer el cambio',
      undone: 'Se deshizo el cambio',
      undoneNext:
        'Se cerró la sesión en todos los dispositivos. En breve recibirás un correo con un enlace para elegir una contraseña nueva.',
      ifUsed:
        'Si ya deshiciste el cambio, elige una contraseña con el enlace del correo que recibiste después.',
      otherwise: 'Si no, ponte en contacto con {support} y adjunta el correo.',
    },
    fields: {
      name: 'Tu nombre',
      nameFault: 'Escribe tu nombre en una sola línea y con un máximo de 100 caracteres.',
      password: 'Contraseña',
      newPassword: 'Contraseña nueva',
      passwordHint: 'Al menos {minimum} caracteres. Bastan unas cuantas palabras sin relación entre sí.',
      passwordFault: 'Elige una contraseña.',
      secondFactor: 'Código de tu app de autenticación',
      secondFactorHint: 'Seis dígitos, o uno de los códigos de recuperación que anotaste.',
      secondFactorFault: 'Escribe los seis dígitos de la app o uno de tus códigos de recuperación.',
    },
    faults: {
      secondFactorRequired: 'También hace falta tu segundo factor.',
      invalidSecondFactor: 'Ese código es incorrecto o ya se usó. Escribe uno nuevo.',
      signUpClosed: 'Aquí ya no se pueden crear cuentas, al menos no con esta dirección de correo.',
      tooManyRequests: 'Demasiados intentos. Espera un minuto y vuelve a intentarlo.',
      other: 'No es posible en este momento. Espera unos segundos y vuelve a intentarlo.',
    },
    brokenLink: {
      heading: 'El enlace está incompleto',
      opening: 'Vuelve a abrir el enlace desde el correo o cópialo completo en la barra de direcciones.',
      orCode: 'También puedes escribir en la app el código que viene en el mismo correo.',
    },
    uselessLink: {
      heading: 'Este enlace ya no funciona',
      opening: 'Ya se usó, se envió hace más de {duration} o, en su lugar, se usó el enlace de otro correo.',
      anotherMail: 'Enviar otro correo',
      sent: 'Revisa tu correo',
      sentNext:
        'Si todavía queda algo por confirmar, llegará un correo nuevo a la misma dirección. Puede tardar un minuto. Revisa también el correo no deseado.',
    },
    notFound: {
      heading: 'Esta página no existe',
      opening:
        'Puede que la dirección esté incompleta o mal escrita. Si viene de un correo, cópiala completa.',
      start: 'Acerca de este servicio',
    },
    start: {
      opening: 'Esta página sirve para iniciar sesión en {service}. No hay nada más que ver aquí.',
      fromMail:
        'Si llegaste desde un correo, vuelve a la app: ahí puedes iniciar sesión o pedir una contraseña nueva.',
      developers: 'Documentación de la API',
    },
  },

  passwords: {
    'too-short': 'Usa al menos {minimum} caracteres. Bastan unas cuantas palabras sin relación entre sí.',
    'too-long': 'Usa {maximum} caracteres como máximo.',
    repetitive:
      'Esta contraseña repite un mismo fragmento corto. En su lugar, usa unas cuantas palabras sin relación entre sí.',
    personal:
      'Esta contraseña consiste casi solo en tu nombre, tu dirección o el nombre de este servicio. Añade palabras que no tengan nada que ver.',
    sequential:
      'Esta contraseña sigue casi en todo el orden del teclado, del alfabeto o de los números. Añade palabras sin relación entre sí.',
    common:
      'Esta contraseña es de las primeras que alguien probaría. En su lugar, usa unas cuantas palabras sin relación entre sí.',
    breached:
      'Esta contraseña está en una lista de contraseñas robadas de otros servicios. En su lugar, usa unas cuantas palabras sin relación entre sí.',
  },

  problems: {
    'malformed-body': 'El cuerpo de la solicitud no es un JSON válido.',
    'invalid-dpop-proof': 'La prueba DPoP no es válida.',
    'use-dpop-nonce':
      'La prueba DPoP necesita un nonce de este servicio: su hora no coincide con la nuestra.',
    'device-key-required': 'La sesión está vinculada a una clave de dispositivo: envía una prueba DPoP.',
    'device-key-mismatch': 'La sesión está vinculada a otra clave de dispositivo.',
    'invalid-code': 'Este código es incorrecto.',
    'invalid-token': 'Este enlace o código es incorrecto, ya se usó o ya no es válido.',
    'passkey-not-accepted': 'No se acepta esta llave de acceso o su firma.',
    'id-token-not-accepted': 'No se acepta este token de identidad (ID token).',
    'invalid-credentials': 'La dirección de correo o la contraseña es incorrecta.',
    'invalid-access-token': 'Falta el token de acceso o no es válido.',
    'invalid-refresh-token': 'El token de actualización no es válido.',
    'refresh-token-reused': 'El token de actualización ya se usó; su sesión se cerró.',
    'recent-sign-in-required': 'Para continuar, vuelve a iniciar sesión.',
    'session-ended': 'La sesión está cerrada.',
    'email-not-verified': 'La dirección de correo aún no está confirmada.',
    'second-factor-required': 'Para iniciar sesión hace falta un segundo factor.',
    'invalid-second-factor': 'El segundo factor es incorrecto o ya se usó.',
    'account-disabled': 'Esta cuenta está desactivada.',
    'sign-up-closed': 'Aquí no se pueden crear cuentas, al menos no con esta dirección de correo.',
    'admin-only': 'Solo es posible con permisos de administración.',
    'user-is-admin': 'Las cuentas de administración solo se cambian desde la línea de comandos.',
    'account-is-guest':
      'No es posible con una cuenta de invitado: añade primero una dirección de correo o un método de inicio de sesión.',
    'cross-site-request': 'Solo se aceptan cookies desde páginas de este servicio.',
    'not-the-author': 'Solo puede hacerlo la cuenta que publicó este contenido.',
    'not-found': 'No se encontró lo que buscas.',
    'way-not-enabled': 'Este método de inicio de sesión no está activado.',
    'method-not-allowed': 'Esta ruta no admite este método.',
    'refresh-superseded':
      'Otra llamada ya usó el token de actualización: vuelve a leer los tokens guardados.',
    'no-address': 'La cuenta no tiene una dirección a la que enviar un correo.',
    'identity-taken': 'Esta dirección, o esta cuenta de otro servicio, ya está vinculada a otra cuenta.',
    'last-way-in': 'Es el último método de inicio de sesión: añade otro primero.',
    'too-many-passkeys': 'Se alcanzó el máximo de llaves de acceso: quita una primero.',
    'too-many-identities':
      'Se alcanzó el máximo de cuentas vinculadas de otros servicios: desvincula una primero.',
    'title-taken': 'Otra publicación ya tiene este título.',
    'precondition-failed': 'El contenido cambió desde que lo cargaste.',
    'body-too-large': 'El cuerpo de la solicitud supera los 64 KiB.',
    'unsupported-media-type': 'El cuerpo de la solicitud debe ser de tipo application/json.',
    'validation-failed': 'Algunos campos faltan o no son válidos.',
    'weak-password': 'La contraseña es demasiado fácil de adivinar.',
    'too-many-requests': 'Demasiadas solicitudes.',
    'internal-error': 'Ocurrió un error en nuestro sistema.',
    'service-unavailable': 'El servicio no está disponible en este momento.',
  },
};
